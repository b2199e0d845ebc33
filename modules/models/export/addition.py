"""Puts a LoRA or a textual inversion, a safetensors file, into a folder of its own with a manifest.json, as models have it.

Darkroom takes such files as they are; the folder is for those that are handed on with a card, a licence and a checksum.
"""

import argparse
import shutil
import sys
from pathlib import Path

from safetensors import SafetensorError, safe_open

from .manifest import write_addition_manifest


def main() -> None:
    arguments = _arguments()
    file = _file(arguments.source)
    family = _family(file)
    arguments.out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, arguments.out / file.name)
    name = arguments.name or arguments.out.resolve().name
    manifest = write_addition_manifest(arguments.out, file.name, name, family, arguments.license)
    print(f"{name}: {family}, digest {manifest['digest']}, {manifest['files'][0]['size'] / 1e6:.2f} MB")


def _file(source: Path) -> Path:
    if not source.is_dir():
        return source
    files = sorted(source.glob("*.safetensors"))
    if len(files) != 1:
        sys.exit(f"{source}: has {len(files)} .safetensors files; name the one")
    return files[0]


def _family(file: Path) -> str:
    """Every form of a LoRA says so in its keys; a textual inversion has one tensor, or one for each text encoder."""
    try:
        with safe_open(file, "numpy") as tensors:
            keys = list(tensors.keys())
    except (OSError, SafetensorError) as error:
        sys.exit(f"{file}: is no safetensors file: {error}")
    if any("lora" in key for key in keys):
        return "lora"
    if len(keys) <= 2:
        return "textual-inversion"
    sys.exit(f"{file}: is neither a LoRA nor a textual inversion; `python -m export` takes whole checkpoints")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m export.addition", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="the .safetensors file, or a folder with one")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the folder is written")
    parser.add_argument("--name", help="the name in the manifest (default: the last part of DIR)")
    parser.add_argument("--license", default="unknown", metavar="SPDX", help="licence expression for the manifest")
    return parser.parse_args()


if __name__ == "__main__":
    main()
