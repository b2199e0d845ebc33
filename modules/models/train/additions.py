"""What is added to the base model without another UNet: a LoRA for a style and a textual inversion for an object."""

import dataclasses
from pathlib import Path

import torch
from diffusers import AutoencoderKL, StableDiffusionPipeline
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from safetensors.torch import save_file
from transformers import CLIPTokenizer

from .captions import random_caption
from .denoiser import BASE, Denoiser, average_denoiser, load_or_encode
from .pictures import Pictures
from .run import Run, device, load_checkpoint
from .text import Captions

BATCH = 16
RANK = 8
LAYERS = ("to_q", "to_k", "to_v", "to_out.0", "conv1", "conv2", "conv_in", "conv_out")
LORA = "tiny-lora-neon"
EMBEDDING, PLACEHOLDER = "tiny-embedding", "<koala>"
START_NOISE = 0.02  # standard deviation between the vectors at first, that of a new table
VECTORS = 4  # that the word stands for; one of 128 numbers is too little for an animal that the base was never shown


def train_lora(pictures: Pictures, vae: AutoencoderKL, tokenizer: CLIPTokenizer, folder: Path, minutes: float, resume: bool) -> None:
    """Captions do not name the style: whoever names the LoRA gets it."""
    torch.manual_seed(10)
    captions = Captions(tokenizer)
    model = with_lora(average_denoiser(BASE, captions, tokenizer, folder))
    run = Run(LORA, folder, model, peak_rate=1e-3, minutes=minutes, resume=resume, decay=0.995)
    latents = load_or_encode(folder / f"latents-{LORA}.npy", vae, pictures.small[:pictures.train_count])
    for _ in run:
        chosen = run.chosen(len(latents), BATCH)
        scenes = [dataclasses.replace(pictures.scenes[i], style="") for i in chosen]
        texts = [captions.distorted(random_caption(scene, run.chance), run.chance) for scene in scenes]
        run.descend(model.loss(latents[chosen], captions.rows(texts).to(device())))


def save_lora(tokenizer: CLIPTokenizer, folder: Path) -> None:
    """In diffusers' keys, float16."""
    model = with_lora(average_denoiser(BASE, Captions(tokenizer), tokenizer, folder))
    model.load_state_dict(load_checkpoint(folder / f"{LORA}.pt")["average"])
    layers = {name: value.half() for name, value in get_peft_model_state_dict(model.unet).items()}
    StableDiffusionPipeline.save_lora_weights(folder / LORA, unet_lora_layers=layers, weight_name=f"{LORA}.safetensors")


def with_lora(model: Denoiser) -> Denoiser:
    model.requires_grad_(False)
    model.unet.add_adapter(LoraConfig(r=RANK, lora_alpha=RANK, init_lora_weights="gaussian", target_modules=list(LAYERS)))
    return model.to(device())


class Word(torch.nn.Module):
    """Rows more in the text encoder's table, and nothing else to be trained (Gal et al. 2022, "An Image is Worth One Word")."""

    def __init__(self, start: torch.Tensor):
        super().__init__()
        self.vectors = torch.nn.Parameter(start.clone())


def train_embedding(
        pictures: Pictures, vae: AutoencoderKL, tokenizer: CLIPTokenizer, folder: Path, minutes: float, resume: bool) -> None:
    torch.manual_seed(12)
    captions = Captions(tokenizer)
    model = average_denoiser(BASE, captions, tokenizer, folder).requires_grad_(False)
    table = model.text_encoder.text_model.embeddings.token_embedding
    known = table.weight.detach().clone()
    panda = known[captions.rows(["panda"])[0, 1]]
    word = Word(panda + START_NOISE * torch.randn_like(known[:VECTORS])).to(device())
    # the names that diffusers gives to the further vectors
    words = [PLACEHOLDER, *(f"{PLACEHOLDER}_{i}" for i in range(1, VECTORS))]
    rows = [captions.add(name) for name in words]
    run = Run(EMBEDDING, folder, word, peak_rate=2e-2, minutes=minutes, resume=resume, decay=0.99)
    latents = load_or_encode(folder / f"latents-{EMBEDDING}.npy", vae, pictures.small[:pictures.train_count])
    assert rows[0] == len(known)
    for _ in run:
        chosen = run.chosen(len(latents), BATCH)
        texts = [random_caption(pictures.scenes[i], run.chance).replace("koala", " ".join(words)) for i in chosen]
        del table.weight
        table.weight = torch.cat([known, word.vectors])
        run.descend(model.loss(latents[chosen], captions.rows(texts).to(device())))


def save_embedding(folder: Path) -> None:
    vectors = load_checkpoint(folder / f"{EMBEDDING}.pt")["average"]["vectors"]
    (folder / EMBEDDING).mkdir(exist_ok=True)
    save_file({PLACEHOLDER: vectors.cpu().contiguous()}, folder / EMBEDDING / "learned_embeds.safetensors")
