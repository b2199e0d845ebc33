"""Makes a run's folder of the bundled models, so that they can be measured, drawn with and trained on by whoever has not trained them.

An ONNX file has most weights under torch's names; matrices lie transposed in it, under names of their own, and some weights in other
shapes. So the same network is given random weights and traced once more: a weight of the bundled file belongs to where the number that
stands in its place came from. What was restored is held to the file: both must compute the same.
"""

import argparse
import copy
import shutil
from pathlib import Path

import numpy as np
import onnx
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from huggingface_hub import ModelCard
from peft import set_peft_model_state_dict
from safetensors.torch import load_file
from transformers import CLIPTextModel, CLIPTokenizer

from export import controlnet, weights
from export.graphs import Graph, SparseEmbedding, text_encoder_graph, unet_graph, vae_graphs
from export.onnx_files import TOLERANCE, largest_difference, traced

from . import additions, autoencoder, classifier, consistency, denoiser, edges, retrieval, upscaler, upscaler_x4, vocabulary
from .card import KINDS
from .models import MODELS, Job
from .run import save_checkpoint
from .text import Captions, with_full_table

BUNDLED = Path(__file__).parents[1] / "bundled"
AUTOENCODERS = {autoencoder.SHARED: "tiny-emoji", autoencoder.OTHER: "tiny-emoji-b"}
JUDGES = (classifier.NAME, retrieval.NAME)  # in folders beside it


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.restore", description=__doc__.partition("\n\n")[0])
    parser.add_argument("run", type=Path, help="the --out of `python -m train`; what it has of a model stays as it is")
    run = parser.parse_args().run
    tokenizer = vocabulary.load_tokenizer(run / "tokenizer")
    trained = _trained()
    for name in JUDGES:
        if not (run / name).exists():
            shutil.copytree(BUNDLED.with_name(name), run / name)
    for name in (name for name in MODELS if name not in JUDGES):
        if (run / f"{name}.pt").exists():
            print(f"{name}: is there")
            continue
        model = _restored(name, run, tokenizer)
        if name in AUTOENCODERS:
            model.save_pretrained(run / name)
        save_checkpoint(run / f"{name}.pt", {"model": model.state_dict(), "average": model.state_dict(), **trained[name]})
        MODELS[name].save(Job(name, run, MODELS[name].minutes, resume=True, keep_text_encoder=False, tokenizer=tokenizer))
        print(f"{name}: restored", flush=True)


def _trained() -> dict[str, dict[str, float]]:
    """Steps and seconds of each checkpoint, as the cards have them."""
    found = {}
    for name, kind in KINDS.items():
        for part in ModelCard.load(BUNDLED / name / "README.md").data.training:
            found[kind.parts[part["part"]]] = {"step": part["steps"], "trained": 60.0 * part["minutes"]}
    return found


def _restored(name: str, run: Path, tokenizer: CLIPTokenizer) -> torch.nn.Module:
    """The model whose checkpoint it is."""
    captions = Captions(tokenizer)
    if name in AUTOENCODERS:
        return _autoencoder(AUTOENCODERS[name])
    if name in denoiser.RECIPES:
        model = denoiser.Denoiser(denoiser.RECIPES[name].channels, captions, tokenizer)
        _fill_unet(model.unet, name, takes_residuals=True)
        if name == denoiser.BASE.name:
            _fill_text_encoder(model.text_encoder, captions, tokenizer)
        else:
            model.text_encoder = denoiser.base_text_encoder(captions, tokenizer, run)
        return model
    base = denoiser.average_denoiser(denoiser.BASE, captions, tokenizer, run).cpu()  # graphs are traced there
    match name:
        case upscaler.NAME:
            model = upscaler.Upscaler(base.text_encoder.config.hidden_size)
            _fill_unet(model.unet, name, takes_residuals=False)
        case upscaler_x4.NAME:
            model = upscaler_x4.Upscaler()
            _fill_unet(model.unet, name, takes_residuals=False)
        case consistency.NAME:
            model = consistency.Student(base.unet)
            _fill_unet(model.unet, name, takes_residuals=True)
        case edges.NAME:
            model = edges.new_controlnet(base.unet)
            _fill(name, controlnet.graph(model))
        case additions.LORA:
            model = additions.with_lora(base)
            layers = load_file(BUNDLED / name / f"{name}.safetensors")
            set_peft_model_state_dict(model.unet, {key.removeprefix("unet."): value.float() for key, value in layers.items()})
        case additions.EMBEDDING:
            model = additions.Word(load_file(BUNDLED / name / "learned_embeds.safetensors")[additions.PLACEHOLDER])
    return model


def _autoencoder(name: str) -> AutoencoderKL:
    model = autoencoder.new_autoencoder()
    _fill(name, *vae_graphs(model))
    model.register_to_config(scaling_factor=autoencoder.SCALING)
    return model


def _fill_unet(unet: UNet2DConditionModel, name: str, takes_residuals: bool) -> None:
    _fill(name, unet_graph(unet, vocabulary.LENGTH, takes_residuals))


def _fill_text_encoder(encoder: CLIPTextModel, captions: Captions, tokenizer: CLIPTokenizer) -> None:
    """The base's, which all of the family shares."""
    small = encoder.text_model.embeddings.token_embedding
    full = with_full_table(copy.deepcopy(encoder), captions)
    table = SparseEmbedding(full.text_model.embeddings.token_embedding.weight.data)
    full.text_model.embeddings.token_embedding = table
    ids = tokenizer(["", "a red fox"], padding="max_length", max_length=vocabulary.LENGTH, return_tensors="pt").input_ids
    _fill(denoiser.BASE.name, text_encoder_graph(full, ids))
    full.text_model.embeddings.token_embedding = small
    encoder.load_state_dict(full.state_dict())
    small.weight.data.copy_(table.table)


@torch.no_grad()
def _fill(name: str, *graphs: Graph) -> None:
    """Gives the graphs' modules the weights of the bundled files."""
    tensors = [tensor for graph in graphs for tensor in graph.module.state_dict().values() if tensor.is_floating_point()]
    for tensor in tensors:  # all of them first: the graphs of an autoencoder are of one module
        tensor.normal_()
    places: dict[bytes, torch.Tensor] = {}
    for tensor in tensors:
        places[_bytes(tensor)] = tensor
        if tensor.ndim == 2:
            places[_bytes(tensor.T)] = tensor.T
    marked = [weights.values_of(traced(graph)) for graph in graphs]
    for graph, marks in zip(graphs, marked, strict=True):
        path = BUNDLED / name / graph.folder / "model.onnx"
        for mark, values in zip(marks, weights.values_of(onnx.load(path)), strict=True):
            if (place := places.get(mark.tobytes())) is not None:
                place.copy_(torch.from_numpy(np.array(values)).view_as(place))
        difference = largest_difference(graph, path)
        if not difference < TOLERANCE:
            raise SystemExit(f"{path}: its weights do not fit the network that is built for it here (difference {difference:.1e})")


def _bytes(tensor: torch.Tensor) -> bytes:
    return tensor.contiguous().numpy().tobytes()


if __name__ == "__main__":
    main()
