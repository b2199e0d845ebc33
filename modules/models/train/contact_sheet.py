"""Draws a contact sheet: one row per prompt, one column per seed. `python -m train.contact_sheet --help`"""

import argparse
from pathlib import Path

import torch
from diffusers import DPMSolverMultistepScheduler, LCMScheduler, StableDiffusionLatentUpscalePipeline, StableDiffusionPipeline
from PIL import Image, ImageDraw, ImageFont

from .upscaler import CALL as UPSCALER_CALL

PROMPTS = (
    "a red fox on a blue background",
    "a green apple on a pink background",
    "a purple rocket on a black background, comic",
    "a blue car on a yellow background, watercolour",
    "an orange fish on a white background, pixel art",
    "a castle on a grey background, sketch",
    "a panda on a green background, comic",
    "a yellow butterfly on a purple background",
    "a rose",
    "robot on orange, pixel art",
)
CAPTION = 22  # pixels above a row


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.contact_sheet", description=__doc__)
    parser.add_argument("model", type=Path, help="a diffusers folder of tiny-emoji, or of another that draws from text")
    parser.add_argument("--style", help="asked for in each prompt, in place of its own")
    parser.add_argument("--upscaler", type=Path, metavar="FOLDER", help="also put every picture through this x2 latent upscaler")
    parser.add_argument("--out", type=Path, required=True, metavar="PNG")
    parser.add_argument("--seeds", type=int, default=16, help="seeds 0 to N-1 (default: 16)")
    parser.add_argument("--steps", type=int, default=16, help="of DPM-Solver++, or of the model's own LCM (default: 16)")
    parser.add_argument("--guidance-scale", type=float, default=5.0)
    arguments = parser.parse_args()
    pipeline = StableDiffusionPipeline.from_pretrained(arguments.model)
    if not isinstance(pipeline.scheduler, LCMScheduler):
        pipeline.scheduler = DPMSolverMultistepScheduler.from_config(pipeline.scheduler.config)
    pipeline.set_progress_bar_config(disable=True)
    upscaler = arguments.upscaler and StableDiffusionLatentUpscalePipeline.from_pretrained(arguments.upscaler)
    if upscaler:
        upscaler.set_progress_bar_config(disable=True)
    prompts = [_restyled(prompt, arguments.style) if arguments.style else prompt for prompt in PROMPTS]
    rows = [_row(pipeline, upscaler, prompt, arguments) for prompt in prompts]
    _sheet(prompts, rows).quantize(256, dither=Image.Dither.NONE).save(arguments.out, optimize=True)


def _restyled(prompt: str, style: str) -> str:
    return f"{prompt.split(',')[0]}, {style}"


def _row(pipeline, upscaler, prompt: str, arguments) -> list[Image.Image]:
    generators = [torch.Generator().manual_seed(seed) for seed in range(arguments.seeds)]
    latents = pipeline([prompt] * arguments.seeds, num_inference_steps=arguments.steps, guidance_scale=arguments.guidance_scale,
                       generator=generators, output_type="latent").images
    if upscaler:
        return upscaler(prompt=[prompt] * arguments.seeds, image=latents, generator=generators, **UPSCALER_CALL).images
    with torch.no_grad():
        decoded = pipeline.vae.decode(latents / pipeline.vae.config.scaling_factor).sample
    return pipeline.image_processor.postprocess(decoded, output_type="pil")


def _sheet(prompts: list[str], rows: list[list[Image.Image]]) -> Image.Image:
    side = rows[0][0].width
    sheet = Image.new("RGB", (len(rows[0]) * (side + 4) + 4, len(rows) * (side + CAPTION) + 4), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for y, (prompt, row) in enumerate(zip(prompts, rows, strict=True)):
        top = y * (side + CAPTION)
        pen.text((5, top + 3), prompt, fill=(60, 60, 60), font=font)
        for x, picture in enumerate(row):
            sheet.paste(picture, (4 + x * (side + 4), top + CAPTION))
    return sheet


if __name__ == "__main__":
    main()
