"""Writes golden cases: `cases.json`, with latents and pictures beside it. The README.md of `golden/` says what each field means."""

import json


def record(folder, name, checkpoint, case, latents, images):
    """Writes what came out of one case; gives its entry for `cases.json`."""
    stem = name.lower().replace("+", "p")
    (folder / f"{stem}.f32").write_bytes(latents.numpy().astype("<f4").tobytes())
    files = [f"{stem}-{i}.png" for i in range(len(images))]
    for file, image in zip(files, images):
        image.save(folder / file, optimize=True)
    print(f"  {name}: {list(latents.shape)}, latents std {latents.std():.2f}")
    return {"name": name, "checkpoint": checkpoint, **case, "out_latents": f"{stem}.f32",
            "out_shape": list(latents.shape), "out_images": files}


def write_cases(folder, cases):
    (folder / "cases.json").write_text(lines(cases))


def lines(cases):
    """A JSON list with an entry a line."""
    entries = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    return f"[\n{entries}\n]\n"
