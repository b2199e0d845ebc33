"""The blurs of the K blocks as depthwise convolutions.

diffusers builds a dense `[c, c, 4, 4]` kernel at every call, zero off its diagonal: the same numbers at c times the cost,
and a form that has no ONNX equivalent.
"""

import torch
import torch.nn.functional as F
from diffusers import UNet2DConditionModel
from diffusers.models.downsampling import KDownsample2D
from diffusers.models.upsampling import KUpsample2D


class DepthwiseDown(torch.nn.Module):
    def __init__(self, original: KDownsample2D, channels: int):
        super().__init__()
        self.channels, self.pad_mode, self.pad = channels, original.pad_mode, original.pad
        self.register_buffer("weight", original.kernel.expand(channels, 1, -1, -1).clone(), persistent=False)

    def forward(self, inputs):
        padded = F.pad(inputs, (self.pad,) * 4, self.pad_mode)
        return F.conv2d(padded, self.weight, stride=2, groups=self.channels)


class DepthwiseUp(torch.nn.Module):
    def __init__(self, original: KUpsample2D, channels: int):
        super().__init__()
        self.channels, self.pad_mode, self.pad = channels, original.pad_mode, original.pad
        self.register_buffer("weight", original.kernel.expand(channels, 1, -1, -1).clone(), persistent=False)

    def forward(self, inputs):
        padded = F.pad(inputs, ((self.pad + 1) // 2,) * 4, self.pad_mode)
        return F.conv_transpose2d(padded, self.weight, stride=2, padding=self.pad * 2 + 1, groups=self.channels)


def use_depthwise(unet: UNet2DConditionModel) -> None:
    """In place; a UNet without K blocks stays as it is. No weights change: the blurs have none that are saved."""
    for block in [*unet.down_blocks, *unet.up_blocks]:
        for layers, kind, replacement in (("downsamplers", KDownsample2D, DepthwiseDown), ("upsamplers", KUpsample2D, DepthwiseUp)):
            resamplers = getattr(block, layers, None) or ()
            for i, resampler in enumerate(resamplers):
                if isinstance(resampler, kind):
                    resamplers[i] = replacement(resampler, block.resnets[-1].conv2.out_channels)
