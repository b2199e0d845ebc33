"""The training pictures, drawn once and kept as memory-mapped arrays beside the checkpoints."""

import json
import random
from dataclasses import asdict
from pathlib import Path

import numpy as np

from .captions import Scene, random_scene
from .drawing import LARGE, SMALL, draw, halve

COUNT = 14_000
LARGE_COUNT = 5_000  # the first so many are kept at 128 pixels too
HELD_OUT = 256  # the last so many are never trained on
SEED = 20


class Pictures:
    """`small` is uint8 `[n, 64, 64, 3]`; `large` is uint8 `[m, 128, 128, 3]`, the first m of them; `scenes` says what each shows."""

    def __init__(self, folder: Path):
        self.small = np.load(folder / "small.npy", mmap_mode="r")
        self.large = np.load(folder / "large.npy", mmap_mode="r")
        self.scenes = [Scene(**fields) for fields in json.loads((folder / "scenes.json").read_text())]

    @property
    def train_count(self) -> int:
        return len(self.small) - HELD_OUT


def load_or_draw(folder: Path) -> Pictures:
    if not (folder / "scenes.json").exists():
        _draw_all(folder)
    return Pictures(folder)


def _draw_all(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(SEED)
    small = np.lib.format.open_memmap(folder / "small.npy", "w+", np.uint8, (COUNT, SMALL, SMALL, 3))
    large = np.lib.format.open_memmap(folder / "large.npy", "w+", np.uint8, (LARGE_COUNT, LARGE, LARGE, 3))
    scenes = []
    for index in range(COUNT):
        scene = random_scene(rng)
        picture = draw(scene, rng)
        small[index] = np.asarray(halve(picture))
        if index < LARGE_COUNT:
            large[index] = np.asarray(picture)
        scenes.append(asdict(scene))
        if index % 2000 == 1999:
            print(f"pictures: {index + 1} of {COUNT} drawn", flush=True)
    small.flush()
    large.flush()
    (folder / "scenes.json").write_text(json.dumps(scenes))  # last: its presence says that the arrays are whole
