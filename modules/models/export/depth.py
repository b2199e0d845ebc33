"""Depth estimators: any transformers folder of `AutoModelForDepthEstimation` (DPT, Depth Anything, GLPN, ...)."""

import json
from pathlib import Path

import torch
from transformers import AutoImageProcessor, AutoModelForDepthEstimation

from .graphs import Graph

FOLDER = "depth_estimator"


class DepthEstimator(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, pixel_values):
        return self.model(pixel_values=pixel_values).predicted_depth


def is_depth_estimator(config: dict) -> bool:
    return any(name.endswith("ForDepthEstimation") for name in config.get("architectures") or ())


def graph_of(source: Path) -> Graph:
    """Traced at the size that the image processor gives a square picture; sizes stay free where the network lets them."""
    model = AutoModelForDepthEstimation.from_pretrained(source)
    processor = AutoImageProcessor.from_pretrained(source, use_fast=False)
    config = json.loads((source / "config.json").read_text())
    pixels = processor(images=torch.randint(0, 256, (3, 96, 96), dtype=torch.uint8), return_tensors="pt").pixel_values
    free = config.get("model_type") not in FIXED_SIZE
    axes = {"pixel_values": {0: "batch_size"} | ({2: "height", 3: "width"} if free else {}),
            "predicted_depth": {0: "batch_size"} | ({1: "depth_height", 2: "depth_width"} if free else {})}
    return Graph(FOLDER, DepthEstimator(model), {"pixel_values": pixels.repeat(2, 1, 1, 1)}, ["predicted_depth"], axes)
