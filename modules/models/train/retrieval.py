"""CLIP-style retrieval: which of many captions a picture is nearest to. It judges a picture as a whole, where the classifier asks one
question after another.

A text encoder of CLIP's architecture is trained until captions lie where the classifier's features of their pictures do. The features
stay as they are (Zhai et al. 2022, "LiT: Zero-Shot Transfer with Locked-image text Tuning").
"""

import functools
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL
from transformers import CLIPTokenizer

from .autoencoder import decoded, to_tensor
from .captions import Scene, full_caption
from .classifier import COLOURLESS, FEATURES, Classifier, load_classifier
from .judges import load_judge, save_judge
from .pictures import ALL, Pictures, load_or_draw
from .run import Run, device
from .text import Captions, new_text_encoder

NAME = "retrieval"
WIDTH = 64  # of the space that captions and pictures share
BATCH = 256
TEMPERATURE = 0.07  # to begin with; learned, as CLIP's is


class Retrieval(torch.nn.Module):
    def __init__(self, tokenizer: CLIPTokenizer):
        super().__init__()
        self.captions = Captions(tokenizer)
        self.text_encoder = new_text_encoder(self.captions, tokenizer)
        self.text = torch.nn.Linear(self.text_encoder.config.hidden_size, WIDTH, bias=False)
        self.image = torch.nn.Linear(FEATURES, WIDTH, bias=False)
        self.scale = torch.nn.Parameter(torch.tensor(-math.log(TEMPERATURE)))

    def similarities(self, features: torch.Tensor, captions: list[str]) -> torch.Tensor:
        """`[pictures, captions]`, scaled cosines."""
        rows = self.captions.rows(captions).to(features.device)
        texts = F.normalize(self.text(self.text_encoder(rows).pooler_output), dim=1)
        return self.scale.exp() * F.normalize(self.image(features), dim=1) @ texts.T

    def loss(self, features: torch.Tensor, captions: list[str]) -> torch.Tensor:
        """Both ways, as in CLIP. No two of the captions may be of the same picture: the other one would be no mistake."""
        similar = self.similarities(features, captions)
        same = torch.arange(len(captions), device=features.device)
        return (F.cross_entropy(similar, same) + F.cross_entropy(similar.T, same)) / 2


def train_retrieval(
        pictures: Pictures, vae: AutoencoderKL, tokenizer: CLIPTokenizer, folder: Path, minutes: float, resume: bool) -> None:
    torch.manual_seed(15)
    judge = load_classifier(folder)
    small = pictures.small[:pictures.train_count]
    features = torch.stack([_features(judge, small), _features(judge, decoded(vae, small))])
    model = Retrieval(tokenizer).to(device())
    run = Run(NAME, folder, model, peak_rate=1e-3, minutes=minutes, resume=resume, decay=0.99)
    for _ in run:
        chosen = {_told(pictures.scenes[i]): i for i in run.chosen(pictures.train_count, BATCH)}.values()  # each only once
        captions = [full_caption(pictures.scenes[i]) for i in chosen]
        run.descend(model.loss(features[run.draw.integers(0, 2, len(chosen)), list(chosen)], captions))


def save_retrieval(vae: AutoencoderKL, tokenizer: CLIPTokenizer, folder: Path) -> None:
    model = Retrieval(tokenizer)
    right = functools.partial(retrieved, model, load_classifier(folder))
    save_judge(NAME, model, folder, load_or_draw(folder, ALL, torch.get_num_threads()), vae, right)


def load_retrieval(folder: Path, tokenizer: CLIPTokenizer) -> Retrieval:
    return load_judge(NAME, Retrieval(tokenizer), folder)


@torch.no_grad()
def retrieved(model: Retrieval, judge: Classifier, images: np.ndarray, scenes: list[Scene]) -> float:
    """The share of pictures that are nearer to the caption of their scene than to any other's. `images`: uint8 `[n, 64, 64, 3]`."""
    choices = list(dict.fromkeys(scenes))
    nearest = model.similarities(_features(judge, images), [full_caption(scene) for scene in choices]).argmax(dim=1).tolist()
    return round(sum(_told(choices[i]) == _told(scene) for i, scene in zip(nearest, scenes, strict=True)) / len(scenes), 4)


def _told(scene: Scene) -> tuple[str, ...]:
    """What the picture can tell of it."""
    return (scene.item, scene.style) if scene.style in COLOURLESS else (scene.item, scene.style, scene.colour, scene.background)


@torch.no_grad()
def _features(judge: Classifier, images: np.ndarray) -> torch.Tensor:
    return torch.cat([judge.found(to_tensor(images[i:i + 64])) for i in range(0, len(images), 64)])
