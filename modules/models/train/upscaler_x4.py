"""The x4 upscaler: 64-pixel pictures to 256 pixels.

Architecture and call are those of Stable Diffusion's x4 upscaler: the low-resolution picture, with noise of a given level, is three
more input channels beside latents of the same size, and the level is a class label. The autoencoder is the family's, of factor 4.
It is trained on windows first, which show more different pictures in the same time, and on whole pictures at last: the normalisation
reaches over all that a network is given, and flat colours come out wrong where that is never a whole picture.
"""

from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL, DDIMScheduler, DDPMScheduler, StableDiffusionUpscalePipeline, UNet2DConditionModel
from transformers import CLIPTokenizer

from .autoencoder import to_tensor
from .captions import random_caption
from .denoiser import base_text_encoder, load_or_encode, with_noise
from .pictures import Pictures
from .run import Run, device, load_checkpoint, round_as_stored
from .text import Captions, with_full_table

NAME = "tiny-x4"
CALL = {"num_inference_steps": 2, "guidance_scale": 1.0, "noise_level": 0}  # more steps sharpen, and cost decibels
BATCH = 8
WINDOW = 32  # latents a side, of 64
WHOLE_FROM = 0.75  # of the budget
NOISE_LEVELS = 100  # of 1000; the call's usual 20 is amid them
EMPTY_SHARE = 0.5
LARGEST_SNR = 5.0  # cleaner latents count no more than these


def new_unet() -> UNet2DConditionModel:
    return UNet2DConditionModel(
        sample_size=64, in_channels=7, out_channels=4, layers_per_block=1, block_out_channels=(48, 64, 96),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"), mid_block_type=None,
        cross_attention_dim=128, attention_head_dim=4, norm_num_groups=8, only_cross_attention=True, num_class_embeds=1000)


def new_schedulers() -> tuple[DDPMScheduler, DDIMScheduler]:
    """For the noise on the low-resolution picture, and for the latents.

    Trailing, so that few steps begin where there is nothing but noise (Lin et al. 2023, "Common Diffusion Noise Schedules and Sample
    Steps are Flawed"); with the original's leading spacing the first of two steps is 501, which expects a picture in the noise.
    """
    betas = {"beta_start": 0.0001, "beta_end": 0.02, "beta_schedule": "scaled_linear"}
    return (DDPMScheduler(**betas, clip_sample=False),
            DDIMScheduler(**betas, clip_sample=False, set_alpha_to_one=False, timestep_spacing="trailing", prediction_type="v_prediction"))


class Upscaler(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.unet = new_unet()
        low, high = new_schedulers()
        self.register_buffer("low_alphas", low.alphas_cumprod.clone(), persistent=False)
        self.register_buffer("alphas", high.alphas_cumprod.clone(), persistent=False)

    def loss(self, low: torch.Tensor, high: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        n = len(low)
        level = torch.randint(0, NOISE_LEVELS, (n,), device=low.device)
        steps = ((torch.arange(n, device=low.device) + torch.rand(n, device=low.device)) * 1000 / n).long()
        blurred = with_noise(low, torch.randn_like(low), self.low_alphas[level])
        noise = torch.randn_like(high)
        noised = with_noise(high, noise, self.alphas[steps])
        alpha = self.alphas[steps].view(-1, 1, 1, 1)
        wanted = alpha.sqrt() * noise - (1 - alpha).sqrt() * high
        output = self.unet(torch.cat([noised, blurred], dim=1), steps, text, class_labels=level).sample
        snr = alpha.flatten() / (1 - alpha.flatten())
        # An error in the clean latents counts at much noise as well: there the low-resolution picture alone says what they are.
        weight = (1 + snr.clamp(max=LARGEST_SNR)) / (1 + snr)
        return ((output - wanted).square().mean(dim=(1, 2, 3)) * weight).mean()


def train_upscaler_x4(
        pictures: Pictures, vae: AutoencoderKL, tokenizer: CLIPTokenizer, folder: Path, minutes: float, resume: bool) -> None:
    torch.manual_seed(13)
    captions = Captions(tokenizer)
    text_encoder = base_text_encoder(captions, tokenizer, folder)
    model = Upscaler().to(device())
    run = Run(NAME, folder, model, peak_rate=8e-4, minutes=minutes, resume=resume, decay=0.998)
    high = load_or_encode(folder / f"latents-{NAME}.npy", vae, pictures.large[:pictures.train_count])
    for _ in run:
        side = WINDOW if run.progress < WHOLE_FROM else high.shape[-1]
        chosen = np.sort(run.chosen(len(high), BATCH * WINDOW ** 2 // side ** 2))
        y, x = run.draw.integers(0, high.shape[-1] - side + 1, 2)
        low = to_tensor(pictures.small[chosen][:, y:y + side, x:x + side])
        texts = ["" if run.chance.random() < EMPTY_SHARE else random_caption(pictures.scenes[i], run.chance) for i in chosen]
        with torch.no_grad():
            text = text_encoder(captions.rows(texts).to(device())).last_hidden_state
        run.descend(model.loss(low, high[chosen][..., y:y + side, x:x + side], text))


def save_upscaler_x4(vae: AutoencoderKL, tokenizer: CLIPTokenizer, folder: Path) -> None:
    captions = Captions(tokenizer)
    text_encoder = base_text_encoder(captions, tokenizer, folder)
    model = Upscaler()
    model.load_state_dict(load_checkpoint(folder / f"{NAME}.pt")["average"])
    low, high = new_schedulers()
    pipeline = StableDiffusionUpscalePipeline(
        vae=vae.cpu(), text_encoder=with_full_table(text_encoder, captions), tokenizer=tokenizer, unet=model.unet,
        low_res_scheduler=low, scheduler=high, max_noise_level=350)
    round_as_stored(pipeline.components)
    pipeline.save_pretrained(folder / NAME)
