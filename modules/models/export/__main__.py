"""Turns a diffusers folder, or a single-file checkpoint, into the ONNX folder that a worker reads.

Knows Stable Diffusion 1.x and 2.x (also for inpainting), SDXL's base and refiner, the x2 latent and the x4 upscaler,
Kandinsky 2.2 (its prior, its decoder, or with --prior both in one folder), ControlNets, and transformers' depth estimators.
"""

import argparse
import sys
import tempfile
from pathlib import Path


from . import safety_checker, sources, weights
from .families import FAMILIES, NETWORKS, Family, Network
from .graphs import Graph
from .known_configurations import KNOWN
from .manifest import leave_out_shared, write_manifest
from .onnx_files import ROUNDINGS, TOLERANCE, largest_difference, own_rounding, write
from .settings import copy_json


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as scratch:
        source = sources.prepare(arguments, Path(scratch))
        kind = sources.class_name(source)
        if kind in FAMILIES:
            _export(source, FAMILIES[kind], arguments)
        elif kind in NETWORKS:
            _export_network(source, NETWORKS[kind], arguments)
        else:
            known = ", ".join([*FAMILIES, *NETWORKS])
            sys.exit(f"{arguments.source}: is a {kind}; this exporter knows {known}")


def _export_network(source: Path, network: Network, arguments: argparse.Namespace) -> None:
    network.check(source)
    for file in network.settings:
        copy_json(source / file, arguments.out / network.folder / file)
    _write(network.graph(source), arguments)
    _write_manifest(source, network.name, arguments)


def _export(source: Path, family: Family, arguments: argparse.Namespace) -> None:
    pipeline = sources.load(source, family)
    copy_json(source / "model_index.json", arguments.out / "model_index.json")
    family.copy_settings(source, arguments.out, pipeline)
    graphs = family.graphs(pipeline)
    checked = sources.safety_checker_folder(source, family, arguments)
    if checked is not None:
        safety_checker.copy_settings(checked, arguments.out)
        graphs.append(safety_checker.graph(safety_checker.load(checked)))
    for graph in graphs:
        _write(graph, arguments)
    _write_manifest(source, family.name, arguments)


def _write_manifest(source: Path, family: str, arguments: argparse.Namespace) -> None:
    name = arguments.name or arguments.out.resolve().name
    manifest = write_manifest(arguments.out, name, family, sources.class_name(source), arguments.license)
    vae = f", VAE {manifest['vae_digest']}" if "vae_digest" in manifest else ""
    print(f"{name}: digest {manifest['digest']}{vae}, {sum(file['size'] for file in manifest['files']) / 1e6:.1f} MB")
    if arguments.shared:
        left_out = leave_out_shared(arguments.out, manifest, arguments.shared)
        print(f"left out, because {arguments.shared} has them: {', '.join(left_out) or 'nothing'}")


def _write(graph: Graph, arguments: argparse.Namespace) -> None:
    path = arguments.out / graph.folder / "model.onnx"
    kind = weights.kind_of(arguments.weights, graph.folder)
    weights.round_weights(graph.module, kind)
    megabytes = write(graph, path, kind, arguments.largest_file) / 1e6
    difference = largest_difference(graph, path)
    print(f"{graph.folder}: {megabytes:.2f} MB, largest difference from torch {difference:.1e}")
    if not difference < TOLERANCE and not difference < ROUNDINGS * own_rounding(graph):
        sys.exit(f"{graph.folder}: the graph does not compute what torch does (largest difference {difference}); "
                 "no manifest written")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m export", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path,
                        help="a diffusers folder (it holds model_index.json, or config.json for a network alone), or a .safetensors or "
                             ".ckpt file; nothing is downloaded")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the ONNX folder is written")
    parser.add_argument("--name", help="the model's name in the manifest (default: the last part of DIR)")
    parser.add_argument("--license", default="unknown", metavar="SPDX", help="licence expression for the manifest")
    parser.add_argument("--shared", type=Path, metavar="DIR",
                        help="another exported folder: files that it has too are listed in the manifest and left out, as in bundled/")
    parser.add_argument("--weights", choices=weights.KINDS, default="fp32",
                        help="how weights are stored; the arithmetic is float32 in any case. int8 is for networks that denoise; the others "
                             "are float16 then (default: fp32)")
    parser.add_argument("--largest-file", type=int, default=2_000_000_000, metavar="BYTES",
                        help="a larger network's weights go into model.onnx_data beside it (default: 2000000000, "
                             "just below the 2 GiB that an ONNX file can have)")
    kandinsky = parser.add_argument_group("Kandinsky 2.2")
    kandinsky.add_argument("--prior", type=Path, metavar="DIR",
                           help="the prior's diffusers folder, when source is the decoder's: one folder out of both, "
                                "for stages that begin with a text")
    checker = parser.add_argument_group("safety checker (Stable Diffusion 1.x and 2.x)")
    checker.add_argument("--safety-checker", type=Path, metavar="DIR",
                         help="a diffusers folder to take safety_checker/ and feature_extractor/ from (default: source, "
                              "if it has them)")
    checker.add_argument("--no-safety-checker", action="store_true", help="leave it out")
    single = parser.add_argument_group("single files")
    single.add_argument("--config", metavar="NAME|DIR",
                        help=f"how the file's networks are built: {', '.join(KNOWN)}; or a diffusers folder, whose weights are not "
                             "read (default: found out from the weights, which cannot tell sd-2.1-base from sd-2.1)")
    arguments = parser.parse_args()
    sources.check(arguments, parser.error)
    if arguments.shared and arguments.shared.resolve() == arguments.out.resolve():
        parser.error(f"--shared: {arguments.shared} is --out itself; nothing would be left of it")
    return arguments


if __name__ == "__main__":
    main()
