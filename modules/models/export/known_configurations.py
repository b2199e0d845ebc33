"""The configurations of the checkpoints that single files are made of, as far as they differ from diffusers' defaults.

A single file holds weights without saying how the networks are built. These are the numbers of the published models.
"""

import json
import shutil
from pathlib import Path

TOKENIZER = Path(__file__).parents[1] / "bundled/tiny-emoji/tokenizer"  # CLIP's own vocabulary and merges
BETAS = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "num_train_timesteps": 1000,
         "set_alpha_to_one": False, "skip_prk_steps": True, "steps_offset": 1, "clip_sample": False}
CROSS_DOWN, CROSS_UP = "CrossAttnDownBlock2D", "CrossAttnUpBlock2D"


def _unet(**changes) -> dict:
    return {"_class_name": "UNet2DConditionModel", "block_out_channels": [320, 640, 1280, 1280], "layers_per_block": 2,
            "down_block_types": [CROSS_DOWN] * 3 + ["DownBlock2D"], "up_block_types": ["UpBlock2D"] + [CROSS_UP] * 3,
            "attention_head_dim": 8, "cross_attention_dim": 768, "in_channels": 4, "out_channels": 4, "sample_size": 64,
            "norm_num_groups": 32} | changes


def _unet_2(**changes) -> dict:
    return _unet(attention_head_dim=[5, 10, 20, 20], cross_attention_dim=1024, use_linear_projection=True) | changes


def _vae(sample_size: int, scaling_factor: float = 0.18215, **changes) -> dict:
    return {"_class_name": "AutoencoderKL", "block_out_channels": [128, 256, 512, 512], "layers_per_block": 2,
            "down_block_types": ["DownEncoderBlock2D"] * 4, "up_block_types": ["UpDecoderBlock2D"] * 4, "latent_channels": 4,
            "norm_num_groups": 32, "sample_size": sample_size, "scaling_factor": scaling_factor} | changes


def _text(width: int, layers: int, heads: int, act: str, projection: int, kind: str = "CLIPTextModel") -> dict:
    return {"architectures": [kind], "model_type": "clip_text_model", "hidden_size": width, "intermediate_size": 4 * width,
            "num_hidden_layers": layers, "num_attention_heads": heads, "hidden_act": act, "projection_dim": projection,
            "max_position_embeddings": 77, "vocab_size": 49408, "layer_norm_eps": 1e-5, "bos_token_id": 0, "eos_token_id": 2,
            "pad_token_id": 1}


CLIP_L = _text(768, 12, 12, "quick_gelu", 768)
OPENCLIP_H = _text(1024, 23, 16, "gelu", 512)  # the last of its 24 layers is never used
OPENCLIP_BIG_G = _text(1280, 32, 20, "gelu", 1280, "CLIPTextModelWithProjection")
XL_SIZES = {"addition_embed_type": "text_time", "addition_time_embed_dim": 256, "use_linear_projection": True, "sample_size": 128}
XL_BASE_UNET = _unet(
    block_out_channels=[320, 640, 1280], down_block_types=["DownBlock2D", CROSS_DOWN, CROSS_DOWN],
    up_block_types=[CROSS_UP, CROSS_UP, "UpBlock2D"], attention_head_dim=[5, 10, 20], cross_attention_dim=2048,
    transformer_layers_per_block=[1, 2, 10], projection_class_embeddings_input_dim=2816, **XL_SIZES)
XL_REFINER_UNET = _unet(
    block_out_channels=[384, 768, 1536, 1536], down_block_types=["DownBlock2D", CROSS_DOWN, CROSS_DOWN, "DownBlock2D"],
    up_block_types=["UpBlock2D", CROSS_UP, CROSS_UP, "UpBlock2D"], attention_head_dim=[6, 12, 24, 24], cross_attention_dim=1280,
    transformer_layers_per_block=4, projection_class_embeddings_input_dim=2560, **XL_SIZES)
