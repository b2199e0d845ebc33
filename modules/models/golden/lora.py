"""Pictures with LoRAs: in diffusers' and in kohya's keys, of UNet and text encoders, several at once, with scales and alphas; and
beside ControlNets, whose own weights LoRAs leave alone."""

import torch
from safetensors.torch import save_file

import checkpoints
import checkpoints_xl
import controlnet
import controlnet_xl
import recording
import stable_diffusion_xl

NAME = "lora"
TEXT = {"kind": "text2img", "prompt": "a red fox", "num_inference_steps": 5, "guidance_scale": 5.0, "width": 48, "height": 48}
IMAGE = {"kind": "img2img", "prompt": "a red fox", "num_inference_steps": 8, "strength": 0.6, "guidance_scale": 5.0,
         "images": ["input-a.png"]}
ATTENTION = ("to_q", "to_k", "to_v", "to_out.0")
EVERYTHING = (*ATTENTION, "proj_in", "proj_out", "net.0.proj", "net.2", "conv1", "conv2", "conv_shortcut", "time_emb_proj",
              "conv")  # kohya's names of others mean nothing to diffusers
TEXT_MODULES = ("q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2")


def use(file, scale=1.0):
    return {"file": file + ".safetensors", "scale": scale}


def sd_cases():
    yield "peft", {**TEXT, "loras": [use("sd-peft")], "seed": 501}
    yield "peft-scaled", {**TEXT, "loras": [use("sd-peft", 0.4)], "seed": 502}
    yield "kohya", {**TEXT, "loras": [use("sd-kohya")], "seed": 503}
    yield "text-only", {**TEXT, "loras": [use("sd-text")], "seed": 504}
    yield "old", {**TEXT, "loras": [use("sd-old", 0.7)], "seed": 505}
    yield "several", {**TEXT, "loras": [use("sd-peft", 0.5), use("sd-kohya", -0.3), use("sd-text", 1.2)], "seed": 506}
    yield "img2img", {**IMAGE, "loras": [use("sd-kohya", 0.8)], "num_images_per_prompt": 2, "seed": 507}
    yield "clip-skip", {**TEXT, "loras": [use("sd-kohya", 0.8)], "clip_skip": 1, "seed": 508}


def xl_cases():
    yield "peft", {**TEXT, "loras": [use("xl-peft", 0.6)], "seed": 521}
    yield "kohya", {**TEXT, "loras": [use("xl-kohya", 0.8)], "seed": 522}
    yield "several", {**IMAGE, "loras": [use("xl-kohya", 0.5), use("xl-peft", 0.5)], "seed": 523}


def sd2_cases():
    yield "peft", {**TEXT, "loras": [use("sd2-peft", 0.6)], "seed": 531}


def control_cases():
    shown = "controlnet/control-a.png"
    net = controlnet.net("controlnet-a", shown, scale=0.8)
    yield "control", {**TEXT, "loras": [use("sd-kohya", 0.8)], "controlnet": [net], "seed": 541}
    yield "control-several", {**TEXT, "loras": [use("sd-peft", 0.5), use("sd-text", 1.2)], "seed": 542, "controlnet": [
        net, controlnet.net("controlnet-c", "controlnet/control-b.png", scale=0.6, start=0.3)], "num_images_per_prompt": 2}
    yield "control-img2img", {**IMAGE, "loras": [use("sd-peft", 0.7)], "controlnet": [net], "seed": 543}


def exported_here_cases():
    """With a checkpoint that the project's exporter wrote, which names its nodes otherwise than the usual one."""
    yield "several", {**TEXT, "loras": [use("sd-kohya", 0.8), use("sd-peft", 0.5)], "seed": 545}


def xl_control_cases():
    net = controlnet.net("controlnet-xl-a", "controlnet/control-a.png", scale=0.8, end=0.7)
    yield "control", {**TEXT, "loras": [use("xl-peft", 0.6)], "controlnet": [net], "seed": 551}
    yield "control-img2img", {**IMAGE, "loras": [use("xl-kohya", 0.5), use("xl-peft", 0.5)], "controlnet": [net], "seed": 552}


def modules_of(network, endings):
    return {name: module for name, module in network.named_modules()
            if hasattr(module, "weight") and module.weight.ndim in (2, 4) and name.endswith(endings) and "embed" not in name.split(".")[-1]}


def factors(module, rank, generator):
    """Down and up of one module; its change is about as large as its weights."""
    weight = module.weight
    down = torch.randn(rank, *weight.shape[1:], generator=generator)
    up = torch.randn(weight.shape[0], rank, *([1, 1] if weight.ndim == 4 else []), generator=generator)
    return down * (weight.std() / rank ** 0.5), up * 0.6


def peft(tensors, prefix, modules, rank, generator):
    for name, module in modules.items():
        down, up = factors(module, rank, generator)
        tensors[f"{prefix}.{name}.lora_A.weight"], tensors[f"{prefix}.{name}.lora_B.weight"] = down, up


def kohya(tensors, prefix, modules, rank, alpha, generator):
    for name, module in modules.items():
        down, up = factors(module, rank, generator)
        key = f"{prefix}_{name.replace('.', '_')}"
        tensors[f"{key}.lora_down.weight"], tensors[f"{key}.lora_up.weight"] = down, up
        tensors[f"{key}.alpha"] = torch.tensor(float(alpha))


def old(tensors, modules, rank, generator):
    """As diffusers wrote them before it used PEFT."""
    for name, module in modules.items():
        down, up = factors(module, rank, generator)
        block, layer = name.rsplit(".attn", 1)
        number, projection = layer.split(".", 1)
        key = f"unet.{block}.attn{number}.processor.{projection.removesuffix('.0')}_lora"
        tensors[f"{key}.down.weight"], tensors[f"{key}.up.weight"] = down, up


