"""What is exported: brings every kind of source to a diffusers folder."""

import argparse
import json
from pathlib import Path
from typing import Callable

from diffusers import DiffusionPipeline

from . import depth, single_file
from .families import Family
from .known_configurations import KNOWN

COMBINED = "KandinskyV22CombinedPipeline"
DECODERS = ("KandinskyV22Pipeline", "KandinskyV22Img2ImgPipeline")


def check(arguments: argparse.Namespace, error: Callable[[str], None]) -> None:
    """Finds what is wrong with the arguments before anything large is read."""
    source = arguments.source
    if source.is_file():
        if source.suffix not in single_file.SUFFIXES:
            error(f"{source}: a single file must end in {' or '.join(single_file.SUFFIXES)}")
        if arguments.config is not None and not single_file.is_configuration(arguments.config):
            error(f"--config: {arguments.config} is neither a folder with model_index.json nor one of {', '.join(KNOWN)}")
    elif not class_name(source):
        error(f"{source}: has no model_index.json, and no config.json of a network; give a folder that diffusers' "
              "save_pretrained wrote, or a single file")
    if arguments.config is not None and not source.is_file():
        error("--config: goes with a single file only")
    if arguments.prior is not None and (source.is_file() or class_name(source) not in DECODERS):
        error("--prior: goes with the folder of a Kandinsky 2.2 decoder only")
    if arguments.safety_checker is not None and not (arguments.safety_checker / "safety_checker/config.json").is_file():
        error(f"--safety-checker: {arguments.safety_checker} has no safety_checker/config.json")


def prepare(arguments: argparse.Namespace, scratch: Path) -> Path:
    """The diffusers folder to export; made in `scratch` if the source is none."""
    if arguments.source.is_file():
        return single_file.convert(arguments.source, arguments.config, scratch)
    return arguments.source if arguments.prior is None else _combined(arguments.source, arguments.prior, scratch)


def class_name(folder: Path) -> str:
    """Of a whole pipeline, or of a network alone; empty if the folder is neither."""
    files = [folder / name for name in ("model_index.json", "config.json") if (folder / name).is_file()]
    config = json.loads(files[0].read_text()) if files else {}
    return depth.CLASS_NAME if depth.is_depth_estimator(config) else config.get("_class_name", "")


def load(folder: Path, family: Family) -> DiffusionPipeline:
    without = {"safety_checker": None, "requires_safety_checker": False} if family.may_have_safety_checker else {}
    return DiffusionPipeline.from_pretrained(folder, local_files_only=True, **without)


def safety_checker_folder(source: Path, family: Family, arguments: argparse.Namespace) -> Path | None:
    if arguments.no_safety_checker or not family.may_have_safety_checker:
        return None
    if arguments.safety_checker is not None:
        return arguments.safety_checker
    return source if (source / "safety_checker/config.json").is_file() else None


def _combined(decoder: Path, prior: Path, scratch: Path) -> Path:
    """Both folders under the names that diffusers' combined pipeline saves; links, so that nothing large is copied."""
    folder = scratch / "combined"
    folder.mkdir()
    index = {"_class_name": COMBINED, "_diffusers_version": _index(decoder)["_diffusers_version"]}
    for origin, prefix in ((decoder, ""), (prior, "prior_")):
        for part, kind in _index(origin).items():
            if not part.startswith("_"):
                index[prefix + part] = kind
                (folder / (prefix + part)).symlink_to((origin / part).resolve())
    (folder / "model_index.json").write_text(json.dumps(index, indent=2))
    return folder


def _index(folder: Path) -> dict:
    return json.loads((folder / "model_index.json").read_text())
