"""The picture that diffusers makes, and the largest resident set of this process."""

import resource
import sys
import time
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline
from transformers import CLIPTokenizerFast


def main(folder, out, side, steps, *switches):
    pipeline = StableDiffusionPipeline.from_pretrained(folder)
    pipeline.tokenizer = CLIPTokenizerFast.from_pretrained(Path(folder) / "tokenizer")
    if "vae-tiling" in switches:
        pipeline.enable_vae_tiling()
    pipeline.set_progress_bar_config(disable=True)
    start = time.monotonic()
    picture = pipeline("a red fox", width=int(side), height=int(side), num_inference_steps=int(steps), guidance_scale=7.5,
                       generator=torch.Generator().manual_seed(7)).images[0]
    took = time.monotonic() - start
    picture.save(out)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
    print(f"diffusers: peak {peak:.2f} GiB, picture {took:.1f} s", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
