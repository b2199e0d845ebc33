"""Draws of torch's CPU generator: what TorchGenerator of modules/diffusion is held to.

Writes `draws.json` (a list of {"seed", "sizes"}: the sizes are drawn one after the other from one generator) and
`draws.f32` (all values, little-endian float32, in that order).
"""

import json
import pathlib

import numpy as np
import torch

SEQUENCES = [(seed, [size]) for seed, size in zip(range(100, 140), range(1, 41))] + [
    (0, [1000]),
    (2**32 + 7, [16384 + 3]),  # only the low 32 bits of a seed count
    (2**63 - 1, [64]),
    (42, [1, 1, 1, 3, 16, 1, 5, 17, 2, 24, 15, 4096, 7, 1]),  # the spare normal outlives the large draws
    (43, [24] * 10),
    (44, [12] * 10),
]


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    values = []
    for seed, sizes in SEQUENCES:
        generator = torch.Generator().manual_seed(seed)
        values += [torch.randn(size, generator=generator).numpy().astype("<f4") for size in sizes]
    lines = ",\n".join(json.dumps({"seed": seed, "sizes": sizes}) for seed, sizes in SEQUENCES)
    (folder / "draws.json").write_text(f"[\n{lines}\n]\n")
    (folder / "draws.f32").write_bytes(np.concatenate(values).tobytes())


if __name__ == "__main__":
    import sys

    main(sys.argv[1])
