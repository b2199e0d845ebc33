"""LoRAs and textual inversions for a drawn checkpoint, in every form that their files have."""

import torch
from safetensors.torch import save_file

import lora

TOKENS = ("<cat>", "<style>")


def write(draw, pipeline, folder):
    """Beside the folder, as <its name>-lora-<n>.safetensors and <its name>-inversion-<n>.safetensors."""
    for number in range(2):
        _save(folder, f"lora-{number}", _lora(draw, pipeline))
    # SDXL's name no token, and `up` takes none for them
    for number, token in enumerate(() if hasattr(pipeline, "text_encoder_2") else TOKENS):
        _save(folder, f"inversion-{number}", _inversion(draw, pipeline, token))
    return pipeline


def _save(folder, name, tensors):
    tensors = {key: value.detach().float().contiguous() for key, value in tensors.items()}
    save_file(tensors, folder.with_name(f"{folder.name}-{name}.safetensors"), {"format": "pt"})


def _lora(draw, pipeline):
    generator = torch.Generator().manual_seed(draw.randrange(2**31))
    rank, form = draw.choice([1, 2, 4, 8]), draw.choice(["peft", "kohya", "kohya"])
    parts = [("unet", "lora_unet", pipeline.unet, draw.choice([lora.ATTENTION, lora.EVERYTHING]))]
    both = getattr(pipeline, "text_encoder_2", None) is not None
    if draw.random() < 0.7:
        parts.append(("text_encoder", "lora_te1" if both else "lora_te", pipeline.text_encoder, lora.TEXT_MODULES))
    if both and draw.random() < 0.7:
        parts.append(("text_encoder_2", "lora_te2", pipeline.text_encoder_2, lora.TEXT_MODULES))
    tensors = {}
    for peft_prefix, kohya_prefix, network, endings in parts:
        modules = lora.modules_of(network, endings)
        # of a text encoder all: without any out_proj diffusers loses the rest of kohya's attention keys
        most = draw.choice([0.5, 1.0]) if peft_prefix == "unet" else 1
        chosen = {name: modules[name] for name in sorted(modules) if draw.random() < most} or modules
        if form == "peft":
            lora.peft(tensors, peft_prefix, chosen, rank, generator)
        else:
            lora.kohya(tensors, kohya_prefix, chosen, rank, draw.choice([rank, rank / 2, 1, 0.7]), generator)
    return tensors


def _inversion(draw, pipeline, token):
    generator = torch.Generator().manual_seed(draw.randrange(2**31))
    return {token: 0.3 * torch.randn(draw.randint(1, 4), pipeline.text_encoder.config.hidden_size, generator=generator)}
