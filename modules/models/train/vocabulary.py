"""CLIP's own vocabulary of 49,408 entries, as the tokenizer folder of a diffusers pipeline."""

import gzip
import importlib.util
import json
from pathlib import Path

from transformers import CLIPTokenizer

LENGTH = 32  # tokens; the longest caption of the grammar has 14
MERGES = 49_152 - 256 - 2
START, END = "<|startoftext|>", "<|endoftext|>"


def load_tokenizer(folder: Path) -> CLIPTokenizer:
    """Writes `vocab.json` and `merges.txt` from the list that the package open-clip-torch carries, and reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "vocab.json").exists():
        merges = _merges()
        letters = list(_byte_letters().values())
        entries = letters + [letter + "</w>" for letter in letters] + [merge.replace(" ", "") for merge in merges] + [START, END]
        (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", encoding="utf-8")
        (folder / "vocab.json").write_text(json.dumps({entry: i for i, entry in enumerate(entries)}, ensure_ascii=False), encoding="utf-8")
    return CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=LENGTH, pad_token=END)


def _merges() -> list[str]:
    package = Path(importlib.util.find_spec("open_clip").origin).parent  # found, not imported: it would ask for torchvision
    with gzip.open(package / "bpe_simple_vocab_16e6.txt.gz", "rt", encoding="utf-8") as lines:
        return lines.read().split("\n")[1:MERGES + 1]


def _byte_letters() -> dict[int, str]:
    """GPT-2's byte alphabet: printable bytes stand for themselves, the others for the letters from 256 on."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {byte: chr(256 + i) for i, byte in enumerate(others)}
