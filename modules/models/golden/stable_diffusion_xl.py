"""Pictures that diffusers makes with the tiny SDXL and Stable Diffusion 2.x checkpoints, and `clip_skip` and
`guidance_rescale` of all families.
"""

import json

import diffusers
import torch
from diffusers import (AutoencoderKL, StableDiffusionImg2ImgPipeline, StableDiffusionPipeline,
                       StableDiffusionXLImg2ImgPipeline, StableDiffusionXLPipeline, UNet2DConditionModel)
from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizerFast

import checkpoints
import checkpoints_xl
import pipelines
import recording

NAME = "stable-diffusion-xl"
LONG = pipelines.LONG
SIZES = {"original_size": [96, 64], "crops_coords_top_left": [8, 24], "target_size": [40, 56]}
NEGATIVE_SIZES = {"negative_original_size": [32, 24], "negative_crops_coords_top_left": [4, 2],
                  "negative_target_size": [80, 16]}
TEXT = {"kind": "text2img", "prompt": "a red fox", "num_inference_steps": 6, "guidance_scale": 5.0, "width": 48,
        "height": 48}
IMAGE = {"kind": "img2img", "prompt": "a comic fox", "num_inference_steps": 10, "strength": 0.5, "guidance_scale": 5.0,
         "images": ["input-a.png"]}
SAMPLERS = {
    "euler-karras": ("EulerDiscreteScheduler", {"use_karras_sigmas": True}),
    "eulerancestral": ("EulerAncestralDiscreteScheduler", {}),
    "ddim": ("DDIMScheduler", {}),
    "dpm": ("DPMSolverMultistepScheduler", {}),
    "heun": ("HeunDiscreteScheduler", {}),
    "unipc": ("UniPCMultistepScheduler", {}),
}
MEANS = {"vae_config": {"latents_mean": [0.3, -0.2, 0.1, 0.5], "latents_std": [1.4, 0.8, 1.1, 0.9]}}
OLD_INDEX = {"model_index": {"force_zeros_for_empty_prompt": False}}


