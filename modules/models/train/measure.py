"""Measures the figures of the model cards on freshly drawn pictures that no model has seen. `python -m train.measure --help`"""

import argparse
import json
import random
import statistics
import time
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL, StableDiffusionLatentUpscalePipeline, StableDiffusionPipeline
from PIL import Image

from .autoencoder import encode, psnr, to_images
from .captions import random_scene
from .drawing import LARGE, draw, halve

SEED = 987  # not the seed of the training pictures


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.measure", description=__doc__)
    parser.add_argument("folder", type=Path, help="the --out of `python -m train`")
    parser.add_argument("--pictures", type=int, default=64)
    arguments = parser.parse_args()
    rng = random.Random(SEED)
    pictures = [draw(random_scene(rng), rng) for _ in range(arguments.pictures)]
    large = np.stack([np.asarray(picture) for picture in pictures])
    small = np.stack([np.asarray(halve(picture)) for picture in pictures])
    vae = AutoencoderKL.from_pretrained(arguments.folder / "vae").eval()
    figures = {"pictures": len(pictures), "vae_psnr_64": psnr(vae, small), "vae_psnr_128": psnr(vae, large)}
    if (arguments.folder / "tiny-x2-latent").exists():
        figures |= _upscaler(arguments.folder / "tiny-x2-latent", vae, small, large)
    if (arguments.folder / "tiny-emoji").exists():
        figures["seconds_a_picture_20_steps"] = _seconds(arguments.folder / "tiny-emoji")
    print(json.dumps({name: round(value, 2) for name, value in figures.items()}, indent=2))


def _upscaler(folder: Path, vae: AutoencoderKL, small: np.ndarray, large: np.ndarray) -> dict[str, float]:
    """Against the 128-pixel drawing: the model on the small picture's latents, and Lanczos on the decoded small picture."""
    pipeline = StableDiffusionLatentUpscalePipeline.from_pretrained(folder)
    pipeline.set_progress_bar_config(disable=True)
    latents = encode(vae, small)
    with torch.no_grad():
        decoded = to_images(vae.decode(latents).sample)
    lanczos = np.stack([np.asarray(Image.fromarray(image).resize((LARGE, LARGE), Image.Resampling.LANCZOS)) for image in decoded])
    drawn = np.concatenate([
        pipeline(prompt=[""] * len(part), image=part * vae.config.scaling_factor, num_inference_steps=10, guidance_scale=0,
                 generator=torch.Generator().manual_seed(i), output_type="np").images
        for i, part in enumerate(latents.split(8))])
    return {"x2_psnr": _psnr(np.round(drawn * 255), large), "x2_lanczos_psnr": _psnr(lanczos, large)}


def _psnr(images: np.ndarray, expected: np.ndarray) -> float:
    error = ((images.astype(np.float64) - expected) ** 2).mean(axis=(1, 2, 3))
    return float((10 * np.log10(255 ** 2 / error)).mean())


def _seconds(folder: Path) -> float:
    pipeline = StableDiffusionPipeline.from_pretrained(folder)
    pipeline.set_progress_bar_config(disable=True)
    times = []
    for seed in range(5):
        start = time.perf_counter()
        pipeline("a red fox on a blue background", num_inference_steps=20, guidance_scale=5.0, generator=torch.manual_seed(seed))
        times.append(time.perf_counter() - start)
    return statistics.median(times)


if __name__ == "__main__":
    main()
