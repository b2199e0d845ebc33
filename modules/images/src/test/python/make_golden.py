"""Makes the golden data of this module's tests with real Pillow.

    python -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python make_golden.py ../resources/golden

`resize-source.png` and `resize-FILTER-WxH.png`: Image.resize on bytes.
`reduced-WxH.png`: Image.resize(size, BICUBIC, reducing_gap=1) of the same source.
`read-NAME.EXT` and `read-NAME.EXT.expected.png`: exif_transpose(image).convert("RGB"), which is what
diffusers does to an input image.
"""

import struct
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

OUT = Path(sys.argv[1])
RANDOM = np.random.default_rng(20)
FILTERS = ("NEAREST", "BOX", "BILINEAR", "BICUBIC", "LANCZOS")
REDUCED_SIZES = ((9, 7), (16, 10), (20, 40), (37, 3), (64, 5), (3, 30), (19, 13), (8, 8), (1, 1))
SIZES = ((64, 48), (16, 10), (37, 9), (5, 23), (23, 37), (40, 9))  # Pillow 13 resizes the last one by columns first


def picture(width, height):
    """Smooth colours, hard edges and some noise."""
    y, x = np.mgrid[0:height, 0:width]
    pixels = np.stack([255 * x / width, 255 * y / height, 127 + 127 * np.sin((x + y) / 5)], axis=-1)
    pixels[height // 4 : height // 2, width // 4 : width // 2] = (250, 20, 40)
    pixels[:, width * 3 // 4] = (0, 0, 0)
    pixels += RANDOM.normal(0, 6, pixels.shape)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def resize():
    source = Image.fromarray(RANDOM.integers(0, 256, (23, 37, 3), dtype=np.uint8))
    source.paste(picture(20, 23), (0, 0))
    source.save(OUT / "resize-source.png")
    for name in FILTERS:
        for size in SIZES:
            resized = source.resize(size, Image.Resampling[name])
            resized.save(OUT / f"resize-{name}-{size[0]}x{size[1]}.png")
    for size in REDUCED_SIZES:
        source.resize(size, Image.Resampling.BICUBIC, reducing_gap=1).save(OUT / f"reduced-{size[0]}x{size[1]}.png")


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth, colour, rows, *chunks):
    """Kinds of PNG that Pillow does not write; `rows` are bytes of whole scan lines."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    body = chunk(b"IHDR", header) + b"".join(chunks) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def random_rows(height, row_bytes):
    return [RANDOM.integers(0, 256, row_bytes, dtype=np.uint8).tobytes() for _ in range(height)]


def keep(name, data=None):
    path = OUT / f"read-{name}"
    if data is not None:
        path.write_bytes(data)
    with Image.open(path) as image:
        ImageOps.exif_transpose(image).convert("RGB").save(OUT / f"read-{name}.expected.png")


def save(name, image, **options):
    image.save(OUT / f"read-{name}", **options)
    keep(name)


def read_png():
    image = picture(29, 17)
    rgba = image.convert("RGBA")
    rgba.putalpha(Image.fromarray(RANDOM.integers(0, 256, (17, 29), dtype=np.uint8)))
    save("rgb.png", image)
    save("rgba.png", rgba)
    save("grey.png", image.convert("L"))
    save("grey-alpha.png", rgba.convert("LA"))
    save("palette.png", image.quantize(40))
    save("palette-transparent.png", image.quantize(16), transparency=3)
    save("one-bit.png", image.convert("1"))
    save("rgb-transparent.png", image, transparency=image.getpixel((0, 0)))
    keep("grey2.png", png(13, 5, 2, 0, random_rows(5, 4)))
    keep("grey4.png", png(13, 5, 4, 0, random_rows(5, 7)))
    keep("rgb16.png", png(9, 5, 16, 2, random_rows(5, 54)))
    keep("rgba16.png", png(9, 5, 16, 6, random_rows(5, 72)))
    keep("grey-alpha16.png", png(9, 5, 16, 4, random_rows(5, 36)))
    short_palette = chunk(b"PLTE", RANDOM.integers(0, 256, 30, dtype=np.uint8).tobytes())
    keep("palette-too-short.png", png(9, 5, 4, 3, random_rows(5, 5), short_palette))
    exif = Image.Exif()
    exif[0x0112] = 6
    save("turned.png", image, exif=exif)


def read_jpeg():
    image = picture(61, 45)
    for name, subsampling in (("444", 0), ("422", 1), ("420", 2)):
        save(f"ycbcr-{name}.jpg", image, quality=88, subsampling=subsampling)
    save("progressive.jpg", image, quality=80, progressive=True)
    save("grey.jpg", image.convert("L"), quality=85)
    save("cmyk.jpg", image.convert("CMYK"), quality=90)
    save("rgb.jpg", image, quality=90, keep_rgb=True)
    save("profile.jpg", image, quality=85, icc_profile=b"no real profile" * 20)
    small = picture(14, 9)
    for turn in range(1, 9):
        exif = Image.Exif()
        exif[0x010E] = "before the orientation"
        exif[0x0112] = turn
        save(f"turn{turn}.jpg", small, quality=95, exif=exif)


def read_webp():
    image = picture(53, 38)
    rgba = image.convert("RGBA")
    rgba.putalpha(Image.linear_gradient("L").resize(image.size))
    save("lossless.webp", image, lossless=True)
    save("lossless-alpha.webp", rgba, lossless=True, exact=True)
    for quality in (1, 30, 75, 90):
        save(f"lossy{quality}.webp", image, quality=quality)
    for colours in (2, 3, 16, 200):
        save(f"lossless{colours}.webp", image.quantize(colours).convert("RGB"), lossless=True)
    save("lossy-alpha.webp", rgba, quality=90, exact=True)
    exif = Image.Exif()
    exif[0x0112] = 8
    save("turned.webp", image, lossless=True, exif=exif)
    frames = [picture(8, 8), picture(8, 8)]
    frames[0].save(OUT / "animated.webp", save_all=True, append_images=frames[1:])
    frames[0].save(OUT / "animated.png", save_all=True, append_images=frames[1:])


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    resize()
    read_png()
    read_jpeg()
    read_webp()
