"""The base model's UNet distilled to four steps: latent consistency distillation (Luo et al. 2023, "Latent Consistency Models").

Guidance is part of what is distilled, at one scale, so that the result is an ordinary Stable Diffusion folder that is asked for
without guidance (`guidance_scale` 1) and with `LCMScheduler`.
"""

import copy
from pathlib import Path

import torch
from diffusers import AutoencoderKL, LCMScheduler
from transformers import CLIPTokenizer

from .captions import random_caption
from .denoiser import BASE, average_denoiser, load_or_encode, new_scheduler, save_denoiser, with_noise
from .pictures import Pictures
from .run import Run, device, load_checkpoint
from .text import Captions

NAME = "tiny-lcm"
BATCH = 12
GUIDANCE = 5.0
GRID = 50  # steps of the teacher's DDIM, of which the student skips as many as it likes
TARGET_DECAY = 0.95
HUBER = 0.001
SIGMA_DATA, TIMESTEP_SCALING = 0.5, 10.0  # as LCMScheduler has them


class Student(torch.nn.Module):
    def __init__(self, unet: torch.nn.Module):
        super().__init__()
        self.unet = copy.deepcopy(unet)
        self.register_buffer("alphas", new_scheduler().alphas_cumprod.clone(), persistent=False)

    def forward(self, noised: torch.Tensor, steps: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        """The clean latents that the trajectory through `noised` ends in."""
        clean = _clean(noised, self.unet(noised, steps, text).sample, _wide(self.alphas[steps]))
        scaled = _wide(steps.float()) * TIMESTEP_SCALING
        skip = SIGMA_DATA ** 2 / (scaled.square() + SIGMA_DATA ** 2)
        out = scaled / (scaled.square() + SIGMA_DATA ** 2).sqrt()
        return skip * noised + out * clean


def train_consistency(
        pictures: Pictures, vae: AutoencoderKL, tokenizer: CLIPTokenizer, folder: Path, minutes: float, resume: bool) -> None:
    torch.manual_seed(8)
    captions = Captions(tokenizer)
    teacher = average_denoiser(BASE, captions, tokenizer, folder).requires_grad_(False)
    student = Student(teacher.unet).to(device()).requires_grad_(True)
    run = Run(NAME, folder, student, peak_rate=1e-4, minutes=minutes, resume=resume, decay=0.995)
    target = copy.deepcopy(student).requires_grad_(False)
    latents = load_or_encode(folder / f"latents-{BASE.name}.npy", vae, pictures.small[:pictures.train_count])
    for _ in run:
        chosen = run.chosen(len(latents), BATCH)
        texts = [random_caption(pictures.scenes[i], run.chance) for i in chosen]
        with torch.no_grad():
            text = teacher.text_encoder(captions.rows(texts + [""] * len(texts)).to(device())).last_hidden_state
        run.descend(_loss(student, target, teacher.unet, latents[chosen], *text.chunk(2)))
        with torch.no_grad():
            for mine, theirs in zip(target.parameters(), student.parameters(), strict=True):
                mine.lerp_(theirs, 1 - TARGET_DECAY)


def save_consistency(vae: AutoencoderKL, tokenizer: CLIPTokenizer, folder: Path) -> None:
    captions = Captions(tokenizer)
    model = average_denoiser(BASE, captions, tokenizer, folder)
    student = Student(model.unet)
    student.load_state_dict(load_checkpoint(folder / f"{NAME}.pt")["average"])
    model.unet = student.unet
    scheduler = LCMScheduler.from_config(new_scheduler().config, original_inference_steps=GRID)
    save_denoiser(model, vae, captions, tokenizer, scheduler, folder / NAME)


def _loss(student: Student, target: Student, teacher: torch.nn.Module, latents: torch.Tensor, text: torch.Tensor,
          empty: torch.Tensor) -> torch.Tensor:
    n, stride = len(latents), 1000 // GRID
    steps = torch.randint(1, GRID + 1, (n,), device=latents.device) * stride - 1
    before = (steps - stride).clamp(min=0)
    noised = with_noise(latents, torch.randn_like(latents), student.alphas[steps])
    with torch.no_grad():
        said, unsaid = teacher(torch.cat([noised] * 2), torch.cat([steps] * 2), torch.cat([text, empty])).sample.chunk(2)
        noise = unsaid + GUIDANCE * (said - unsaid)
        earlier = with_noise(_clean(noised, noise, _wide(student.alphas[steps])), noise, student.alphas[before])
        wanted = target(earlier, before, text)
    difference = student(noised, steps, text) - wanted
    return ((difference.square() + HUBER ** 2).sqrt() - HUBER).mean()


def _clean(noised: torch.Tensor, noise: torch.Tensor, alpha: torch.Tensor) -> torch.Tensor:
    return (noised - (1 - alpha).sqrt() * noise) / alpha.sqrt()


def _wide(values: torch.Tensor) -> torch.Tensor:
    return values.view(-1, 1, 1, 1)