XL_VAE = _vae(1024, 0.13025, force_upcast=True)
PNDM = {"_class_name": "PNDMScheduler", **BETAS}
EULER = {"_class_name": "EulerDiscreteScheduler", "timestep_spacing": "leading", **BETAS}
V_PREDICTION = {"_class_name": "DDIMScheduler", "prediction_type": "v_prediction", **BETAS}
END, BANG = "<|endoftext|>", "!"

# name: pipeline, its own options, UNet, VAE, text encoders with their tokenizers' pad tokens by the number in their names, scheduler
KNOWN = {
    "sd-1.5": ("StableDiffusionPipeline", {}, _unet(), _vae(512), {"": (CLIP_L, END)}, PNDM),
    "sd-1.5-inpainting": (
        "StableDiffusionInpaintPipeline", {}, _unet(in_channels=9), _vae(512), {"": (CLIP_L, END)}, PNDM),
    "sd-2.1": (
        "StableDiffusionPipeline", {}, _unet_2(sample_size=96, upcast_attention=True), _vae(768), {"": (OPENCLIP_H, BANG)},
        V_PREDICTION),
    "sd-2.1-base": ("StableDiffusionPipeline", {}, _unet_2(), _vae(512), {"": (OPENCLIP_H, BANG)}, PNDM),
    "sd-2-inpainting": (
        "StableDiffusionInpaintPipeline", {}, _unet_2(in_channels=9), _vae(512), {"": (OPENCLIP_H, BANG)}, PNDM),
    "sdxl-base": (
        "StableDiffusionXLPipeline", {"force_zeros_for_empty_prompt": True}, XL_BASE_UNET, XL_VAE,
        {"": (CLIP_L, END), "_2": (OPENCLIP_BIG_G, BANG)}, EULER),
    "sdxl-refiner": (
        "StableDiffusionXLImg2ImgPipeline", {"force_zeros_for_empty_prompt": False, "requires_aesthetics_score": True},
        XL_REFINER_UNET, XL_VAE, {"_2": (OPENCLIP_BIG_G, BANG)}, EULER),
}

# by what diffusers finds in a file's weights; it cannot tell sd-2.1 from sd-2.1-base either
BY_WEIGHTS = {"v1": "sd-1.5", "inpainting": "sd-1.5-inpainting", "v2": "sd-2.1", "inpainting_v2": "sd-2-inpainting",
              "xl_base": "sdxl-base", "xl_refiner": "sdxl-refiner"}


def write(name: str, folder: Path) -> Path:
    """A diffusers folder without weights."""
    kind, options, unet, vae, texts, scheduler = KNOWN[name]
    index = {"_class_name": kind, "_diffusers_version": "0.36.0", **options, "unet": ["diffusers", unet["_class_name"]],
             "vae": ["diffusers", vae["_class_name"]], "scheduler": ["diffusers", scheduler["_class_name"]]}
    if "XL" not in kind:
        index |= {"safety_checker": [None, None], "feature_extractor": [None, None], "requires_safety_checker": False}
    for number in ("", "_2") if "XL" in kind else ("",):
        present = number in texts
        index[f"text_encoder{number}"] = ["transformers", texts[number][0]["architectures"][0]] if present else [None, None]
        index[f"tokenizer{number}"] = ["transformers", "CLIPTokenizer"] if present else [None, None]
    for number, (text, pad) in texts.items():
        _json(folder / f"text_encoder{number}" / "config.json", text)
        _tokenizer(folder / f"tokenizer{number}", pad)
    _json(folder / "unet/config.json", unet)
    _json(folder / "vae/config.json", vae)
    _json(folder / "scheduler/scheduler_config.json", scheduler)
    _json(folder / "model_index.json", index)
    return folder


def _tokenizer(folder: Path, pad: str) -> None:
    folder.mkdir(parents=True)
    for file in ("vocab.json", "merges.txt"):
        shutil.copyfile(TOKENIZER / file, folder / file)
    _json(folder / "tokenizer_config.json", {
        "tokenizer_class": "CLIPTokenizer", "model_max_length": 77, "do_lower_case": True, "bos_token": "<|startoftext|>",
        "eos_token": END, "unk_token": END, "pad_token": pad})


def _json(path: Path, fields: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(fields, indent=2) + "\n")
