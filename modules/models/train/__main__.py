"""Trains one of the bundled models from nothing and leaves it as a diffusers folder (LoRAs and embeddings as safetensors)."""

import argparse
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # spinning threads would starve whatever else the machine does

import torch  # noqa: E402
from diffusers import AutoencoderKL  # noqa: E402
from transformers import CLIPTokenizer  # noqa: E402

from . import additions, autoencoder, classifier, consistency, denoiser, edges, upscaler, upscaler_x4, vocabulary  # noqa: E402
from .pictures import ALL, KOALA, LARGEST_ONES, NEON, Pictures, PictureSet, load_or_draw  # noqa: E402
from .text import Captions  # noqa: E402


@dataclass(frozen=True)
class Job:
    """One invocation: where everything lies, and how long it may take."""

    name: str
    folder: Path
    minutes: float
    resume: bool
    keep_text_encoder: bool
    tokenizer: CLIPTokenizer

    def vae(self, name: str = "vae") -> AutoencoderKL:
        return autoencoder.load_autoencoder(name, self.folder)


@dataclass(frozen=True)
class Model:
    """`minutes` is the default budget, of two cores; `save` writes the latest checkpoint as what is exported."""

    pictures: PictureSet
    minutes: float
    train: Callable[[Job, Pictures], None]
    save: Callable[[Job], None] = lambda job: None


def _autoencoder(name: str) -> Model:
    return Model(ALL, 120, lambda job, drawn: autoencoder.train_autoencoder(name, drawn, job.folder, job.minutes, job.resume))


def _denoiser(recipe: denoiser.Recipe, minutes: float) -> Model:
    def save(job: Job) -> None:
        captions = Captions(job.tokenizer)
        model = denoiser.average_denoiser(recipe, captions, job.tokenizer, job.folder)
        denoiser.save_denoiser(model, job.vae(recipe.vae), captions, job.tokenizer, denoiser.new_scheduler(), job.folder / recipe.name)

    return Model(recipe.pictures, minutes, lambda job, drawn: denoiser.train_denoiser(
        recipe, drawn, job.vae(recipe.vae), job.tokenizer, job.folder, job.minutes, job.resume, job.keep_text_encoder), save)


# In the order in which they can be trained: what comes later uses what came before.
MODELS = {
    "vae": _autoencoder("vae"),
    "tiny-emoji": _denoiser(denoiser.BASE, 150),
    "tiny-comic": _denoiser(denoiser.RECIPES["tiny-comic"], 45),
    "tiny-pixel": _denoiser(denoiser.RECIPES["tiny-pixel"], 45),
    "tiny-x2-latent": Model(
        ALL, 60, lambda job, drawn: upscaler.train_upscaler(drawn, job.vae(), job.tokenizer, job.folder, job.minutes, job.resume),
        lambda job: upscaler.save_upscaler(job.vae(), job.tokenizer, job.folder, job.folder / upscaler.NAME)),
    "tiny-x4": Model(
        LARGEST_ONES, 60,
        lambda job, drawn: upscaler_x4.train_upscaler_x4(drawn, job.vae(), job.tokenizer, job.folder, job.minutes, job.resume),
        lambda job: upscaler_x4.save_upscaler_x4(job.vae(), job.tokenizer, job.folder)),
    "tiny-controlnet-edge": Model(
        ALL, 30, lambda job, drawn: edges.train_edges(drawn, job.vae(), job.tokenizer, job.folder, job.minutes, job.resume),
        lambda job: edges.save_edges(job.tokenizer, job.folder)),
    "tiny-lora-neon": Model(
        NEON, 15, lambda job, drawn: additions.train_lora(drawn, job.vae(), job.tokenizer, job.folder, job.minutes, job.resume),
        lambda job: additions.save_lora(job.tokenizer, job.folder)),
    "tiny-embedding": Model(
        KOALA, 10, lambda job, drawn: additions.train_embedding(drawn, job.vae(), job.tokenizer, job.folder, job.minutes, job.resume),
        lambda job: additions.save_embedding(job.folder)),
    "tiny-lcm": Model(
        ALL, 40,
        lambda job, drawn: consistency.train_consistency(drawn, job.vae(), job.tokenizer, job.folder, job.minutes, job.resume),
        lambda job: consistency.save_consistency(job.vae(), job.tokenizer, job.folder)),
    "vae-b": _autoencoder("vae-b"),
    "tiny-emoji-b": _denoiser(denoiser.RECIPES["tiny-emoji-b"], 90),
    "classifier": Model(ALL, 20, lambda job, _: classifier.train_classifier(job.vae(), job.folder, job.minutes, job.resume)),
}


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
