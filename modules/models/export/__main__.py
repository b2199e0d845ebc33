"""Turns a diffusers folder (Stable Diffusion 1.x or 2.x, also for inpainting, the x2 latent or the x4 upscaler, a ControlNet)
into the ONNX folder a worker reads."""

import argparse
import json
import shutil
import sys
from pathlib import Path

from diffusers import (
    DiffusionPipeline, StableDiffusionInpaintPipeline, StableDiffusionLatentUpscalePipeline, StableDiffusionPipeline,
    StableDiffusionUpscalePipeline)

from . import controlnet
from .graphs import Graph, graphs_of
from .manifest import write_manifest
from .onnx_files import TOLERANCE, largest_difference, round_weights_to_half, write

FAMILIES = {StableDiffusionPipeline: "stable-diffusion", StableDiffusionLatentUpscalePipeline: "latent-upscaler",
            StableDiffusionUpscalePipeline: "upscaler", StableDiffusionInpaintPipeline: "stable-diffusion-inpainting"}
WITH_SAFETY_CHECKER = ("StableDiffusionPipeline", "StableDiffusionInpaintPipeline")
TOKENIZER_FILES = ("vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json")


def main() -> None:
    arguments = _arguments()
    if _class_name(arguments.source) == "ControlNetModel":
        _copy_json(arguments.source / "config.json", arguments.out / controlnet.FOLDER / "config.json")
        _write(arguments, [controlnet.graph_of(arguments.source)], "controlnet", "ControlNetModel")
        return
    pipeline = DiffusionPipeline.from_pretrained(arguments.source, safety_checker=None, requires_safety_checker=False) \
        if _class_name(arguments.source) in WITH_SAFETY_CHECKER else DiffusionPipeline.from_pretrained(arguments.source)
    family = FAMILIES.get(type(pipeline))
    if family is None:
        known = ", ".join([*(kind.__name__ for kind in FAMILIES), "ControlNetModel"])
        sys.exit(f"{arguments.source}: is a {type(pipeline).__name__}; this exporter knows {known}")
    _copy_settings(arguments.source, arguments.out, pipeline)
    _write(arguments, graphs_of(pipeline), family, type(pipeline).__name__)


def _write(arguments: argparse.Namespace, graphs: list[Graph], family: str, class_name: str) -> None:
    for graph in graphs:
        path = arguments.out / graph.folder / "model.onnx"
        if arguments.weights == "fp16":
            round_weights_to_half(graph.module)
        write(graph, path, half_weights=arguments.weights == "fp16")
        difference = largest_difference(graph, path)
        print(f"{graph.folder}: {path.stat().st_size / 1e6:.2f} MB, largest difference from torch {difference:.1e}")
        if not difference < TOLERANCE:
            sys.exit(f"{graph.folder}: the graph does not compute what torch does (largest difference {difference}); no manifest written")
    name = arguments.name or arguments.out.name
    manifest = write_manifest(arguments.out, name, family, class_name, arguments.license)
    vae = f", VAE {manifest['vae_digest']}" if "vae_digest" in manifest else ""
    print(f"{name}: digest {manifest['digest']}{vae}, {sum(file['size'] for file in manifest['files']) / 1e6:.1f} MB")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m export", description=__doc__)
    parser.add_argument("source", type=Path, help="a diffusers folder (it holds model_index.json)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the ONNX folder is written")
    parser.add_argument("--name", help="the model's name in the manifest (default: the last part of DIR)")
    parser.add_argument("--license", default="unknown", metavar="SPDX", help="licence expression for the manifest")
    parser.add_argument("--weights", choices=("fp32", "fp16"), default="fp32",
                        help="how weights are stored; the arithmetic is float32 either way (default: fp32)")
    arguments = parser.parse_args()
    if not _class_name(arguments.source):
        parser.error(f"{arguments.source}: has no model_index.json, and no config.json of a ControlNet; give a folder that "
                     "diffusers' save_pretrained wrote")
    return arguments


def _class_name(source: Path) -> str:
    """Of a whole pipeline, or of a network alone; empty if the folder is neither."""
    files = [source / name for name in ("model_index.json", "config.json") if (source / name).is_file()]
    return json.loads(files[0].read_text()).get("_class_name", "") if files else ""


def _copy_settings(source: Path, out: Path, pipeline: DiffusionPipeline) -> None:
    out.mkdir(parents=True, exist_ok=True)
    _copy_json(source / "model_index.json", out / "model_index.json")
    for folder in ("scheduler", "low_res_scheduler"):
        if (source / folder).is_dir():
            _copy_json(source / folder / "scheduler_config.json", out / folder / "scheduler_config.json")
    for folder in ("text_encoder", "unet"):
        _copy_json(source / folder / "config.json", out / folder / "config.json")
    for folder in ("vae_encoder", "vae_decoder"):
        _copy_json(source / "vae/config.json", out / folder / "config.json")
    (out / "tokenizer").mkdir(exist_ok=True)
    pipeline.tokenizer.save_vocabulary(str(out / "tokenizer"))
    for file in TOKENIZER_FILES:
        if (source / "tokenizer" / file).is_file():
            shutil.copyfile(source / "tokenizer" / file, out / "tokenizer" / file)


def _copy_json(source: Path, target: Path) -> None:
    """Without `_name_or_path`, which would carry a path of the machine that trained the model."""
    fields = json.loads(source.read_text())
    fields.pop("_name_or_path", None)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(fields, indent=2) + "\n")


if __name__ == "__main__":
    main()
