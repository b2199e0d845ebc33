"""Writes graphs as ONNX files and compares them with torch."""

import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper

from . import names, weights
from .graphs import Graph

OPSET = 18
ROUNDINGS = 8  # times torch's own rounding that a difference may have, where a network makes more of rounding than the tolerance
SIDE_FILE = "model.onnx_data"
TOLERANCE = 2e-3  # largest difference from torch that is still float32 rounding, for outputs of order 1 to 100


def write(graph: Graph, path: Path, kind: str, largest_file: int) -> int:
    """Gives the bytes written. Weights of more than `largest_file` bytes lie in a file of their own beside the graph."""
    path.parent.mkdir(parents=True, exist_ok=True)
    model = traced(graph)
    if kind != "fp32":
        weights.store(model)
        names.shorten(model)
    size = sum(_bytes(tensor) for tensor in model.graph.initializer)
    beside = path.with_name(SIDE_FILE)
    beside.unlink(missing_ok=True)
    if size > largest_file:
        onnx.save(model, path, save_as_external_data=True, all_tensors_to_one_file=True, location=SIDE_FILE, size_threshold=1024)
    else:
        onnx.save(model, path)
    onnx.checker.check_model(str(path))  # by its path: in memory a large one cannot be checked
    return sum(file.stat().st_size for file in (path, beside) if file.exists())


def traced(graph: Graph) -> onnx.ModelProto:
    """Traced into a folder of its own, because a model over 2 GB comes out as one file for each of its weights."""
    graph.module.eval()
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        path = Path(scratch) / "model.onnx"
        torch.onnx.export(
            graph.module, tuple(graph.inputs.values()), str(path), input_names=list(graph.inputs),
            output_names=graph.outputs, dynamic_axes=graph.axes, opset_version=OPSET, do_constant_folding=True, dynamo=False,
            verbose=False)
        return onnx.load(path)


def _bytes(tensor: TensorProto) -> int:
    return int(np.prod(tensor.dims)) * helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize


def largest_difference(graph: Graph, path: Path) -> float:
    """Over all outputs, on the example inputs and on a batch of another size."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = 0.0
    for inputs in _examples(graph):
        expected = _outputs(graph, inputs)
        actual = session.run(graph.outputs, {name: value.numpy() for name, value in inputs.items()})
        for mine, theirs in zip(actual, expected, strict=True):
            worst = max(worst, float(np.abs(mine - theirs.numpy()).max()))
    return worst


def own_rounding(graph: Graph) -> float:
    """How far torch's float32 is from its float64 on the same inputs: what a right graph can differ by, however large that is."""
    worst = 0.0
    for inputs in _examples(graph):
        single = _outputs(graph, inputs)
        graph.module.double()
        double = _outputs(graph, {name: value.double() if value.is_floating_point() else value for name, value in inputs.items()})
        graph.module.float()
        worst = max([worst, *(float((ours - exact).abs().max()) for ours, exact in zip(single, double, strict=True))])
    return worst


def _examples(graph: Graph) -> tuple[dict[str, torch.Tensor], ...]:
    larger = {name: torch.cat([value, value[:1]]) for name, value in graph.inputs.items()}
    return graph.inputs, larger, *graph.further


def _outputs(graph: Graph, inputs: dict[str, torch.Tensor]) -> tuple[torch.Tensor, ...]:
    with torch.no_grad():
        result = graph.module(*inputs.values())
    return result if isinstance(result, tuple) else (result,)
