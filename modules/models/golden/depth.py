"""What transformers' depth-estimation pipeline makes of pictures with tiny depth estimators.

`dpt` is shown every picture at one size; `depth-anything` keeps its shape, in multiples of the backbone's patches.
"""

import shutil

import numpy as np
import torch
from PIL import Image
from transformers import (DepthAnythingConfig, DepthAnythingForDepthEstimation, Dinov2Config, DPTConfig,
                          DPTForDepthEstimation, DPTImageProcessor, pipeline)

import checkpoints
import pipelines
import recording

NAME = "depth"
PICTURES = ("input-a.png", "input-odd.png", "depth-wide.png", "depth-tall.png")


def dpt():
    """Normalised as DPT's checkpoints are, resized without keeping the shape."""
    model = DPTForDepthEstimation(DPTConfig(
        hidden_size=16, num_hidden_layers=4, num_attention_heads=2, intermediate_size=24, image_size=64, patch_size=16,
        backbone_out_indices=[0, 1, 2, 3], neck_hidden_sizes=[8, 12, 16, 16], fusion_hidden_size=12,
        reassemble_factors=[4, 2, 1, 0.5]))
    processor = DPTImageProcessor(size={"height": 64, "width": 64}, image_mean=[0.5, 0.45, 0.4], image_std=[0.5, 0.52, 0.48])
    return model, processor


def depth_anything():
    backbone = Dinov2Config(
        hidden_size=16, num_hidden_layers=4, num_attention_heads=2, mlp_ratio=2, image_size=56, patch_size=14,
        out_indices=[1, 2, 3, 4], apply_layernorm=True, reshape_hidden_states=False)
    model = DepthAnythingForDepthEstimation(DepthAnythingConfig(
        backbone_config=backbone, patch_size=14, reassemble_hidden_size=16, neck_hidden_sizes=[8, 12, 16, 16],
        fusion_hidden_size=12, head_hidden_size=8))
    processor = DPTImageProcessor(
        size={"height": 70, "width": 70}, keep_aspect_ratio=True, ensure_multiple_of=14, resample=2,
        image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225])
    return model, processor


@torch.no_grad()
def lively(model):
    """Weights as they are initialised give nearly flat maps, in which rounding would be all there is."""
    for name, parameter in model.named_parameters():
        if parameter.ndim > 1 and "embeddings" not in name:
            parameter.normal_(std=1.2 / (parameter[0].numel() ** 0.5))
    last = [parameter for name, parameter in model.head.named_parameters() if parameter.ndim == 1][-1]
    last += 3  # the ReLU behind it lets everything through
    checkpoints.round_to_half(model)
    return model.eval()


def main(scratch, out):
    folder = out / NAME
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    pipelines.picture(90, 40, 21).save(folder / "depth-wide.png")
    pipelines.picture(37, 83, 22).save(folder / "depth-tall.png")
    recorded = []
    for number, (name, make) in enumerate((("dpt", dpt), ("depth-anything", depth_anything))):
        torch.manual_seed(60 + number)
        model, processor = make()
        lively(model).save_pretrained(scratch / name)
        processor.save_pretrained(scratch / name)
        checkpoints.export_with_ours(scratch / name, out / "checkpoints" / name)
        estimate = pipeline("depth-estimation", model=model, image_processor=processor, device="cpu")
        for file in PICTURES:
            path = folder / file if (folder / file).exists() else out / file
            with torch.no_grad():
                depth = estimate(Image.open(path).convert("RGB"))["depth"]
            target = f"{name}-{file}"
            depth.save(folder / target, optimize=True)
            values = np.asarray(depth, dtype=float)
            print(f"  {target}: {depth.size}, mean {values.mean():.0f}, std {values.std():.0f}")
            recorded.append({"checkpoint": name, "image": file, "depth": target})
    (folder / "depths.json").write_text(recording.lines(recorded))
