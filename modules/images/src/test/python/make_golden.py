"""Makes the golden data of this module's tests with real Pillow.

    python -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python make_golden.py ../resources/golden

`resize-source.png` and `resize-FILTER-WxH.png`: Image.resize on bytes.
`reduced-WxH.png`: Image.resize(size, BICUBIC, reducing_gap=1) of the same source.
`read-NAME.EXT` and `read-NAME.EXT.expected.png`: exif_transpose(image).convert("RGB"), which is what
diffusers does to an input image.
"""

import io
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


def xmp(value, element=False):
    name = "tiff:Orientation"
    attribute, child = ("", f"<{name}>{value}</{name}>") if element else (f' {name}="{value}"', "")
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"{attribute}>{child}'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def riff(image, flags, *chunks):
    """The lossless picture of a simple WebP in an extended one, with chunks behind it."""
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", lossless=True)
    size = b"".join((side - 1).to_bytes(3, "little") for side in image.size)
    body = b"WEBP" + b"VP8X" + struct.pack("<IB3x", 10, flags) + size + buffer.getvalue()[12:]
    for kind, data in chunks:
        body += kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def read_orientations():
    """Where Pillow looks for an orientation, and what goes first."""
    image = picture(13, 8)
    both = Image.Exif()
    both[0x0112] = 3
    without = Image.Exif()
    without[0x010E] = "no orientation"
    beyond = Image.Exif()
    beyond[0x0112] = 9
    for value in (0, 2, 5, 7, 9):
        save(f"xmp{value}.jpg", image, quality=95, xmp=xmp(value))
    save("xmp-element.jpg", image, quality=95, xmp=xmp(6, element=True))
    save("xmp-and-exif.jpg", image, quality=95, xmp=xmp(6), exif=both)
    save("xmp-and-other-exif.jpg", image, quality=95, xmp=xmp(6), exif=without)
    save("xmp-and-exif-beyond.jpg", image, quality=95, xmp=xmp(6), exif=beyond)
    save("xmp-single-quotes.jpg", image, quality=95, xmp=xmp(6).replace(b'"', b"'"))
    save("xmp-twice.jpg", image, quality=95, xmp=b"tiff:Orientation, tiff:Orientation>x tiff:Orientation>8 " + xmp(6))
    rows = random_rows(5, 9)
    for compressed in (0, 1):
        text = zlib.compress(xmp(6)) if compressed else xmp(6)
        itxt = b"XML:com.adobe.xmp\0" + bytes([compressed, 0]) + b"\0\0" + text
        keep(f"xmp{compressed}.png", png(3, 5, 8, 2, rows, chunk(b"iTXt", itxt)))
    cut = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(xmp(6))[:40]
    keep("xmp-cut-off.png", png(3, 5, 8, 2, rows, chunk(b"iTXt", cut)))
    turned = both.tobytes()
    digits = f"\nexif\n{len(turned):8}\n" + "\n".join(turned.hex()[i : i + 72] for i in range(0, len(turned.hex()), 72))
    raw = b"Raw profile type exif\0\0" + zlib.compress(digits.encode())
    keep("raw-profile.png", png(3, 5, 8, 2, rows, chunk(b"zTXt", raw)))
    keep("xmp.webp", riff(image, 0x04, (b"XMP ", xmp(6))))
    keep("xmp-not-announced.webp", riff(image, 0x00, (b"XMP ", xmp(6))))
    keep("xmp-first-counts.webp", riff(image, 0x04, (b"XMP ", xmp(8)), (b"XMP ", xmp(3))))
    keep("xmp-and-exif.webp", riff(image, 0x0C, (b"EXIF", b"Exif\0\0" + turned), (b"XMP ", xmp(6))))


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    resize()
    read_png()
    read_jpeg()
    read_webp()
    read_orientations()
