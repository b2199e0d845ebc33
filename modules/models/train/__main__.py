"""Trains one of the bundled models from nothing and leaves it as a diffusers folder (LoRAs and embeddings as safetensors)."""

import argparse
import os
import shutil
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # spinning threads would starve whatever else the machine does

import torch  # noqa: E402

from . import autoencoder, denoiser, vocabulary  # noqa: E402
from .models import MODELS, Job  # noqa: E402
from .pictures import load_or_draw  # noqa: E402


def main() -> None:
    arguments = _arguments()
    torch.set_num_threads(arguments.threads)
    torch.set_float32_matmul_precision("high")
    model = MODELS[arguments.model]
    if not arguments.resume and not arguments.snapshot:
        _start_over(arguments.out, arguments.model)
    job = Job(arguments.model, arguments.out, arguments.minutes or model.minutes, arguments.resume, arguments.keep_text_encoder,
              vocabulary.load_tokenizer(arguments.out / "tokenizer"))
    if not arguments.snapshot:
        model.train(job, load_or_draw(arguments.out, model.pictures, arguments.threads))
    model.save(job)
    print(f"{job.name}: saved in {job.folder / job.name}", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m train", description=__doc__)
    parser.add_argument("model", choices=tuple(MODELS), metavar="MODEL",
                        help=f"one of {', '.join(MODELS)}; whatever needs another model finds it in DIR, so train them in this order")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR",
                        help="for pictures, checkpoints and results; the same for all models, and outside the repository")
    parser.add_argument("--minutes", type=float, help="budget of computing time (default: each model's own, for two cores)")
    parser.add_argument("--resume", action="store_true", help="continue from the checkpoint in DIR instead of starting over")
    parser.add_argument("--keep-text-encoder", action="store_true",
                        help="with --resume: tiny-emoji trains its UNet alone, so that what shares its text encoder stays good")
    parser.add_argument("--snapshot", action="store_true", help="train nothing: save the latest checkpoint as what is exported")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="CPU threads (default: all)")
    arguments = parser.parse_args()
    if arguments.minutes is not None and not arguments.minutes > 0:
        parser.error(f"--minutes: {arguments.minutes} is not a positive number of minutes")
    if arguments.keep_text_encoder and not (arguments.resume and arguments.model == denoiser.BASE.name):
        parser.error(f"--keep-text-encoder: only for `{denoiser.BASE.name} --resume`, which has a text encoder to keep")
    return arguments


def _start_over(folder: Path, model: str) -> None:
    """What was made from an earlier training of the same model goes with it."""
    for path in (folder / model, folder / f"{model}.pt", folder / f"latents-{model}.npy"):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for latents in folder.glob("latents-*.npy"):
        if _autoencoder_of(latents.stem.removeprefix("latents-")) == model:
            latents.unlink()


def _autoencoder_of(model: str) -> str:
    """Whose latents it is trained on."""
    return denoiser.RECIPES[model].vae if model in denoiser.RECIPES else autoencoder.SHARED


if __name__ == "__main__":
    main()
