"""Writes graphs as ONNX files and compares them with torch."""

import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper

from . import weights
from .graphs import Graph

OPSET = 18
SIDE_FILE = "model.onnx_data"
TOLERANCE = 2e-3  # largest difference from torch that is still float32 rounding, for outputs of order 1 to 100


def write(graph: Graph, path: Path, kind: str, largest_file: int) -> int:
    """Gives the bytes written. Weights of more than `largest_file` bytes lie in a file of their own beside the graph."""
    path.parent.mkdir(parents=True, exist_ok=True)
    model = _traced(graph)
    if kind != "fp32":
        weights.store(model)
    size = sum(_bytes(tensor) for tensor in model.graph.initializer)
    beside = path.with_name(SIDE_FILE)
    beside.unlink(missing_ok=True)
    if size > largest_file:
        onnx.save(model, path, save_as_external_data=True, all_tensors_to_one_file=True, location=SIDE_FILE, size_threshold=1024)
    else:
        onnx.save(model, path)
    onnx.checker.check_model(str(path))  # by its path: in memory a large one cannot be checked
    return sum(file.stat().st_size for file in (path, beside) if file.exists())


def _traced(graph: Graph) -> onnx.ModelProto:
    """Traced into a folder of its own, because a model over 2 GB comes out as one file for each of its weights."""
    graph.module.eval()
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        traced = Path(scratch) / "model.onnx"
        torch.onnx.export(
            graph.module, tuple(graph.inputs.values()), str(traced), input_names=list(graph.inputs),
            output_names=graph.outputs, dynamic_axes=graph.axes, opset_version=OPSET, do_constant_folding=True, dynamo=False,
            verbose=False)
        return onnx.load(traced)


def _bytes(tensor: TensorProto) -> int:
    return int(np.prod(tensor.dims)) * helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize


def largest_difference(graph: Graph, path: Path) -> float:
    """Over all outputs, on the example inputs and on a batch of another size."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = 0.0
    larger = {name: torch.cat([value, value[:1]]) for name, value in graph.inputs.items()}
    for inputs in (graph.inputs, larger, *graph.further):
        with torch.no_grad():
            expected = graph.module(*inputs.values())
        expected = expected if isinstance(expected, tuple) else (expected,)
        actual = session.run(graph.outputs, {name: value.numpy() for name, value in inputs.items()})
        for mine, theirs in zip(actual, expected, strict=True):
            worst = max(worst, float(np.abs(mine - theirs.numpy()).max()))
    return worst
