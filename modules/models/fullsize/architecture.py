"""Stable Diffusion 1.5 in its true sizes with random weights: 860 million parameters of UNet, 123 of CLIP's ViT-L/14, 84 of VAE.

The last layers are rescaled as for the tiny checkpoints (golden/checkpoints.py), so that the UNet predicts noise of unit variance
and pictures use the whole range: flat grey would hide an error.
"""

import sys
from pathlib import Path

import torch
from diffusers import AutoencoderKL, PNDMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

sys.path.append(str(Path(__file__).resolve().parents[1] / "golden"))
import checkpoints  # noqa: E402

SEED = 1500


def unet():
    return UNet2DConditionModel(
        sample_size=64, in_channels=4, out_channels=4, layers_per_block=2, block_out_channels=(320, 640, 1280, 1280),
        down_block_types=("CrossAttnDownBlock2D",) * 3 + ("DownBlock2D",),
        up_block_types=("UpBlock2D",) + ("CrossAttnUpBlock2D",) * 3, cross_attention_dim=768, attention_head_dim=8)


def vae():
    return AutoencoderKL(
        block_out_channels=(128, 256, 512, 512), down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4, latent_channels=4, layers_per_block=2, sample_size=512)


def text_encoder():
    return CLIPTextModel(CLIPTextConfig(
        vocab_size=49408, hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12,
        max_position_embeddings=77, projection_dim=768))


@torch.no_grad()
def calibrate(network, decoder):
    predicted = network(torch.randn(1, 4, 32, 32), torch.tensor([500.0]), torch.randn(1, 77, 768)).sample
    checkpoints.rescale(network.conv_out, 1 / predicted.std())
    decoded = decoder.decode(torch.randn(1, 4, 16, 16) / decoder.config.scaling_factor).sample
    checkpoints.rescale(decoder.decoder.conv_out, 0.45 / decoded.std())


def make(folder):
    torch.manual_seed(SEED)
    checkpoints.write_tokenizer(folder / "tokenizer", "<|endoftext|>")  # few words; the text encoder has CLIP's own size
    parts = {"unet": unet().eval(), "vae": vae().eval(), "text_encoder": text_encoder().eval()}
    calibrate(parts["unet"], parts["vae"])
    StableDiffusionPipeline(
        **parts, tokenizer=CLIPTokenizer.from_pretrained(folder / "tokenizer"), safety_checker=None, feature_extractor=None,
        scheduler=PNDMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", skip_prk_steps=True,
                                steps_offset=1, set_alpha_to_one=False),
        requires_safety_checker=False).save_pretrained(folder)
    for name, part in parts.items():
        print(f"{name}: {sum(p.numel() for p in part.parameters()) / 1e6:.0f} million parameters", flush=True)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
