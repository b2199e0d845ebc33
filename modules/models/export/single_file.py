"""Reads a checkpoint in the original layout: all networks in one `.safetensors` or `.ckpt` file, without their configuration.

Nothing is downloaded: the configuration comes from a folder. A `.ckpt` file is a Python pickle, which could run any program
when it is opened; torch is told to read weights only, and refuses everything else.
"""

from pathlib import Path

import diffusers

SUFFIXES = (".safetensors", ".ckpt")


def convert(file: Path, config: Path, scratch: Path) -> Path:
    """Writes the diffusers folder of the checkpoint. `config`: a folder with model_index.json and each part's configuration."""
    kind = diffusers.DiffusionPipeline.load_config(config, local_files_only=True)["_class_name"]
    pipeline = getattr(diffusers, kind).from_single_file(str(file), config=str(config), local_files_only=True)
    folder = scratch / "single-file"
    pipeline.save_pretrained(folder)
    return folder
