"""Darkroom beside diffusers, on checkpoints and requests that are drawn at random."""
