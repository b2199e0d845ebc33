"""Trains one of the bundled models from nothing and leaves it as a diffusers folder."""

import argparse
import os
import shutil
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # spinning threads would starve whatever else the machine does

import torch  # noqa: E402
from diffusers import AutoencoderKL  # noqa: E402

from . import autoencoder, denoiser, pictures, upscaler, vocabulary  # noqa: E402


def main() -> None:
    arguments = _arguments()
    torch.set_num_threads(arguments.threads)
    if not arguments.resume and not arguments.snapshot:
        _start_over(arguments.out, arguments.model)
    drawn = pictures.load_or_draw(arguments.out / "pictures")
    tokenizer = vocabulary.load_tokenizer(arguments.out / "tokenizer")
    if arguments.model == "tiny-emoji":
        vae = autoencoder.train_autoencoder(drawn, arguments.out, arguments.vae_minutes, arguments.resume or arguments.snapshot)
        if not arguments.snapshot:
            denoiser.train_denoiser(drawn, vae, tokenizer, arguments.out, arguments.minutes, arguments.resume)
        denoiser.save_base(vae, tokenizer, arguments.out, arguments.out / "tiny-emoji")
    else:
        vae = _finished_vae(arguments.out)
        if not arguments.snapshot:
            upscaler.train_upscaler(drawn, vae, tokenizer, arguments.out, arguments.minutes, arguments.resume)
        upscaler.save_upscaler(vae, tokenizer, arguments.out, arguments.out / "tiny-x2-latent")
    print(f"{arguments.model}: saved in {arguments.out / arguments.model}", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m train", description=__doc__)
    parser.add_argument("model", choices=("tiny-emoji", "tiny-x2-latent"),
                        help="tiny-x2-latent needs the autoencoder that tiny-emoji leaves in DIR")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR",
                        help="for pictures, checkpoints and the result; the same for both models, and outside the repository")
    parser.add_argument("--minutes", type=float, default=60, help="wall-clock budget of the UNet (default: 60)")
    parser.add_argument("--vae-minutes", type=float, default=30, help="wall-clock budget of the autoencoder (default: 30)")
    parser.add_argument("--resume", action="store_true", help="continue from the checkpoints in DIR instead of starting over")
    parser.add_argument("--snapshot", action="store_true", help="train nothing: save the latest checkpoint as a diffusers folder")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="CPU threads (default: all)")
    arguments = parser.parse_args()
    for name in ("minutes", "vae_minutes"):
        if not getattr(arguments, name) > 0:
            parser.error(f"--{name.replace('_', '-')}: {getattr(arguments, name)} is not a positive number of minutes")
    return arguments


def _start_over(folder: Path, model: str) -> None:
    stale = ("vae", "vae.pt", "unet.pt", "latents-64.npy", "latents-128.npy") if model == "tiny-emoji" else ("x2.pt",)
    for name in stale:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _finished_vae(folder: Path) -> AutoencoderKL:
    if not (folder / "vae" / "config.json").exists():
        raise SystemExit(f"{folder / 'vae'}: no finished autoencoder; run `python -m train tiny-emoji --out {folder}` first")
    return AutoencoderKL.from_pretrained(folder / "vae").to(autoencoder.device()).eval()


if __name__ == "__main__":
    main()
