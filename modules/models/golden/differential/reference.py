"""What diffusers makes of a stage: on the CPU, in float32."""

import inspect
import json

import diffusers
import torch
from diffusers import ControlNetModel
from PIL import Image
from safetensors.torch import load_file
from transformers import CLIPTokenizerFast

from . import kandinskys, stages

TUPLES = [prefix + field for prefix in ("", "negative_") for field in ("original_size", "crops_coords_top_left", "target_size")]
DIRECT = ("prompt", "negative_prompt", "prompt_2", "negative_prompt_2", "num_inference_steps", "guidance_scale", "eta", "strength",
          "num_images_per_prompt", "width", "height", "clip_skip", "guidance_rescale", "noise_level", "denoising_start",
          "denoising_end", "aesthetic_score", "negative_aesthetic_score", "guess_mode", "prior_num_inference_steps",
          "prior_guidance_scale")


def class_of(stage, index):
    """The class of diffusers that does what the stage says with this checkpoint."""
    own = index["_class_name"]
    if "Upscale" in own:
        return getattr(diffusers, own)
    of_xl = "StableDiffusionXL" if "XL" in own else "StableDiffusion"
    control = "ControlNet" if "controlnet" in stage else ""
    kind = "Inpaint" if "mask" in stage else "Img2Img" if stage["kind"] == "img2img" else ""
    return getattr(diffusers, f"{of_xl}{control}{kind}Pipeline")


def load(folder, stage):
    index = json.loads((folder / "model_index.json").read_text())
    if "Kandinsky" in index["_class_name"]:
        return kandinskys.load(folder, stage)
    cls = class_of(stage, index)
    accepted = inspect.signature(cls.__init__).parameters
    options = {}
    if "controlnet" in stage:
        nets = [ControlNetModel.from_pretrained(folder.with_name(net["model"])) for net in stage["controlnet"]]
        options["controlnet"] = nets if len(nets) > 1 else nets[0]
    if "requires_safety_checker" in accepted:
        options |= {"safety_checker": None, "requires_safety_checker": False}
    if "add_watermarker" in accepted:
        options["add_watermarker"] = False
    pipeline = cls.from_pretrained(folder, **options)
    pipeline.set_progress_bar_config(disable=True)
    for number in ("", "_2"):
        if getattr(pipeline, f"tokenizer{number}", None) is not None:
            setattr(pipeline, f"tokenizer{number}", CLIPTokenizerFast.from_pretrained(folder / f"tokenizer{number}"))
    if "scheduler" in stage:
        pipeline.scheduler = getattr(diffusers, stage["scheduler"]).from_config(pipeline.scheduler.config, **stage["scheduler_options"])
    adapt(pipeline, folder, stage)
    return pipeline


def adapt(pipeline, folder, stage):
    for name in stage.get("textual_inversions", ()):
        token, vectors = next(iter(load_file(folder.with_name(f"{name}.safetensors")).items()))
        pipeline.load_textual_inversion({token: vectors}, token=token)
    loras = stage.get("loras", ())
    for number, lora in enumerate(loras):
        pipeline.load_lora_weights(load_file(folder.with_name(f"{lora['model']}.safetensors")), adapter_name=f"lora{number}")
    if loras:
        pipeline.set_adapters([f"lora{number}" for number in range(len(loras))], [lora["scale"] for lora in loras])


def generator_of(pipeline, seed):
    if isinstance(seed, list):
        return [torch.Generator().manual_seed(each) for each in seed]
    # the x2 upscaler does not hand its generator to the scheduler, which then draws from the global one
    latent = type(pipeline).__name__ == "StableDiffusionLatentUpscalePipeline"
    return torch.manual_seed(seed) if latent else torch.Generator().manual_seed(seed)


def arguments(pipeline, stage):
    accepted = inspect.signature(type(pipeline).__call__).parameters
    given = {name: stage[name] for name in DIRECT if name in stage}
    given |= {name: tuple(stage[name]) for name in TUPLES if name in stage}
    given["generator"] = generator_of(pipeline, stage["seed"])
    if "input" in stage:
        given["image"] = opened(stage["input"])
    if "mask" in stage:
        given["mask_image"] = opened(stage["mask"])
    if "controlnet" in stage:
        given |= shown(stage, text2img="input" not in stage)
    if stage.get("prompt_syntax") == "compel":
        weigh(pipeline, given)
    unknown = set(given) - set(accepted)
    if unknown:
        raise ValueError(f"{type(pipeline).__name__} has no {sorted(unknown)}")
    return given


def shown(stage, text2img):
    nets = stage["controlnet"]
    given = {"image" if text2img else "control_image": [opened(net["image"]) for net in nets]}
    for ours, theirs, default in (("conditioning_scale", "controlnet_conditioning_scale", 1.0),
                                  ("guidance_start", "control_guidance_start", 0.0), ("guidance_end", "control_guidance_end", 1.0)):
        given[theirs] = [net.get(ours, default) for net in nets]
    return given if len(nets) > 1 else {name: values[0] for name, values in given.items()}


def weigh(pipeline, given):
    from compel import Compel, DiffusersTextualInversionManager

    compel = Compel(pipeline.tokenizer, pipeline.text_encoder, truncate_long_prompts=False,
                    textual_inversion_manager=DiffusersTextualInversionManager(pipeline))
    states = [compel(given.pop("prompt")), compel(given.pop("negative_prompt", ""))]
    given["prompt_embeds"], given["negative_prompt_embeds"] = compel.pad_conditioning_tensors_to_same_length(states)


def opened(uri):
    return Image.open(stages.file_of(uri)).convert("RGB")


def disturb(pipeline):
    """Changes what the network says by a few units of float32's last place: what two right programs may differ by."""
    noise = torch.Generator().manual_seed(1)
    forward = pipeline.unet.forward

    def disturbed(*args, **kwargs):
        predicted = forward(*args, **kwargs)
        values = predicted[0]
        factor = 1 + 1e-6 * torch.randn(values.shape, generator=noise)
        return (values * factor,) if isinstance(predicted, tuple) else type(predicted)(sample=values * factor)

    pipeline.unet.forward = disturbed


def run(folder, stage, disturbed=False):
    """The pictures. Raises whatever diffusers raises."""
    pipeline = load(folder, stage)
    if disturbed:
        disturb(pipeline)
    given = arguments(pipeline, stage)
    if "Kandinsky" in type(pipeline).__name__:
        return kandinskys.pictures(pipeline, given)
    images = pipeline(**given, output_type="np").images
    if not bool((images == images).all()):
        raise ValueError("the picture holds values that are no numbers")
    return pipeline.image_processor.numpy_to_pil(images)
