"""Writes golden.safetensors with the reference library.

    pip install safetensors==0.8.0 numpy
    python make_golden.py ../resources/golden.safetensors
"""

import sys

import numpy as np
from safetensors.numpy import save_file

save_file(
    {
        "latents": np.linspace(-2, 2, 24, dtype=np.float32).reshape(1, 4, 2, 3),
        "half": np.array([0.5, -1.25, 65504], dtype=np.float16),
        "steps": np.array([[1, 2], [3, 4]], dtype=np.int64),
        "scalar": np.array(7.5, dtype=np.float32),
    },
    sys.argv[1],
    metadata={"vae": "0123abcd"},
)
