"""A small network whose weights are stored in int8 and float16: convolution, linear layers of both kinds that exporters write."""

import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from export.graphs import Graph  # noqa: E402
from export.onnx_files import write  # noqa: E402
from export.weights import round_weights  # noqa: E402


class Layers(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(8, 64, 3, padding=1)  # int8 by its first dimension
        self.many = torch.nn.Linear(64, 72)  # over positions, so a MatMul with transposed weights: int8 by its last
        self.one = torch.nn.Linear(72, 64)  # over rows, so a Gemm: int8 by its first
        self.small = torch.nn.Linear(64, 24)  # float16

    def forward(self, sample):
        found = self.many(self.conv(sample).flatten(2).transpose(1, 2)).mean(dim=1)
        return self.small(torch.nn.functional.silu(self.one(found)))


def main(out):
    torch.manual_seed(31)
    network = Layers()
    round_weights(network, "int8")
    graph = Graph("unet", network, {"sample": torch.randn(1, 8, 4, 4)}, ["out"], {"sample": {0: "batch"}, "out": {0: "batch"}})
    write(graph, out / "stored-weights.onnx", "int8", 2_000_000_000)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
