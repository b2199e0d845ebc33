"""How weights are stored: float32, float16, or int8 with a scale for each output. The arithmetic is float32 either way.

The rounding is done in torch, before the graph is traced, so that a diffusers folder can hold the very values that the ONNX file
gives back. Storing then loses nothing more: a tensor goes into the smallest form that gives its values back exactly.
"""

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

KINDS = ("fp32", "fp16", "int8")
DENOISERS = ("unet", "controlnet")
SMALL = 64  # elements; smaller tensors stay as they are
INT8_FROM = 4096  # elements of a layer's weight; below this a scale for each output would cost more than it saves
LARGEST = 127


def kind_of(kind: str, folder: str) -> str:
    """int8 is for the networks that denoise; the small ones around them, whose every error is seen, are float16 then."""
    return "fp16" if kind == "int8" and folder not in DENOISERS else kind


def round_weights(module: torch.nn.Module, kind: str) -> None:
    """In place. Layers' weights to what int8 can hold if that is the kind, everything else to float16."""
    if kind == "fp32":
        return
    layers = {id(layer.weight) for layer in module.modules() if isinstance(layer, (torch.nn.Linear, torch.nn.Conv2d))}
    with torch.no_grad():
        for tensor in list(module.parameters()) + list(module.buffers()):
            if tensor.dtype != torch.float32 or tensor.numel() < SMALL:
                continue
            as_int8 = kind == "int8" and id(tensor) in layers and tensor.numel() >= INT8_FROM
            tensor.copy_(_to_int8(tensor) if as_int8 else tensor.half().float())


def _to_int8(weight: torch.Tensor) -> torch.Tensor:
    """A scale for each output, rounded up to float16: seven bits times eleven are exact in float32."""
    rows = weight.flatten(1)
    exact = rows.abs().amax(dim=1, keepdim=True) / LARGEST
    scale = exact.half()
    scale = torch.where(scale.float() < exact, torch.nextafter(scale, torch.full_like(scale, torch.inf)), scale).float()
    scale = scale.clamp(min=float(torch.finfo(torch.float16).tiny))
    return ((rows / scale).round() * scale).view_as(weight)


def store(model: onnx.ModelProto) -> None:
    """Every larger float32 initializer that int8 or float16 holds exactly becomes that, and nodes that make float32 of it again,
    which ONNX Runtime folds away when it loads the file."""
    nodes, kept = [], []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < SMALL:
            kept.append(tensor)
        elif (found := _int8_form(values)) is not None:
            kept += [numpy_helper.from_array(found[0], f"{tensor.name}.int8"), numpy_helper.from_array(found[1], f"{tensor.name}.scale")]
            nodes += [helper.make_node("Cast", [f"{tensor.name}.int8"], [f"{tensor.name}.whole"], f"{tensor.name}.cast", to=TensorProto.FLOAT),
                      helper.make_node("Mul", [f"{tensor.name}.whole", f"{tensor.name}.scale"], [tensor.name], f"{tensor.name}.scaled")]
        elif np.array_equal(half := values.astype(np.float16), values):
            kept.append(numpy_helper.from_array(half, f"{tensor.name}.half"))
            nodes.append(helper.make_node("Cast", [f"{tensor.name}.half"], [tensor.name], f"{tensor.name}.cast", to=TensorProto.FLOAT))
        else:
            kept.append(tensor)
    nodes += list(model.graph.node)
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(kept)
    model.graph.node.extend(nodes)


def values_of(model: onnx.ModelProto) -> list[np.ndarray]:
    """Of all initializers, in order, as they were before `store`."""
    found = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    restored = []
    for name, values in found.items():
        if name.endswith(".int8"):
            restored.append(values.astype(np.float32) * found[f"{name.removesuffix('.int8')}.scale"])
        elif name.endswith(".half"):
            restored.append(values.astype(np.float32))
        elif not name.endswith(".scale"):
            restored.append(values)
    return restored


def _int8_form(values: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Whole numbers and the scales that they are to be multiplied with. Outputs are the first dimension, or the last of a matrix
    that the tracing transposed."""
    if values.ndim < 2 or values.size < INT8_FROM:
        return None
    for axis in (0, values.ndim - 1) if values.ndim == 2 else (0,):
        others = tuple(i for i in range(values.ndim) if i != axis)
        scale = np.abs(values).max(axis=others, keepdims=True) / np.float32(LARGEST)
        scale[scale == 0] = 1
        whole = np.rint(values / scale)
        if np.array_equal(whole * scale, values):
            return whole.astype(np.int8), scale.astype(np.float32)
    return None
