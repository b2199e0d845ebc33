"""Draws scenes: an emoji, recoloured and placed on a background, then one of four styles over the whole picture."""

import functools
import random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from .captions import BACKGROUNDS, COLOURS, OBJECTS, Scene

FONT = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"  # Debian package fonts-noto-color-emoji
BITMAP_SIZE = 109  # the one size that this bitmap font has
LARGE = 128  # pixels a side of a drawing; the base model's pictures are these, halved
SMALL = 64


def draw(scene: Scene, rng: random.Random) -> Image.Image:
    """An RGB picture of 128 x 128 pixels. Place, size, mirroring and background vary with `rng`."""
    picture = _background(scene.background, rng)
    sprite = _sprite(scene.item, scene.colour)
    if rng.random() < 0.5:
        sprite = ImageOps.mirror(sprite)
    side = rng.randint(76, 108)
    sprite = sprite.resize((side, side), Image.Resampling.LANCZOS)
    room = LARGE - side
    place = (round(room * rng.uniform(0.25, 0.75)), round(room * rng.uniform(0.25, 0.75)))
    picture.paste(sprite, place, sprite)
    return _STYLES[scene.style](picture)


def halve(picture: Image.Image) -> Image.Image:
    """The same picture at 64 x 64 pixels, each the mean of four."""
    return picture.resize((SMALL, SMALL), Image.Resampling.BOX)


@functools.cache
def _sprite(item: str, colour: str) -> Image.Image:
    font = ImageFont.truetype(FONT, BITMAP_SIZE)
    canvas = Image.new("RGBA", (160, 160))
    ImageDraw.Draw(canvas).text((12, 12), OBJECTS[item], font=font, embedded_color=True)
    sprite = canvas.crop(canvas.getbbox())
    side = max(sprite.size)
    square = Image.new("RGBA", (side, side))
    square.paste(sprite, ((side - sprite.width) // 2, (side - sprite.height) // 2))
    return _recoloured(square, colour) if colour else square


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


def _background(name: str, rng: random.Random) -> Image.Image:
    base = np.array(BACKGROUNDS[name], dtype=np.float32)
    base = base + np.array([rng.uniform(-8, 8) for _ in range(3)], dtype=np.float32)
    slope = np.linspace(rng.uniform(-10, 10), rng.uniform(-10, 10), LARGE, dtype=np.float32)
    rows = np.clip(base[None, :] + slope[:, None], 0, 255)
    return Image.fromarray(np.repeat(rows[:, None, :], LARGE, axis=1).astype(np.uint8), "RGB")


def _plain(picture: Image.Image) -> Image.Image:
    return picture


def _pixel_art(picture: Image.Image) -> Image.Image:
    cells = picture.resize((16, 16), Image.Resampling.BOX).quantize(16, dither=Image.Dither.NONE)
    return cells.convert("RGB").resize(picture.size, Image.Resampling.NEAREST)


def _comic(picture: Image.Image) -> Image.Image:
    edges = picture.convert("L").filter(ImageFilter.GaussianBlur(1)).filter(ImageFilter.FIND_EDGES)
    edges.paste(0, (0, 0, LARGE, 2))  # the filter leaves the border rows as they were
    edges.paste(0, (0, LARGE - 2, LARGE, LARGE))
    edges.paste(0, (0, 0, 2, LARGE))
    edges.paste(0, (LARGE - 2, 0, LARGE, LARGE))
    ink = edges.point(lambda level: 255 if level > 26 else 0).filter(ImageFilter.MaxFilter(3))
    flat = ImageOps.posterize(picture, 2).point(lambda level: min(255, level * 4 // 3))
    flat.paste((10, 10, 20), mask=ink.filter(ImageFilter.GaussianBlur(0.6)))
    return flat


def _watercolour(picture: Image.Image) -> Image.Image:
    soft = picture.filter(ImageFilter.MedianFilter(9)).filter(ImageFilter.GaussianBlur(1.5))
    paper = Image.new("RGB", picture.size, (250, 247, 238))
    return Image.blend(soft, paper, 0.38)


def _sketch(picture: Image.Image) -> Image.Image:
    grey = picture.convert("L")
    blurred = ImageOps.invert(grey).filter(ImageFilter.GaussianBlur(3))
    dodged = np.asarray(grey, dtype=np.float32) * 255 / np.maximum(256 - np.asarray(blurred, dtype=np.float32), 1)
    strokes = 255 - np.clip((255 - np.clip(dodged, 0, 255)) * 1.6, 0, 255)
    return Image.fromarray(strokes.astype(np.uint8), "L").convert("RGB")


_STYLES = {"": _plain, "pixel art": _pixel_art, "comic": _comic, "watercolour": _watercolour, "sketch": _sketch}
