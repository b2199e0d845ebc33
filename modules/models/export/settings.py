"""The JSON files and tokenizers that go over into the ONNX folder."""

import json
import shutil
from pathlib import Path

TOKENIZER_FILES = ("vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json")


def copy_json(source: Path, target: Path) -> None:
    """Without `_name_or_path`, which would carry a path of the machine that trained the model."""
    fields = json.loads(source.read_text())
    fields.pop("_name_or_path", None)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(fields, indent=2) + "\n")


def copy_tokenizer(source: Path, target: Path, tokenizer) -> None:
    target.mkdir(parents=True, exist_ok=True)
    tokenizer.save_vocabulary(str(target))
    for file in TOKENIZER_FILES:
        if (source / file).is_file():
            shutil.copyfile(source / file, target / file)


def copy_stable_diffusion_settings(source: Path, out: Path, pipeline) -> None:
    """Of all families with a text encoder, a UNet and an AutoencoderKL; SDXL has a second text encoder, its refiner only that."""
    for folder in ("scheduler", "low_res_scheduler"):
        if (source / folder).is_dir():
            copy_json(source / folder / "scheduler_config.json", out / folder / "scheduler_config.json")
    copy_json(source / "unet/config.json", out / "unet/config.json")
    for number in ("", "_2"):
        if getattr(pipeline, f"text_encoder{number}", None) is not None:
            copy_json(source / f"text_encoder{number}" / "config.json", out / f"text_encoder{number}" / "config.json")
            tokenizer = f"tokenizer{number}"
            copy_tokenizer(source / tokenizer, out / tokenizer, getattr(pipeline, tokenizer))
    for folder in ("vae_encoder", "vae_decoder"):
        copy_json(source / "vae/config.json", out / folder / "config.json")
