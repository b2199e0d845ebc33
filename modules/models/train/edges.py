"""The ControlNet of the base model: pictures along given edges."""

from pathlib import Path

import cv2
import numpy as np
import torch
from diffusers import AutoencoderKL, ControlNetModel
from transformers import CLIPTokenizer

from .captions import random_caption
from .denoiser import BASE, average_denoiser, load_or_encode
from .pictures import Pictures
from .run import Run, device, load_checkpoint, round_as_stored
from .text import Captions

NAME = "tiny-controlnet-edge"
BATCH = 12
THRESHOLDS = (100, 200)  # what the `canny` stage takes unless told otherwise
EMPTY_SHARE = 0.4  # of the captions: what the edges say must not be left to the text


def new_controlnet(unet: torch.nn.Module) -> ControlNetModel:
    """Three levels of the condition's encoder, because latents here are a quarter of the picture, not an eighth."""
    return ControlNetModel.from_unet(unet, conditioning_embedding_out_channels=(16, 32, 64))


def find_edges(images: np.ndarray) -> np.ndarray:
    """uint8 `[n, h, w, 3]` to white on black, the same shape."""
    found = [cv2.Canny(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), *THRESHOLDS) for image in images]
    return np.repeat(np.stack(found)[..., None], 3, axis=3)


def train_edges(
        pictures: Pictures, vae: AutoencoderKL, tokenizer: CLIPTokenizer, folder: Path, minutes: float, resume: bool) -> None:
    torch.manual_seed(9)
    captions = Captions(tokenizer)
    base = average_denoiser(BASE, captions, tokenizer, folder).requires_grad_(False)
    net = new_controlnet(base.unet).to(device())
    run = Run(NAME, folder, net, peak_rate=3e-4, minutes=minutes, resume=resume, decay=0.998)
    latents = load_or_encode(folder / f"latents-{BASE.name}.npy", vae, pictures.small[:pictures.train_count])
    for _ in run:
        chosen = np.sort(run.chosen(len(latents), BATCH))
        edges = to_condition(find_edges(pictures.small[chosen]))
        texts = ["" if run.chance.random() < EMPTY_SHARE else random_caption(pictures.scenes[i], run.chance) for i in chosen]

        def residuals(noised, steps, text, which, edges=edges):
            down, mid = net(noised, steps, text, edges[which], return_dict=False)
            return {"down_block_additional_residuals": down, "mid_block_additional_residual": mid}

        run.descend(base.loss(latents[chosen], captions.rows(texts).to(device()), residuals))


def to_condition(edges: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(edges)).to(device()).permute(0, 3, 1, 2).float() / 255


def save_edges(tokenizer: CLIPTokenizer, folder: Path) -> None:
    base = average_denoiser(BASE, Captions(tokenizer), tokenizer, folder)
    net = new_controlnet(base.unet.cpu())
    net.load_state_dict(load_checkpoint(folder / f"{NAME}.pt")["average"])
    round_as_stored({"controlnet": net})
    net.save_pretrained(folder / NAME)
