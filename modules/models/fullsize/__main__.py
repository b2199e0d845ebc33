"""Stable Diffusion 1.5 in full size: Darkroom's picture beside diffusers', and the memory of both.

    python -m fullsize WORK [--side 512] [--steps 2] [--modes resident offload low]

Run it in modules/models with the packages of golden/requirements.txt; it takes about ten minutes on two idle cores, 14 GB of memory
and 9 GB of disk below WORK, which it empties at the end. Every side runs in a process of its own.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent
DARKROOM = HERE.parents[2] / "darkroom"


def run(*command):
    print("+", *command, flush=True)
    subprocess.run([str(part) for part in command], check=True, cwd=HERE.parent)


def compare(one, other):
    difference = np.abs(np.asarray(Image.open(one), dtype=int) - np.asarray(Image.open(other), dtype=int))
    return f"worst pixel difference {difference.max()}/255, {100 * (difference > 0).mean():.3f}% of values differ"


def main():
    parser = argparse.ArgumentParser(prog="python -m fullsize", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--side", type=int, default=512)
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--modes", nargs="+", default=["resident", "offload", "low"])
    parser.add_argument("--keep", action="store_true", help="leave the weights in WORK")
    parser.add_argument("--darkroom", nargs="+", default=[str(DARKROOM)], help="the command line to measure")
    arguments = parser.parse_args()
    work = arguments.work.resolve()
    checkpoint, exported = work / "diffusers", work / "onnx"
    if not (checkpoint / "model_index.json").exists():
        run(sys.executable, "-W", "ignore", "-m", "fullsize.architecture", checkpoint)
    if not (exported / "manifest.json").exists():
        run(sys.executable, "-W", "ignore", "-m", "export", checkpoint, "--out", exported, "--license", "Apache-2.0")
    reference = work / "diffusers.png"
    if not reference.exists():
        run(sys.executable, "-W", "ignore", "-m", "fullsize.reference", checkpoint, reference, arguments.side, arguments.steps)
    for mode in arguments.modes:
        picture = work / f"{mode}.png"
        run(*arguments.darkroom, "bench", "memory", "--model", exported, "--memory", mode, "--width", arguments.side,
            "--height", arguments.side, "--steps", arguments.steps, "--seed", 7, "--pictures", 1, "--out", picture)
        print(f"{mode}: {compare(reference, picture)}", flush=True)
    if not arguments.keep:
        shutil.rmtree(checkpoint)
        shutil.rmtree(exported)


if __name__ == "__main__":
    main()
