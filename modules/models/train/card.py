"""Writes what a program can know of a bundled model's card: the front matter of its README.md, in the form of Hugging Face's model
cards. The prose below it stays as it is."""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import EvalResult, ModelCard, ModelCardData
from safetensors import safe_open

from .run import load_checkpoint

HARDWARE = "two CPU cores"
DATA = "drawings made of Noto Color Emoji by train/drawing.py, with captions of train/captions.py"
MEASURED_ON = "drawings and captions that were not trained on (train/measure.py)"


@dataclass(frozen=True)
class Kind:
    """`parts` names the checkpoints that the model consists of, as what they are; `base` is the model that it needs or shares with."""

    task: str
    tags: tuple[str, ...]
    parts: dict[str, str]
    base: str | None = None
    relation: str | None = None
    figures: tuple[str, ...] = ()


def _denoiser(name: str, vae: str | None = None) -> dict[str, str]:
    return ({"autoencoder": vae} if vae else {}) | {"denoiser": name}


STABLE_DIFFUSION, ADAPTER = ("stable-diffusion", "onnx"), ("stable-diffusion", "safetensors")
KINDS = {
    "tiny-emoji": Kind("text-to-image", STABLE_DIFFUSION, _denoiser("tiny-emoji", "vae"), figures=("vae",)),
    "tiny-emoji-b": Kind("text-to-image", STABLE_DIFFUSION, _denoiser("tiny-emoji-b", "vae-b"), "tiny-emoji", figures=("vae-b",)),
    "tiny-comic": Kind("image-to-image", STABLE_DIFFUSION, _denoiser("tiny-comic"), "tiny-emoji"),
    "tiny-pixel": Kind("image-to-image", STABLE_DIFFUSION, _denoiser("tiny-pixel"), "tiny-emoji"),
    "tiny-lcm": Kind("text-to-image", (*STABLE_DIFFUSION, "lcm"), _denoiser("tiny-lcm"), "tiny-emoji", "finetune"),
    "tiny-x2-latent": Kind("image-to-image", (*STABLE_DIFFUSION, "upscaler"), _denoiser("tiny-x2-latent"), "tiny-emoji"),
    "tiny-x4": Kind("image-to-image", (*STABLE_DIFFUSION, "upscaler"), _denoiser("tiny-x4"), "tiny-emoji"),
    "tiny-controlnet-edge": Kind(
        "image-to-image", (*STABLE_DIFFUSION, "controlnet"), {"controlnet": "tiny-controlnet-edge"}, "tiny-emoji", "adapter"),
    "tiny-lora-neon": Kind("text-to-image", (*ADAPTER, "lora"), {"lora": "tiny-lora-neon"}, "tiny-emoji", "adapter"),
    "tiny-embedding": Kind(
        "text-to-image", (*ADAPTER, "textual-inversion"), {"embedding": "tiny-embedding"}, "tiny-emoji", "adapter"),
}


def main() -> None:
    arguments = _arguments()
    kind = KINDS[arguments.model]
    path = arguments.out / "README.md"
    card = ModelCard(path.read_text() if path.exists() else f"# {arguments.model}\n", ignore_metadata_errors=True)
    card.data = ModelCardData(
        license=_licences(arguments.out), library_name="diffusers", pipeline_tag=kind.task, tags=list(kind.tags),
        base_model=kind.base, base_model_relation=kind.relation, model_name=arguments.model,
        eval_results=_figures(arguments.run, arguments.model, kind), training_data=DATA, hardware=HARDWARE,
        training=[_part(arguments.run, name, checkpoint) for name, checkpoint in kind.parts.items()])
    card.data.model_name = arguments.model
    path.write_text(str(card))
    print(f"{path}: {sum(part['parameters'] for part in card.data.training)} parameters, "
          f"{sum(part['minutes'] for part in card.data.training)} minutes, {len(card.data.eval_results)} figures")


def _licences(folder: Path) -> list[str]:
    """The manifest's SPDX expression in the identifiers of the hub."""
    return json.loads((folder / "manifest.json").read_text())["license"].lower().split(" and ")


def _figures(run: Path, model: str, kind: Kind) -> list[EvalResult]:
    figures = {}
    for name in (model, *kind.figures):
        path = run / f"{name}-figures.json"
        if not path.exists():
            sys.exit(f"{path}: not there; run `python -m train.measure {run} {name}` first")
        figures |= {key: value for key, value in json.loads(path.read_text()).items() if value == value}  # no share of nothing
    return [EvalResult(task_type=kind.task, dataset_type="generated", dataset_name=MEASURED_ON, metric_type=_metric(name),
                       metric_name=name, metric_value=value) for name, value in figures.items()]


def _metric(name: str) -> str:
    return name.split("_")[0] if name.startswith("psnr") else "accuracy"


def _part(run: Path, name: str, checkpoint: str) -> dict:
    found = load_checkpoint(run / f"{checkpoint}.pt")
    return {"part": name, "parameters": _parameters(run / checkpoint, found), "steps": found["step"],
            "minutes": round(found["trained"] / 60)}


def _parameters(folder: Path, checkpoint: dict) -> int:
    """A LoRA's checkpoint holds the network that it is trained in, too."""
    files = list(folder.glob("*.safetensors"))
    if len(files) != 1 or (folder / "config.json").exists():
        return sum(tensor.numel() for tensor in checkpoint["model"].values())
    with safe_open(files[0], "pt") as tensors:
        return sum(tensors.get_tensor(key).numel() for key in tensors.keys())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m train.card", description=__doc__)
    parser.add_argument("run", type=Path, help="the --out of `python -m train`, with the figures of `python -m train.measure`")
    parser.add_argument("model", choices=KINDS, metavar="MODEL", help=f"one of {', '.join(KINDS)}")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the model's folder in bundled/, exported already")
    return parser.parse_args()


if __name__ == "__main__":
    main()
