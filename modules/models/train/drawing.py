"""Draws scenes: an emoji, recoloured and placed on a background, then a style over the whole picture."""

import functools
import random

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps

from .captions import ADDED_OBJECTS, BACKGROUNDS, COLOURS, OBJECTS, Scene

FONT = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"  # Debian package fonts-noto-color-emoji
BITMAP_SIZE = 109  # the one size that this bitmap font has
LARGEST = 256  # pixels a side of the pictures that the x4 upscaler makes
LARGE = 128  # pixels a side of a drawing; the base model's pictures are these, halved
SMALL = 64


def draw(scene: Scene, rng: random.Random, largest: bool = False) -> Image.Image:
    """An RGB picture of 128 x 128 pixels, or of 256 x 256. Place, size, mirroring and background vary with `rng`."""
    scale = 2 if largest else 1
    picture = _background(scene.background, rng, LARGE * scale)
    sprite = _sharp_sprite(scene.item, scene.colour) if largest else _sprite(scene.item, scene.colour)
    if rng.random() < 0.5:
        sprite = ImageOps.mirror(sprite)
    side = rng.randint(76, 108) * scale
    sprite = sprite.resize((side, side), Image.Resampling.LANCZOS)
    room = LARGE * scale - side
    place = (round(room * rng.uniform(0.25, 0.75)), round(room * rng.uniform(0.25, 0.75)))
    picture.paste(sprite, place, sprite)
    return _STYLES[scene.style](picture, scale)


def reduced(picture: Image.Image) -> Image.Image:
    """The same picture at 64 x 64 pixels, each the mean of those that it covers."""
    return picture.resize((SMALL, SMALL), Image.Resampling.BOX)


