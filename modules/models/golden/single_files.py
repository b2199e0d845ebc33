"""For the hand: checks that the exporter reads single files. `python single_files.py`

Tiny diffusers checkpoints are written in the original layout (one file, the original names of weights) as .safetensors and as
.ckpt, exported from there, and compared with the export of the folder they were made from: every ONNX file must be the same
byte for byte. Covers CLIP (Stable Diffusion 1.x, inpainting) and OpenCLIP (2.x, SDXL's second text encoder). Also that a .ckpt
file that would run a program is refused.
"""

import hashlib
import pathlib
import pickle
import re
import subprocess
import sys
import tempfile

import torch
from diffusers import (
    DDIMScheduler, EulerDiscreteScheduler, StableDiffusionInpaintPipeline, StableDiffusionPipeline,
    StableDiffusionXLPipeline, UNet2DConditionModel)
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

import checkpoints

MODELS = pathlib.Path(__file__).resolve().parents[1]
WIDTH = 32
LARGER = 48  # of SDXL's second encoder: diffusers tells the two by their widths
UNET_RESNET = (("norm1", "in_layers.0"), ("conv1", "in_layers.2"), ("time_emb_proj", "emb_layers.1"), ("norm2", "out_layers.0"),
               ("conv2", "out_layers.3"), ("conv_shortcut", "skip_connection"))
UNET_ENDS = (("time_embedding.linear_1", "time_embed.0"), ("time_embedding.linear_2", "time_embed.2"),
             ("conv_in", "input_blocks.0.0"), ("conv_norm_out", "out.0"), ("conv_out", "out.2"),
             ("add_embedding.linear_1", "label_emb.0.0"), ("add_embedding.linear_2", "label_emb.0.2"))
VAE_NAMES = ((r"mid_block\.attentions\.0", "mid.attn_1"), (r"mid_block\.resnets\.0", "mid.block_1"),
             (r"mid_block\.resnets\.1", "mid.block_2"), (r"downsamplers\.0", "downsample"), (r"upsamplers\.0", "upsample"),
             (r"conv_norm_out", "norm_out"), (r"conv_shortcut", "nin_shortcut"), (r"down_blocks\.(\d+)\.resnets", r"down.\1.block"))
VAE_ATTENTION = (("group_norm", "norm"), ("to_q", "q"), ("to_k", "k"), ("to_v", "v"), ("to_out.0", "proj_out"))
OPENCLIP = (("text_model.encoder.layers.", "transformer.resblocks."), ("layer_norm1", "ln_1"), ("layer_norm2", "ln_2"),
            ("mlp.fc1", "mlp.c_fc"), ("mlp.fc2", "mlp.c_proj"), ("self_attn.out_proj", "attn.out_proj"),
            ("text_model.final_layer_norm", "ln_final"), ("text_model.embeddings.token_embedding", "token_embedding"))


def original_unet(unet):
    layers, attended = unet.config.layers_per_block, [kind.startswith("Cross") for kind in unet.config.up_block_types]

    def place(key):
        if match := re.match(r"down_blocks\.(\d+)\.(resnets|attentions)\.(\d+)\.(.*)", key):
            block, kind, index, rest = match.groups()
            return f"input_blocks.{int(block) * (layers + 1) + int(index) + 1}.{int(kind == 'attentions')}.{rest}"
        if match := re.match(r"down_blocks\.(\d+)\.downsamplers\.0\.conv\.(.*)", key):
            return f"input_blocks.{(int(match[1]) + 1) * (layers + 1)}.0.op.{match[2]}"
        if match := re.match(r"up_blocks\.(\d+)\.(resnets|attentions)\.(\d+)\.(.*)", key):
            block, kind, index, rest = match.groups()
            return f"output_blocks.{int(block) * (layers + 1) + int(index)}.{int(kind == 'attentions')}.{rest}"
        if match := re.match(r"up_blocks\.(\d+)\.upsamplers\.0\.(.*)", key):
            block = int(match[1])
            return f"output_blocks.{block * (layers + 1) + layers}.{2 if attended[block] else 1}.{match[2]}"
        if match := re.match(r"mid_block\.(resnets|attentions)\.(\d+)\.(.*)", key):
            return f"middle_block.{1 if match[1] == 'attentions' else 2 * int(match[2])}.{match[3]}"
        for mine, theirs in UNET_ENDS:
            key = key.replace(f"{mine}.", f"{theirs}.") if key.startswith(mine) else key
        return key

    def named(key):
        placed = place(key)
        if ".resnets." in key:
            for mine, theirs in UNET_RESNET:
                placed = placed.replace(f"{mine}.", f"{theirs}.")
        return f"model.diffusion_model.{placed}"

    return {named(key): value for key, value in unet.state_dict().items()}


def original_vae(vae):
    blocks = len(vae.config.block_out_channels)

    def named(key):
        if ".attentions." in key:
            for mine, theirs in VAE_ATTENTION:
                key = key.replace(f".{mine}.", f".{theirs}.")
        key = re.sub(r"up_blocks\.(\d+)\.resnets", lambda match: f"up.{blocks - 1 - int(match[1])}.block", key)
        key = re.sub(r"up_blocks\.(\d+)\.", lambda match: f"up.{blocks - 1 - int(match[1])}.", key)
        for mine, theirs in VAE_NAMES:
            key = re.sub(mine, theirs, key)
        return "first_stage_model." + re.sub(r"down_blocks\.(\d+)\.", r"down.\1.", key)

    def shaped(key, value):
        return value[:, :, None, None] if ".attentions." in key and "group_norm" not in key and value.ndim == 2 else value

    return {named(key): shaped(key, value) for key, value in vae.state_dict().items()}


