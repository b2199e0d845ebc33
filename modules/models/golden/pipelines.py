"""Pictures that diffusers makes with the tiny checkpoints: what modules/pipelines is held to.

Each case is a request in diffusers' own parameter names, with the final latents and the PNGs that came out. See the
README.md written beside the data.
"""

import functools
import json
import warnings

import diffusers
import numpy as np
import torch
from diffusers import AutoencoderKL, StableDiffusionImg2ImgPipeline, StableDiffusionPipeline, UNet2DConditionModel
from PIL import Image
from transformers import CLIPTextModel, CLIPTokenizerFast

SAMPLERS = {  # each with the options that it is tried with
    "PNDMScheduler": [{}],
    "DDIMScheduler": [{}, {"timestep_spacing": "trailing"}, {"clip_sample": True}],
    "EulerDiscreteScheduler": [{}, {"use_karras_sigmas": True}],
    "EulerAncestralDiscreteScheduler": [{}],
    "DPMSolverMultistepScheduler": [{}, {"use_karras_sigmas": True}, {"algorithm_type": "sde-dpmsolver++"}],
    "LCMScheduler": [{}],
}
LONG = "a painting of a red fox and a blue cat on the big castle in the night, " * 6


def text2img_cases():
    base = {"kind": "text2img", "prompt": "a red fox", "num_inference_steps": 6, "guidance_scale": 5.0, "seed": 1,
            "width": 48, "height": 48}
    yield "basic", base
    yield "default-size", {**base, "width": None, "height": None, "seed": 2**35 + 3}
    yield "negative", {**base, "negative_prompt": "blue background", "seed": 2}
    yield "unguided", {**base, "guidance_scale": 1.0, "seed": 3}
    yield "below-one", {**base, "guidance_scale": 0.0, "seed": 3}
    yield "strong", {**base, "guidance_scale": 12.5, "seed": 4}
    yield "one-step", {**base, "num_inference_steps": 1, "seed": 5}
    yield "two-steps", {**base, "num_inference_steps": 2, "seed": 6}
    yield "many-steps", {**base, "num_inference_steps": 30, "seed": 7}
    yield "wide", {**base, "width": 80, "height": 48, "seed": 8}
    yield "tall-small", {**base, "width": 16, "height": 48, "seed": 9}
    yield "rounded", {**base, "width": 56, "height": 40, "num_images_per_prompt": 2, "seed": 19}  # latents that are no multiple of two
    yield "batch", {**base, "num_images_per_prompt": 3, "seed": 10}
    yield "batch-small", {**base, "num_images_per_prompt": 3, "seed": 10, "width": 16, "height": 16}
    yield "seeds", {**base, "num_images_per_prompt": 3, "seed": [11, 12, 13], "negative_prompt": "dog"}
    yield "empty", {**base, "prompt": "", "seed": 14}
    yield "long", {**base, "prompt": LONG, "negative_prompt": LONG[3:], "seed": 15}
    yield "unicode", {**base, "prompt": "Café «FOX» 狐狸 🦊 it's 12!", "seed": 16}
    yield "bangs", {**base, "prompt": "a cat! a dog!!", "seed": 16}
    for sampler, variants in SAMPLERS.items():
        for options in variants:
            name = "-".join([sampler.removesuffix("Scheduler").lower(), *map(str, options.values())])
            yield f"sampler-{name}", {**base, "scheduler": sampler, "scheduler_options": options, "seed": 17,
                                      "num_images_per_prompt": 2, "width": 32, "height": 32}
    yield "eta", {**base, "scheduler": "DDIMScheduler", "scheduler_options": {}, "eta": 0.8, "seed": 18,
                  "num_images_per_prompt": 2}


