"""Measures the figures of the model cards: what models draw, judged by the classifier and by retrieval, and what upscalers restore.
Nothing that is asked or shown here was trained on. `python -m train.measure --help`"""

import argparse
import dataclasses
import json
import random
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from diffusers import (
    ControlNetModel, EulerDiscreteScheduler, StableDiffusionControlNetPipeline, StableDiffusionImg2ImgPipeline,
    StableDiffusionLatentUpscalePipeline, StableDiffusionPipeline, StableDiffusionUpscalePipeline)
from PIL import Image

from .autoencoder import decibels, decode, encode, load_autoencoder, psnr, squared_errors
from .captions import ADDED_OBJECTS, Scene, full_caption, random_caption, random_scene
from .classifier import Classifier, load_classifier, right
from .drawing import draw, reduced
from .edges import find_edges, to_condition
from .retrieval import load_retrieval, retrieved
from .run import device
from .upscaler import CALL as X2_CALL
from .upscaler_x4 import CALL as X4_CALL

SEED = 987  # not the seed of any training pictures
GUIDANCE, STEPS = 5.0, 20
STRENGTH = 0.6
BATCH = 25


@dataclasses.dataclass(frozen=True)
class Measuring:
    run: Path
    count: int

    def pipeline(self, kind: type, name: str, **more):
        found = kind.from_pretrained(self.run / name, **more).to(device())
        found.set_progress_bar_config(disable=True)
        return found

    def euler(self, kind: type, name: str, **more):
        found = self.pipeline(kind, name, **more)
        found.scheduler = EulerDiscreteScheduler.from_config(found.scheduler.config)
        return found

    @property
    def classifier(self) -> Classifier:
        return load_classifier(self.run)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.measure", description=__doc__)
    parser.add_argument("folder", type=Path, help="the --out of `python -m train`")
    parser.add_argument("models", nargs="*", metavar="MODEL", help=f"any of {', '.join(MEASURES)} (default: those that are there)")
    parser.add_argument("--count", type=int, default=500, help="prompts for each model; upscalers get an eighth (default: 500)")
    arguments = parser.parse_args()
    unknown = set(arguments.models) - set(MEASURES)
    if unknown:
        parser.error(f"{', '.join(sorted(unknown))}: not a model that is measured; these are: {', '.join(MEASURES)}")
    for name in arguments.models or [name for name in MEASURES if (arguments.folder / name).exists()]:
        started = time.monotonic()
        figures = MEASURES[name](Measuring(arguments.folder, arguments.count))
        (arguments.folder / f"{name}-figures.json").write_text(json.dumps(figures, indent=2))
        print(f"{name}: {figures} ({time.monotonic() - started:.0f} s)", flush=True)


