"""Checkpoints of every family, drawn at random and written as diffusers' folders."""

import torch
from diffusers import (
    DDPMScheduler, EulerDiscreteScheduler, HeunDiscreteScheduler, LMSDiscreteScheduler,
    StableDiffusionInpaintPipeline, StableDiffusionLatentUpscalePipeline, StableDiffusionPipeline,
    StableDiffusionUpscalePipeline, StableDiffusionXLImg2ImgPipeline, StableDiffusionXLPipeline, UNet2DConditionModel)
from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

import checkpoints

from . import adapters, kandinskys, networks, schedulers

UNCHECKED = {"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False}
PADS = ["<|endoftext|>", "!"]


def text_part(draw, folder, cls, width):
    """A tokenizer and its encoder."""
    vocabulary = checkpoints.write_tokenizer(folder, draw.choice(PADS))
    config = networks.text_config(draw, vocabulary, width, pad_token_id=draw.choice([1, vocabulary - 1]))
    return CLIPTokenizer.from_pretrained(folder), cls(config).eval()


def save(draw, folder, cls, scheduler=None, **parts):
    scheduler = scheduler or schedulers.made(draw)
    pipeline = cls(**parts, scheduler=scheduler)
    pipeline.save_pretrained(folder)
    scheduler_of_file = type(scheduler).from_config(scheduler.config)
    if draw.random() < 0.3 and hasattr(scheduler.config, "steps_offset"):  # an old checkpoint, which some pipelines correct
        scheduler_of_file.register_to_config(steps_offset=0)
    scheduler_of_file.save_pretrained(folder / "scheduler")
    return pipeline


def stable_diffusion(draw, folder, cls=StableDiffusionPipeline, in_channels=None):
    width, channels = 8 * draw.randint(2, 5), draw.choice([4, 4, 4, 4, 8])
    tokenizer, text_encoder = text_part(draw, folder / "tokenizer", CLIPTextModel, width)
    fixed = {}
    if in_channels is None and draw.random() < 0.15:
        fixed["time_cond_proj_dim"] = draw.choice([8, 32])
    channels = channels if in_channels is None else 4
    unet = networks.calibrate_unet(networks.unet(draw, in_channels or channels, channels, width, **fixed), width)
    return save(draw, folder, cls, vae=networks.vae(draw, channels), unet=unet, tokenizer=tokenizer, text_encoder=text_encoder,
                **UNCHECKED)


def inpainting(draw, folder):
    return stable_diffusion(draw, folder, StableDiffusionInpaintPipeline, 9)


def xl(draw, folder, refiner=False):
    first, second = 8 * draw.randint(1, 3), 8 * draw.randint(2, 4)
    parts = {"tokenizer": None, "text_encoder": None}
    if not refiner:
        parts["tokenizer"], parts["text_encoder"] = text_part(draw, folder / "tokenizer", CLIPTextModel, first)
    parts["tokenizer_2"], parts["text_encoder_2"] = text_part(
        draw, folder / "tokenizer_2", CLIPTextModelWithProjection, second)
    width = second if refiner else first + second
    pooled, ids, each = parts["text_encoder_2"].config.projection_dim, 5 if refiner else 6, draw.choice([4, 8])
    fixed = {"time_cond_proj_dim": 16} if not refiner and draw.random() < 0.15 else {}
    unet = networks.unet(
        draw, 4, 4, width, addition_embed_type="text_time", addition_time_embed_dim=each,
        projection_class_embeddings_input_dim=ids * each + pooled, **fixed)
    networks.calibrate_unet(
        unet, width, added_cond_kwargs={"text_embeds": torch.randn(4, pooled), "time_ids": 64 * torch.rand(4, ids)})
    means = {"latents_mean": [draw.uniform(-0.5, 0.5) for _ in range(4)], "latents_std": [draw.uniform(0.6, 1.5) for _ in range(4)]}
    vae = networks.vae(draw, **means if draw.random() < 0.3 else {})
    if refiner:
        pipeline = save(draw, folder, StableDiffusionXLImg2ImgPipeline, vae=vae, unet=unet, **parts,
                        requires_aesthetics_score=True, force_zeros_for_empty_prompt=draw.random() < 0.3)
    else:
        pipeline = save(draw, folder, StableDiffusionXLPipeline, vae=vae, unet=unet, **parts,
                        force_zeros_for_empty_prompt=draw.random() < 0.6)
    return pipeline


def refiner(draw, folder):
    return xl(draw, folder, refiner=True)


def upscaler(draw, folder):
    width = 8 * draw.randint(2, 4)
    tokenizer, text_encoder = text_part(draw, folder / "tokenizer", CLIPTextModel, width)
    most = draw.choice([1000, 1000, 351, 500])
    unet = networks.unet(draw, 7, 4, width, num_class_embeds=most)
    networks.calibrate_unet(unet, width, class_labels=torch.tensor([0, 20, 100, 350]))
    low = DDPMScheduler(beta_start=0.0001, beta_end=0.02, beta_schedule=draw.choice(["squaredcos_cap_v2", "linear"]))
    return save(draw, folder, StableDiffusionUpscalePipeline, tokenizer=tokenizer, text_encoder=text_encoder, unet=unet,
                vae=networks.vae(draw, levels=3, scaling_factor=0.08333), low_res_scheduler=low,
                max_noise_level=draw.choice([350, 350, 200]))


def latent_upscaler(draw, folder):
    width = 8 * draw.randint(2, 4)
    tokenizer, text_encoder = text_part(draw, folder / "tokenizer", CLIPTextModel, width)
    levels = draw.choice([2, 3])  # and a VAE of factor four: the pictures are too small to be halved more often
    looks = networks.attention_levels(draw, levels)
    unet = UNet2DConditionModel(
        act_fn="gelu", attention_head_dim=draw.choice([8, 16]), block_out_channels=[32 * draw.randint(1, 2) for _ in range(levels)],
        layers_per_block=draw.choice([1, 2]), sample_size=16, norm_num_groups=None, in_channels=8, out_channels=5,
        cross_attention_dim=width, conv_in_kernel=1, conv_out_kernel=1,
        down_block_types=["KCrossAttnDownBlock2D" if look else "KDownBlock2D" for look in looks],
        up_block_types=["KCrossAttnUpBlock2D" if look else "KUpBlock2D" for look in reversed(looks)], mid_block_type=None,
        resnet_time_scale_shift="scale_shift", time_cond_proj_dim=128 + width, time_embedding_type="fourier",
        timestep_post_act="gelu", only_cross_attention=False).eval()
    networks.calibrate_unet(unet, width, 16, timestep_cond=torch.randn(4, 128 + width))
    checkpoints.rescale(unet.conv_out, 0.35)  # what it sees at high noise is larger than the sample of the calibration
    sampler = draw.choice([EulerDiscreteScheduler, EulerDiscreteScheduler, HeunDiscreteScheduler, LMSDiscreteScheduler])
    scheduler = sampler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear",
                        prediction_type=draw.choice(["sample", "sample", "epsilon"]))
    return save(draw, folder, StableDiffusionLatentUpscalePipeline, scheduler, tokenizer=tokenizer, text_encoder=text_encoder,
                unet=unet, vae=networks.vae(draw, levels=3, scaling_factor=0.18215))


def controlled(draw, folder):
    return _with_controlnets(draw, stable_diffusion(draw, folder), folder)


def controlled_xl(draw, folder):
    return _with_controlnets(draw, xl(draw, folder), folder)


def _with_controlnets(draw, pipeline, folder):
    for number in range(2):
        net = networks.controlnet(draw, pipeline.unet, 2 ** (len(pipeline.vae.config.block_out_channels) - 1))
        net.save_pretrained(folder.with_name(f"{folder.name}-control-{number}"))
    return pipeline


def adapted(draw, folder):
    return adapters.write(draw, stable_diffusion(draw, folder), folder)


def adapted_xl(draw, folder):
    return adapters.write(draw, xl(draw, folder), folder)


MAKERS = {
    "sd": stable_diffusion, "inpainting": inpainting, "xl": xl, "refiner": refiner, "upscaler": upscaler,
    "latent-upscaler": latent_upscaler, "controlled": controlled, "controlled-xl": controlled_xl, "adapted": adapted,
    "adapted-xl": adapted_xl, "kandinsky": kandinskys.make}