def base_cases():
    yield "basic", {**TEXT, "seed": 1}
    yield "default-size", {**TEXT, "width": None, "height": None, "seed": 2}
    yield "negative", {**TEXT, "negative_prompt": "blue background", "seed": 3}
    yield "negative-empty", {**TEXT, "negative_prompt": "", "seed": 3}
    yield "negative-encoded", {**TEXT, **OLD_INDEX, "seed": 3}
    yield "prompt-2", {**TEXT, "prompt_2": "a castle in the night", "seed": 4}
    yield "negative-prompt-2", {**TEXT, "prompt_2": "a small house", "negative_prompt": "dog",
                                "negative_prompt_2": "yellow", "seed": 4}
    yield "negative-prompt-2-alone", {**TEXT, "negative_prompt_2": "yellow", "seed": 4}
    yield "empty", {**TEXT, "prompt": "", "seed": 5}
    yield "long", {**TEXT, "prompt": LONG, "negative_prompt": LONG[3:], "seed": 6}
    yield "bangs", {**TEXT, "prompt": "a cat! a dog!! 狐", "seed": 7}
    yield "unguided", {**TEXT, "guidance_scale": 1.0, "seed": 8}
    yield "sizes", {**TEXT, **SIZES, "seed": 9}
    yield "negative-sizes", {**TEXT, **SIZES, **NEGATIVE_SIZES, "seed": 9}
    yield "negative-sizes-batch", {**TEXT, **SIZES, **NEGATIVE_SIZES, "num_images_per_prompt": 3, "seed": 10}
    yield "negative-crops-alone", {**TEXT, **SIZES, "negative_crops_coords_top_left": [4, 2], "seed": 9}
    yield "rescale", {**TEXT, "guidance_rescale": 0.7, "guidance_scale": 9.0, "num_images_per_prompt": 2, "seed": 11}
    yield "rescale-full", {**TEXT, "guidance_rescale": 1.0, "seed": 11}
    yield "rescale-unguided", {**TEXT, "guidance_rescale": 0.5, "guidance_scale": 1.0, "seed": 11}
    yield "clip-skip-0", {**TEXT, "clip_skip": 0, "seed": 12}
    yield "clip-skip-1", {**TEXT, "clip_skip": 1, "negative_prompt": "dog", "seed": 12}
    yield "clip-skip-2", {**TEXT, "clip_skip": 2, "prompt_2": "moon", "seed": 12}
    yield "wide", {**TEXT, "width": 88, "height": 40, "seed": 13}
    yield "batch", {**TEXT, "num_images_per_prompt": 3, "seed": 14}
    yield "seeds", {**TEXT, "num_images_per_prompt": 3, "seed": [15, 16, 17], "negative_prompt": "dog"}
    yield "one-step", {**TEXT, "num_inference_steps": 1, "seed": 18}
    yield "latents-mean-std", {**TEXT, **MEANS, "seed": 19}
    for name, (sampler, options) in SAMPLERS.items():
        yield f"sampler-{name}", {**TEXT, "scheduler": sampler, "scheduler_options": options, "seed": 20,
                                  "num_images_per_prompt": 2, "width": 32, "height": 32}
    yield "img2img-basic", {**IMAGE, "seed": 31}
    yield "img2img-full", {**IMAGE, "strength": 1.0, "seed": 32}
    yield "img2img-weak", {**IMAGE, "strength": 0.1, "seed": 33}
    yield "img2img-sizes", {**IMAGE, **SIZES, **NEGATIVE_SIZES, "num_images_per_prompt": 2, "seed": 34}
    yield "img2img-crops", {**IMAGE, "crops_coords_top_left": [8, 24], "prompt_2": "night", "seed": 34}
    yield "img2img-odd-size", {**IMAGE, "images": ["input-odd.png"], "seed": 35}
    yield "img2img-images", {**IMAGE, "images": ["input-a.png", "input-b.png"], "num_images_per_prompt": 2, "seed": 36}
    yield "img2img-seeds", {**IMAGE, "images": ["input-a.png", "input-b.png"], "seed": [37, 38]}
    yield "img2img-latents-mean-std", {**IMAGE, **MEANS, "seed": 39}
    yield "img2img-rescale-skip", {**IMAGE, "guidance_rescale": 0.5, "clip_skip": 1, "seed": 40}


def refiner_cases():
    image = {**IMAGE, "strength": 0.3}
    yield "basic", {**image, "seed": 51}
    yield "negative", {**image, "negative_prompt": "night", "seed": 52}
    yield "scores", {**image, "aesthetic_score": 7.5, "negative_aesthetic_score": 1.0, "seed": 53}
    yield "sizes", {**image, **SIZES, **NEGATIVE_SIZES, "seed": 54}
    yield "batch", {**image, "num_images_per_prompt": 3, "seed": 55}
    yield "seeds", {**image, "num_images_per_prompt": 2, "seed": [56, 57]}
    yield "prompt-2", {**image, "prompt_2": "moon", "negative_prompt": "dog", "negative_prompt_2": "sun", "seed": 58}
    yield "unguided", {**image, "guidance_scale": 1.0, "seed": 59}
    yield "long", {**image, "prompt": LONG, "negative_prompt": LONG[3:], "seed": 60}
    yield "rescale-skip", {**image, "guidance_rescale": 0.6, "clip_skip": 1, "seed": 60}
    yield "denoising-start-image", {**image, "denoising_start": 0.6, "seed": 61}
    yield "denoising-end", {**image, "strength": 0.8, "denoising_end": 0.7, "seed": 62}
    yield "denoising-end-at-once", {**image, "num_inference_steps": 3, "strength": 0.4, "denoising_end": 0.6, "seed": 64}
    yield "denoising-both", {**image, "denoising_start": 0.3, "denoising_end": 0.7, "seed": 63}