def to_sgm(name):
    """The tiny SDXL UNet's modules in the names of the original repository, as kohya's scripts write them."""
    for ours, theirs in (("down_blocks_0_resnets_0", "input_blocks_1_0"), ("down_blocks_0_downsamplers_0_conv", "input_blocks_2_0_op"),
                         ("down_blocks_1_resnets_0", "input_blocks_3_0"), ("down_blocks_1_attentions_0", "input_blocks_3_1"),
                         ("mid_block_resnets_0", "middle_block_0"), ("mid_block_attentions_0", "middle_block_1"),
                         ("mid_block_resnets_1", "middle_block_2"),
                         ("up_blocks_0_resnets_0", "output_blocks_0_0"), ("up_blocks_0_attentions_0", "output_blocks_0_1"),
                         ("up_blocks_0_resnets_1", "output_blocks_1_0"), ("up_blocks_0_attentions_1", "output_blocks_1_1"),
                         ("up_blocks_0_upsamplers_0", "output_blocks_1_2"),
                         ("up_blocks_1_resnets_0", "output_blocks_2_0"), ("up_blocks_1_resnets_1", "output_blocks_3_0")):
        name = name.replace(ours, theirs)
    return name


def write(pipeline, checkpoint, folder):
    generator = torch.Generator().manual_seed(50)
    unet, text = pipeline.unet, pipeline.text_encoder
    attention, every = modules_of(unet, ATTENTION), modules_of(unet, EVERYTHING)
    words = modules_of(text, TEXT_MODULES)
    files = {}
    if checkpoint == "sd-factor8":
        peft(files.setdefault("sd-peft", {}), "unet", attention, 4, generator)
        peft(files["sd-peft"], "text_encoder", words, 2, generator)
        kohya(files.setdefault("sd-kohya", {}), "lora_unet", every, 4, 2, generator)
        kohya(files["sd-kohya"], "lora_te", words, 2, 1, generator)
        peft(files.setdefault("sd-text", {}), "text_encoder", words, 3, generator)
        old(files.setdefault("sd-old", {}), attention, 4, generator)
    elif checkpoint == "sd2":
        peft(files.setdefault("sd2-peft", {}), "unet", attention, 4, generator)
    else:
        second = modules_of(pipeline.text_encoder_2, TEXT_MODULES)
        peft(files.setdefault("xl-peft", {}), "unet", attention, 4, generator)
        peft(files["xl-peft"], "text_encoder", words, 2, generator)
        peft(files["xl-peft"], "text_encoder_2", second, 2, generator)
        blocks = {name: module for name, module in attention.items() if "blocks" in name or "mid_block" in name}
        kohya(files.setdefault("xl-kohya", {}), "lora_unet", blocks, 4, 2, generator)
        files["xl-kohya"] = {to_sgm(key): value for key, value in files["xl-kohya"].items()}
        kohya(files["xl-kohya"], "lora_te1", words, 2, 1, generator)
        kohya(files["xl-kohya"], "lora_te2", second, 2, 2, generator)
    for name, tensors in files.items():
        tensors = {key: value.detach().half().contiguous() for key, value in tensors.items()}
        save_file(tensors, folder / f"{name}.safetensors", {"format": "pt"})


def load(pipeline, case, folder):
    from safetensors.torch import load_file

    names = []
    for i, lora in enumerate(case["loras"]):
        state = {key: value.float() for key, value in load_file(folder / lora["file"]).items()}
        pipeline.load_lora_weights(state, adapter_name=f"lora{i}")
        names.append(f"lora{i}")
    pipeline.set_adapters(names, [lora["scale"] for lora in case["loras"]])


def main(scratch, out):
    """Also needs the pictures, checkpoints and ControlNets of `controlnet.py` and `controlnet_xl.py`."""
    folder = out / NAME
    folder.mkdir(exist_ok=True)
    recorded = []
    chosen = {"sd-factor8": sd_cases, "sdxl-base": xl_cases, "sd2": sd2_cases, "controlled": exported_here_cases}
    for checkpoint, cases in chosen.items():
        if checkpoint != "controlled":
            maker = checkpoints_xl if checkpoint in checkpoints_xl.NAMES else checkpoints
            maker.make(checkpoint, scratch / checkpoint)
            write(stable_diffusion_xl.load(scratch / checkpoint, TEXT), checkpoint, folder)
        for name, case in cases():
            stable_diffusion_xl.pipelines.networks.cache_clear()
            pipeline = stable_diffusion_xl.load(scratch / checkpoint, case)
            pipeline.set_progress_bar_config(disable=True)
            load(pipeline, case, folder)
            latents = pipeline(**stable_diffusion_xl.arguments(case, out), output_type="latent").images
            images = stable_diffusion_xl.decode(pipeline, latents, "text_encoder_2" in pipeline.components)
            recorded.append(recording.record(folder, f"{checkpoint}-lora-{name}", checkpoint, case, latents, images))
    for checkpoint, cases, family in (("sd-factor8", control_cases, controlnet), ("sdxl-base", xl_control_cases, controlnet_xl)):
        for name, case in cases():
            stable_diffusion_xl.pipelines.networks.cache_clear()
            latents, images = family.run(
                scratch / checkpoint, case, out, out, scratch, lambda pipeline: load(pipeline, case, folder))
            recorded.append(recording.record(folder, f"{checkpoint}-lora-{name}", checkpoint, case, latents, images))
    recording.write_cases(folder, recorded)