def _autoencoder(name: str) -> Callable[[Measuring], dict[str, float]]:
    def measure(measuring: Measuring) -> dict[str, float]:
        _, large, small = _drawings(measuring.count // 2, largest=False)
        vae = load_autoencoder(name, measuring.run)
        return {"psnr_64": round(psnr(vae, small), 2), "psnr_128": round(psnr(vae, large), 2)}

    return measure


def _text_to_image(name: str) -> Callable[[Measuring], dict[str, float]]:
    def measure(measuring: Measuring) -> dict[str, float]:
        scenes, prompts = _prompts(measuring.count)
        pipeline = measuring.euler(StableDiffusionPipeline, name)
        return _found(measuring, pipeline, _drawn(pipeline, prompts), scenes)

    return measure


def _distilled(measuring: Measuring) -> dict[str, float]:
    scenes, prompts = _prompts(measuring.count)
    pipeline = measuring.pipeline(StableDiffusionPipeline, "tiny-lcm")
    return _found(measuring, pipeline, _drawn(pipeline, prompts, num_inference_steps=4, guidance_scale=1.0), scenes)


def _restyled(name: str, style: str, guidance_scale: float = GUIDANCE) -> Callable[[Measuring], dict[str, float]]:
    """The guides' chain: a plain picture of the base model, then this model over it at strength 0.6."""
    def measure(measuring: Measuring) -> dict[str, float]:
        scenes = [dataclasses.replace(scene, style="") for scene in _prompts(measuring.count)[0]]
        plain = _drawn(measuring.euler(StableDiffusionPipeline, "tiny-emoji"), [full_caption(scene) for scene in scenes])
        wanted = [dataclasses.replace(scene, style=style) for scene in scenes]
        pipeline = measuring.euler(StableDiffusionImg2ImgPipeline, name)
        pictures = _drawn(pipeline, [full_caption(scene) for scene in wanted],
                          lambda i, j: {"image": [Image.fromarray(picture) for picture in plain[i:j]], "strength": STRENGTH},
                          guidance_scale=guidance_scale)
        return _judged(measuring, pictures, wanted)

    return measure


def _lora(name: str, style: str) -> Callable[[Measuring], dict[str, float]]:
    def measure(measuring: Measuring) -> dict[str, float]:
        scenes = [dataclasses.replace(scene, style=style) for scene in _prompts(measuring.count)[0]]
        pipeline = measuring.euler(StableDiffusionPipeline, "tiny-emoji")
        pipeline.load_lora_weights(measuring.run / name, weight_name=f"{name}.safetensors")
        prompts = [full_caption(dataclasses.replace(scene, style="")) for scene in scenes]
        return _judged(measuring, _drawn(pipeline, prompts), scenes)

    return measure


def _embedding(measuring: Measuring) -> dict[str, float]:
    rng = random.Random(SEED)
    scenes = [random_scene(rng, plain_share=1, objects=tuple(ADDED_OBJECTS)) for _ in range(measuring.count // 4)]
    pipeline = measuring.euler(StableDiffusionPipeline, "tiny-emoji")
    pipeline.load_textual_inversion(measuring.run / "tiny-embedding" / "learned_embeds.safetensors", token="<koala>")
    return _judged(measuring, _drawn(pipeline, [full_caption(scene).replace("koala", "<koala>") for scene in scenes]), scenes)


def _edges(measuring: Measuring) -> dict[str, float]:
    """Beside the classifier's answers: of the edges that were given, the share that the picture has, within a pixel."""
    rng = random.Random(SEED)
    scenes = [random_scene(rng, plain_share=1) for _ in range(measuring.count // 2)]
    given = find_edges(np.stack([np.asarray(reduced(draw(scene, rng))) for scene in scenes]))
    net = ControlNetModel.from_pretrained(measuring.run / "tiny-controlnet-edge")
    prompts = [full_caption(scene) for scene in scenes]
    pictures = _drawn(measuring.euler(StableDiffusionControlNetPipeline, "tiny-emoji", controlnet=net), prompts,
                      lambda i, j: {"image": to_condition(given[i:j])})
    without = _drawn(measuring.euler(StableDiffusionPipeline, "tiny-emoji"), prompts)
    return _judged(measuring, pictures, scenes) | {
        "edges_kept": _kept(given, pictures), "edges_kept_without_it": _kept(given, without)}


def _kept(given: np.ndarray, pictures: np.ndarray) -> float:
    wanted, found = torch.from_numpy(given[..., 0] > 0).float(), torch.from_numpy(find_edges(pictures)[..., 0] > 0).float()
    near = torch.nn.functional.max_pool2d(found[:, None], 3, stride=1, padding=1)[:, 0]
    return round(float((wanted * near).sum() / wanted.sum()), 4)


def _upscaler_x2(measuring: Measuring) -> dict[str, float]:
    """Against the 128-pixel drawing: the model on the small picture's latents, and Lanczos on the decoded small picture."""
    scenes, large, small = _drawings(measuring.count // 8, largest=False)
    vae = load_autoencoder("vae", measuring.run)
    latents = encode(vae, small)
    pipeline = measuring.pipeline(StableDiffusionLatentUpscalePipeline, "tiny-x2-latent")
    drawn = np.concatenate([
        pipeline(prompt=[""] * len(part), image=part * vae.config.scaling_factor, generator=torch.Generator().manual_seed(i),
                 output_type="np", **X2_CALL).images
        for i, part in enumerate(latents.split(8))])
    return _restored(scenes, _to_bytes(drawn), decode(vae, latents), large)


def _upscaler_x4(measuring: Measuring) -> dict[str, float]:
    """Against the 256-pixel drawing: the model and Lanczos, both on the small drawing."""
    scenes, large, small = _drawings(measuring.count // 8, largest=True)
    pipeline = measuring.pipeline(StableDiffusionUpscalePipeline, "tiny-x4")
    drawn = np.concatenate([
        pipeline(prompt=[""] * len(small[i:i + 4]), image=[Image.fromarray(picture) for picture in small[i:i + 4]],
                 generator=torch.Generator().manual_seed(i), output_type="np", **X4_CALL).images
        for i in range(0, len(small), 4)])
    return _restored(scenes, _to_bytes(drawn), small, large)


def _restored(scenes: list[Scene], pictures: np.ndarray, small: np.ndarray, large: np.ndarray) -> dict[str, float]:
    """PSNR in dB by the mean squared error of all pictures, and as the mean of each picture's; of each style, how much more than Lanczos.

    The mean of decibels hides what is seen: Lanczos restores a watercolour, which has no edge at all, to 56 dB, and no autoencoder does.
    """
    sides = large.shape[1:3]
    lanczos = np.stack([np.asarray(Image.fromarray(image).resize(sides, Image.Resampling.LANCZOS)) for image in small])
    ours, theirs = squared_errors(pictures, large), squared_errors(lanczos, large)
    figures = {"psnr": decibels(ours.mean()), "psnr_lanczos": decibels(theirs.mean()),
               "psnr_of_each": decibels(ours).mean(), "psnr_of_each_lanczos": decibels(theirs).mean()}
    styles = np.array([scene.style for scene in scenes])
    for style in sorted(set(styles)):
        of_it = styles == style
        figures[f"psnr_gain_{style or 'plain'}".replace(" ", "_")] = decibels(ours[of_it].mean()) - decibels(theirs[of_it].mean())
    return {name: round(float(value), 2) for name, value in figures.items()}


def _drawings(count: int, largest: bool) -> tuple[list[Scene], np.ndarray, np.ndarray]:
    rng = random.Random(SEED)
    scenes, pictures = [], []
    for _ in range(count):
        scenes.append(random_scene(rng))
        pictures.append(draw(scenes[-1], rng, largest))
    return scenes, np.stack([np.asarray(picture) for picture in pictures]), np.stack([np.asarray(reduced(picture)) for picture in pictures])


def _prompts(count: int) -> tuple[list[Scene], list[str]]:
    """Captions that name the background, so that there is one to be judged."""
    rng = random.Random(SEED)
    scenes, prompts = [], []
    while len(scenes) < count:
        scene = random_scene(rng)
        prompt = random_caption(scene, rng)
        if f"on {scene.background}" in prompt or f"{scene.background} background" in prompt:
            scenes.append(scene)
            prompts.append(prompt)
    return scenes, prompts


def _drawn(pipeline, prompts: list[str], more: Callable[[int, int], dict] = lambda i, j: {}, **call) -> np.ndarray:
    call = {"num_inference_steps": STEPS, "guidance_scale": GUIDANCE} | call
    pictures = []
    for i in range(0, len(prompts), BATCH):
        part = prompts[i:i + BATCH]
        generators = [torch.Generator().manual_seed(i + j) for j in range(len(part))]
        pictures.append(pipeline(part, generator=generators, output_type="np", **more(i, i + len(part)), **call).images)
    return _to_bytes(np.concatenate(pictures))


def _judged(measuring: Measuring, pictures: np.ndarray, scenes: list[Scene]) -> dict[str, float]:
    return right(measuring.classifier, pictures, scenes)


def _found(measuring: Measuring, pipeline, pictures: np.ndarray, scenes: list[Scene]) -> dict[str, float]:
    share = retrieved(load_retrieval(measuring.run, pipeline.tokenizer), measuring.classifier, pictures, scenes)
    return _judged(measuring, pictures, scenes) | {"retrieved": share}


def _to_bytes(pictures: np.ndarray) -> np.ndarray:
    return np.round(pictures * 255).clip(0, 255).astype(np.uint8)


MEASURES: dict[str, Callable[[Measuring], dict[str, float]]] = {
    "vae": _autoencoder("vae"),
    "vae-b": _autoencoder("vae-b"),
    "tiny-emoji": _text_to_image("tiny-emoji"),
    "tiny-comic": _restyled("tiny-comic", "comic"),
    "tiny-pixel": _restyled("tiny-pixel", "pixel art", guidance_scale=3.0),  # what its card advises
    "tiny-emoji-b": _text_to_image("tiny-emoji-b"),
    "tiny-x2-latent": _upscaler_x2,
    "tiny-x4": _upscaler_x4,
    "tiny-controlnet-edge": _edges,
    "tiny-lora-neon": _lora("tiny-lora-neon", "neon"),
    "tiny-embedding": _embedding,
    "tiny-lcm": _distilled,
}


if __name__ == "__main__":
    main()
