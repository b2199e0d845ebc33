"""SDXL's base and refiner: two text encoders (the refiner has the second only), and a UNet that is told sizes and a pooled text."""

import torch
from diffusers import DiffusionPipeline, UNet2DConditionModel

from .graphs import Graph, example_side, vae_graphs, whole_side


class AllStates(torch.nn.Module):
    """A text encoder that gives the states behind every layer, `hidden_states.0` before the first."""

    def __init__(self, encoder, projects: bool):
        super().__init__()
        self.encoder, self.projects = encoder, projects

    def forward(self, input_ids):
        result = self.encoder(input_ids=input_ids, output_hidden_states=True)
        first = (result.text_embeds, result.last_hidden_state) if self.projects \
            else (result.last_hidden_state, result.pooler_output)
        return first + tuple(result.hidden_states)


class UNetXl(torch.nn.Module):
    def __init__(self, unet: UNet2DConditionModel):
        super().__init__()
        self.unet = unet

    def forward(self, sample, timestep, encoder_hidden_states, text_embeds, time_ids, timestep_cond=None):
        conditions = {"text_embeds": text_embeds, "time_ids": time_ids}
        return self.unet(sample, timestep, encoder_hidden_states, timestep_cond=timestep_cond, added_cond_kwargs=conditions,
                         return_dict=False)[0]


def graphs(pipeline: DiffusionPipeline) -> list[Graph]:
    texts = [_text_encoder(pipeline, number) for number in ("", "_2")
             if getattr(pipeline, f"text_encoder{number}") is not None]
    return [*texts, _unet(pipeline), *vae_graphs(pipeline.vae)]


def _text_encoder(pipeline: DiffusionPipeline, number: str) -> Graph:
    encoder, tokenizer = getattr(pipeline, f"text_encoder{number}"), getattr(pipeline, f"tokenizer{number}")
    ids = tokenizer(["", "a red fox on a blue background, sketch"], padding="max_length", truncation=True,
                    max_length=tokenizer.model_max_length, return_tensors="pt").input_ids
    projects = number == "_2"
    outputs = ["text_embeds", "last_hidden_state"] if projects else ["last_hidden_state", "pooler_output"]
    outputs += [f"hidden_states.{i}" for i in range(encoder.config.num_hidden_layers + 1)]
    rows = {0: "batch_size"}
    axes = {name: rows if name in ("text_embeds", "pooler_output") else rows | {1: "sequence_length"}
            for name in ["input_ids", *outputs]}
    return Graph(f"text_encoder{number}", AllStates(encoder, projects), {"input_ids": ids}, outputs, axes)


def _unet(pipeline: DiffusionPipeline) -> Graph:
    config, length, side = pipeline.unet.config, pipeline.tokenizer_2.model_max_length, example_side(pipeline.unet.config)
    pooled = pipeline.text_encoder_2.config.projection_dim
    ids = (config.projection_class_embeddings_input_dim - pooled) // config.addition_time_embed_dim
    inputs = {"sample": torch.randn(2, config.in_channels, side, side), "timestep": torch.tensor([981.0, 0.5]),
              "encoder_hidden_states": torch.randn(2, length, config.cross_attention_dim),
              "text_embeds": torch.randn(2, pooled), "time_ids": torch.rand(2, ids) * 1024}
    if config.time_cond_proj_dim is not None:
        inputs["timestep_cond"] = torch.randn(2, config.time_cond_proj_dim)
    axes = {name: {0: "batch_size"} for name in inputs} | {
        "sample": {0: "batch_size", 2: "height", 3: "width"}, "out_sample": {0: "batch_size", 2: "height", 3: "width"},
        "encoder_hidden_states": {0: "batch_size", 1: "sequence_length"}}
    whole = whole_side(config)
    further = inputs | {"sample": torch.randn(2, config.in_channels, whole, whole)}
    return Graph("unet", UNetXl(pipeline.unet), inputs, ["out_sample"], axes, (further,))