def original_openclip(encoder, prefix):
    weights = {}
    for key, value in encoder.state_dict().items():
        if match := re.match(r"text_model\.encoder\.layers\.(\d+)\.self_attn\.q_proj\.(weight|bias)", key):
            parts = [encoder.state_dict()[key.replace("q_proj", part)] for part in ("q_proj", "k_proj", "v_proj")]
            weights[f"{prefix}transformer.resblocks.{match[1]}.attn.in_proj_{match[2]}"] = torch.cat(parts)
        elif "position_embedding" in key:
            weights[f"{prefix}positional_embedding"] = value
        elif key == "text_projection.weight":
            weights[f"{prefix}text_projection"] = value.T.contiguous()
        elif "k_proj" not in key and "v_proj" not in key and "position_ids" not in key:
            for mine, theirs in OPENCLIP:
                key = key.replace(mine, theirs)
            weights[prefix + key] = value
    return weights


def prefixed(module, prefix):
    return {prefix + key: value for key, value in module.state_dict().items()}


def unet_of(**changes):
    return UNet2DConditionModel(**{
        "block_out_channels": (16, 32), "layers_per_block": 1, "sample_size": 8, "in_channels": 4, "out_channels": 4,
        "down_block_types": ("CrossAttnDownBlock2D", "DownBlock2D"), "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D"),
        "cross_attention_dim": WIDTH, "attention_head_dim": 2, "norm_num_groups": 4, **changes})


def openclip_of(kind, vocabulary, width):
    return kind(CLIPTextConfig(
        vocab_size=vocabulary, hidden_size=width, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        hidden_act="gelu", projection_dim=width, max_position_embeddings=77, bos_token_id=vocabulary - 2,
        eos_token_id=vocabulary - 1))


def pipelines_of(folder):
    """Each with the name of the family and its weights in the original layout."""
    vocabulary = checkpoints.write_tokenizer(folder / "tokenizer", "!")
    tokenizer = CLIPTokenizer.from_pretrained(folder / "tokenizer")
    clip, openclip = checkpoints.text_encoder_of(vocabulary), openclip_of(CLIPTextModel, vocabulary, WIDTH)
    big = openclip_of(CLIPTextModelWithProjection, vocabulary, LARGER)
    vae, common = checkpoints.vae_of("sd-factor8"), {"safety_checker": None, "feature_extractor": None,
                                                    "requires_safety_checker": False, "scheduler": DDIMScheduler()}
    unet, nine, linear = unet_of(), unet_of(in_channels=9), unet_of(use_linear_projection=True)
    large = unet_of(use_linear_projection=True, cross_attention_dim=WIDTH + LARGER, addition_embed_type="text_time",
                    addition_time_embed_dim=8, projection_class_embeddings_input_dim=6 * 8 + LARGER)
    first, second = "cond_stage_model.transformer.", "cond_stage_model.model."
    yield "sd-1", StableDiffusionPipeline(vae, clip, tokenizer, unet, **common), \
        original_unet(unet) | original_vae(vae) | prefixed(clip, first)
    yield "sd-1-inpainting", StableDiffusionInpaintPipeline(vae, clip, tokenizer, nine, **common), \
        original_unet(nine) | original_vae(vae) | prefixed(clip, first)
    yield "sd-2", StableDiffusionPipeline(vae, openclip, tokenizer, linear, **common), \
        original_unet(linear) | original_vae(vae) | original_openclip(openclip, second)
    yield "sdxl", StableDiffusionXLPipeline(
        vae, clip, big, tokenizer, tokenizer, large, EulerDiscreteScheduler(), add_watermarker=False), \
        original_unet(large) | original_vae(vae) | prefixed(clip, "conditioner.embedders.0.transformer.") \
        | original_openclip(big, "conditioner.embedders.1.model.")


def export(source, out, *options):
    return subprocess.run([sys.executable, "-W", "ignore", "-m", "export", str(source), "--out", str(out), *options],
                          cwd=MODELS, capture_output=True, text=True)


def networks(folder):
    return {path.parent.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("model.onnx"))}


class Harmful:
    """What a hostile pickle holds: a call to make when it is opened."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return pathlib.Path.touch, (self.trace,)


def main(scratch):
    torch.manual_seed(27)
    for name, pipeline, weights in pipelines_of(scratch):
        folder = scratch / name
        pipeline.save_pretrained(folder)
        result = export(folder, scratch / f"{name}-onnx")
        assert result.returncode == 0, result.stderr
        expected = networks(scratch / f"{name}-onnx")
        weights = {key: value.clone().contiguous() for key, value in weights.items()}
        save_file(weights, scratch / f"{name}.safetensors")
        torch.save({"state_dict": weights}, scratch / f"{name}.ckpt")
        for suffix in ("safetensors", "ckpt"):
            out = scratch / f"{name}-{suffix}"
            result = export(scratch / f"{name}.{suffix}", out, "--config", str(folder))
            assert result.returncode == 0, result.stderr
            assert networks(out) == expected, (name, suffix)
            print(f"{name}.{suffix}: {len(expected)} networks, the same as from the folder")
    trace = scratch / "was-run"
    (scratch / "hostile.ckpt").write_bytes(pickle.dumps({"state_dict": Harmful(trace)}))
    result = export(scratch / "hostile.ckpt", scratch / "hostile", "--config", str(scratch / "sd-1"))
    assert result.returncode != 0 and not trace.exists(), result.stdout
    print("hostile.ckpt: refused")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        main(pathlib.Path(temporary))
