"""Draws of torch's CPU generator: what TorchGenerator of modules/diffusion is held to.

Writes `draws.json` (a list of {"seed", "sizes"}: the sizes are drawn one after the other from one generator) and
`draws.f32` (all values, little-endian float32, in that order); `uniforms.f32` and `uniforms.f64`, 700 uniform values of
each type for each of UNIFORM_SEEDS.
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
    (45, [4 * 96 * 96]),
    (46, [15, 33, 2, 31, 14, 100, 9, 63, 15, 15]),
    (2**32 - 1, [5, 47]),
]
UNIFORM_SEEDS = [0, 1, 42, 2**32 - 1, 2**63 - 1]
UNIFORMS = 700  # more than the generator's 624 words


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
    for dtype, suffix in ((torch.float32, "f32"), (torch.float64, "f64")):
        drawn = [torch.rand(UNIFORMS, dtype=dtype, generator=torch.Generator().manual_seed(seed)) for seed in UNIFORM_SEEDS]
        (folder / f"uniforms.{suffix}").write_bytes(torch.cat(drawn).numpy().astype(f"<f{dtype.itemsize}").tobytes())


if __name__ == "__main__":
    import sys

    main(sys.argv[1])
