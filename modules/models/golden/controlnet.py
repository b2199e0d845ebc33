"""What StableDiffusionControlNetPipeline and StableDiffusionControlNetImg2ImgPipeline make with tiny ControlNets.

`controlnet-a` and `controlnet-b` belong to `sd-factor8`; b gives means over the picture (`global_pool_conditions`) and wants its
channels in the order blue, green, red. `controlnet-4` belongs to `sd-factor4`, whose VAE has another factor. `controlled` is
`sd-factor8` exported here, with a UNet that takes residuals as its file stands.
"""

import json

import diffusers
import torch
from diffusers import (
    ControlNetModel, StableDiffusionControlNetImg2ImgPipeline, StableDiffusionControlNetPipeline, UNet2DConditionModel)
from PIL import Image, ImageDraw

import checkpoints
import pipelines
import recording

NAME = "controlnet"
NETS = {"controlnet-a": "sd-factor8", "controlnet-b": "sd-factor8", "controlnet-c": "sd-factor8", "controlnet-4": "sd-factor4"}


def net(name, *images, scale=1.0, start=0.0, end=1.0):
    return {"checkpoint": name, "images": list(images) or ["control-a.png"], "conditioning_scale": scale,
            "guidance_start": start, "guidance_end": end}


def text_cases():
    base = {"kind": "text2img", "prompt": "a red fox", "num_inference_steps": 6, "guidance_scale": 5.0, "width": 48,
            "height": 48, "controlnet": [net("controlnet-a")]}
    yield "basic", {**base, "seed": 201}
    yield "scale", {**base, "controlnet": [net("controlnet-a", scale=0.35)], "seed": 201}
    yield "negative-scale", {**base, "controlnet": [net("controlnet-a", scale=-0.5)], "seed": 202}
    yield "window", {**base, "controlnet": [net("controlnet-a", start=0.3, end=0.8)], "seed": 203}
    yield "early", {**base, "controlnet": [net("controlnet-a", end=0.5)], "seed": 204}
    yield "late", {**base, "controlnet": [net("controlnet-a", start=0.5)], "seed": 205, "negative_prompt": "night"}
    yield "never", {**base, "controlnet": [net("controlnet-a", start=0.95)], "seed": 205}
    yield "own-size", {**base, "width": None, "height": None, "controlnet": [net("controlnet-a", "control-odd.png")], "seed": 206}
    yield "resized", {**base, "width": 64, "height": 32, "controlnet": [net("controlnet-a", "control-odd.png")], "seed": 207}
    yield "rounded", {**base, "width": 56, "height": 40, "seed": 207}
    yield "half-size", {**base, "width": 64, "height": None, "controlnet": [net("controlnet-a", "control-odd.png")], "seed": 208}
    yield "unguided", {**base, "guidance_scale": 1.0, "seed": 209}
    yield "batch", {**base, "num_images_per_prompt": 3, "seed": 210}
    yield "seeds", {**base, "num_images_per_prompt": 3, "seed": [211, 212, 213]}
    yield "guess", {**base, "guess_mode": True, "prompt": "", "guidance_scale": 3.0, "seed": 214}
    yield "guess-batch", {**base, "guess_mode": True, "num_images_per_prompt": 2, "seed": [215, 216]}
    yield "guess-unguided", {**base, "guess_mode": True, "guidance_scale": 1.0, "seed": 217}
    yield "clip-skip", {**base, "clip_skip": 1, "seed": 218}
    two = [net("controlnet-a", scale=0.7), net("controlnet-c", "control-b.png", scale=0.9)]
    yield "two", {**base, "controlnet": two, "seed": 219}
    yield "two-batch", {**base, "controlnet": two, "num_images_per_prompt": 2, "seed": [220, 221]}
    yield "two-windows", {**base, "seed": 222, "controlnet": [
        net("controlnet-a", scale=0.8, end=0.5), net("controlnet-c", "control-odd.png", scale=0.6, start=0.34)]}
    yield "two-guess", {**base, "controlnet": two, "guess_mode": True, "seed": 223}
    yield "two-own-size", {**base, "width": None, "height": None, "seed": 224, "controlnet": [
        net("controlnet-c", "control-b.png"), net("controlnet-a", "control-a.png", scale=0.4)]}
    yield "pool", {**base, "controlnet": [net("controlnet-b", scale=2.0)], "seed": 225}
    yield "pool-second", {**base, "controlnet": [net("controlnet-a", scale=0.5), net("controlnet-b", "control-b.png")], "seed": 226}
    for sampler in ("EulerAncestralDiscrete", "HeunDiscrete", "UniPCMultistep", "LCM"):
        yield f"sampler-{sampler.lower()}", {
            **base, "scheduler": sampler + "Scheduler", "scheduler_options": {}, "seed": 228, "width": 32, "height": 32,
            "controlnet": [net("controlnet-a", start=0.2, end=0.7)]}


