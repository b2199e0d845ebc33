"""`manifest.json`: what the folder holds, by SHA-256."""

import hashlib
import json
import struct
from pathlib import Path

VAE_FOLDERS = ("vae_encoder/", "vae_decoder/")


def digest(files: list[dict], last_line: str = "") -> str:
    """SHA-256, in hex, over the lines "<sha256>  <path>\\n" of the files, sorted by line: as `sha256sum` prints them."""
    lines = sorted(f"{file['sha256']}  {file['path']}\n" for file in files)
    return hashlib.sha256(("".join(lines) + last_line).encode()).hexdigest()


def vae_digest(folder: Path, files: list[dict]) -> str:
    """Over the VAE's networks and the scaling of its latents: with equal ones, models exchange latents.

    Not over its whole config.json, into which exporters write where the model lay.
    """
    config = json.loads((folder / "vae_decoder" / "config.json").read_text())
    scaling = ["scaling_factor", _bits(config.get("scaling_factor") or 0.18215)]
    if config.get("latents_mean") and config.get("latents_std"):
        for name in ("latents_mean", "latents_std"):
            scaling += [part for value in config[name] for part in (name, _bits(value))]
    networks = [file for file in files
                if file["path"].startswith(VAE_FOLDERS) and not file["path"].endswith("/config.json")]
    return digest(networks, " ".join(scaling) + "\n")


def _bits(value: float) -> str:
    return struct.pack(">d", value).hex()


def write_manifest(folder: Path, name: str, family: str, pipeline: str, licence: str) -> dict:
    """Lists every file below the folder but the manifest itself and the card."""
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    files = [_entry(folder, path) for path in paths if path not in ("manifest.json", "README.md")]
    manifest = {
        "name": name, "family": family, "pipeline": pipeline, "license": licence,
        "digest": digest(files),
        **({"vae_digest": vae_digest(folder, files)} if (folder / "vae_decoder").is_dir() else {}),
        "files": files,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    return manifest


def write_addition_manifest(folder: Path, file: str, name: str, family: str, licence: str) -> dict:
    """Of one file that is added to models. Its digest is the file's own, by which Darkroom knows such a file wherever it lies."""
    entry = _entry(folder, file)
    manifest = {"name": name, "family": family, "license": licence, "digest": entry["sha256"], "files": [entry]}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    return manifest


def leave_out_shared(folder: Path, manifest: dict, other: Path) -> list[str]:
    """Removes the files whose bytes the other folder has as well, and says which."""
    there = {file["sha256"] for file in json.loads((other / "manifest.json").read_text())["files"]}
    shared = [file["path"] for file in manifest["files"] if file["sha256"] in there]
    for path in shared:
        (folder / path).unlink()
        if not any((folder / path).parent.iterdir()):
            (folder / path).parent.rmdir()
    return shared


def _entry(folder: Path, path: str) -> dict:
    content = (folder / path).read_bytes()
    return {"path": path, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