def img2img_cases():
    base = {"kind": "img2img", "prompt": "a comic fox", "num_inference_steps": 10, "strength": 0.6,
            "guidance_scale": 5.0, "seed": 31, "images": ["input-a.png"]}
    yield "basic", base
    yield "weak", {**base, "strength": 0.1, "seed": 32}
    yield "double-rounding", {**base, "strength": 0.58, "num_inference_steps": 50, "seed": 33}
    yield "full", {**base, "strength": 1.0, "seed": 34}
    yield "unguided", {**base, "guidance_scale": 1.0, "seed": 35}
    yield "negative", {**base, "negative_prompt": "night", "seed": 36}
    yield "odd-size", {**base, "images": ["input-odd.png"], "seed": 37}
    yield "batch", {**base, "num_images_per_prompt": 3, "seed": 38}
    yield "seeds", {**base, "num_images_per_prompt": 3, "seed": [39, 40, 41]}
    yield "images", {**base, "images": ["input-a.png", "input-b.png"], "num_images_per_prompt": 2, "seed": 42}
    yield "images-seeds", {**base, "images": ["input-a.png", "input-b.png"], "num_images_per_prompt": 1,
                           "seed": [43, 44]}
    yield "latents", {**base, "images": [], "latents": "input-latents.f32", "latents_shape": [1, 4, 6, 6], "seed": 45}
    yield "latents-batch", {**base, "images": [], "latents": "input-latents.f32", "latents_shape": [1, 4, 6, 6],
                            "num_images_per_prompt": 2, "seed": [46, 47]}
    for sampler, variants in SAMPLERS.items():
        for options in variants:
            name = "-".join([sampler.removesuffix("Scheduler").lower(), *map(str, options.values())])
            yield f"sampler-{name}", {**base, "scheduler": sampler, "scheduler_options": options, "seed": 48,
                                      "images": ["input-b.png"], "num_images_per_prompt": 2}


def picture(width, height, seed):
    rows, columns = np.mgrid[0:height, 0:width]
    waves = [127 + 120 * np.sin((rows * a + columns * b) / 9 + seed) for a, b in ((1, 2), (2, -1), (-1, 1))]
    noise = np.random.default_rng(seed).normal(0, 12, (height, width, 3))
    return Image.fromarray(np.clip(np.stack(waves, -1) + noise, 0, 255).astype(np.uint8))


def write_inputs(folder):
    picture(48, 48, 1).save(folder / "input-a.png")
    picture(48, 48, 2).save(folder / "input-b.png")
    picture(67, 51, 3).save(folder / "input-odd.png")
    latents = torch.randn(1, 4, 6, 6, generator=torch.Generator().manual_seed(5))
    (folder / "input-latents.f32").write_bytes(latents.numpy().astype("<f4").tobytes())


@functools.cache
def networks(checkpoint):
    return {
        "vae": AutoencoderKL.from_pretrained(checkpoint, subfolder="vae"),
        "unet": UNet2DConditionModel.from_pretrained(checkpoint, subfolder="unet"),
        "text_encoder": CLIPTextModel.from_pretrained(checkpoint, subfolder="text_encoder"),
        "tokenizer": CLIPTokenizerFast.from_pretrained(checkpoint / "tokenizer"),
    }


def load(checkpoint, kind):
    """A pipeline as from_pretrained builds it, with a fresh scheduler, and with the fast tokenizer."""
    config = json.loads((checkpoint / "scheduler" / "scheduler_config.json").read_text())
    scheduler = getattr(diffusers, config["_class_name"]).from_pretrained(checkpoint, subfolder="scheduler")
    cls = StableDiffusionPipeline if kind == "text2img" else StableDiffusionImg2ImgPipeline
    return cls(**networks(checkpoint), scheduler=scheduler, safety_checker=None, feature_extractor=None,
               requires_safety_checker=False)


def arguments(case, inputs):
    """The call's own arguments, and how many pictures will come out."""
    sources = 1
    kwargs = {k: case[k] for k in ("num_inference_steps", "guidance_scale", "negative_prompt", "eta", "strength",
                                   "num_images_per_prompt", "width", "height") if k in case}
    if case["kind"] == "img2img":
        if "latents" in case:
            values = np.fromfile(inputs / case["latents"], "<f4").reshape(case["latents_shape"])
            kwargs["image"] = torch.from_numpy(values.astype(np.float32))
        else:
            kwargs["image"] = [Image.open(inputs / name).convert("RGB") for name in case["images"]]
            sources = len(case["images"])
    kwargs["prompt"] = [case["prompt"]] * sources
    if "negative_prompt" in case:
        kwargs["negative_prompt"] = [case["negative_prompt"]] * sources
    seed = case["seed"]
    if isinstance(seed, list):
        kwargs["generator"] = [torch.Generator().manual_seed(s) for s in seed]
    else:
        kwargs["generator"] = torch.Generator().manual_seed(seed)
    return kwargs


def decode(pipeline, latents):
    with torch.no_grad():
        image = pipeline.vae.decode(latents / pipeline.vae.config.scaling_factor, return_dict=False)[0]
    return pipeline.image_processor.postprocess(image, output_type="pil")