def ensembles():
    """Base to refiner by latent hand-over: the base stops at `denoising_end`, the refiner goes on from there."""
    text = {**TEXT, "num_inference_steps": 10}
    image = {**IMAGE, "num_inference_steps": 10, "prompt": text["prompt"], "images": []}
    yield "ensemble", 0.8, {**text, "seed": 71}, {**image, "seed": 71}
    yield "ensemble-early", 0.33, {**text, "seed": 72, "num_images_per_prompt": 2}, {**image, "seed": [73, 74]}
    for name, (sampler, options) in SAMPLERS.items():
        swap = {"scheduler": sampler, "scheduler_options": options}
        yield f"ensemble-{name}", 0.6, {**text, **swap, "seed": 75}, {**image, **swap, "seed": 76}
    yield "ensemble-none-before", 0.01, {**text, "seed": 77}, {**image, "seed": 77}
    yield "ensemble-none-after", 1.0, {**text, "seed": 78}, {**image, "seed": 78}


def sd2_cases():
    yield "basic", {**TEXT, "seed": 81}
    yield "default-size", {**TEXT, "width": None, "height": None, "seed": 82}
    yield "euler", {**TEXT, "scheduler": "EulerDiscreteScheduler", "scheduler_options": {}, "seed": 83}
    yield "euler-trailing", {**TEXT, "scheduler": "EulerDiscreteScheduler", "seed": 84, "scheduler_options":
                             {"timestep_spacing": "trailing", "rescale_betas_zero_snr": True}, "guidance_rescale": 0.7}
    yield "bangs", {**TEXT, "prompt": "a cat! a dog!!", "negative_prompt": "!", "seed": 85}
    yield "long", {**TEXT, "prompt": LONG, "negative_prompt": LONG[3:], "seed": 86}
    yield "batch", {**TEXT, "num_images_per_prompt": 3, "seed": [87, 88, 89]}
    yield "clip-skip-1", {**TEXT, "clip_skip": 1, "negative_prompt": "dog", "seed": 90}
    yield "clip-skip-2", {**TEXT, "clip_skip": 2, "seed": 90}
    yield "img2img-basic", {**IMAGE, "seed": 91}
    yield "img2img-euler", {**IMAGE, "scheduler": "EulerDiscreteScheduler", "scheduler_options": {}, "seed": 92}
    yield "img2img-clip-skip", {**IMAGE, "clip_skip": 1, "seed": 93}


def sd1_cases():
    yield "clip-skip-0", {**TEXT, "clip_skip": 0, "seed": 95}
    yield "clip-skip-1", {**TEXT, "clip_skip": 1, "negative_prompt": "dog", "num_images_per_prompt": 2, "seed": 95}
    yield "rescale", {**TEXT, "guidance_rescale": 0.7, "guidance_scale": 9.0, "num_images_per_prompt": 2, "seed": 96}


