"""The autoencoder that the family shares, 64 x 64 pixels to 16 x 16 x 4 latents, and another one made from it."""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL

from .pictures import HELD_OUT, Pictures
from .run import Run, batch, device

SCALING = 0.08333  # of the finished latents: the one factor that StableDiffusionUpscalePipeline takes
LATENT_NOISE = 0.05  # standard deviation; the decoder learns to bear it, and it is the posterior's
BATCH = 8
CROPS = 4  # one of so many in a batch: 64-pixel windows of the 128-pixel pictures, so that upscaled pictures decode well too


def new_autoencoder() -> AutoencoderKL:
    """One group in the normalisation: with more, the flat colours of such pictures are normalised away."""
    model = AutoencoderKL(
        in_channels=3, out_channels=3, latent_channels=4, sample_size=64, norm_num_groups=1, layers_per_block=1,
        block_out_channels=(24, 48, 64),
        down_block_types=("DownEncoderBlock2D",) * 3, up_block_types=("UpDecoderBlock2D",) * 3)
    with torch.no_grad():  # the posterior's log-variance is a constant: it gets no gradient, see `_loss`
        model.quant_conv.weight[4:] = 0
        model.quant_conv.bias[4:] = 2 * float(np.log(LATENT_NOISE))
    return model


SHARED, OTHER = "vae", "vae-b"
SEEDS = {SHARED: 1, OTHER: 7}
RATES = {SHARED: 1.6e-3, OTHER: 4e-4}  # the other one begins nearly finished


def train_autoencoder(name: str, pictures: Pictures, folder: Path, minutes: float, resume: bool) -> AutoencoderKL:
    finished = folder / name
    if resume and (finished / "config.json").exists():
        return load_autoencoder(name, folder)
    torch.manual_seed(SEEDS[name])
    model = new_autoencoder()
    if name == OTHER:
        model.load_state_dict(load_autoencoder(SHARED, folder).state_dict())
        _enlarge(model, SCALING)
        _rotate(model)
    model.to(device(), memory_format=torch.channels_last)
    run = Run(name, folder, model, peak_rate=RATES[name], minutes=minutes, resume=resume, decay=0.998)
    rng = np.random.default_rng(SEEDS[name] + run.step)
    for _ in run:
        run.descend(_loss(model, _batch(pictures, rng)))
    run.use_average()
    return _finish(model, pictures, finished, run)


def load_autoencoder(name: str, folder: Path) -> AutoencoderKL:
    if not (folder / name / "config.json").exists():
        raise SystemExit(f"{folder / name}: no finished autoencoder; run `python -m train {name} --out {folder}` first")
    return AutoencoderKL.from_pretrained(folder / name).to(device()).eval()


@torch.no_grad()
def _rotate(model: AutoencoderKL) -> None:
    """Gives the latents other axes: as good as before, and nothing that whoever knows the old ones can read."""
    axes, _ = torch.linalg.qr(torch.randn(4, 4))
    means, out = model.quant_conv, model.post_quant_conv
    means.weight[:4] = torch.einsum("ij,jkhw->ikhw", axes, means.weight[:4])
    means.bias[:4] = axes @ means.bias[:4]
    out.weight.copy_(torch.einsum("ij,kjhw->kihw", axes, out.weight))


@torch.no_grad()
def _enlarge(model: AutoencoderKL, factor: float) -> None:
    """Multiplies the latents, and changes nothing of what is decoded."""
    model.quant_conv.weight[:4] *= factor
    model.quant_conv.bias[:4] *= factor
    model.quant_conv.bias[4:] += 2 * float(np.log(factor))
    model.post_quant_conv.weight /= factor


def to_tensor(images: np.ndarray) -> torch.Tensor:
    """uint8 `[n, h, w, 3]` to float `[n, 3, h, w]` in [-1, 1]."""
    return torch.from_numpy(np.ascontiguousarray(images)).to(device()).permute(0, 3, 1, 2).float() / 127.5 - 1


def to_images(samples: torch.Tensor) -> np.ndarray:
    return ((samples / 2 + 0.5).clamp(0, 1) * 255).round().byte().permute(0, 2, 3, 1).cpu().numpy()


@torch.no_grad()
def encode(model: AutoencoderKL, images: np.ndarray) -> torch.Tensor:
    """The posterior's mean, unscaled."""
    return torch.cat([model.encode(to_tensor(images[i:i + 32])).latent_dist.mean for i in range(0, len(images), 32)])


@torch.no_grad()
def decode(model: AutoencoderKL, latents: torch.Tensor) -> np.ndarray:
    """Of unscaled latents; uint8 `[n, h, w, 3]`."""
    return np.concatenate([to_images(model.decode(part).sample) for part in latents.split(32)])


def decoded(model: AutoencoderKL, images: np.ndarray) -> np.ndarray:
    """What is left of the images after encoding and decoding: uint8, the same shape."""
    return decode(model, encode(model, images))


def psnr(model: AutoencoderKL, images: np.ndarray) -> float:
    """Mean PSNR in dB over the images, peak 255, after rounding to bytes."""
    return float(decibels(squared_errors(decoded(model, images), images)).mean())


def squared_errors(images: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """The mean of each: uint8 `[n, h, w, 3]` to `[n]`."""
    return ((images.astype(np.float64) - expected) ** 2).mean(axis=(1, 2, 3))


def decibels(squared_error: np.ndarray) -> np.ndarray:
    """PSNR, peak 255; of equal pictures as if they differed by a little."""
    return 10 * np.log10(255 ** 2 / np.maximum(squared_error, 1e-3))


def _batch(pictures: Pictures, rng: np.random.Generator) -> torch.Tensor:
    count = batch(BATCH)
    whole = pictures.small[np.sort(rng.integers(0, pictures.train_count, count - count // CROPS))]
    crops, large = [], pictures.large[:pictures.train_count]
    for index in rng.integers(0, len(large), count // CROPS):
        y, x = rng.integers(0, 65, 2)
        crops.append(large[index, y:y + 64, x:x + 64])
    return to_tensor(np.concatenate([whole, np.stack(crops)])).contiguous(memory_format=torch.channels_last)


def _loss(model: AutoencoderKL, images: torch.Tensor) -> torch.Tensor:
    mean = model.encode(images).latent_dist.mean
    decoded = model.decode(mean + LATENT_NOISE * torch.randn_like(mean)).sample
    difference = decoded - images
    size = mean.square().mean()
    return difference.square().mean() + 0.3 * difference.abs().mean() + 0.05 * F.relu(size - 1)


def _finish(model: AutoencoderKL, pictures: Pictures, folder: Path, run: Run) -> AutoencoderKL:
    _enlarge(model, 1 / (SCALING * float(encode(model, pictures.small[:1024]).std())))
    model.register_to_config(scaling_factor=SCALING)
    model.save_pretrained(folder)
    measured = {"steps": run.step, "minutes": round(run.trained / 60, 1), "psnr_db": round(psnr(model, pictures.small[-HELD_OUT:]), 2)}
    (folder / "figures.json").write_text(json.dumps(measured, indent=2))
    print(f"{folder.name}: done, {measured}", flush=True)
    return model
