"""What the judges of pictures have in common: kept in float16 beside the bundled models, with how often they are right themselves."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from diffusers import AutoencoderKL
from safetensors.torch import load_file, save_file

from export.weights import SMALL

from .autoencoder import decoded
from .captions import Scene
from .pictures import HELD_OUT, Pictures
from .run import device, load_checkpoint, round_as_stored

Judge = TypeVar("Judge", bound=torch.nn.Module)


def save_judge(
        name: str, model: torch.nn.Module, folder: Path, pictures: Pictures, vae: AutoencoderKL,
        right: Callable[[np.ndarray, list[Scene]], float | dict[str, float]]) -> None:
    """The checkpoint's averaged weights in float16, and how often they are right about drawings that were not trained on.

    `right`: the share of right answers, by this very model.
    """
    checkpoint = load_checkpoint(folder / f"{name}.pt")
    model.load_state_dict(checkpoint["average"])
    model.to(device()).eval()
    round_as_stored({name: model})
    file = _file(name, folder)
    file.parent.mkdir(exist_ok=True)
    save_file({key: tensor.half() if tensor.is_floating_point() and tensor.numel() >= SMALL else tensor
               for key, tensor in model.state_dict().items()}, file)
    held_out, scenes = pictures.small[-HELD_OUT:], pictures.scenes[-HELD_OUT:]
    figures = {"steps": checkpoint["step"], "minutes": round(checkpoint["trained"] / 60, 1),
               "drawn": right(held_out, scenes), "decoded": right(decoded(vae, held_out), scenes)}
    file.with_name("figures.json").write_text(json.dumps(figures, indent=2) + "\n")
    print(f"{name}: on {HELD_OUT} drawings it had not seen, and on what the autoencoder keeps of them: {figures}", flush=True)


def load_judge(name: str, model: Judge, folder: Path) -> Judge:
    """The model with the weights that `save_judge` left."""
    file = _file(name, folder)
    if not file.exists():
        raise SystemExit(f"{file}: not there; `python -m train.restore {folder}` puts the bundled one there")
    model.load_state_dict(load_file(file))  # which makes float32 of float16
    return model.to(device()).eval()


def _file(name: str, folder: Path) -> Path:
    return folder / name / f"{name}.safetensors"
