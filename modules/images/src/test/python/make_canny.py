"""What `cv2.Canny` makes of small pictures; with opencv-python-headless 4.12.0.88 and Pillow: `python make_canny.py`.

`NAME_LOW_HIGH.png` are the edges of `NAME.png` with these thresholds."""

import pathlib

import cv2
import numpy as np
from PIL import Image, ImageDraw

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources/golden/canny"
THRESHOLDS = [(100, 200), (50, 50), (200, 100), (0, 0), (30.7, 99.9), (400, 900), (0, 2000)]


def picture(width, height, seed):
    rows, columns = np.mgrid[0:height, 0:width]
    waves = [127 + 120 * np.sin((rows * a + columns * b) / 9 + seed) for a, b in ((1, 2), (2, -1), (-1, 1))]
    noise = np.random.default_rng(seed).normal(0, 6, (height, width, 3))
    return Image.fromarray(np.clip(np.stack(waves, -1) + noise, 0, 255).astype(np.uint8))


def pictures():
    yield "waves", picture(61, 47, 1)
    yield "noise", Image.fromarray(np.random.default_rng(2).integers(0, 256, (33, 40, 3), dtype=np.uint8))
    drawing = Image.new("RGB", (64, 48), (250, 250, 240))
    ImageDraw.Draw(drawing).ellipse((8, 6, 50, 40), fill=(200, 30, 40), outline=(20, 20, 160))
    ImageDraw.Draw(drawing).polygon([(30, 4), (60, 44), (20, 44)], fill=(30, 200, 60))
    ImageDraw.Draw(drawing).line((0, 0, 63, 47), fill=(0, 0, 0))
    yield "drawing", drawing
    yield "row", picture(37, 1, 3)
    yield "column", picture(1, 29, 4)
    yield "pixel", picture(1, 1, 5)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for name, image in pictures():
        image.save(OUT / f"{name}.png", optimize=True)
        for low, high in THRESHOLDS:
            edges = cv2.Canny(np.array(image), low, high)
            Image.fromarray(edges).convert("1").save(OUT / f"{name}_{low}_{high}.png", optimize=True)
            print(name, low, high, edges.mean())


if __name__ == "__main__":
    main()
