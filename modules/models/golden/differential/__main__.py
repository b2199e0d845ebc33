"""Draws tiny checkpoints and requests at random, and compares Darkroom's pictures with diffusers': `python -m differential WORK`.

Run in `golden/`, by hand, with requirements.txt, compel, peft, and confluent-kafka. The same seed draws the same cases; only
confluent-kafka's version does not count. WORK keeps the checkpoints and what diffusers made of them, so that a second run only runs
Darkroom (and the exporter, with --export).
"""

import argparse
import json
import multiprocessing
import pathlib
import shutil

import numpy as np
from PIL import Image

from . import making

REPOSITORY = pathlib.Path(__file__).resolve().parents[4]


def main():
    arguments = parsed()
    work = arguments.work.resolve()
    folders = {name: work / name for name in ("checkpoints", "models", "expected", "data")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    from . import stages

    stages.write_pictures(work / "data/store/inputs")
    names = [f"{family}-{arguments.seed}-{number}" for family in arguments.families or stages.DRAWN
             for number in range(arguments.first, arguments.first + arguments.checkpoints)]
    if arguments.only:
        names = [arguments.only.split(".")[0]]
    with multiprocessing.get_context("spawn").Pool(arguments.processes) as pool:
        made = pool.starmap(making.prepared, [(name, work, arguments.cases, arguments.export) for name in names], chunksize=1)
    cases = [case for drawn in made for case in drawn if arguments.only in (None, case["name"], case["name"].split(".")[0])]
    compare(cases, arguments, work)


def compare(cases, arguments, work):
    from .system import System

    shutil.rmtree(work / "data/broker", ignore_errors=True)
    shutil.rmtree(work / "data/router", ignore_errors=True)
    wanted = work / "wanted"
    shutil.rmtree(wanted, ignore_errors=True)
    wanted.mkdir()
    for checkpoint in {case["stage"]["model"] for case in cases}:
        for model in [work / "models" / checkpoint, *(work / "models").glob(f"{checkpoint}-*")]:
            if model.suffix == ".safetensors":
                shutil.copyfile(model, wanted / model.name)
            elif model.suffix != ".failed" and model.exists():
                (wanted / model.name).symlink_to(model)
    by_name = {case["name"]: case for case in cases}
    system = System(arguments.darkroom, wanted, work / "data", arguments.port)
    findings = []
    try:
        output = (work / "data/store/pictures").as_uri() + "/"
        jobs = [{"schema_version": 1, "id": name, "stages": [{**case["stage"], "id": "it"}], "output": {"uri": output}}
                for name, case in by_name.items()]
        for result in system.results(jobs):
            findings.append(judged(by_name.pop(result["id"]), result, work))
            print(line(findings[-1]), flush=True)
    finally:
        system.close()
    findings += [{"name": name, "family": case["family"], "verdict": "LOST", "why": ""} for name, case in by_name.items()]
    summary(findings, work, arguments)


def judged(case, result, work):
    finding = {"name": case["name"], "family": case["family"], "verdict": "", "why": "", "worst": None}
    error = result.get("error")
    if error:
        finding["why"] = "; ".join(f"{fault['path']}: {fault['message']}" for fault in error.get("faults", [])) or error["message"]
        finding["verdict"] = "both refuse" if "refused" in case else "REFUSED"
    elif "refused" in case:
        finding |= {"verdict": "only here", "why": case["refused"]}
    else:
        finding |= difference(case, result, work)
    return finding


def difference(case, result, work):
    images = sorted(result["images"], key=lambda image: image["index"])
    if len(images) != case["images"]:
        return {"verdict": "DIFFERS", "why": f"{len(images)} pictures, not {case['images']}"}
    expected = [pixels(work / "expected" / f"{case['name']}-{i}.png") for i in range(case["images"])]
    worst = furthest([pixels(image["uri"].removeprefix("file://")) for image in images], expected)
    if worst <= 1:
        return {"verdict": "same", "worst": worst}
    from . import reference

    shaken = reference.run(work / "checkpoints" / case["stage"]["model"], case["stage"], disturbed=True)
    own = furthest([np.asarray(image).astype(int) for image in shaken], expected)
    return {"verdict": "unstable" if own > 1 else "DIFFERS", "worst": worst, "why": f"diffusers disturbed by 1e-6: {own:.0f}"}


def pixels(file):
    return np.asarray(Image.open(file).convert("RGB")).astype(int)


def furthest(images, expected):
    if any(mine.shape != theirs.shape for mine, theirs in zip(images, expected)):
        return float("inf")
    return float(max(np.abs(mine - theirs).max() for mine, theirs in zip(images, expected)))


def line(finding):
    worst = "" if finding.get("worst") is None else f" {finding['worst']:.0f}/255"
    return f"{finding['name']}: {finding['verdict']}{worst} {finding['why'][:400]}"


def summary(findings, work, arguments):
    print()
    for family in dict.fromkeys(finding["family"] for finding in findings):
        mine = [finding for finding in findings if finding["family"] == family]
        verdicts = [finding["verdict"] for finding in mine]
        worst = max((f["worst"] for f in mine if f["verdict"] in ("same", "DIFFERS") and f.get("worst") is not None), default=0)
        counts = ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in dict.fromkeys(sorted(verdicts)))
        print(f"{family}: {len(mine)} cases, worst {worst:.0f}/255; {counts}")
    for finding in findings:
        if finding["verdict"].isupper():
            print(f"again: python -m differential {arguments.work} --seed {arguments.seed} --only {finding['name']}")
    (work / "findings.json").write_text("\n".join(json.dumps(finding, ensure_ascii=False) for finding in findings) + "\n")


def parsed():
    parser = argparse.ArgumentParser(
        prog="python -m differential", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=pathlib.Path, metavar="WORK", help="a folder for all that is made")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--families", nargs="+")
    parser.add_argument("--checkpoints", type=int, default=2, help="of each family (default: 2)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first checkpoint (default: 0)")
    parser.add_argument("--cases", type=int, default=8, help="requests for each checkpoint (default: 8)")
    parser.add_argument("--only", metavar="NAME", help="one checkpoint (sd-1-0) or one case (sd-1-0.3)")
    parser.add_argument("--export", action="store_true", help="export again")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--port", type=int, default=9392)
    parser.add_argument("--darkroom", type=pathlib.Path, default=REPOSITORY / "darkroom", help="the command (default: this repository's)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
