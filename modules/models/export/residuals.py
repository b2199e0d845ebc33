"""What a ControlNet gives and a UNet adds.

A ControlNet is exported alone, its residuals unscaled: `down_block_res_sample_<i>` and `mid_block_res_sample`. The UNet takes
them as `down_block_additional_residual_<i>` and `mid_block_additional_residual`, and adds them to its skip connections and
to its middle. Without a ControlNet a worker feeds zeros of the shape [1, 1, 1, 1], which the additions broadcast: so one
graph, and one copy of its weights in memory, serves both, and a job without ControlNets pays for a few additions. A second
graph would cost a second UNet in memory as soon as both are in use. (To a UNet that the usual exporter wrote, workers add the
inputs when they load it; here they are written so that files over a gibibyte, which workers do not rewrite, have them too.)
"""

import torch


def residual_shapes(config) -> list[tuple[int, int]]:
    """(channels, times that its height and width are halved) of each residual: those of the way down, then the middle's."""
    channels = config.block_out_channels
    layers = config.layers_per_block
    layers = [layers] * len(channels) if isinstance(layers, int) else layers
    shapes = [(channels[0], 0)]
    for level, (width, count) in enumerate(zip(channels, layers, strict=True)):
        shapes += [(width, level)] * count
        if level < len(channels) - 1:
            shapes.append((width, level + 1))
    return shapes + [(channels[-1], len(channels) - 1)]


def residual_names(count: int, down: str, mid: str) -> list[str]:
    return [f"{down}_{i}" for i in range(count - 1)] + [mid]


def _unet_names(config) -> list[str]:
    return residual_names(len(residual_shapes(config)), "down_block_additional_residual", "mid_block_additional_residual")


def unet_residuals(config, rows: int, side: int) -> dict[str, torch.Tensor]:
    """Examples of the UNet's residual inputs, for latents of that side; a half is rounded up."""
    sizes = [(channels, -(-side // 2**halved)) for channels, halved in residual_shapes(config)]
    return {name: 0.1 * torch.randn(rows, channels, size, size) for name, (channels, size) in zip(_unet_names(config), sizes, strict=True)}


def residual_axes(config) -> dict[str, dict[int, str]]:
    """No two share a symbol: any of them may be 1 where another is not."""
    return {name: {axis: f"{name}_{axis}" for axis in range(4)} for name in _unet_names(config)}
