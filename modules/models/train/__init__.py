"""Trains the bundled models from nothing: `python -m train --help`."""
