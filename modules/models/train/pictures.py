"""The training pictures, drawn once and kept as memory-mapped arrays beside the checkpoints."""

import json
import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from .captions import ADDED_OBJECTS, OBJECTS, PLAIN_SHARE, STYLES, Scene, random_scene
from .drawing import LARGE, LARGEST, SMALL, draw, reduced

HELD_OUT = 256  # the last so many of a set are never trained on
CHUNK = 500  # pictures that one process draws at a time, each chunk with a random generator of its own


@dataclass(frozen=True)
class PictureSet:
    """What is drawn for a model: how many pictures, how many of them also large, and what may be on them."""

    folder: str
    count: int
    seed: int
    large_count: int = 0
    large_side: int = LARGE
    styles: tuple[str, ...] = STYLES
    plain_share: float = PLAIN_SHARE
    objects: tuple[str, ...] = tuple(OBJECTS)
    without_style: bool = False  # the same scenes, drawn plainly

    def side(self, index: int) -> int:
        return self.large_side if index < self.large_count else LARGE


ALL = PictureSet("pictures", 14_000, seed=20, large_count=14_000)
COMIC = PictureSet("pictures-comic", 8_000, seed=21, styles=("comic",), plain_share=0.15)
PIXEL = PictureSet("pictures-pixel", 8_000, seed=22, styles=("pixel art",), plain_share=0.15)
COMIC_BEFORE = replace(COMIC, folder="pictures-comic-before", without_style=True)
PIXEL_BEFORE = replace(PIXEL, folder="pictures-pixel-before", without_style=True)
LARGEST_ONES = PictureSet("pictures-256", 2_500, seed=23, large_count=2_500, large_side=LARGEST)
NEON = PictureSet("pictures-neon", 3_000, seed=24, styles=("neon",), plain_share=0)
KOALA = PictureSet("pictures-koala", 1_000, seed=26, plain_share=0.8, objects=tuple(ADDED_OBJECTS))


class Pictures:
    """`small` is uint8 `[n, 64, 64, 3]`; `large` is uint8 `[m, s, s, 3]`, the first m of them; `scenes` says what each shows."""

    def __init__(self, folder: Path):
        self.small = np.load(folder / "small.npy", mmap_mode="r")
        self.large = np.load(folder / "large.npy", mmap_mode="r")
        self.scenes = [Scene(**fields) for fields in json.loads((folder / "scenes.json").read_text())]

    @property
    def train_count(self) -> int:
        return len(self.small) - HELD_OUT


def load_or_draw(run: Path, kind: PictureSet, processes: int) -> Pictures:
    folder = run / kind.folder
    if not (folder / "scenes.json").exists():
        _draw_all(folder, kind, processes)
    return Pictures(folder)


def _draw_all(folder: Path, kind: PictureSet, processes: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    small = np.lib.format.open_memmap(folder / "small.npy", "w+", np.uint8, (kind.count, SMALL, SMALL, 3))
    sides = (kind.large_side, kind.large_side)
    large = np.lib.format.open_memmap(folder / "large.npy", "w+", np.uint8, (kind.large_count, *sides, 3))
    scenes = []
    starts = range(0, kind.count, CHUNK)
    with ProcessPoolExecutor(processes) as pool:
        for start, (some_scenes, some_small, some_large) in zip(starts, pool.map(_chunk, [kind] * len(starts), starts), strict=True):
            scenes += some_scenes
            small[start:start + len(some_small)] = some_small
            large[start:start + len(some_large)] = some_large
            print(f"{kind.folder}: {len(scenes)} of {kind.count} drawn", flush=True)
    small.flush()
    large.flush()
    (folder / "scenes.json").write_text(json.dumps([asdict(scene) for scene in scenes]))  # last: the arrays are whole


def _chunk(kind: PictureSet, start: int) -> tuple[list[Scene], np.ndarray, np.ndarray]:
    rng = random.Random(f"{kind.seed}/{start}")
    scenes, small, large = [], [], []
    for index in range(start, min(start + CHUNK, kind.count)):
        scene = random_scene(rng, kind.styles, kind.plain_share, kind.objects)
        if kind.without_style:
            scene = replace(scene, style="")
        picture = draw(scene, rng, largest=kind.side(index) == LARGEST)
        scenes.append(scene)
        small.append(np.asarray(reduced(picture)))
        if index < kind.large_count:
            large.append(np.asarray(picture))
    return scenes, np.stack(small), np.stack(large) if large else np.empty((0, kind.large_side, kind.large_side, 3), np.uint8)
