"""The base model, a UNet and a text encoder trained together on an autoencoder's latents, and the narrower UNets made from it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextModel, CLIPTokenizer

from .autoencoder import encode
from .captions import random_caption
from .narrowing import begin_narrow
from .pictures import ALL, COMIC, COMIC_BEFORE, PIXEL, PIXEL_BEFORE, Pictures, PictureSet, load_or_draw
from .run import Run, device, load_checkpoint, round_as_stored
from .text import Captions, new_text_encoder, with_full_table

BATCH = 16
CLEAN_BIAS = 1.2  # above one: clean steps are practised more often than noisy ones, for 16 x 16 latents drown early
LARGEST_GUIDANCE = 5.0  # that is practised
REMAINS_SHARE = 0.5  # of the pictures begin as img2img does
CLEAREST_START = 400  # step of the least noise with which img2img begins
MIN_SNR = 10.0  # Hang et al. 2023, "Efficient Diffusion Training via Min-SNR Weighting Strategy"


@dataclass(frozen=True)
class Recipe:
    """One text-to-image model: what it is drawn from, and how wide its UNet is.

    All but the base begin as the base's UNet, narrowed, and take its text encoder as it is.
    """

    name: str
    pictures: PictureSet
    channels: tuple[int, int, int]
    seed: int
    vae: str = "vae"
    before: PictureSet | None = None  # the same scenes in the style that img2img begins with


BASE = Recipe("tiny-emoji", ALL, (64, 128, 128), seed=2)
NARROW = (48, 96, 96)  # enough for one style
RECIPES = {recipe.name: recipe for recipe in (
    BASE,
    Recipe("tiny-comic", COMIC, NARROW, seed=4, before=COMIC_BEFORE),
    Recipe("tiny-pixel", PIXEL, NARROW, seed=5, before=PIXEL_BEFORE),
    Recipe("tiny-emoji-b", ALL, NARROW, seed=6, vae="vae-b"))}


def new_unet(channels: tuple[int, int, int]) -> UNet2DConditionModel:
    return UNet2DConditionModel(
        sample_size=16, in_channels=4, out_channels=4, layers_per_block=1, block_out_channels=channels,
        down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=128, attention_head_dim=4, norm_num_groups=8)


def new_scheduler() -> DDIMScheduler:
    """Stable Diffusion's own schedule."""
    return DDIMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear",
                         clip_sample=False, set_alpha_to_one=False, steps_offset=1)


class Denoiser(torch.nn.Module):
    def __init__(self, channels: tuple[int, int, int], captions: Captions, tokenizer: CLIPTokenizer):
        super().__init__()
        self.unet, self.text_encoder = new_unet(channels), new_text_encoder(captions, tokenizer)
        self.register_buffer("alphas", new_scheduler().alphas_cumprod.clone(), persistent=False)
        self.register_buffer("snr", self.alphas / (1 - self.alphas), persistent=False)
        self.register_buffer("empty", captions.rows([""]), persistent=False)

    def loss(self, latents: torch.Tensor, rows: torch.Tensor, residuals=None, before: torch.Tensor | None = None) -> torch.Tensor:
        """The squared error of the predicted noise; of the noise as guidance makes it, where there is less noise than picture.

        There the picture itself says what it is. With and without text the prediction ought to be the same, and guidance only multiplies
        what either gets wrong: contrast becomes too strong, edges too soft. Practised together, the errors cancel.

        `residuals`: what a ControlNet adds, as a function of the noised latents, the steps, the text, and which of the batch each
        belongs to. `before`: latents of the same scenes in another style, of which the noise keeps remains, as it does in img2img.
        """
        n = len(latents)
        even = (torch.arange(n, device=latents.device) + torch.rand(n, device=latents.device)) / n  # stratified
        steps = (even.pow(CLEAN_BIAS) * 1000).long().clamp(max=999)
        noise = torch.randn_like(latents)
        if before is not None:
            noise = self._with_remains(noise, steps, before - latents)
        clear = (self.snr[steps] > 1).nonzero().flatten()
        which = torch.cat([torch.arange(n, device=latents.device), clear])
        noised, twice = with_noise(latents, noise, self.alphas[steps])[which], steps[which]
        said = self.text_encoder(torch.cat([rows, self.empty])).last_hidden_state
        text = torch.cat([said[:n], said[n:].expand(len(clear), -1, -1)])
        added = residuals(noised, twice, text, which) if residuals else {}
        predicted, unconditional = self.unet(noised, twice, text, **added).sample.split([n, len(clear)])
        beyond = (LARGEST_GUIDANCE - 1) * torch.rand(len(clear), 1, 1, 1, device=latents.device)
        guided = predicted.index_add(0, clear, beyond * (predicted[clear] - unconditional))
        return ((guided - noise).square().mean(dim=(1, 2, 3)) * _weight(self.snr[steps])).mean()

    def _with_remains(self, noise: torch.Tensor, steps: torch.Tensor, difference: torch.Tensor) -> torch.Tensor:
        """As if the other picture had been noised to some noisier step, and this one been drawn from there."""
        n = len(steps)
        earliest = torch.maximum(steps, torch.tensor(CLEAREST_START, device=steps.device))
        start = earliest + ((999 - earliest) * torch.rand(n, device=steps.device)).long()
        share = (torch.rand(n, device=steps.device) < REMAINS_SHARE) * self.snr[start].sqrt()
        return noise + share.view(-1, 1, 1, 1) * difference


