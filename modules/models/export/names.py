"""Makes the names in a graph short: torch gives every value the path of the module that it comes from, a tenth of a small file."""

import onnx

# Darkroom finds the layers that a LoRA changes, and the places where a UNet grows, by the names of these nodes.
FOUND_BY_NAME = ("MatMul", "Gemm", "Conv", "Resize", "Concat")


def shorten(model: onnx.ModelProto) -> None:
    """Values between nodes become v0, v1, ...; inputs, outputs and weights keep their names."""
    _shorten(model.graph, {})


def _shorten(graph: onnx.GraphProto, short: dict[str, str]) -> None:
    for node in graph.node:
        for names in (node.input, node.output):
            for i, name in enumerate(names):
                if name.startswith("/"):
                    names[i] = short.setdefault(name, f"v{len(short)}")
        if node.op_type not in FOUND_BY_NAME:
            node.ClearField("name")
        for attribute in node.attribute:
            if attribute.HasField("g"):
                _shorten(attribute.g, short)
    for value in (*graph.input, *graph.output):
        if value.name in short:
            value.name = short[value.name]
