"""ControlNets, each a folder of its own: one network, which a stage names beside a model whose UNet it was made for."""

from pathlib import Path

import torch
from diffusers import ControlNetModel

from .graphs import Graph
from .residuals import residual_names, residual_shapes

FOLDER = "controlnet"
SPATIAL = {0: "batch_size", 2: "height", 3: "width"}


class ControlNet(torch.nn.Module):
    """Gives its residuals as they are: scales and windows belong to the request, one for each row."""

    def __init__(self, net: ControlNetModel):
        super().__init__()
        self.net = net

    def forward(self, sample, timestep, encoder_hidden_states, controlnet_cond, text_embeds=None, time_ids=None):
        added = None if text_embeds is None else {"text_embeds": text_embeds, "time_ids": time_ids}
        down, mid = self.net(
            sample, timestep, encoder_hidden_states, controlnet_cond, added_cond_kwargs=added, return_dict=False)
        return (*down, mid)


def graph_of(source: Path) -> Graph:
    return graph(ControlNetModel.from_pretrained(source))


def graph(net: ControlNetModel) -> Graph:
    config = net.config
    side = 4 << (len(config.block_out_channels) - 1)
    picture = side << (len(config.conditioning_embedding_out_channels) - 1)
    inputs = {"sample": torch.randn(2, config.in_channels, side, side), "timestep": torch.tensor([981.0, 0.5]),
              "encoder_hidden_states": torch.randn(2, 77, config.cross_attention_dim),
              "controlnet_cond": torch.rand(2, config.conditioning_channels, picture, picture)}
    axes = {"sample": SPATIAL, "timestep": {0: "batch_size"}, "encoder_hidden_states": {0: "batch_size", 1: "sequence_length"},
            "controlnet_cond": {0: "batch_size", 2: "picture_height", 3: "picture_width"}}
    if config.addition_embed_type == "text_time":
        ids = 6
        width = config.projection_class_embeddings_input_dim - ids * config.addition_time_embed_dim
        inputs |= {"text_embeds": torch.randn(2, width), "time_ids": 64 * torch.rand(2, ids)}
        axes |= {"text_embeds": {0: "batch_size"}, "time_ids": {0: "batch_size"}}
    outputs = residual_names(len(residual_shapes(config)), "down_block_res_sample", "mid_block_res_sample")
    axes |= {name: {0: "batch_size"} if config.global_pool_conditions else
             {0: "batch_size", 2: f"{name}_height", 3: f"{name}_width"} for name in outputs}
    return Graph(FOLDER, ControlNet(net), inputs, outputs, axes)
