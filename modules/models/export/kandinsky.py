"""Kandinsky 2.2: the prior (text to image embedding), and the decoder (image embedding to picture) with its MoVQ.

The prior's networks have the names of diffusers' parts, with `prior_` before them where prior and decoder are one folder.
"""

import json
from pathlib import Path

import torch
from diffusers import DiffusionPipeline, PriorTransformer, UNet2DConditionModel, VQModel
from transformers import CLIPTextModelWithProjection, CLIPVisionModelWithProjection

from .graphs import Graph
from .settings import copy_json, copy_tokenizer


class Prior(torch.nn.Module):
    """Predicts the image embedding. Its mask is float: 1 for a token of the prompt, 0 for padding."""

    def __init__(self, prior: PriorTransformer):
        super().__init__()
        self.prior = prior

    def forward(self, sample, timestep, proj_embedding, encoder_hidden_states, attention_mask):
        return self.prior(sample, timestep, proj_embedding, encoder_hidden_states, attention_mask, return_dict=False)[0]


class ProjectedText(torch.nn.Module):
    def __init__(self, encoder: CLIPTextModelWithProjection):
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids):
        result = self.encoder(input_ids=input_ids)
        return result.text_embeds, result.last_hidden_state


class ProjectedImage(torch.nn.Module):
    def __init__(self, encoder: CLIPVisionModelWithProjection):
        super().__init__()
        self.encoder = encoder

    def forward(self, pixel_values):
        return self.encoder(pixel_values=pixel_values).image_embeds


class Decoder(torch.nn.Module):
    """The UNet that is told an image embedding instead of a text."""

    def __init__(self, unet: UNet2DConditionModel):
        super().__init__()
        self.unet = unet

    def forward(self, sample, timestep, image_embeds):
        conditions = {"image_embeds": image_embeds}
        return self.unet(sample, timestep, None, added_cond_kwargs=conditions, return_dict=False)[0]


class MovqEncoder(torch.nn.Module):
    """Gives the latents themselves: MoVQ has no posterior to draw from, and the pipelines do not quantise."""

    def __init__(self, movq: VQModel):
        super().__init__()
        self.movq = movq

    def forward(self, sample):
        return self.movq.encode(sample).latents


class MovqDecoder(torch.nn.Module):
    def __init__(self, movq: VQModel):
        super().__init__()
        self.movq = movq

    def forward(self, latent_sample):
        return self.movq.decode(latent_sample, force_not_quantize=True).sample


def prior_graphs(pipeline: DiffusionPipeline, prefix: str) -> list[Graph]:
    """Of a prior's pipeline, or of a combined one, whose parts have the prefix."""
    part = {name: getattr(pipeline, prefix + name) for name in ("prior", "text_encoder", "image_encoder", "tokenizer")}
    return [_text_encoder(part, prefix), _image_encoder(part, prefix), _prior(part, prefix)]


def decoder_graphs(pipeline: DiffusionPipeline) -> list[Graph]:
    return [_unet(pipeline.unet), _movq_encoder(pipeline.movq), _movq_decoder(pipeline.movq)]


def copy_prior_settings(source: Path, out: Path, pipeline: DiffusionPipeline, names: dict[str, str]) -> None:
    """`names`: for each part of a prior the folder that it has in the source, with the one that it gets."""
    for part, config in (("prior", "config.json"), ("text_encoder", "config.json"), ("image_encoder", "config.json"),
                         ("scheduler", "scheduler_config.json"), ("image_processor", "preprocessor_config.json")):
        copy_json(source / names[part] / config, out / (names["prefix"] + part) / config)
    prefix = names["prefix"]
    copy_tokenizer(source / names["tokenizer"], out / f"{prefix}tokenizer", getattr(pipeline, names["tokenizer"]))
    _write_statistics(getattr(pipeline, names["prior"]), out / f"{prefix}prior" / "statistics.json")


