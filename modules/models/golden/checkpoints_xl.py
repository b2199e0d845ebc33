"""Tiny SDXL base and refiner checkpoints and a tiny Stable Diffusion 2.x one, random weights from a fixed seed.

They differ from each other where the real ones do: the refiner has the second text encoder only, wants an aesthetic
score and encodes an empty negative prompt; base and refiner have one VAE between them, so that latents can go from one
to the other; Stable Diffusion 2.x predicts the velocity, projects linearly and pads with `!`.
"""


import torch
from diffusers import (AutoencoderKL, DDIMScheduler, EulerDiscreteScheduler, StableDiffusionPipeline,
                       StableDiffusionXLImg2ImgPipeline, StableDiffusionXLPipeline, UNet2DConditionModel)
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from checkpoints import rescale, write_tokenizer

NAMES = ("sdxl-base", "sdxl-refiner", "sd2")
TIME_IDS = {"sdxl-base": 6, "sdxl-refiner": 5}
FIRST_WIDTH, SECOND_WIDTH, PROJECTION, TIME_WIDTH = 16, 24, 20, 8


def vae_of(scaling_factor):
    torch.manual_seed(30)
    vae = AutoencoderKL(
        block_out_channels=(8, 8, 12), down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3, latent_channels=4, layers_per_block=1, norm_num_groups=2,
        sample_size=64, scaling_factor=scaling_factor)
    with torch.no_grad():
        moments = vae.encode(torch.rand(4, 3, 64, 64) * 2 - 1).latent_dist
        for values in (vae.quant_conv.weight.data, vae.quant_conv.bias.data):
            values[:4] *= 1 / (scaling_factor * moments.mean.std())
        vae.quant_conv.bias.data[4:] -= 3  # log variances well below the means' spread
        decoded = vae.decode(torch.randn(4, 4, 16, 16) / scaling_factor).sample
        rescale(vae.decoder.conv_out, 0.45 / decoded.std())
    return vae.eval()


def text_encoder_of(cls, vocabulary, width, layers, **options):
    return cls(CLIPTextConfig(
        vocab_size=vocabulary, hidden_size=width, intermediate_size=2 * width, num_hidden_layers=layers,
        num_attention_heads=2, max_position_embeddings=77, bos_token_id=vocabulary - 2, eos_token_id=vocabulary - 1,
        initializer_range=0.2, initializer_factor=1.0, **options)).eval()


def unet_of(name):
    options = {"sample_size": 16 if name != "sd2" else 12, "in_channels": 4, "out_channels": 4, "norm_num_groups": 4,
               "block_out_channels": (8, 16), "layers_per_block": 1, "use_linear_projection": True}
    if name == "sd2":
        unet = UNet2DConditionModel(
            **options, down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"), cross_attention_dim=SECOND_WIDTH,
            attention_head_dim=(1, 2))
        added, width = None, SECOND_WIDTH
    else:
        width = SECOND_WIDTH + (FIRST_WIDTH if name == "sdxl-base" else 0)
        unet = UNet2DConditionModel(
            **options, down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"), cross_attention_dim=width, attention_head_dim=(1, 2),
            addition_embed_type="text_time", addition_time_embed_dim=TIME_WIDTH,
            projection_class_embeddings_input_dim=TIME_IDS[name] * TIME_WIDTH + PROJECTION)
        added = {"text_embeds": torch.randn(4, PROJECTION), "time_ids": 64 * torch.rand(4, TIME_IDS[name])}
    with torch.no_grad():
        for parameter_name, parameter in unet.named_parameters():
            if "weight" in parameter_name and ("attn2" in parameter_name or "add_embedding" in parameter_name):
                parameter.data *= 3  # prompts, sizes and scores should be told apart
        predicted = unet(torch.randn(4, 4, 16, 16), torch.tensor([1.0, 300.0, 600.0, 999.0]),
                         torch.randn(4, 77, width), added_cond_kwargs=added).sample
        rescale(unet.conv_out, 1 / predicted.std())
    return unet.eval()


def make(name, folder):
    torch.manual_seed(40 + NAMES.index(name))
    first = write_tokenizer(folder / "tokenizer", "!" if name == "sd2" else "<|endoftext|>")
    tokenizer = CLIPTokenizer.from_pretrained(folder / "tokenizer")
    if name == "sd2":
        pipeline = StableDiffusionPipeline(
            vae=vae_of(0.18215), unet=unet_of(name), tokenizer=tokenizer,
            text_encoder=text_encoder_of(CLIPTextModel, first, SECOND_WIDTH, 3, hidden_act="gelu", pad_token_id=1,
                                         projection_dim=PROJECTION),
            scheduler=DDIMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1,
                                    clip_sample=False, set_alpha_to_one=False, prediction_type="v_prediction"),
            safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    else:
        second = write_tokenizer(folder / "tokenizer_2", "!")
        parts = {
            "vae": vae_of(0.13025), "unet": unet_of(name), "tokenizer_2": CLIPTokenizer.from_pretrained(folder / "tokenizer_2"),
            "text_encoder_2": text_encoder_of(CLIPTextModelWithProjection, second, SECOND_WIDTH, 4, hidden_act="gelu",
                                              pad_token_id=1, projection_dim=PROJECTION),
            "scheduler": EulerDiscreteScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear",
                                                steps_offset=1, timestep_spacing="leading")}
        if name == "sdxl-base":
            pipeline = StableDiffusionXLPipeline(
                **parts, tokenizer=tokenizer,
                text_encoder=text_encoder_of(CLIPTextModel, first, FIRST_WIDTH, 3, hidden_act="quick_gelu"),
                force_zeros_for_empty_prompt=True, add_watermarker=False)
        else:
            pipeline = StableDiffusionXLImg2ImgPipeline(
                **parts, tokenizer=None, text_encoder=None, force_zeros_for_empty_prompt=False,
                requires_aesthetics_score=True, add_watermarker=False)
    pipeline.save_pretrained(folder)
    if name == "sdxl-refiner":
        for file in (folder / "tokenizer").iterdir():
            file.unlink()
        (folder / "tokenizer").rmdir()
    for part in pipeline.components.values():
        if isinstance(part, torch.nn.Module):
            print(f"  {name} {type(part).__name__}: {sum(p.numel() for p in part.parameters())} parameters")
