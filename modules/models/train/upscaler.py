"""The latent upscaler: 16 x 16 latents of a 64-pixel picture to the 32 x 32 latents of the same picture at 128 pixels.

Architecture and call are those of Stable Diffusion's x2 latent upscaler (Crowson's k-diffusion UNet): the low-resolution
latents are four more input channels, and the noise level and the pooled text are the `timestep_cond`.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL, EulerDiscreteScheduler, StableDiffusionLatentUpscalePipeline, UNet2DConditionModel
from transformers import CLIPTokenizer
from transformers.modeling_outputs import BaseModelOutputWithPooling

from export.resampling import use_depthwise

from .captions import random_caption
from .denoiser import base_text_encoder, load_or_encode
from .pictures import Pictures
from .run import Run, device, load_checkpoint, round_as_stored
from .text import Captions, with_full_table

NAME = "tiny-x2-latent"
CALL = {"num_inference_steps": 2, "guidance_scale": 0}  # more steps sharpen, and cost decibels
BATCH = 8
NOISE_LEVEL = 64  # entries of `timestep_cond` each for the cosine and the sine of the noise on the low-resolution latents
CAPTIONED = 0.5  # of the pictures; the others get the empty prompt, which is what guidance 0 asks with
LOW_NOISE = 0.08  # largest standard deviation added to half of the low-resolution latents: the base model's are not exact
NOISIEST = 0.75  # share of the pictures that practise the first of few steps, which decides nearly all of what comes out
NOISIEST_STEPS = 50  # of 1000


def new_unet(text_width: int) -> UNet2DConditionModel:
    unet = UNet2DConditionModel(
        sample_size=32, in_channels=8, out_channels=5, layers_per_block=(3, 2, 1), block_out_channels=(64, 128, 128),
        down_block_types=("KDownBlock2D", "KCrossAttnDownBlock2D", "KCrossAttnDownBlock2D"), mid_block_type=None,
        up_block_types=("KCrossAttnUpBlock2D", "KCrossAttnUpBlock2D", "KUpBlock2D"),
        cross_attention_dim=text_width, attention_head_dim=32, act_fn="gelu", norm_num_groups=None,
        conv_in_kernel=1, conv_out_kernel=1, only_cross_attention=False, resnet_time_scale_shift="scale_shift",
        time_embedding_type="fourier", timestep_post_act="gelu", time_cond_proj_dim=2 * NOISE_LEVEL + text_width)
    with torch.no_grad():  # random frequencies, never trained: rounded now to what the shipped file can hold
        unet.time_proj.weight.copy_(unet.time_proj.weight.half().float())
    return unet


def new_scheduler() -> EulerDiscreteScheduler:
    return EulerDiscreteScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", prediction_type="sample")


class Upscaler(torch.nn.Module):
    def __init__(self, text_width: int):
        super().__init__()
        self.unet = new_unet(text_width)
        alphas = new_scheduler().alphas_cumprod
        self.register_buffer("sigmas", ((1 - alphas) / alphas).sqrt(), persistent=False)

    def loss(self, low: torch.Tensor, high: torch.Tensor, text: BaseModelOutputWithPooling) -> torch.Tensor:
        """Of the UNet's output under the preconditioning of Karras et al. 2022, table 1, with unit data variance."""
        n = len(low)
        even = (torch.arange(n, device=low.device) + torch.rand(n, device=low.device)) / n
        steps = torch.where(even < NOISIEST, 1000 - NOISIEST_STEPS * even / NOISIEST, 1000 * (even - NOISIEST) / (1 - NOISIEST))
        steps = steps.long().clamp(max=999)
        sigma = self.sigmas[steps]
        wide = sigma.view(-1, 1, 1, 1)
        noise = torch.randn_like(high)
        root = (wide.square() + 1).sqrt()
        low = low + LOW_NOISE * (2 * torch.rand(n, 1, 1, 1, device=low.device) - 1).clamp(min=0) * torch.randn_like(low)
        inputs = torch.cat([(high + wide * noise) / root, F.interpolate(low, scale_factor=2, mode="nearest")], dim=1)
        level = torch.cat([torch.ones(n, NOISE_LEVEL, device=low.device), torch.zeros(n, NOISE_LEVEL, device=low.device)], dim=1)
        output = self.unet(inputs, sigma.log() / 4, encoder_hidden_states=text.hidden_states[-1],
                           timestep_cond=torch.cat([level, text.pooler_output], dim=1)).sample[:, :-1]
        return (output - (wide * high - noise) / root).square().mean()


def train_upscaler(pictures: Pictures, vae: AutoencoderKL, tokenizer: CLIPTokenizer, folder: Path, minutes: float, resume: bool) -> None:
    torch.manual_seed(3)
    captions = Captions(tokenizer)
    text_encoder = base_text_encoder(captions, tokenizer, folder)
    model = Upscaler(text_encoder.config.hidden_size).to(device())
    use_depthwise(model.unet)
    run = Run(NAME, folder, model, peak_rate=8e-4, minutes=minutes, resume=resume, decay=0.998)
    high = load_or_encode(folder / f"latents-{NAME}.npy", vae, pictures.large[:pictures.train_count])
    low = load_or_encode(folder / "latents-tiny-emoji.npy", vae, pictures.small[:pictures.train_count])
    for _ in run:
        chosen = run.chosen(len(high), BATCH)
        texts = [random_caption(pictures.scenes[i], run.chance) if run.chance.random() < CAPTIONED else "" for i in chosen]
        with torch.no_grad():
            text = text_encoder(captions.rows(texts).to(device()), output_hidden_states=True)
        run.descend(model.loss(low[chosen], high[chosen], text))


def save_upscaler(vae: AutoencoderKL, tokenizer: CLIPTokenizer, folder: Path, out: Path) -> None:
    """The checkpoint's averaged weights as a diffusers folder."""
    captions = Captions(tokenizer)
    text_encoder = base_text_encoder(captions, tokenizer, folder)
    model = Upscaler(text_encoder.config.hidden_size)
    model.load_state_dict(load_checkpoint(folder / f"{NAME}.pt")["average"])
    pipeline = StableDiffusionLatentUpscalePipeline(
        vae=vae.cpu(), text_encoder=with_full_table(text_encoder, captions), tokenizer=tokenizer, unet=model.unet,
        scheduler=new_scheduler())
    round_as_stored(pipeline.components)
    pipeline.save_pretrained(out)