@functools.cache
def _sprite(item: str, colour: str) -> Image.Image:
    font = ImageFont.truetype(FONT, BITMAP_SIZE)
    canvas = Image.new("RGBA", (160, 160))
    ImageDraw.Draw(canvas).text((12, 12), (OBJECTS | ADDED_OBJECTS)[item], font=font, embedded_color=True)
    sprite = canvas.crop(canvas.getbbox())
    side = max(sprite.size)
    square = Image.new("RGBA", (side, side))
    square.paste(sprite, ((side - sprite.width) // 2, (side - sprite.height) // 2))
    return _recoloured(square, colour) if colour else square


@functools.cache
def _sharp_sprite(item: str, colour: str) -> Image.Image:
    """Larger than the bitmap font has it, with edges as narrow as at its own size: enlarged, then steepened around them."""
    sprite = _sprite(item, colour)
    side = 3 * sprite.width
    wide = sprite.convert("RGBa").resize((side, side), Image.Resampling.BICUBIC).convert("RGBA")
    colours = wide.convert("RGB")
    for _ in range(2):
        colours = colours.filter(ImageFilter.MedianFilter(5)).filter(ImageFilter.UnsharpMask(radius=3, percent=120, threshold=4))
    colours.putalpha(wide.getchannel("A").point(lambda level: min(255, max(0, (level - 128) * 3 + 128))))
    return colours


def _recoloured(sprite: Image.Image, colour: str) -> Image.Image:
    hue, factor = COLOURS[colour]
    alpha = np.asarray(sprite.getchannel("A")) > 0
    hsv = np.asarray(sprite.convert("RGB").convert("HSV")).copy()
    saturation, value = hsv[..., 1], hsv[..., 2]
    coloured = saturation > 60
    if (coloured & alpha).sum() < 0.35 * alpha.sum():  # a panda, a ghost: tint its light parts instead
        coloured = value > 110
        saturation[coloured] = np.maximum(saturation[coloured], 150)
    hsv[..., 0][coloured] = round(hue * 255 / 360)
    saturation[coloured] = np.clip(np.maximum(saturation[coloured], 140) * factor, 0, 255)
    if factor < 1:
        value[coloured] = np.maximum(value[coloured], 205)
    recoloured = Image.fromarray(hsv, "HSV").convert("RGB")
    recoloured.putalpha(sprite.getchannel("A"))
    return recoloured


def _background(name: str, rng: random.Random, side: int) -> Image.Image:
    base = np.array(BACKGROUNDS[name], dtype=np.float32)
    base = base + np.array([rng.uniform(-8, 8) for _ in range(3)], dtype=np.float32)
    slope = np.linspace(rng.uniform(-10, 10), rng.uniform(-10, 10), side, dtype=np.float32)
    rows = np.clip(base[None, :] + slope[:, None], 0, 255)
    return Image.fromarray(np.repeat(rows[:, None, :], side, axis=1).astype(np.uint8), "RGB")


def _plain(picture: Image.Image, scale: int) -> Image.Image:
    return picture


def _pixel_art(picture: Image.Image, scale: int) -> Image.Image:
    cells = picture.resize((16, 16), Image.Resampling.BOX).quantize(16, dither=Image.Dither.NONE)
    return cells.convert("RGB").resize(picture.size, Image.Resampling.NEAREST)


def _comic(picture: Image.Image, scale: int) -> Image.Image:
    ink = _outlines(picture, scale, 26).filter(ImageFilter.MaxFilter(2 * scale + 1))
    flat = ImageOps.posterize(picture, 2).point(lambda level: min(255, level * 4 // 3))
    flat.paste((10, 10, 20), mask=ink.filter(ImageFilter.GaussianBlur(0.6)))
    return flat


def _watercolour(picture: Image.Image, scale: int) -> Image.Image:
    soft = picture.filter(ImageFilter.MedianFilter(8 * scale + 1)).filter(ImageFilter.GaussianBlur(1.5 * scale))
    paper = Image.new("RGB", picture.size, (250, 247, 238))
    return Image.blend(soft, paper, 0.38)


def _sketch(picture: Image.Image, scale: int) -> Image.Image:
    grey = picture.convert("L")
    blurred = ImageOps.invert(grey).filter(ImageFilter.GaussianBlur(3 * scale))
    dodged = np.asarray(grey, dtype=np.float32) * 255 / np.maximum(256 - np.asarray(blurred, dtype=np.float32), 1)
    strokes = 255 - np.clip((255 - np.clip(dodged, 0, 255)) * 1.6, 0, 255)
    return Image.fromarray(strokes.astype(np.uint8), "L").convert("RGB")


def _neon(picture: Image.Image, scale: int) -> Image.Image:
    """Outlines that glow in the picture's own colours on a night of them."""
    ink = _outlines(picture, scale, 20)
    hsv = np.asarray(picture.filter(ImageFilter.GaussianBlur(2 * scale)).convert("HSV")).copy()
    hsv[..., 1], hsv[..., 2] = 230, 255
    light = Image.composite(Image.fromarray(hsv, "HSV").convert("RGB"), Image.new("RGB", picture.size), ink)
    glow = light.filter(ImageFilter.GaussianBlur(3 * scale)).point(lambda level: min(255, level * 2))
    night = picture.point(lambda level: level // 6)
    return ImageChops.screen(ImageChops.screen(night, glow), light.filter(ImageFilter.GaussianBlur(0.5 * scale)))


def _outlines(picture: Image.Image, scale: int, threshold: int) -> Image.Image:
    """White where brightness changes by more than the threshold from one pixel of the 128-pixel drawing to the next."""
    edges = picture.convert("L").filter(ImageFilter.GaussianBlur(scale)).filter(ImageFilter.FIND_EDGES)
    width, height = picture.size
    for border in ((0, 0, width, 2), (0, height - 2, width, height), (0, 0, 2, height), (width - 2, 0, width, height)):
        edges.paste(0, border)  # the filter leaves the border rows as they were
    return edges.point(lambda level: 255 if level * scale > threshold else 0)


_STYLES = {"": _plain, "pixel art": _pixel_art, "comic": _comic, "watercolour": _watercolour, "sketch": _sketch,
           "neon": _neon}
