"""Tiny Stable Diffusion 1.x checkpoints with random weights, from a fixed seed, and their ONNX export.

Random weights as a library initialises them give flat grey pictures that would hide an error. So the last layers are
rescaled until the UNet predicts noise of unit variance that depends on the prompt, and the pictures use the whole range.
"""

import json
import pathlib
import shutil
import subprocess
import sys

import torch
from diffusers import AutoencoderKL, DDIMScheduler, PNDMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

WORDS = """a an the of on in and with cat dog fox house tree red blue green yellow small big photo painting drawing
background night day moon sun castle river style pixel art comic""".split()
END = "</w>"


def byte_alphabet():
    """The printable stand-ins for the 256 bytes, in the order of CLIP's vocabulary."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [chr(256 + i) for i in range(256 - len(plain))]
    return [chr(b) for b in plain] + others


def write_tokenizer(folder, pad_token):
    """A vocabulary of CLIP's construction with few merges: bytes, bytes at a word's end, merges, two special tokens."""
    folder.mkdir(parents=True, exist_ok=True)
    merges, known = [], set()
    for word in WORDS:
        parts = [*word[:-1], word[-1] + END]
        while len(parts) > 1:
            pair = (parts[0], parts[1])
            if pair not in known:
                known.add(pair)
                merges.append(pair)
            parts = [parts[0] + parts[1], *parts[2:]]
    alphabet = byte_alphabet()
    tokens = alphabet + [c + END for c in alphabet] + ["".join(m) for m in merges]
    tokens = list(dict.fromkeys(tokens)) + ["<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({t: i for i, t in enumerate(tokens)}, ensure_ascii=False))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    tokenizer = CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), pad_token=pad_token,
                              model_max_length=77)
    tokenizer.save_pretrained(folder)
    return len(tokens)


def scheduler_of(name):
    if name == "sd-factor8":  # as Stable Diffusion 1.5
        return PNDMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", skip_prk_steps=True,
                             steps_offset=1, set_alpha_to_one=False)
    # an old checkpoint, which the pipelines correct when they load it; and v-prediction
    return DDIMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=0,
                         clip_sample=True, set_alpha_to_one=False, prediction_type="v_prediction")


def vae_of(name):
    # Few channels per group would normalise flat colours away, so the groups are as few as they can be.
    channels = (8, 12, 16, 16) if name == "sd-factor8" else (8, 12, 16)
    return AutoencoderKL(
        block_out_channels=channels, down_block_types=("DownEncoderBlock2D",) * len(channels),
        up_block_types=("UpDecoderBlock2D",) * len(channels), latent_channels=4, layers_per_block=1,
        norm_num_groups=2, sample_size=8 * 2 ** (len(channels) - 1),
        scaling_factor=0.18215 if name == "sd-factor8" else 1.07)


def unet_of():
    return UNet2DConditionModel(
        block_out_channels=(16, 32), layers_per_block=1, sample_size=8, in_channels=4, out_channels=4,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=32, attention_head_dim=2, norm_num_groups=4)


def text_encoder_of(vocabulary):
    return CLIPTextModel(CLIPTextConfig(
        vocab_size=vocabulary, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
        max_position_embeddings=77, bos_token_id=vocabulary - 2, eos_token_id=vocabulary - 1,
        pad_token_id=vocabulary - 1, initializer_range=0.2, initializer_factor=1.0))


def rescale(convolution, factor):
    convolution.weight.data *= factor
    convolution.bias.data *= factor


@torch.no_grad()
def calibrate(vae, unet):
    for name, parameter in unet.named_parameters():
        if "attn2" in name and "weight" in name:
            parameter.data *= 3  # prompts of random embeddings should be told apart
    text, latents = torch.randn(4, 77, 32), torch.randn(4, 4, 8, 8)
    predicted = unet(latents, torch.tensor([1.0, 300.0, 600.0, 999.0]), text).sample
    rescale(unet.conv_out, 1 / predicted.std())
    calibrate_vae(vae, 64)


@torch.no_grad()
def calibrate_vae(vae, size):
    images = torch.rand(4, 3, size, size) * 2 - 1
    moments = vae.encode(images).latent_dist
    rescale(vae.quant_conv, 1 / (vae.config.scaling_factor * moments.mean.std()))
    vae.quant_conv.bias.data[4:] -= 3  # log variances well below the means' spread
    decoded = vae.decode(torch.randn(4, 4, 8, 8) / vae.config.scaling_factor).sample
    rescale(vae.decoder.conv_out, 0.45 / decoded.std())


@torch.no_grad()
def round_to_half(network):
    """So that float16 weights on disk, half as large, are the very ones that diffusers ran."""
    for parameter in network.parameters():
        parameter.copy_(parameter.half().float())


def make(name, folder):
    torch.manual_seed(20 if name == "sd-factor8" else 21)
    vocabulary = write_tokenizer(folder / "tokenizer", "<|endoftext|>" if name == "sd-factor8" else "!")
    vae, unet, text_encoder = vae_of(name), unet_of(), text_encoder_of(vocabulary)
    calibrate(vae, unet)
    pipeline = StableDiffusionPipeline(
        vae=vae.eval(), unet=unet.eval(), text_encoder=text_encoder.eval(), scheduler=scheduler_of(name),
        tokenizer=CLIPTokenizer.from_pretrained(folder / "tokenizer"), safety_checker=None, feature_extractor=None,
        requires_safety_checker=False)
    pipeline.save_pretrained(folder)
    if name == "sd-factor8":
        # Stable Diffusion 1.5's file has this entry, which PNDM ignores and a sampler swapped in reads
        file = folder / "scheduler" / "scheduler_config.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), "clip_sample": False}, indent=2))
    else:
        # the constructor above has corrected the scheduler; an old checkpoint's file says otherwise
        scheduler_of(name).save_pretrained(folder / "scheduler")
    for part in (vae, unet, text_encoder):
        print(f"  {name} {type(part).__name__}: {sum(p.numel() for p in part.parameters())} parameters")


def export(folder, out):
    """The command that users run, in a process of its own."""
    subprocess.run([str(pathlib.Path(sys.executable).parent / "optimum-cli"), "export", "onnx", "--model", str(folder),
                    "--task", "text-to-image", str(out)], check=True, capture_output=True)


def export_with_ours(folder, out, *options):
    """The project's own exporter, for families that the usual one does not know."""
    shutil.rmtree(out, ignore_errors=True)
    subprocess.run([sys.executable, "-W", "ignore", "-m", "export", str(folder), "--out", str(out), "--weights", "fp16",
                    "--license", "Apache-2.0", *options], check=True, cwd=pathlib.Path(__file__).resolve().parents[1])
