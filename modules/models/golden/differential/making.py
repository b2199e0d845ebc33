"""Makes drawn checkpoints, exports them, draws requests for them, and runs diffusers."""

import contextlib
import io
import json
import pathlib
import shutil
import sys
import traceback
import warnings

sys.path += [str(pathlib.Path(__file__).resolve().parents[1]), str(pathlib.Path(__file__).resolve().parents[2])]


def prepared(name, work, count, export_again):
    """Makes and exports a checkpoint, draws its cases and runs diffusers; in a process of its own."""
    import diffusers
    import torch
    import transformers

    warnings.filterwarnings("ignore")
    diffusers.utils.logging.set_verbosity(50)
    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity(50)
    torch.set_num_threads(1)
    record = work / "expected" / f"{name}.json"
    if not record.exists():
        cases = drawn(name, work, count)
        record.write_text("[\n" + ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n]\n")
    for folder in sorted({*(work / "checkpoints").glob(name), *(work / "checkpoints").glob(f"{name}-control-*")}):
        export(folder, work / "models" / folder.name, export_again)
    for file in (work / "checkpoints").glob(f"{name}-*.safetensors"):
        shutil.copyfile(file, work / "models" / file.name)
    return json.loads(record.read_text())


def drawn(name, work, count):
    import torch

    from . import families, reference, schedulers, stages

    family = name.rsplit("-", 2)[0]
    pipeline = None
    for attempt in range(20):  # what diffusers cannot build is drawn anew
        draw = schedulers.seeded(name, attempt)
        torch.manual_seed(draw.randrange(2**31))
        folder = work / "checkpoints" / name
        shutil.rmtree(folder, ignore_errors=True)
        try:
            pipeline = families.MAKERS[family](draw, folder)
            break
        except Exception as error:
            print(f"{name}: drawn again, {type(error).__name__}: {str(error)[:120]}", flush=True)
    cases = []
    for number in range(count):
        draw = schedulers.seeded(name, "case", number)
        stage = stages.DRAWN[family](draw, pipeline, name, work / "data/store/inputs")
        case = {"name": f"{name}.{number}", "family": family, "stage": stage}
        try:
            images = reference.run(folder, stage)
            case["images"] = len(images)
            for i, image in enumerate(images):
                image.save(work / "expected" / f"{case['name']}-{i}.png")
        except Exception as error:
            case["refused"] = f"{type(error).__name__}: {str(error)[:300]}"
        cases.append(case)
    print(f"{name}: {len(cases)} cases", flush=True)
    return cases


def export(folder, out, again):
    if (out / "manifest.json").exists() and not again:
        return
    from export import __main__ as exporter

    shutil.rmtree(out, ignore_errors=True)
    prior = folder.with_name(f"{folder.name}-prior")
    sys.argv = ["export", str(folder), "--out", str(out), *(["--prior", str(prior)] if prior.exists() else [])]
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            exporter.main()
    except (Exception, SystemExit) as error:
        shutil.rmtree(out, ignore_errors=True)
        (out.parent / f"{out.name}.failed").write_text(f"{said.getvalue()}{error}\n{traceback.format_exc()}")
        print(f"{folder.name}: EXPORT FAILED {type(error).__name__}: {str(error)[:300]}", flush=True)