def run(checkpoint, case, inputs):
    pipeline = load(checkpoint, case["kind"])
    pipeline.set_progress_bar_config(disable=True)
    if "scheduler" in case:
        swapped = getattr(diffusers, case["scheduler"])
        pipeline.scheduler = swapped.from_config(pipeline.scheduler.config, **case["scheduler_options"])
    latents = pipeline(**arguments(case, inputs), output_type="latent").images
    return latents, decode(pipeline, latents)


def main(checkpoints, out):
    warnings.filterwarnings("ignore")
    diffusers.utils.logging.set_verbosity_error()
    write_inputs(out)
    cases = []
    for checkpoint in checkpoints:
        chosen = [*text2img_cases(), *img2img_cases()]
        if checkpoint.name != "sd-factor8":  # the second checkpoint is there for its VAE, its scheduler and its pad token
            wanted = ("basic", "default-size", "bangs", "batch-small", "seeds", "odd-size", "long", "images",
                      "sampler-eulerdiscrete", "sampler-ddim", "sampler-dpmsolvermultistep")
            chosen = [(name, case) for name, case in chosen if name in wanted]
        for name, case in chosen:
            name = f"{checkpoint.name}-{case['kind']}-{name}"
            latents, images = run(checkpoint, case, out)
            stem = name.lower().replace("+", "p")
            (out / f"{stem}.f32").write_bytes(latents.numpy().astype("<f4").tobytes())
            files = []
            for i, image in enumerate(images):
                files.append(f"{stem}-{i}.png")
                image.save(out / files[-1], optimize=True)
            cases.append({"name": name, "checkpoint": checkpoint.name, **case, "out_latents": f"{stem}.f32",
                          "out_shape": list(latents.shape), "out_images": files})
            spread = np.stack([np.asarray(i, dtype=float) for i in images])
            print(f"  {name}: {list(latents.shape)}, latents std {latents.std():.2f}, pixels std {spread.std():.0f}")
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    (out / "cases.json").write_text(f"[\n{lines}\n]\n")
    (out / "README.md").write_text(README)


README = """# Golden pictures
Made by `modules/models/golden/make_golden.py`; do not edit. Tests compare with these and need no Python.

- `checkpoints/<name>/`: tiny random Stable Diffusion 1.x checkpoints, as `optimum-cli export onnx --task text-to-image`
  wrote them, unmodified. `sd-factor8`: VAE of factor 8, PNDM, epsilon, pad token `<|endoftext|>`. `sd-factor4`: VAE of
  factor 4, DDIM with `steps_offset` 0 and `clip_sample` true (which the pipelines correct on loading), v-prediction, pad
  token `!`.
- `cases.json`: a list of requests with diffusers' parameter names. Besides these:
  - `name`, `checkpoint`, `kind` (`text2img` or `img2img`).
  - `seed`: one number is one generator that draws the whole batch; a list is one generator per picture.
  - `width`, `height`: null is the model's own size.
  - `scheduler`, `scheduler_options`: the pipeline's scheduler was replaced by `Class.from_config(config, **options)`;
    absent, it is the one the pipeline loaded.
  - `images`: input pictures beside this file (8-bit RGB), each with the prompt; n pictures and k per prompt give n*k.
  - `latents`, `latents_shape`: input latents instead of pictures, already scaled, little-endian float32.
  - `out_latents`, `out_shape`: the scaled latents after the last step, little-endian float32.
  - `out_images`: the PNGs, in the order of the batch.
- `<family>/cases.json`: the same for other families, with their results beside it. The upscalers' checkpoints were
  written by `modules/models/export`, with float16 weights that diffusers ran with too. Inputs lie beside the file or
  here. Also:
  - `after`: starts from the latents that the case of this name makes, instead of a picture.
- `stable-diffusion-xl/`: `sdxl-base` and `sdxl-refiner`, which share a VAE and differ as the real ones do, and `sd2`
  (v-prediction, `!` as pad token), all as `optimum-cli export onnx` wrote them; `clip_skip` and `guidance_rescale` of
  `sd-factor8` too. Here `vae_config` and `model_index` are entries that the checkpoint's configuration had otherwise.
- `controlnet/`, `controlnet-xl/`: the ControlNets are checkpoints of their own (`controlnet-a`, ...), and `controlled` is a model whose UNet file
  takes residuals as it stands. `controlnet` lists, for each, its `checkpoint`, what it is shown (`images`), its
  `conditioning_scale`, `guidance_start` and `guidance_end`; `guess_mode` counts for all.
- `vae-tiling/tiled.json`: cases as above, made with the VAE's tiling switched on, so pictures of more than one tile (64 pixels of
  `sd-factor8`) differ from those without.
"""
