"""Large pictures with the VAE's tiling switched on: what a worker that works on tiles is held to."""

import json

import numpy as np

import checkpoints
import pipelines

NAME = "vae-tiling"
CHECKPOINT = "sd-factor8"  # its tiles have a side of 64 pixels, 8 latents


def cases():
    base = {"prompt": "a red fox", "num_inference_steps": 3, "guidance_scale": 5.0}
    yield "wide", {**base, "kind": "text2img", "seed": 401, "width": 144, "height": 80}
    yield "high", {**base, "kind": "text2img", "seed": 402, "width": 48, "height": 112, "num_images_per_prompt": 2}
    yield "within-a-tile", {**base, "kind": "text2img", "seed": 403, "width": 64, "height": 64}
    yield "img2img", {**base, "kind": "img2img", "seed": 404, "images": ["input-large.png"], "strength": 0.7}
    yield "img2img-latents", {**base, "kind": "img2img", "seed": 405, "images": ["input-a.png"], "strength": 0.7}


def main(scratch, out):
    folder, checkpoint = out / NAME, scratch / CHECKPOINT
    folder.mkdir(exist_ok=True)
    if not checkpoint.exists():
        checkpoints.make(CHECKPOINT, checkpoint)
    pipelines.picture(115, 131, 4).save(folder / "input-large.png", optimize=True)
    pipelines.picture(48, 48, 1).save(folder / "input-a.png", optimize=True)
    pipelines.networks(checkpoint)["vae"].enable_tiling()
    written = []
    for name, case in cases():
        latents, images = pipelines.run(checkpoint, case, folder)
        (folder / f"{name}.f32").write_bytes(latents.numpy().astype("<f4").tobytes())
        files = []
        for i, image in enumerate(images):
            files.append(f"{name}-{i}.png")
            image.save(folder / files[-1], optimize=True)
        written.append({"name": name, "checkpoint": CHECKPOINT, **case, "out_latents": f"{name}.f32",
                        "out_shape": list(latents.shape), "out_images": files})
        spread = np.stack([np.asarray(i, dtype=float) for i in images])
        print(f"  {NAME} {name}: {list(latents.shape)}, pixels std {spread.std():.0f}")
    pipelines.networks(checkpoint)["vae"].disable_tiling()
    lines = ",\n".join(json.dumps(case) for case in written)
    (folder / "tiled.json").write_text(f"[\n{lines}\n]\n")
