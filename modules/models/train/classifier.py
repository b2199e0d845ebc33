"""A small network that tells what a picture shows. It judges the models' pictures and is trained apart from them, on drawings."""

import functools
import random
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL

from .autoencoder import to_tensor
from .captions import ADDED_OBJECTS, ADDED_STYLES, BACKGROUNDS, COLOURS, OBJECTS, STYLES, Scene
from .judges import load_judge, save_judge
from .pictures import PictureSet, load_or_draw
from .run import Run, device

NAME = "classifier"
DRAWN = PictureSet("pictures-classifier", 24_000, seed=40, styles=STYLES + ADDED_STYLES, plain_share=0.4,
                   objects=tuple(OBJECTS) + tuple(ADDED_OBJECTS))
WIDTHS = (32, 64, 96, 128)  # each at half the side of the one before
FEATURES = WIDTHS[-1] * 16  # of a picture of 64 pixels
BATCH = 32
CONTRAST = 0.35  # by as much more at most; without it, strongly guided plain pictures are taken for comics
DECODED = 0.5  # of the batches go through the autoencoder; without it, the blocks that it leaves of pixel art are taken for plain
LATENT_NOISE = 0.15  # the largest standard deviation of what is wrong with the latents then
# What is asked about a picture, and the answers that there are.
QUESTIONS = {"item": (*OBJECTS, *ADDED_OBJECTS), "colour": tuple(COLOURS), "background": tuple(BACKGROUNDS),
             "style": ("", *STYLES, *ADDED_STYLES)}
COLOURLESS = ("sketch",)  # styles in which neither the object's colour nor the background's is left to be seen
DARKENED = ("neon",)  # and in which the background is not


class Classifier(torch.nn.Module):
    def __init__(self):
        super().__init__()
        widths = (3, *WIDTHS)
        self.features = torch.nn.Sequential(*(layer for i in range(4) for layer in (
            torch.nn.Conv2d(widths[i], widths[i + 1], 3, padding=1, bias=False), torch.nn.BatchNorm2d(widths[i + 1]), torch.nn.ReLU(),
            torch.nn.Conv2d(widths[i + 1], widths[i + 1], 3, padding=1, bias=False), torch.nn.BatchNorm2d(widths[i + 1]), torch.nn.ReLU(),
            torch.nn.MaxPool2d(2))))
        self.heads = torch.nn.ModuleDict({name: torch.nn.Linear(FEATURES, len(answers)) for name, answers in QUESTIONS.items()})

    def forward(self, images: torch.Tensor) -> dict[str, torch.Tensor]:
        found = self.found(images)
        return {name: head(found) for name, head in self.heads.items()}

    def found(self, images: torch.Tensor) -> torch.Tensor:
        """`[n, FEATURES]`"""
        return self.features(images).flatten(1)


def asked(name: str, scene: Scene) -> bool:
    """Whether the picture can tell."""
    if name == "colour":
        return scene.style not in COLOURLESS and scene.colour != ""
    return name != "background" or scene.style not in COLOURLESS + DARKENED


def train_classifier(vae: AutoencoderKL, folder: Path, minutes: float, resume: bool) -> None:
    torch.manual_seed(14)
    pictures = load_or_draw(folder, DRAWN, torch.get_num_threads())
    model = Classifier().to(device())
    run = Run(NAME, folder, model, peak_rate=2e-3, minutes=minutes, resume=resume, decay=0.99)
    model.train()
    for _ in run:
        chosen = np.sort(run.chosen(pictures.train_count, BATCH))
        images = _worsened(to_tensor(pictures.small[chosen]), vae, run.chance)
        scenes = [pictures.scenes[i] for i in chosen]
        answers = model(images)
        run.descend(sum(_loss(name, answers[name], scenes) for name in QUESTIONS))


def save_classifier(vae: AutoencoderKL, folder: Path) -> None:
    model = Classifier()
    save_judge(NAME, model, folder, load_or_draw(folder, DRAWN, torch.get_num_threads()), vae, functools.partial(right, model))


def load_classifier(folder: Path) -> Classifier:
    return load_judge(NAME, Classifier(), folder)


@torch.no_grad()
def right(model: Classifier, images: np.ndarray, scenes: list[Scene]) -> dict[str, float]:
    """The share of right answers to each question, over the pictures that can tell. `images`: uint8 `[n, 64, 64, 3]`."""
    answers = [model(to_tensor(images[i:i + 64])) for i in range(0, len(images), 64)]
    shares = {}
    for name, choices in QUESTIONS.items():
        said = torch.cat([part[name] for part in answers]).argmax(dim=1).tolist()
        marks = [choices[answer] == getattr(scene, name) for answer, scene in zip(said, scenes, strict=True) if asked(name, scene)]
        shares[name] = round(sum(marks) / len(marks), 4) if marks else float("nan")
    return shares


def _loss(name: str, answers: torch.Tensor, scenes: list[Scene]) -> torch.Tensor:
    ignored = -100
    wanted = [QUESTIONS[name].index(getattr(scene, name)) if asked(name, scene) else ignored for scene in scenes]
    return F.cross_entropy(answers, torch.tensor(wanted, device=answers.device), ignore_index=ignored)


@torch.no_grad()
def _worsened(images: torch.Tensor, vae: AutoencoderKL, rng: random.Random) -> torch.Tensor:
    """What guidance and an autoencoder do to pictures: more contrast, soft edges, wrong latents; shifted by some pixels, a little noise."""
    if rng.random() < 0.5:
        mean = images.mean(dim=(1, 2, 3), keepdim=True)
        images = (mean + (1 + CONTRAST * rng.random()) * (images - mean)).clamp(-1, 1)
    if rng.random() < DECODED:
        latents = vae.encode(images).latent_dist.mean
        wrong = LATENT_NOISE / vae.config.scaling_factor * rng.random()
        images = vae.decode(latents + wrong * torch.randn_like(latents)).sample.clamp(-1, 1)
    images = torch.roll(images, (rng.randint(-4, 4), rng.randint(-4, 4)), dims=(2, 3))
    return images + 0.05 * rng.random() * torch.randn_like(images)
