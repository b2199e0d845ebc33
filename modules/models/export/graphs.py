"""The torch modules behind each ONNX file: what they take, what they give, and an example to trace them with.

Names and shapes are those that the usual exporter for diffusers writes, but for the UNet's `timestep`, which is one
float per row here (`[batch]`), so that rows at different steps share one call.
"""

import sys
from dataclasses import dataclass

import torch
from diffusers import AutoencoderKL, DiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextModel

from .resampling import use_depthwise
from .residuals import residual_axes, unet_residuals


@dataclass(frozen=True)
class Graph:
    """One ONNX file to be written: `folder`/model.onnx. `further`: inputs of other shapes to compare with torch."""

    folder: str
    module: torch.nn.Module
    inputs: dict[str, torch.Tensor]
    outputs: list[str]
    axes: dict[str, dict[int, str]]
    further: tuple[dict[str, torch.Tensor], ...] = ()


class TextEncoder(torch.nn.Module):
    def __init__(self, encoder: CLIPTextModel):
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids):
        result = self.encoder(input_ids=input_ids, output_hidden_states=True)
        return (result.last_hidden_state, result.pooler_output, *result.hidden_states)


class SparseEmbedding(torch.nn.Module):
    """An embedding table of which only few rows are not zero, stored as those rows and a map from token to row."""

    def __init__(self, weight: torch.Tensor):
        super().__init__()
        used = weight.abs().amax(dim=1).nonzero().flatten()
        rows = torch.zeros(weight.shape[0], dtype=torch.uint8 if len(used) < 256 else torch.int32)
        rows[used] = torch.arange(1, len(used) + 1, dtype=rows.dtype)
        self.register_buffer("rows", rows)
        self.register_buffer("table", torch.cat([torch.zeros_like(weight[:1]), weight[used]]))

    def forward(self, input_ids):
        return torch.nn.functional.embedding(self.rows[input_ids].long(), self.table)

    @staticmethod
    def worth_it(weight: torch.Tensor) -> bool:
        return (weight.abs().amax(dim=1) > 0).sum() < weight.shape[0] // 10


class UNet(torch.nn.Module):
    def __init__(self, unet: UNet2DConditionModel):
        super().__init__()
        self.unet = unet

    def forward(self, sample, timestep, encoder_hidden_states, *further):
        """`further`: the one further input that some families have, by the name that the config says it has; or residuals."""
        extra = extra_input(self.unet.config)
        by_name = {extra: further[0]} if extra else {}
        residuals = further[1:] if extra else further
        if residuals:
            by_name |= {"down_block_additional_residuals": residuals[:-1], "mid_block_additional_residual": residuals[-1]}
        return self.unet(sample, timestep, encoder_hidden_states, **by_name, return_dict=False)[0]


def extra_input(config) -> str | None:
    """`timestep_cond` (x2 latent upscaler, distilled models) or `class_labels` (x4 upscaler: its noise level)."""
    if config.time_cond_proj_dim is not None:
        return "timestep_cond"
    return None if config.num_class_embeds is None else "class_labels"


class VaeEncoder(torch.nn.Module):
    """Gives the posterior's moments (mean, log-variance), not a sample: the caller's seed draws the sample."""

    def __init__(self, vae: AutoencoderKL):
        super().__init__()
        self.vae = vae

    def forward(self, sample):
        return self.vae.encode(sample).latent_dist.parameters


class VaeDecoder(torch.nn.Module):
    def __init__(self, vae: AutoencoderKL):
        super().__init__()
        self.vae = vae

    def forward(self, latent_sample):
        return self.vae.decode(latent_sample, return_dict=False)[0]


def graphs_of(pipeline: DiffusionPipeline) -> list[Graph]:
    takes_residuals = type(pipeline).__name__ in ("StableDiffusionPipeline", "StableDiffusionImg2ImgPipeline")
    unet = unet_graph(pipeline.unet, pipeline.tokenizer.model_max_length, takes_residuals)
    return [_text_encoder(pipeline), unet, *vae_graphs(pipeline.vae)]


def vae_graphs(vae: AutoencoderKL) -> list[Graph]:
    return [_vae_encoder(vae), _vae_decoder(vae)]


