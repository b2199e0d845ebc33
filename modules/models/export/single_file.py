"""Reads a checkpoint in the original layout: all networks in one `.safetensors` or `.ckpt` file, without their configuration.

Nothing is downloaded: the configuration is one of those in `known_configurations`, or comes from a folder. A `.ckpt` file is
a Python pickle, which could run any program when it is opened; torch is told to read weights only, and refuses everything
else.
"""

import sys
from pathlib import Path

import diffusers
import torch
from diffusers.loaders.single_file_utils import infer_diffusers_model_type, load_single_file_checkpoint

from . import known_configurations

SUFFIXES = (".safetensors", ".ckpt")


def convert(file: Path, config: str | None, scratch: Path) -> Path:
    """Writes the diffusers folder of the checkpoint.

    `config`: the name of a known configuration, or a folder with model_index.json and each part's configuration; without one
    the weights decide.
    """
    try:
        described = _configuration(file, config, scratch)
        kind = diffusers.DiffusionPipeline.load_config(described, local_files_only=True)["_class_name"]
        pipeline = getattr(diffusers, kind).from_single_file(str(file), config=str(described), local_files_only=True)
    except OSError as fault:
        sys.exit(f"{file}: cannot be read as weights and nothing else: {fault}")
    _require_weights(file, pipeline)
    folder = scratch / "single-file"
    pipeline.save_pretrained(folder)
    return folder


def _require_weights(file: Path, pipeline: diffusers.DiffusionPipeline) -> None:
    """What the file does not hold is left without values by diffusers."""
    for name, part in pipeline.components.items():
        missing = [key for key, value in part.state_dict().items() if value.is_meta] if isinstance(part, torch.nn.Module) else []
        if missing:
            sys.exit(f"{file}: has no weights for {name}: {', '.join(missing[:3])} and so on, {len(missing)} in all; is --config right?")


def is_configuration(config: str) -> bool:
    return config in known_configurations.KNOWN or (Path(config) / "model_index.json").is_file()


def _configuration(file: Path, config: str | None, scratch: Path) -> Path:
    if config is not None and config not in known_configurations.KNOWN:
        return Path(config)
    name = config or known_configurations.BY_WEIGHTS.get(infer_diffusers_model_type(load_single_file_checkpoint(str(file))))
    if name is None:
        sys.exit(f"{file}: its weights are of no kind that is known here; name one with --config: {', '.join(known_configurations.KNOWN)}")
    print(f"{file.name}: read as {name}")
    return known_configurations.write(name, scratch / "configuration")