def load(checkpoint, case):
    """A pipeline as from_pretrained builds it, with the fast tokenizers and the case's changes to the configuration."""
    def part(cls, name):
        return cls.from_pretrained(checkpoint, subfolder=name) if (checkpoint / name).exists() else None

    index = {**json.loads((checkpoint / "model_index.json").read_text()), **case.get("model_index", {})}
    scheduler = json.loads((checkpoint / "scheduler" / "scheduler_config.json").read_text())["_class_name"]
    parts = {"vae": part(AutoencoderKL, "vae"), "unet": part(UNet2DConditionModel, "unet"),
             "text_encoder": part(CLIPTextModel, "text_encoder"), "tokenizer": part(CLIPTokenizerFast, "tokenizer"),
             "scheduler": part(getattr(diffusers, scheduler), "scheduler")}
    parts["vae"].register_to_config(**case.get("vae_config", {}))
    text = case["kind"] == "text2img"
    if "text_encoder_2" not in index:
        cls = StableDiffusionPipeline if text else StableDiffusionImg2ImgPipeline
        return cls(**parts, safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    parts["text_encoder_2"] = part(CLIPTextModelWithProjection, "text_encoder_2")
    parts["tokenizer_2"] = part(CLIPTokenizerFast, "tokenizer_2")
    options = {"force_zeros_for_empty_prompt": index["force_zeros_for_empty_prompt"], "add_watermarker": False}
    if text:
        return StableDiffusionXLPipeline(**parts, **options)
    return StableDiffusionXLImg2ImgPipeline(
        **parts, **options, requires_aesthetics_score=index.get("requires_aesthetics_score", False))


def arguments(case, inputs):
    kwargs = pipelines.arguments(case, inputs)
    if "after" in case:  # the latents that the case before gave, each with the prompt
        kwargs["image"] = case["after"]
        kwargs["prompt"] = [case["prompt"]] * len(case["after"])
    for name in ("guidance_rescale", "clip_skip", "denoising_start", "denoising_end", "aesthetic_score",
                 "negative_aesthetic_score"):
        if name in case:
            kwargs[name] = case[name]
    for name in (*SIZES, *NEGATIVE_SIZES):
        if name in case:
            kwargs[name] = tuple(case[name])
    for name in ("prompt_2", "negative_prompt_2"):
        if name in case:
            kwargs[name] = [case[name]] * len(kwargs["prompt"])
    return kwargs


def decode(pipeline, latents, is_xl):
    config = pipeline.vae.config
    if is_xl and config.latents_mean is not None:
        mean, std = (torch.tensor(v).view(1, 4, 1, 1) for v in (config.latents_mean, config.latents_std))
        unscaled = latents * std / config.scaling_factor + mean
    else:
        unscaled = latents / config.scaling_factor
    with torch.no_grad():
        image = pipeline.vae.decode(unscaled, return_dict=False)[0]
    return pipeline.image_processor.postprocess(image, output_type="pil")


def run(checkpoint, case, inputs):
    pipeline = load(checkpoint, case)
    pipeline.set_progress_bar_config(disable=True)
    if "scheduler" in case:
        swapped = getattr(diffusers, case["scheduler"])
        pipeline.scheduler = swapped.from_config(pipeline.scheduler.config, **case["scheduler_options"])
    latents = pipeline(**arguments(case, inputs), output_type="latent").images
    return latents, decode(pipeline, latents, "text_encoder_2" in pipeline.components)


def main(scratch, out):
    """Also needs the pictures of `pipelines.py`, which some cases start from."""
    diffusers.utils.logging.set_verbosity_error()
    folder = out / NAME
    folder.mkdir(exist_ok=True)
    for checkpoint in checkpoints_xl.NAMES:
        checkpoints_xl.make(checkpoint, scratch / checkpoint)
        checkpoints.export(scratch / checkpoint, out / "checkpoints" / checkpoint)
    checkpoints.make("sd-factor8", scratch / "sd-factor8")
    recorded = []

    def record(checkpoint, name, case, **replaced):
        latents, images = run(scratch / checkpoint, {**case, **replaced}, out)
        recorded.append(recording.record(folder, f"{checkpoint}-{name}", checkpoint, case, latents, images))
        return latents

    chosen = {"sdxl-base": base_cases, "sdxl-refiner": refiner_cases, "sd2": sd2_cases, "sd-factor8": sd1_cases}
    for checkpoint, cases in chosen.items():
        for name, case in cases():
            record(checkpoint, name, case)
    for name, split, text, image in ensembles():
        noisy = record("sdxl-base", name, {**text, "denoising_end": split})
        record("sdxl-refiner", name, {**image, "after": f"sdxl-base-{name}", "denoising_start": split}, after=noisy)
    recording.write_cases(folder, recorded)
