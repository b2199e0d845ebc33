"""Which pipelines can be exported, and what becomes of each: its graphs and the settings beside them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from diffusers import DiffusionPipeline

from . import controlnet, depth, graphs, kandinsky, settings, stable_diffusion_xl


@dataclass(frozen=True)
class Family:
    """`name` as the manifest says it; `graphs` of a pipeline; `copy_settings` from the source to the folder that is written."""

    name: str
    graphs: Callable[[DiffusionPipeline], list[graphs.Graph]]
    copy_settings: Callable[[Path, Path, DiffusionPipeline], None]
    may_have_safety_checker: bool = False


@dataclass(frozen=True)
class Network:
    """A network that is a folder of its own: its `graph` out of the source, the `folder` that it gets, and the files beside it."""

    name: str
    graph: Callable[[Path], graphs.Graph]
    folder: str
    settings: tuple[str, ...] = ("config.json",)
    check: Callable[[Path], None] = lambda source: None


def _kandinsky_parts(prefix: str, own_prefix: str) -> dict[str, str]:
    parts = ("prior", "text_encoder", "image_encoder", "tokenizer", "scheduler", "image_processor")
    return {part: own_prefix + part for part in parts} | {"prefix": prefix}


def _combined_settings(source: Path, out: Path, pipeline: DiffusionPipeline) -> None:
    kandinsky.copy_decoder_settings(source, out)
    kandinsky.copy_prior_settings(source, out, pipeline, _kandinsky_parts("prior_", "prior_"))


def _prior_settings(source: Path, out: Path, pipeline: DiffusionPipeline) -> None:
    kandinsky.copy_prior_settings(source, out, pipeline, _kandinsky_parts("", ""))


STABLE_DIFFUSION = Family("stable-diffusion", graphs.graphs_of, settings.copy_stable_diffusion_settings, True)
INPAINTING = Family("stable-diffusion-inpainting", graphs.graphs_of, settings.copy_stable_diffusion_settings, True)
XL = Family("stable-diffusion-xl", stable_diffusion_xl.graphs, settings.copy_stable_diffusion_settings)
COMBINED = Family("kandinsky", lambda pipeline: kandinsky.decoder_graphs(pipeline) + kandinsky.prior_graphs(pipeline, "prior_"),
                  _combined_settings)

FAMILIES = {
    "StableDiffusionPipeline": STABLE_DIFFUSION,
    "StableDiffusionImg2ImgPipeline": STABLE_DIFFUSION,
    "StableDiffusionInpaintPipeline": INPAINTING,
    "StableDiffusionXLPipeline": XL,
    "StableDiffusionXLImg2ImgPipeline": XL,
    "StableDiffusionLatentUpscalePipeline": Family(
        "latent-upscaler", graphs.graphs_of, settings.copy_stable_diffusion_settings),
    "StableDiffusionUpscalePipeline": Family("upscaler", graphs.graphs_of, settings.copy_stable_diffusion_settings),
    "KandinskyV22PriorPipeline": Family(
        "kandinsky-prior", lambda pipeline: kandinsky.prior_graphs(pipeline, ""), _prior_settings),
    "KandinskyV22Pipeline": Family(
        "kandinsky-decoder", kandinsky.decoder_graphs,
        lambda source, out, pipeline: kandinsky.copy_decoder_settings(source, out)),
    "KandinskyV22Img2ImgPipeline": Family(
        "kandinsky-decoder", kandinsky.decoder_graphs,
        lambda source, out, pipeline: kandinsky.copy_decoder_settings(source, out)),
    "KandinskyV22CombinedPipeline": COMBINED,
    "KandinskyV22Img2ImgCombinedPipeline": COMBINED,
}

NETWORKS = {
    "ControlNetModel": Network("controlnet", controlnet.graph_of, controlnet.FOLDER),
    depth.CLASS_NAME: Network("depth-estimator", depth.graph_of, depth.FOLDER, ("config.json", depth.PREPARATION), depth.check),
}