def copy_decoder_settings(source: Path, out: Path) -> None:
    copy_json(source / "unet/config.json", out / "unet/config.json")
    copy_json(source / "scheduler/scheduler_config.json", out / "scheduler/scheduler_config.json")
    for folder in ("vae_encoder", "vae_decoder"):
        copy_json(source / "movq/config.json", out / folder / "config.json")


def _write_statistics(prior: PriorTransformer, path: Path) -> None:
    """What the prior's result is multiplied with, and what is added to it; a double holds each float32 exactly."""
    numbers = {name: [float(value) for value in getattr(prior, name).flatten()] for name in ("clip_std", "clip_mean")}
    path.write_text(json.dumps(numbers) + "\n")


def _text_encoder(part: dict, prefix: str) -> Graph:
    tokenizer = part["tokenizer"]
    ids = tokenizer(["", "a red fox on a blue background"], padding="max_length", max_length=tokenizer.model_max_length,
                    truncation=True, return_tensors="pt").input_ids
    axes = {"input_ids": {0: "batch_size", 1: "sequence_length"}, "text_embeds": {0: "batch_size"},
            "last_hidden_state": {0: "batch_size", 1: "sequence_length"}}
    return Graph(f"{prefix}text_encoder", ProjectedText(part["text_encoder"]), {"input_ids": ids},
                 ["text_embeds", "last_hidden_state"], axes)


def _image_encoder(part: dict, prefix: str) -> Graph:
    config = part["image_encoder"].config
    pixels = torch.randn(2, config.num_channels, config.image_size, config.image_size)
    axes = {"pixel_values": {0: "batch_size"}, "image_embeds": {0: "batch_size"}}
    return Graph(f"{prefix}image_encoder", ProjectedImage(part["image_encoder"]), {"pixel_values": pixels}, ["image_embeds"], axes)


def _prior(part: dict, prefix: str) -> Graph:
    config, tokens = part["prior"].config, part["prior"].config.num_embeddings
    width = config.embedding_proj_dim or config.embedding_dim
    inputs = {"sample": torch.randn(2, config.embedding_dim), "timestep": torch.tensor([981.0, 0.0]),
              "proj_embedding": torch.randn(2, width), "encoder_hidden_states": torch.randn(2, tokens, config.embedding_dim),
              "attention_mask": (torch.arange(tokens) < torch.tensor([[5], [tokens]])).float()}
    axes = {name: {0: "batch_size"} for name in [*inputs, "out_sample"]}
    return Graph(f"{prefix}prior", Prior(part["prior"]), inputs, ["out_sample"], axes)


def _unet(unet: UNet2DConditionModel) -> Graph:
    config = unet.config
    side = config.sample_size if isinstance(config.sample_size, int) else 32
    inputs = {"sample": torch.randn(2, config.in_channels, side, side), "timestep": torch.tensor([981.0, 1.0]),
              "image_embeds": torch.randn(2, config.encoder_hid_dim)}
    axes = {"sample": {0: "batch_size", 2: "height", 3: "width"}, "timestep": {0: "batch_size"},
            "image_embeds": {0: "batch_size"}, "out_sample": {0: "batch_size", 2: "height", 3: "width"}}
    return Graph("unet", Decoder(unet), inputs, ["out_sample"], axes)


def _movq_encoder(movq: VQModel) -> Graph:
    axes = {"sample": {0: "batch_size", 2: "sample_height", 3: "sample_width"},
            "latents": {0: "batch_size", 2: "latent_height", 3: "latent_width"}}
    return Graph("vae_encoder", MovqEncoder(movq), {"sample": torch.rand(2, 3, 64, 64) * 2 - 1}, ["latents"], axes)


def _movq_decoder(movq: VQModel) -> Graph:
    axes = {"latent_sample": {0: "batch_size", 2: "latent_height", 3: "latent_width"},
            "sample": {0: "batch_size", 2: "sample_height", 3: "sample_width"}}
    latents = torch.randn(2, movq.config.latent_channels, 16, 16)
    return Graph("vae_decoder", MovqDecoder(movq), {"latent_sample": latents}, ["sample"], axes)