def image_cases():
    base = {"kind": "img2img", "prompt": "a red fox", "num_inference_steps": 6, "strength": 0.8, "guidance_scale": 5.0,
            "images": ["input-a.png"], "controlnet": [net("controlnet-a")]}
    yield "basic", {**base, "seed": 231}
    yield "window", {**base, "controlnet": [net("controlnet-a", start=0.3, end=0.8)], "strength": 0.7, "seed": 232}
    yield "weak", {**base, "strength": 0.2, "seed": 233}
    yield "batch", {**base, "num_images_per_prompt": 3, "seed": 234}
    yield "seeds", {**base, "num_images_per_prompt": 2, "seed": [235, 236]}
    yield "images", {**base, "images": ["input-a.png", "input-b.png"], "num_images_per_prompt": 2, "seed": 237}
    yield "images-controls", {**base, "images": ["input-a.png", "input-b.png"], "num_images_per_prompt": 2, "seed": 238,
                              "controlnet": [net("controlnet-a", "control-a.png", "control-b.png")]}
    yield "guess", {**base, "guess_mode": True, "seed": 239}
    yield "two", {**base, "seed": 240, "controlnet": [
        net("controlnet-a", scale=0.7), net("controlnet-c", "control-b.png", scale=0.9, end=0.6)]}
    yield "odd-size", {**base, "images": ["input-odd.png"], "controlnet": [net("controlnet-a", "control-odd.png")], "seed": 241}
    yield "sampler-ddim", {**base, "scheduler": "DDIMScheduler", "scheduler_options": {}, "seed": 242}


def factor4_cases():
    of_four = {"controlnet": [net("controlnet-4")]}
    text, image = dict(text_cases()), dict(image_cases())
    yield "text2img-basic", {**text["basic"], **of_four}
    yield "text2img-batch", {**text["batch"], **of_four}
    yield "img2img-basic", {**image["basic"], **of_four}
    yield "img2img-seeds", {**image["seeds"], **of_four}


def controlled_cases():
    text, image = dict(text_cases()), dict(image_cases())
    yield "basic", text["basic"]
    yield "two-windows", text["two-windows"]
    yield "img2img", image["basic"]
    yield "rounded", text["rounded"]
    yield "without", {**{k: v for k, v in text["basic"].items() if k != "controlnet"}, "seed": 250}


def write_controls(folder):
    """Lines on black, as an edge detector draws them, and a smooth picture in colours."""
    lines = Image.new("RGB", (48, 48))
    ImageDraw.Draw(lines).ellipse((8, 8, 40, 36), outline=(255, 255, 255), width=2)
    ImageDraw.Draw(lines).line((4, 44, 44, 30), fill=(255, 255, 255), width=1)
    lines.save(folder / "control-a.png")
    pipelines.picture(48, 48, 11).save(folder / "control-b.png")
    pipelines.picture(67, 51, 12).save(folder / "control-odd.png")


@torch.no_grad()
def make_net(name, unet, folder, seed):
    """As a trained one, its residuals are no zeros; a tenth to a half of what they are added to."""
    torch.manual_seed(seed)
    embedding = (4, 8, 8, 12) if name != "controlnet-4" else (4, 8, 12)
    made = ControlNetModel.from_unet(
        unet, conditioning_embedding_out_channels=embedding,
        controlnet_conditioning_channel_order="bgr" if name == "controlnet-b" else "rgb")
    made.register_to_config(global_pool_conditions=name == "controlnet-b")
    torch.nn.init.normal_(made.controlnet_cond_embedding.conv_out.weight, std=0.4)
    for zero in [*made.controlnet_down_blocks, made.controlnet_mid_block]:
        torch.nn.init.normal_(zero.weight, std=0.4 / zero.weight.shape[1] ** 0.5)
        torch.nn.init.normal_(zero.bias, std=0.05)
    checkpoints.round_to_half(made)
    made.eval().save_pretrained(folder)


