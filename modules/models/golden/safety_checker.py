"""The safety checker: a tiny one with random weights on a tiny checkpoint, and what StableDiffusionPipeline shows with it."""

import json
import shutil

import torch
from diffusers import StableDiffusionPipeline
from diffusers.pipelines.stable_diffusion import StableDiffusionSafetyChecker
from transformers import CLIPConfig, CLIPImageProcessor, CLIPTokenizerFast

import checkpoints

NAME = "safety-checker"
BASE = "sd-factor8"
SIDE = 56


def cases():
    base = {"prompt": "a red fox", "num_inference_steps": 4, "guidance_scale": 4.0, "num_images_per_prompt": 4}
    yield "square", {**base, "seed": 301, "width": 64, "height": 64}
    yield "wide", {**base, "seed": 302, "width": 112, "height": 64}
    yield "high", {**base, "seed": 303, "width": 48, "height": 112, "prompt": "a blue house"}


def checker_of():
    vision = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "image_size": SIDE,
              "patch_size": 14, "projection_dim": 16, "initializer_range": 0.3}
    text = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "vocab_size": 8}
    checker = StableDiffusionSafetyChecker(CLIPConfig(text_config=text, vision_config=vision, projection_dim=16))
    checker.concept_embeds.copy_(torch.randn_like(checker.concept_embeds))
    checker.special_care_embeds.copy_(torch.randn_like(checker.special_care_embeds))
    return checker.eval()


@torch.no_grad()
def set_thresholds(pipeline, checkpoint):
    """So that some pictures are shown, some are not, and for one it is the special care that decides."""
    checker, views = pipeline.safety_checker, []
    for _, case in cases():
        pictures = run(pipeline, case, checkpoint, output_type="pil", unchecked=True)
        pixels = pipeline.feature_extractor(pictures, return_tensors="pt").pixel_values
        views.append(checker.visual_projection(checker.vision_model(pixels)[1]))
    views = torch.nn.functional.normalize(torch.cat(views))
    concepts = views @ torch.nn.functional.normalize(checker.concept_embeds).T
    special = views @ torch.nn.functional.normalize(checker.special_care_embeds).T
    checker.concept_embeds_weights.fill_(1.0)
    checker.special_care_embeds_weights.fill_(1.0)
    ordered = concepts[:, 0].sort().values
    middle = max(range(5, len(ordered) - 4), key=lambda i: ordered[i] - ordered[i - 1])  # a wide gap: no rounding decides
    checker.concept_embeds_weights[0] = (ordered[middle] + ordered[middle - 1]) / 2
    shown = concepts[:, 0] < checker.concept_embeds_weights[0]
    highest = concepts.topk(2, dim=0)
    lead = (highest.values[0] - highest.values[1]) * shown[highest.indices[0]]
    concept = int(lead[1:].argmax()) + 1  # of which one picture has more than all others, and is shown but for it
    tipped = int(highest.indices[0, concept])
    checker.special_care_embeds_weights[1] = special[tipped, 1] - 0.02
    checker.concept_embeds_weights[concept] = concepts[tipped, concept] + 0.005  # above it only with what special care adds
    print("  special care decides about picture", tipped, "of", len(views))


def run(pipeline, case, checkpoint, output_type, unchecked=False):
    kwargs = {name: value for name, value in case.items() if name != "seed"}
    checker = pipeline.safety_checker
    if unchecked:
        pipeline.safety_checker = None
    result = pipeline(generator=torch.Generator().manual_seed(case["seed"]), output_type=output_type, **kwargs)
    pipeline.safety_checker = checker
    return result.images if unchecked else (result.images, result.nsfw_content_detected)


def main(scratch, out):
    folder, checkpoint = out / NAME, scratch / NAME
    folder.mkdir(exist_ok=True)
    checkpoints.make(BASE, checkpoint)
    torch.manual_seed(26)
    pipeline = StableDiffusionPipeline.from_pretrained(
        checkpoint, safety_checker=checker_of(),
        feature_extractor=CLIPImageProcessor(size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE}))
    pipeline.tokenizer = CLIPTokenizerFast.from_pretrained(checkpoint / "tokenizer")
    pipeline.set_progress_bar_config(disable=True)
    checkpoints.round_to_half(pipeline.safety_checker)
    set_thresholds(pipeline, checkpoint)
    checkpoints.round_to_half(pipeline.safety_checker)
    pipeline.safety_checker.save_pretrained(checkpoint / "safety_checker")
    pipeline.feature_extractor.save_pretrained(checkpoint / "feature_extractor")
    exported = scratch / f"{NAME}-onnx"
    checkpoints.export_with_ours(checkpoint, exported)
    shutil.rmtree(out / "checkpoints" / NAME, ignore_errors=True)
    shutil.copytree(exported / "safety_checker", out / "checkpoints" / NAME / "safety_checker")
    recorded = []
    for name, case in cases():
        images, verdicts = run(pipeline, case, checkpoint, "pil")
        files = [f"{name}-{i}.png" for i in range(len(images))]
        for file, image in zip(files, images):
            image.save(folder / file, optimize=True)
        print(f"  {name}: {verdicts}")
        recorded.append({"name": name, **case, "out_images": files, "nsfw_content_detected": verdicts})
    (folder / "checks.json").write_text("[\n" + ",\n".join(json.dumps(case) for case in recorded) + "\n]\n")
