"""Requests drawn at random: each a stage as a job has it, whose fields have diffusers' names."""

import pathlib

import checkpoints
import pipelines

from . import adapters, schedulers

PICTURES = [(48, 48), (67, 51), (64, 40), (33, 90), (72, 56), (100, 64)]
SMALL = [(16, 16), (27, 18), (20, 12), (9, 14)]
ODD_TEXTS = ["", " ", "Café «FOX» 狐狸 🦊 it's 12!", "a cat! a dog!!", "FOX's   fox\n\tthe 3rd, 100% & <b>", "ﬁx “quotes” ½ ² Ⅷ",
             "नमस्ते दुनिया", "a" * 300, pipelines.LONG, "the " * 75 + "cat dog", "<|endoftext|> fox <|startoftext|>", "!" * 90]
UNIT = [0.0, 0.3, 0.7, 1.0]


def write_pictures(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for number, size in enumerate([*PICTURES, *SMALL]):
        pipelines.picture(*size, number).save(folder / name_of(size))


def name_of(size):
    return f"{size[0]}x{size[1]}.png"


def text(draw, odd=0.25):
    if draw.random() < odd:
        return draw.choice(ODD_TEXTS)
    return " ".join(draw.choices(checkpoints.WORDS, k=draw.randint(1, 12)))


def weighted(draw):
    """A prompt in Compel's syntax."""
    parts = [f"({text(draw, 0)}){draw.choice(['0.4', '1.3', '++', '--', '+', '0'])}", text(draw, 0)]
    draw.shuffle(parts)
    return draw.choice([", ".join(parts), f'("{text(draw, 0)}", "{text(draw, 0)}").blend(0.7, 0.3)',
                        f'("{text(draw, 0)}", "{text(draw, 0)}").and()', ", ".join(parts) + " the fox" * 40])


def basic(draw, kind):
    images = draw.choice([1, 1, 2, 3])
    stage = {"kind": kind, "prompt": text(draw), "num_images_per_prompt": images,
             "num_inference_steps": draw.choice([1, 2, 3, 4, 5, 8, 12, draw.randint(1, 60)]),
             "guidance_scale": draw.choice([0.0, 1.0, 1.5, 5.0, 7.5, round(draw.uniform(0, 20), 2)]),
             "seed": draw.choice([draw.randrange(1000), draw.randrange(2**40), [draw.randrange(2**33) for _ in range(images)]])}
    maybe(draw, stage, "negative_prompt", lambda: text(draw), 0.4)
    if draw.random() < 0.6:
        stage |= schedulers.swap(draw)
    maybe(draw, stage, "eta", lambda: draw.choice([0.0, 0.5, 1.0, round(draw.random(), 3)]), 0.3)
    return stage


def maybe(draw, stage, field, value, chance=0.25):
    if draw.random() < chance:
        stage[field] = value()


def size(draw, stage, step, chance=0.8):
    """Mostly what the network halves without a rest, and also what it does not."""
    if draw.random() < chance:
        for field in ("width", "height"):
            stage[field] = step * draw.randint(1, max(1, 96 // step))


def pixels_of(pipeline):
    return 2 ** (len(pipeline.vae.config.block_out_channels) - 1)


def step_of(draw, pipeline):
    whole = pixels_of(pipeline) * 2 ** (len(pipeline.unet.config.block_out_channels) - 1)
    return draw.choice([max(8, whole), 8])


def picture(draw, inputs, sizes=PICTURES):
    return (inputs / name_of(draw.choice(sizes))).as_uri()


def stable_diffusion(draw, pipeline, name, inputs):
    kinds = ["text2img", "text2img", "img2img"] + ["inpaint"] * (pipeline.unet.config.in_channels == 4)
    stage = basic(draw, draw.choice(kinds)) | {"model": name}
    maybe(draw, stage, "clip_skip", lambda: draw.randint(0, pipeline.text_encoder.config.num_hidden_layers))
    if stage["kind"] == "text2img":
        size(draw, stage, step_of(draw, pipeline))
        maybe(draw, stage, "guidance_rescale", lambda: draw.choice(UNIT))
    elif stage["kind"] == "img2img":
        with_picture(draw, stage, inputs)
    else:
        return masked(draw, stage, pipeline, inputs)
    if draw.random() < 0.12 and "clip_skip" not in stage:
        stage |= {"prompt_syntax": "compel", "prompt": weighted(draw)}
    return stage


def with_picture(draw, stage, inputs):
    stage["input"] = picture(draw, inputs)
    stage["strength"] = draw.choice([0.1, 0.5, 0.8, 1.0, round(draw.random(), 3)])
    if int(stage["num_inference_steps"] * stage["strength"]) < 1 and draw.random() < 0.9:
        stage["num_inference_steps"] = int(1 / max(stage["strength"], 0.02)) + 1  # which leaves a step


def masked(draw, stage, pipeline, inputs):
    with_picture(draw, stage, inputs)
    stage |= {"kind": "img2img", "mask": picture(draw, inputs)}
    size(draw, stage, step_of(draw, pipeline))
    return stage


def inpainting(draw, pipeline, name, inputs):
    return masked(draw, basic(draw, "img2img") | {"model": name}, pipeline, inputs)


def conditions(draw, stage):
    for prefix in ("", "negative_"):
        for field, values in (("original_size", (64, 128)), ("crops_coords_top_left", (0, 16)), ("target_size", (32, 64))):
            maybe(draw, stage, prefix + field, lambda: [draw.choice(values) for _ in range(2)], 0.15)


def xl(draw, pipeline, name, inputs):
    kind = "img2img" if pipeline.text_encoder is None else draw.choice(["text2img", "text2img", "img2img"])
    stage = basic(draw, kind) | {"model": name}
    maybe(draw, stage, "prompt_2", lambda: text(draw))
    maybe(draw, stage, "negative_prompt_2", lambda: text(draw))
    maybe(draw, stage, "clip_skip", lambda: draw.randint(0, pipeline.text_encoder_2.config.num_hidden_layers - 2))
    maybe(draw, stage, "guidance_rescale", lambda: draw.choice(UNIT))
    maybe(draw, stage, "denoising_end", lambda: round(draw.uniform(0.2, 1), 2), 0.15)
    conditions(draw, stage)
    if kind == "text2img":
        size(draw, stage, step_of(draw, pipeline))
    else:
        with_picture(draw, stage, inputs)
    if pipeline.text_encoder is None:
        maybe(draw, stage, "aesthetic_score", lambda: round(draw.uniform(1, 10), 1))
        maybe(draw, stage, "negative_aesthetic_score", lambda: round(draw.uniform(1, 10), 1))
    return stage


def upscaler(draw, pipeline, name, inputs):
    stage = basic(draw, "upscale") | {"model": name, "input": picture(draw, inputs, SMALL)}
    maybe(draw, stage, "noise_level", lambda: draw.choice([0, 20, 100, 200, 350]), 0.6)
    return stage


def latent_upscaler(draw, pipeline, name, inputs):
    stage = basic(draw, "upscale") | {"model": name, "input": picture(draw, inputs)}
    for field in ("num_images_per_prompt", "eta", "scheduler", "scheduler_options"):
        stage.pop(field, None)
    if draw.random() < 0.4:
        stage |= {"scheduler": f"{draw.choice(['Euler', 'Heun', 'LMS'])}DiscreteScheduler", "scheduler_options": {
            "use_karras_sigmas": draw.random() < 0.5}}
    if isinstance(stage["seed"], list):
        stage["seed"] = stage["seed"][:1]
    return stage


def controlled(draw, pipeline, name, inputs):
    stage = (stable_diffusion if getattr(pipeline, "text_encoder_2", None) is None else xl)(draw, pipeline, name, inputs)
    for field in ("mask", "prompt_syntax", "guidance_rescale", "denoising_end"):
        stage.pop(field, None)
    if stage["kind"] == "img2img":
        stage.pop("width", None), stage.pop("height", None)
    # image to image wants the pictures of one size
    nets = [{"model": f"{name}-control-{number}", "image": stage.get("input", picture(draw, inputs))}
            for number in draw.sample(range(2), draw.randint(1, 2))]
    for net in nets:
        maybe(draw, net, "conditioning_scale", lambda: round(draw.uniform(-1, 2), 2), 0.6)
        maybe(draw, net, "guidance_start", lambda: draw.choice([0.0, 0.2, 0.5]), 0.4)
        maybe(draw, net, "guidance_end", lambda: draw.choice([0.6, 0.8, 1.0]), 0.4)
    maybe(draw, stage, "guess_mode", lambda: True, 0.2)
    return stage | {"controlnet": nets}


def adapted(draw, pipeline, name, inputs):
    of_xl = getattr(pipeline, "text_encoder_2", None) is not None
    stage = (xl if of_xl else stable_diffusion)(draw, pipeline, name, inputs)
    stage["loras"] = [{"model": f"{name}-lora-{number}", "scale": draw.choice([1, 0.5, -0.7, 0])}
                      for number in draw.sample(range(2), draw.randint(1, 2))]
    if not of_xl and draw.random() < 0.5:
        numbers = draw.sample(range(2), draw.randint(1, 2))
        stage["textual_inversions"] = [f"{name}-inversion-{number}" for number in numbers]
        stage["prompt"] = f"a {adapters.TOKENS[numbers[0]]} {stage['prompt']}"
        if draw.random() < 0.3:
            del stage["loras"]
    return stage


def kandinsky(draw, pipeline, name, inputs):
    drawn = basic(draw, draw.choice(["text2img", "img2img"])) | {"model": name}
    for field in ("eta", "scheduler", "scheduler_options"):
        drawn.pop(field, None)
    drawn |= {"width": draw.choice([48, 64, 96, draw.randint(20, 90)]), "height": draw.choice([48, 64, 32, draw.randint(20, 90)]),
              "prior_num_inference_steps": draw.choice([2, 4, 10, 25]),
              "prior_guidance_scale": draw.choice([4.0, 1.0, 0.5, round(draw.uniform(1, 8), 1)])}
    if drawn["kind"] == "img2img":
        with_picture(draw, drawn, inputs)
    if draw.random() < 0.2:
        drawn |= {"scheduler": "DDPMScheduler", "scheduler_options": {"variance_type": draw.choice(["fixed_small", "learned_range"])}}
    return drawn


DRAWN = {"sd": stable_diffusion, "inpainting": inpainting, "xl": xl, "refiner": xl, "upscaler": upscaler,
         "latent-upscaler": latent_upscaler, "controlled": controlled, "controlled-xl": controlled, "adapted": adapted,
         "adapted-xl": adapted, "kandinsky": kandinsky}


def file_of(uri):
    return pathlib.Path(uri.removeprefix("file://"))
