"""What can be trained, and how each is: the table behind `python -m train`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from diffusers import AutoencoderKL
from transformers import CLIPTokenizer

from . import additions, autoencoder, classifier, consistency, denoiser, edges, retrieval, upscaler, upscaler_x4
from .pictures import ALL, KOALA, LARGEST_ONES, NEON, Pictures, PictureSet
from .text import Captions


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
        ALL, 100, lambda job, drawn: upscaler.train_upscaler(drawn, job.vae(), job.tokenizer, job.folder, job.minutes, job.resume),
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
    "classifier": Model(ALL, 20, lambda job, _: classifier.train_classifier(job.vae(), job.folder, job.minutes, job.resume),
                        lambda job: classifier.save_classifier(job.vae(), job.folder)),
    "retrieval": Model(
        ALL, 4, lambda job, drawn: retrieval.train_retrieval(drawn, job.vae(), job.tokenizer, job.folder, job.minutes, job.resume),
        lambda job: retrieval.save_retrieval(job.vae(), job.tokenizer, job.folder)),
}
