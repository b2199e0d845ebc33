"""Kandinsky 2.2, prior and decoder: the checkpoints, the requests, and what diffusers' combined pipelines make of them."""

import torch
from diffusers import (
    DDPMScheduler, KandinskyV22CombinedPipeline, KandinskyV22Img2ImgCombinedPipeline, KandinskyV22Pipeline,
    KandinskyV22PriorPipeline, PriorTransformer, UNet2DConditionModel, UnCLIPScheduler, VQModel)
from transformers import (
    CLIPImageProcessor, CLIPTextModelWithProjection, CLIPTokenizer, CLIPTokenizerFast, CLIPVisionConfig, CLIPVisionModelWithProjection)

import checkpoints
import kandinsky

from . import networks

PRIOR = "-prior"


def make(draw, folder):
    prior_folder = folder.with_name(folder.name + PRIOR)
    width = 8 * draw.randint(2, 4)
    vocabulary = checkpoints.write_tokenizer(prior_folder / "tokenizer", draw.choice(["!", "<|endoftext|>"]))
    config = networks.text_config(draw, vocabulary, width, pad_token_id=1)
    config.projection_dim = width
    heads = draw.choice([1, 2, 4])
    prior = PriorTransformer(num_attention_heads=heads, attention_head_dim=draw.choice([8, 12]), embedding_dim=width,
                             num_layers=draw.randint(1, 3))
    image_encoder = CLIPVisionModelWithProjection(CLIPVisionConfig(
        hidden_size=width, projection_dim=width, intermediate_size=2 * width, num_hidden_layers=draw.randint(1, 3),
        num_attention_heads=2, image_size=28, patch_size=14, hidden_act=draw.choice(["quick_gelu", "gelu"])))
    movq, unet = _movq(draw), _unet(draw, width)
    _calibrate(movq, unet, prior, width)
    KandinskyV22PriorPipeline(
        prior=prior.eval(), image_encoder=image_encoder.eval(), text_encoder=CLIPTextModelWithProjection(config).eval(),
        tokenizer=CLIPTokenizer.from_pretrained(prior_folder / "tokenizer"),
        scheduler=UnCLIPScheduler(
            variance_type=draw.choice(["fixed_small_log", "fixed_small_log", "learned_range"]) if draw.random() < 0.1
            else "fixed_small_log", prediction_type=draw.choice(["sample", "sample", "epsilon"]), num_train_timesteps=1000,
            clip_sample=draw.random() < 0.8, clip_sample_range=draw.choice([1.0, 5.0, 10.0])),
        image_processor=CLIPImageProcessor(size={"shortest_edge": 28}, crop_size=28)).save_pretrained(prior_folder)
    scheduler = DDPMScheduler(beta_start=0.0001, beta_end=0.003, beta_schedule="linear", clip_sample=draw.random() < 0.2,
                              variance_type="learned_range", prediction_type="epsilon",
                              timestep_spacing=draw.choice(["leading", "leading", "trailing", "linspace"]))
    pipeline = KandinskyV22Pipeline(unet=unet.eval(), scheduler=scheduler, movq=movq.eval())
    pipeline.save_pretrained(folder)
    return pipeline


def _movq(draw):
    levels = draw.choice([2, 3, 3, 4])
    return VQModel(
        block_out_channels=[32] * levels, layers_per_block=draw.choice([1, 2]), norm_num_groups=2, norm_type="spatial",
        latent_channels=4, vq_embed_dim=4, num_vq_embeddings=12, sample_size=64,
        down_block_types=["DownEncoderBlock2D"] * (levels - 1) + ["AttnDownEncoderBlock2D"],
        up_block_types=["AttnUpDecoderBlock2D"] + ["UpDecoderBlock2D"] * (levels - 1))


def _unet(draw, width):
    levels = draw.choice([2, 2, 3])
    looks = networks.attention_levels(draw, levels)
    return UNet2DConditionModel(
        block_out_channels=[8 * draw.randint(1, 3) for _ in range(levels)], layers_per_block=draw.choice([1, 2]), sample_size=8,
        in_channels=4, out_channels=8, mid_block_type="UNetMidBlock2DSimpleCrossAttn", addition_embed_type="image",
        down_block_types=["SimpleCrossAttnDownBlock2D" if look else "ResnetDownsampleBlock2D" for look in looks],
        up_block_types=["SimpleCrossAttnUpBlock2D" if look else "ResnetUpsampleBlock2D" for look in reversed(looks)],
        encoder_hid_dim_type="image_proj", encoder_hid_dim=width, cross_attention_dim=draw.choice([16, 24]),
        attention_head_dim=draw.choice([2, 4, 8]), norm_num_groups=4, resnet_time_scale_shift="scale_shift")


@torch.no_grad()
def _calibrate(movq, unet, prior, width):
    for name, parameter in prior.named_parameters():
        if name in ("positional_embedding", "prd_embedding"):
            parameter.copy_(torch.randn_like(parameter) * 0.5)
    steps = torch.tensor([0, 300, 600, 999])
    predicted = prior(torch.randn(4, width), steps, torch.randn(4, width), torch.randn(4, 77, width), torch.ones(4, 77))
    checkpoints.rescale(prior.proj_to_clip_embeddings, float(1 / predicted.predicted_image_embedding.std()))
    prior.clip_std.copy_(torch.rand_like(prior.clip_std) + 0.5)
    prior.clip_mean.copy_(torch.randn_like(prior.clip_mean) * 0.3)
    predicted = unet(torch.randn(4, 4, 8, 8), steps, None, added_cond_kwargs={"image_embeds": torch.randn(4, width)}).sample
    checkpoints.rescale(unet.conv_out, float(0.6 / predicted.std()))
    checkpoints.rescale(movq.quant_conv, float(1 / movq.encode(torch.rand(4, 3, 64, 64) * 2 - 1).latents.std()))
    decoded = movq.decode(torch.randn(4, 4, 16, 16) * 2, force_not_quantize=True).sample
    checkpoints.rescale(movq.decoder.conv_out, float(0.3 / decoded.std()))


def load(folder, stage):
    prior_folder = folder.with_name(folder.name + PRIOR)
    prior = KandinskyV22PriorPipeline.from_pretrained(prior_folder)
    prior.tokenizer = CLIPTokenizerFast.from_pretrained(prior_folder / "tokenizer")
    decoder = KandinskyV22Pipeline.from_pretrained(folder)
    if "scheduler" in stage:
        decoder.scheduler = DDPMScheduler.from_config(decoder.scheduler.config, **stage["scheduler_options"])
    cls = KandinskyV22CombinedPipeline if stage["kind"] == "text2img" else KandinskyV22Img2ImgCombinedPipeline
    pipeline = cls(**decoder.components, **{f"prior_{name}": part for name, part in prior.components.items()})
    for part in (prior, pipeline.prior_pipe, pipeline.decoder_pipe):
        part.set_progress_bar_config(disable=True)
    return pipeline


def pictures(pipeline, given):
    latents = pipeline(**given, output_type="latent")
    return kandinsky.decoded(pipeline, latents[0] if isinstance(latents, tuple) else latents.images)