def with_noise(clean: torch.Tensor, noise: torch.Tensor, alphas: torch.Tensor) -> torch.Tensor:
    """What the forward process makes of `[n, c, h, w]` at cumulated alphas `[n]`."""
    alpha = alphas.view(-1, 1, 1, 1)
    return alpha.sqrt() * clean + (1 - alpha).sqrt() * noise


def _weight(snr: torch.Tensor) -> torch.Tensor:
    """Of an error in the predicted noise, by signal-to-noise ratio.

    Min-SNR at little noise. At much noise more than one: there the object and the colours are decided, which the text must
    say, and the plain loss hardly sees them, because a wrong picture costs only its ratio to the noise.
    """
    return torch.where(snr > 1, snr.clamp(max=MIN_SNR) / snr, snr.rsqrt())


def train_denoiser(
        recipe: Recipe, pictures: Pictures, vae: AutoencoderKL, tokenizer: CLIPTokenizer, folder: Path, minutes: float,
        resume: bool, keep_text_encoder: bool) -> None:
    torch.manual_seed(recipe.seed)
    captions = Captions(tokenizer)
    model = Denoiser(recipe.channels, captions, tokenizer).to(device())
    if recipe != BASE:
        base = average_denoiser(BASE, captions, tokenizer, folder)
        begin_narrow(model.unet, base.unet)
        model.text_encoder = base.text_encoder.requires_grad_(False)
    run = Run(recipe.name, folder, model, peak_rate=6e-4, minutes=minutes, resume=resume, decay=0.999)
    if keep_text_encoder:
        model.text_encoder.load_state_dict(base_text_encoder(captions, tokenizer, folder).state_dict())
        model.text_encoder.requires_grad_(False)
    latents = load_or_encode(folder / f"latents-{recipe.name}.npy", vae, pictures.small[:pictures.train_count])
    before = None
    if recipe.before:
        drawn = load_or_draw(folder, recipe.before, torch.get_num_threads())
        before = load_or_encode(folder / f"latents-{recipe.name}-before.npy", vae, drawn.small[:drawn.train_count])
    for _ in run:
        chosen = run.chosen(len(latents), BATCH)
        texts = [captions.distorted(random_caption(pictures.scenes[i], run.chance), run.chance) for i in chosen]
        run.descend(model.loss(latents[chosen], captions.rows(texts).to(device()), before=None if before is None else before[chosen]))


def average_denoiser(recipe: Recipe, captions: Captions, tokenizer: CLIPTokenizer, folder: Path) -> Denoiser:
    """The checkpoint's averaged weights."""
    path = folder / f"{recipe.name}.pt"
    if not path.exists():
        raise SystemExit(f"{path}: not there; run `python -m train {recipe.name} --out {folder}` first")
    model = Denoiser(recipe.channels, captions, tokenizer)
    model.load_state_dict(load_checkpoint(path)["average"])
    return model.to(device()).eval()


def base_text_encoder(captions: Captions, tokenizer: CLIPTokenizer, folder: Path) -> CLIPTextModel:
    """The base model's, which the rest of the family shares; it is not trained any further."""
    return average_denoiser(BASE, captions, tokenizer, folder).text_encoder.requires_grad_(False)


def save_denoiser(model: Denoiser, vae: AutoencoderKL, captions: Captions, tokenizer: CLIPTokenizer, scheduler, out: Path) -> None:
    """As a diffusers folder."""
    pipeline = StableDiffusionPipeline(
        vae=vae.cpu(), text_encoder=with_full_table(model.text_encoder, captions), tokenizer=tokenizer, unet=model.unet.cpu(),
        scheduler=scheduler, safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    round_as_stored(pipeline.components)
    pipeline.save_pretrained(out)


def load_or_encode(path: Path, vae: AutoencoderKL, images: np.ndarray) -> torch.Tensor:
    """The images' latents, scaled to unit variance."""
    if not path.exists():
        np.save(path, encode(vae, images).cpu().numpy())
    return torch.from_numpy(np.load(path)).to(device()) * vae.config.scaling_factor
