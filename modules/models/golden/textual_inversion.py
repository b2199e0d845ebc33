"""Pictures with words that were learned: one and several vectors, several at once, in both of SDXL's encoders, and with compel."""

import torch

import checkpoints
import checkpoints_xl
import recording
import stable_diffusion_xl

NAME = "textual-inversion"
TEXT = {"kind": "text2img", "num_inference_steps": 5, "guidance_scale": 5.0, "width": 48, "height": 48}
IMAGE = {"kind": "img2img", "num_inference_steps": 8, "strength": 0.6, "guidance_scale": 5.0, "images": ["input-a.png"]}


def learned(token, *shapes):
    """Vectors for each of the text encoders; none where the shape is none."""
    stem = token.strip("<>").lower()
    return {"token": token, "vectors": [shape and {"file": f"{stem}-{i}-{shape[1]}.f32", "shape": shape} for i, shape in enumerate(shapes)]}


def sd_cases(width):
    cat, style, name = learned("<cat>", [1, width]), learned("<style>", [3, width]), learned("midjourney", [2, width])
    yield "one", {**TEXT, "prompt": "a <cat> in the night", "textual_inversions": [cat], "seed": 401}
    yield "several-vectors", {**TEXT, "prompt": "a red fox, <style>", "textual_inversions": [style], "seed": 402}
    yield "several", {**TEXT, "prompt": "a <CAT> and a <cat>, <style>, midjourney", "textual_inversions": [style, cat, name], "seed": 403}
    yield "negative", {**TEXT, "prompt": "a red fox", "negative_prompt": "<style>", "textual_inversions": [style], "seed": 404}
    yield "unused", {**TEXT, "prompt": "a red fox", "textual_inversions": [cat, style], "seed": 405}
    yield "glued", {**TEXT, "prompt": "red<cat>fox <style>s <cat", "textual_inversions": [cat, style], "seed": 406}
    yield "lengthy", {**TEXT, "prompt": "<style> " * 30, "textual_inversions": [style], "seed": 407}
    yield "skip", {**TEXT, "prompt": "a <cat>", "textual_inversions": [cat], "clip_skip": 1, "seed": 408}
    yield "img2img", {**IMAGE, "prompt": "a <cat>, <style>", "textual_inversions": [cat, style], "seed": 409}
    yield "compel", {**TEXT, "prompt": "a (<cat>)0.6, (<style>)1.3", "textual_inversions": [cat, style], "prompt_syntax": "compel",
                     "seed": 410}


def xl_cases():
    both, second = learned("<cat>", [2, 16], [2, 24]), learned("<style>", None, [3, 24])
    yield "both", {**TEXT, "prompt": "a <cat> in the night", "textual_inversions": [both], "seed": 421}
    yield "second-only", {**TEXT, "prompt": "a fox, <style>", "textual_inversions": [both, second], "seed": 422}
    yield "prompt-2", {**TEXT, "prompt": "a fox", "prompt_2": "<cat>", "negative_prompt": "<cat> dog", "textual_inversions": [both],
                       "seed": 423}


def load(pipeline, case, folder):
    for inversion in case["textual_inversions"]:
        for n, given in zip(("", "_2"), inversion["vectors"]):
            if given is None:
                continue
            file = folder / given["file"]
            if not file.exists():
                generator = torch.Generator().manual_seed(sum(map(ord, given["file"])))
                file.write_bytes((0.3 * torch.randn(given["shape"], generator=generator)).numpy().astype("<f4").tobytes())
            vectors = torch.frombuffer(bytearray(file.read_bytes()), dtype=torch.float32).reshape(given["shape"])
            pipeline.load_textual_inversion(
                {inversion["token"]: vectors}, token=inversion["token"], tokenizer=pipeline.components[f"tokenizer{n}"],
                text_encoder=pipeline.components[f"text_encoder{n}"])


def compelled(pipeline, case, kwargs):
    from compel import Compel, DiffusersTextualInversionManager

    compel = Compel(pipeline.tokenizer, pipeline.text_encoder, truncate_long_prompts=False,
                    textual_inversion_manager=DiffusersTextualInversionManager(pipeline))
    del kwargs["prompt"]
    kwargs["prompt_embeds"], kwargs["negative_prompt_embeds"] = compel(case["prompt"]), compel("")


def main(scratch, out):
    folder = out / NAME
    folder.mkdir(exist_ok=True)
    recorded = []
    for checkpoint, cases in {"sd-factor8": sd_cases(32), "sdxl-base": xl_cases()}.items():
        maker = checkpoints_xl if checkpoint in checkpoints_xl.NAMES else checkpoints
        maker.make(checkpoint, scratch / checkpoint)
        for name, case in cases:
            pipeline = stable_diffusion_xl.load(scratch / checkpoint, case)
            pipeline.set_progress_bar_config(disable=True)
            load(pipeline, case, folder)
            kwargs = stable_diffusion_xl.arguments(case, out)
            if "prompt_syntax" in case:
                compelled(pipeline, case, kwargs)
            latents = pipeline(**kwargs, output_type="latent").images
            images = stable_diffusion_xl.decode(pipeline, latents, "text_encoder_2" in pipeline.components)
            recorded.append(recording.record(folder, f"{checkpoint}-inversion-{name}", checkpoint, case, latents, images))
    recording.write_cases(folder, recorded)
