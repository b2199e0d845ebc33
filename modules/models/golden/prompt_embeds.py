"""Pictures from prompts that are encoded already (`prompt_embeds`), for Stable Diffusion, SDXL and SDXL's refiner."""

import torch

import checkpoints
import checkpoints_xl
import recording
import stable_diffusion_xl

NAME = "prompt-embeds"
TEXT = {"kind": "text2img", "prompt": "", "num_inference_steps": 5, "guidance_scale": 5.0, "width": 48, "height": 48}
IMAGE = {"kind": "img2img", "prompt": "", "num_inference_steps": 8, "strength": 0.6, "guidance_scale": 5.0,
         "images": ["input-a.png"]}
FIELDS = ("prompt_embeds", "negative_prompt_embeds", "pooled_prompt_embeds", "negative_pooled_prompt_embeds")


def states(name, *shape):
    return {"file": f"{name}.f32", "shape": list(shape)}


def sd_cases():
    whole, other = states("sd-whole", 1, 77, 32), states("sd-other", 1, 77, 32)
    double, other_double = states("sd-double", 1, 154, 32), states("sd-other-double", 1, 154, 32)
    yield "basic", {**TEXT, "prompt_embeds": whole, "seed": 201}
    yield "negative-text", {**TEXT, "prompt_embeds": whole, "negative_prompt": "night", "seed": 202}
    yield "negative", {**TEXT, "prompt_embeds": whole, "negative_prompt_embeds": other, "seed": 203}
    yield "negative-only", {**TEXT, "prompt": "a red fox", "negative_prompt_embeds": other, "seed": 204}
    yield "double", {**TEXT, "prompt_embeds": double, "negative_prompt_embeds": other_double, "seed": 205}
    yield "double-unguided", {**TEXT, "prompt_embeds": double, "guidance_scale": 1.0, "seed": 206}
    yield "short", {**TEXT, "prompt_embeds": states("sd-short", 1, 9, 32), "negative_prompt": "a cat " * 9, "seed": 207}
    yield "skip", {**TEXT, "prompt_embeds": whole, "clip_skip": 1, "seed": 208}
    yield "batch", {**TEXT, "prompt_embeds": whole, "num_images_per_prompt": 3, "seed": [209, 210, 211]}
    yield "img2img", {**IMAGE, "prompt_embeds": whole, "negative_prompt_embeds": other, "seed": 212}
    yield "img2img-double", {**IMAGE, "prompt_embeds": double, "negative_prompt_embeds": other_double, "seed": 213}


def xl_cases():
    whole, pooled = states("xl-whole", 1, 77, 40), states("xl-pooled", 1, 20)
    other = {"negative_prompt_embeds": states("xl-other", 1, 77, 40), "negative_pooled_prompt_embeds": states("xl-other-pooled", 1, 20)}
    given = {"prompt_embeds": whole, "pooled_prompt_embeds": pooled}
    yield "basic", {**TEXT, **given, "seed": 221}
    yield "negative-text", {**TEXT, **given, "negative_prompt": "night", "seed": 222}
    yield "negative", {**TEXT, **given, **other, "seed": 223}
    yield "negative-only", {**TEXT, **other, "prompt": "a red fox", "seed": 224}
    yield "short", {**TEXT, "prompt_embeds": states("xl-short", 1, 9, 40), "pooled_prompt_embeds": pooled,
                    "negative_prompt": "a cat " * 9, "seed": 225}
    yield "img2img", {**IMAGE, **given, **other, "num_images_per_prompt": 2, "seed": 226}


def refiner_cases():
    given = {"prompt_embeds": states("refiner-whole", 1, 77, 24), "pooled_prompt_embeds": states("xl-pooled", 1, 20)}
    yield "basic", {**IMAGE, **given, "seed": 231}
    yield "negative-text", {**IMAGE, **given, "negative_prompt": "night", "seed": 232}


def read(folder, given):
    """The states of a case; made at the first use, from a seed of their own."""
    file = folder / given["file"]
    if not file.exists():
        generator = torch.Generator().manual_seed(sum(map(ord, given["file"])))
        file.write_bytes(torch.randn(given["shape"], generator=generator).numpy().astype("<f4").tobytes())
    return torch.frombuffer(bytearray(file.read_bytes()), dtype=torch.float32).reshape(given["shape"])


def run(checkpoint, case, inputs, folder):
    pipeline = stable_diffusion_xl.load(checkpoint, case)
    pipeline.set_progress_bar_config(disable=True)
    kwargs = stable_diffusion_xl.arguments(case, inputs)
    for field in FIELDS:
        if field in case:
            kwargs[field] = read(folder, case[field])
    if "prompt_embeds" in case:
        del kwargs["prompt"]
    latents = pipeline(**kwargs, output_type="latent").images
    return latents, stable_diffusion_xl.decode(pipeline, latents, "text_encoder_2" in pipeline.components)


def main(scratch, out):
    folder = out / NAME
    folder.mkdir(exist_ok=True)
    recorded = []
    for checkpoint, cases in {"sd-factor8": sd_cases, "sdxl-base": xl_cases, "sdxl-refiner": refiner_cases}.items():
        maker = checkpoints_xl if checkpoint in checkpoints_xl.NAMES else checkpoints
        maker.make(checkpoint, scratch / checkpoint)
        for name, case in cases():
            latents, images = run(scratch / checkpoint, case, out, folder)
            recorded.append(recording.record(folder, f"{checkpoint}-embeds-{name}", checkpoint, case, latents, images))
    recording.write_cases(folder, recorded)