def load(checkpoint, exported, nets, kind):
    """With the scheduler as the exported folder has it, which an exporter may have corrected; these pipelines do not."""
    config = json.loads((exported / "scheduler" / "scheduler_config.json").read_text())
    scheduler = getattr(diffusers, config["_class_name"]).from_pretrained(exported, subfolder="scheduler")
    cls = StableDiffusionControlNetPipeline if kind == "text2img" else StableDiffusionControlNetImg2ImgPipeline
    return cls(**pipelines.networks(checkpoint), controlnet=nets if len(nets) > 1 else nets[0], scheduler=scheduler,
               safety_checker=None, feature_extractor=None, requires_safety_checker=False)


def run(checkpoint, case, inputs, folder, scratch, adapt=lambda pipeline: None):
    if "controlnet" not in case:
        return pipelines.run(checkpoint, case, inputs)
    nets = [ControlNetModel.from_pretrained(scratch / each["checkpoint"]) for each in case["controlnet"]]
    pipeline = load(checkpoint, inputs / "checkpoints" / checkpoint.name, nets, case["kind"])
    pipeline.set_progress_bar_config(disable=True)
    adapt(pipeline)
    if "scheduler" in case:
        pipeline.scheduler = getattr(diffusers, case["scheduler"]).from_config(
            pipeline.scheduler.config, **case["scheduler_options"])
    kwargs = pipelines.arguments(case, inputs)
    shown = [[Image.open(folder / name).convert("RGB") for name in each["images"]] for each in case["controlnet"]]
    shown = [pictures[0] if len(pictures) == 1 else pictures for pictures in shown]
    kwargs["image" if case["kind"] == "text2img" else "control_image"] = shown if len(nets) > 1 else shown[0]
    for ours, theirs in (("conditioning_scale", "controlnet_conditioning_scale"), ("guidance_start", "control_guidance_start"),
                         ("guidance_end", "control_guidance_end")):
        values = [each[ours] for each in case["controlnet"]]
        kwargs[theirs] = values if len(nets) > 1 else values[0]
    for name in ("guess_mode", "clip_skip"):
        if name in case:
            kwargs[name] = case[name]
    latents = pipeline(**kwargs, output_type="latent").images
    return latents, pipelines.decode(pipeline, latents)


def main(scratch, out):
    """Also needs the pictures and checkpoints of `pipelines.py`."""
    diffusers.utils.logging.set_verbosity_error()
    folder = out / NAME
    folder.mkdir(exist_ok=True)
    write_controls(folder)
    for checkpoint in ("sd-factor8", "sd-factor4"):
        if not (scratch / checkpoint).is_dir():
            checkpoints.make(checkpoint, scratch / checkpoint)
    for number, (name, checkpoint) in enumerate(NETS.items()):
        unet = UNet2DConditionModel.from_pretrained(scratch / checkpoint, subfolder="unet")
        make_net(name, unet, scratch / name, 25 + number)
        checkpoints.export_with_ours(scratch / name, out / "checkpoints" / name)
    make_controlled(scratch)
    checkpoints.export_with_ours(scratch / "controlled", out / "checkpoints/controlled")
    recorded = []

    def record(checkpoint, name, case):
        latents, images = run(scratch / checkpoint, case, out, folder, scratch)
        recorded.append(recording.record(folder, f"{checkpoint}-control-{name}", checkpoint, case, latents, images))

    for name, case in (*text_cases(), *((f"img2img-{name}", case) for name, case in image_cases())):
        record("sd-factor8", name, case)
    for name, case in factor4_cases():
        record("sd-factor4", name, case)
    for name, case in controlled_cases():
        record("controlled", name, case)
    recording.write_cases(folder, recorded)


def make_controlled(scratch):
    """The same with weights that float16 holds, since it is exported so, and a scheduler that the other pipelines correct."""
    pipeline = diffusers.StableDiffusionPipeline.from_pretrained(
        scratch / "sd-factor8", safety_checker=None, requires_safety_checker=False)
    for part in (pipeline.unet, pipeline.vae, pipeline.text_encoder):
        checkpoints.round_to_half(part)
    pipeline.save_pretrained(scratch / "controlled")
    file = scratch / "controlled/scheduler/scheduler_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "steps_offset": 0}, indent=2))
