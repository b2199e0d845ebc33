"""Exports a diffusers folder to the ONNX folder that a Darkroom worker reads: `python -m export --help`."""