def _text_encoder(pipeline: DiffusionPipeline) -> Graph:
    encoder = pipeline.text_encoder
    if getattr(encoder.config, "use_attention_mask", False):
        sys.exit("text_encoder/config.json: use_attention_mask is true, which is not supported; it must be false or left out")
    prompts = ["", "a red fox on a blue background, sketch"]
    length = pipeline.tokenizer.model_max_length
    ids = pipeline.tokenizer(prompts, padding="max_length", max_length=length, truncation=True, return_tensors="pt").input_ids
    embeddings = encoder.text_model.embeddings
    if SparseEmbedding.worth_it(embeddings.token_embedding.weight.data):
        embeddings.token_embedding = SparseEmbedding(embeddings.token_embedding.weight.data)
    return text_encoder_graph(encoder, ids)


def text_encoder_graph(encoder: CLIPTextModel, ids: torch.Tensor) -> Graph:
    states = ["last_hidden_state", *(f"hidden_states.{i}" for i in range(encoder.config.num_hidden_layers + 1))]
    outputs = ["last_hidden_state", "pooler_output", *states[1:]]
    axes = {name: {0: "batch_size", 1: "sequence_length"} for name in ("input_ids", *states)} | {"pooler_output": {0: "batch_size"}}
    return Graph("text_encoder", TextEncoder(encoder), {"input_ids": ids}, outputs, axes)


def unet_graph(unet: UNet2DConditionModel, length: int, takes_residuals: bool) -> Graph:
    """`length` of the text, in tokens; `takes_residuals` of a ControlNet."""
    use_depthwise(unet)
    config, side = unet.config, example_side(unet.config)
    inputs = {"sample": torch.randn(2, config.in_channels, side, side), "timestep": torch.tensor([981.0, 0.5]),
              "encoder_hidden_states": torch.randn(2, length, config.cross_attention_dim)}
    axes = {"sample": {0: "batch_size", 2: "height", 3: "width"}, "timestep": {0: "batch_size"},
            "encoder_hidden_states": {0: "batch_size", 1: "sequence_length"},
            "out_sample": {0: "batch_size", 2: "height", 3: "width"}}
    extra = extra_input(config)
    if extra is not None:
        labels = torch.tensor([20, config.num_class_embeds - 1]) if extra == "class_labels" else None
        inputs[extra] = torch.randn(2, config.time_cond_proj_dim) if labels is None else labels
        axes[extra] = {0: "batch_size"}
    if takes_residuals:
        axes = axes | residual_axes(config)

    def of_side(side: int) -> dict[str, torch.Tensor]:
        sized = inputs | {"sample": torch.randn(2, config.in_channels, side, side)}
        return sized | unet_residuals(config, 2, side) if takes_residuals else sized

    return Graph("unet", UNet(unet), of_side(side), ["out_sample"], axes, (of_side(whole_side(config)),))


def whole_side(config) -> int:
    """Of square latents that all levels halve without a rest."""
    step = 2 ** (len(config.block_out_channels) - 1)
    side = config.sample_size if isinstance(config.sample_size, int) else 32
    return max(side // step, 1) * step


def example_side(config) -> int:
    """Of the latents to trace with: odd where the UNet takes these. Then it resizes to the size of what the way down handed over,
    at whole sizes too, and the graph takes latents of any size; with an even one it would only double."""
    rounds = all(kind in ("UpBlock2D", "CrossAttnUpBlock2D") for kind in config.up_block_types)
    return whole_side(config) + 1 if rounds and len(config.block_out_channels) > 1 else whole_side(config)


def _vae_encoder(vae: AutoencoderKL) -> Graph:
    axes = {"sample": {0: "batch_size", 2: "sample_height", 3: "sample_width"},
            "latent_parameters": {0: "batch_size", 2: "latent_height", 3: "latent_width"}}
    return Graph("vae_encoder", VaeEncoder(vae), {"sample": torch.rand(2, 3, 64, 64) * 2 - 1}, ["latent_parameters"], axes)


def _vae_decoder(vae: AutoencoderKL) -> Graph:
    axes = {"latent_sample": {0: "batch_size", 2: "latent_height", 3: "latent_width"},
            "sample": {0: "batch_size", 2: "sample_height", 3: "sample_width"}}
    latents = torch.randn(2, vae.config.latent_channels, 16, 16)
    return Graph("vae_decoder", VaeDecoder(vae), {"latent_sample": latents}, ["sample"], axes)
