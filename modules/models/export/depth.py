"""Depth estimators: transformers folders of `AutoModelForDepthEstimation` whose pictures are prepared as DPT's are (DPT, MiDaS,
Depth Anything, ...).

The image processor's settings go into the folder as they are; a worker does what they say.
"""

import json
from pathlib import Path

import numpy as np
import torch
from transformers import AutoImageProcessor, AutoModelForDepthEstimation
from transformers.models.depth_anything import modeling_depth_anything
from transformers.utils import torch_int

from .graphs import Graph

CLASS_NAME = "AutoModelForDepthEstimation"
FOLDER = "depth_estimator"
PREPARATION = "preprocessor_config.json"
PROCESSORS = ("DPTImageProcessor", "DPTImageProcessorFast")
PICTURES = ((96, 96), (96, 128), (80, 60))  # height, width

modeling_depth_anything.int = torch_int  # its head computes sizes with `int`, which a trace would keep as they are


class DepthEstimator(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, pixel_values):
        return self.model(pixel_values=pixel_values).predicted_depth


def is_depth_estimator(config: dict) -> bool:
    return any(name.endswith("ForDepthEstimation") for name in config.get("architectures") or ())


def check(source: Path) -> None:
    settings = json.loads((source / PREPARATION).read_text())
    name = settings.get("image_processor_type", "DPTImageProcessor")
    if name not in PROCESSORS:
        raise SystemExit(f"{source}: prepares pictures with {name}; workers know {', '.join(PROCESSORS)}")


def graph_of(source: Path) -> Graph:
    """Heights and widths are free where the processor gives pictures different ones, as Depth Anything's does."""
    model = AutoModelForDepthEstimation.from_pretrained(source)
    processor = AutoImageProcessor.from_pretrained(source, use_fast=False)
    first, *further = (_prepared(processor, *size) for size in PICTURES)
    free = any(pixels.shape != first.shape for pixels in further)
    axes = {"pixel_values": {0: "batch_size"} | ({2: "height", 3: "width"} if free else {}),
            "predicted_depth": {0: "batch_size"} | ({1: "depth_height", 2: "depth_width"} if free else {})}
    return Graph(FOLDER, DepthEstimator(model), {"pixel_values": first.repeat(2, 1, 1, 1)}, ["predicted_depth"], axes,
                 further=tuple({"pixel_values": pixels} for pixels in further))


def _prepared(processor, height: int, width: int) -> torch.Tensor:
    picture = np.random.default_rng(height * width).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return processor(images=picture, return_tensors="pt").pixel_values
