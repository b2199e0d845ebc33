"""The safety checker: CLIP's view of a picture, compared with the views of some unwanted concepts.

The verdict is part of the graph, so that a worker needs to know neither concepts nor thresholds. diffusers rounds every score
to three decimals before it asks whether it is above zero; so does the graph.
"""

from pathlib import Path

import torch
from diffusers.pipelines.stable_diffusion import StableDiffusionSafetyChecker
from diffusers.pipelines.stable_diffusion.safety_checker import cosine_distance

from .graphs import Graph
from .settings import copy_json

STRICTER = 0.01  # added to every score of a picture that needs special care


class Verdict(torch.nn.Module):
    def __init__(self, checker: StableDiffusionSafetyChecker):
        super().__init__()
        self.checker = checker

    def forward(self, clip_input):
        checker = self.checker
        view = checker.visual_projection(checker.vision_model(clip_input)[1])
        special = cosine_distance(view, checker.special_care_embeds) - checker.special_care_embeds_weights
        care = _above_zero(special).any(dim=1, keepdim=True).float() * STRICTER
        scores = cosine_distance(view, checker.concept_embeds) - checker.concept_embeds_weights + care
        return _above_zero(scores).any(dim=1).float(), scores


def _above_zero(scores: torch.Tensor) -> torch.Tensor:
    return torch.round(scores * 1000) > 0


def load(source: Path) -> StableDiffusionSafetyChecker:
    return StableDiffusionSafetyChecker.from_pretrained(source / "safety_checker").eval()


def graph(checker: StableDiffusionSafetyChecker) -> Graph:
    """Outputs: 1 for a picture that should not be shown and 0 for any other; and how far each concept is above its threshold."""
    side = checker.config.vision_config.image_size
    axes = {name: {0: "batch_size"} for name in ("clip_input", "nsfw_content_detected", "concept_scores")}
    return Graph("safety_checker", Verdict(checker), {"clip_input": torch.randn(2, 3, side, side)},
                 ["nsfw_content_detected", "concept_scores"], axes)


def copy_settings(source: Path, out: Path) -> None:
    copy_json(source / "safety_checker/config.json", out / "safety_checker/config.json")
    copy_json(source / "feature_extractor/preprocessor_config.json", out / "safety_checker/preprocessor_config.json")
