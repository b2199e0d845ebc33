"""Trajectories of diffusers' schedulers under a made-up model: what the samplers of modules/diffusion are held to.

The model is `output = table[call % 8] + 0.1 * scaled_input`, in float32, so that a case needs no network, and an error
in the scaling of the input shows as well as one in the update; a learned variance is `table[(call + 3) % 8]`. Writes, per scheduler, `<class>.json` (the cases) and
`<class>.f32` (little-endian float32: for each case the sample before the first call, then after every call).
"""

import inspect
import json
import pathlib
import warnings

import diffusers
import numpy as np
import torch

SHAPE = (2, 4, 3, 1)  # 24 values: not a multiple of 16, so that torch's tail rule counts; a row has 12, under 16
SAMPLERS = [
    "PNDM", "DDIM", "EulerDiscrete", "EulerAncestralDiscrete", "DPMSolverMultistep", "LCM", "DDPM", "HeunDiscrete", "LMSDiscrete",
    "KDPM2Discrete", "KDPM2AncestralDiscrete", "TCD", "DPMSolverSinglestep", "DEISMultistep", "UniPCMultistep", "EDMEuler", "UnCLIP",
]

SD = {  # scheduler_config.json of Stable Diffusion 1.5
    "_class_name": "PNDMScheduler",
    "_diffusers_version": "0.6.0",
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "num_train_timesteps": 1000,
    "set_alpha_to_one": False,
    "skip_prk_steps": True,
    "steps_offset": 1,
    "trained_betas": None,
    "clip_sample": False,
}

# Each is tried on every scheduler whose constructor has all of its options.
OPTIONS = [
    {},
    {"prediction_type": "v_prediction"},
    {"prediction_type": "sample"},
    {"timestep_spacing": "linspace"},
    {"timestep_spacing": "leading"},
    {"timestep_spacing": "trailing"},
    {"timestep_spacing": "trailing", "prediction_type": "v_prediction", "rescale_betas_zero_snr": True},
    {"use_karras_sigmas": True},
    {"use_karras_sigmas": True, "timestep_spacing": "leading"},
    {"use_karras_sigmas": True, "timestep_spacing": "trailing", "prediction_type": "v_prediction"},
    {"use_exponential_sigmas": True},
    {"use_beta_sigmas": True},
    {"use_lu_lambdas": True},
    {"use_karras_sigmas": True, "sigma_min": 0.05, "sigma_max": 10.0},
    {"final_sigmas_type": "sigma_min"},
    {"interpolation_type": "log_linear"},
    {"timestep_type": "continuous", "prediction_type": "v_prediction"},
    {"beta_schedule": "linear"},
    {"beta_schedule": "exp"},
    {"beta_schedule": "squaredcos_cap_v2"},
    {"beta_schedule": "squaredcos_cap_v2", "use_karras_sigmas": True},
    {"trained_betas": [0.001 + 0.002 * i for i in range(10)], "num_train_timesteps": 10, "steps_offset": 0},
    {"num_train_timesteps": 100},
    {"steps_offset": 3},
    {"clip_sample": True},
    {"clip_sample": True, "clip_sample_range": 2.0, "prediction_type": "v_prediction"},
    {"set_alpha_to_one": True},
    {"thresholding": True},
    {"thresholding": True, "sample_max_value": 1.5, "prediction_type": "v_prediction"},
    {"skip_prk_steps": False},
    {"skip_prk_steps": False, "timestep_spacing": "linspace"},
    {"solver_order": 1},
    {"solver_order": 3},
    {"solver_order": 3, "use_karras_sigmas": True},
    {"solver_type": "heun"},
    {"solver_type": "bh1"},
    {"solver_type": "bh1", "solver_order": 3},
    {"algorithm_type": "sde-dpmsolver++"},
    {"algorithm_type": "sde-dpmsolver++", "use_karras_sigmas": True, "solver_type": "heun"},
    {"algorithm_type": "sde-dpmsolver++", "solver_order": 3},
    {"algorithm_type": "dpmsolver", "final_sigmas_type": "sigma_min"},
    {"algorithm_type": "dpmsolver", "final_sigmas_type": "sigma_min", "solver_order": 3},
    {"algorithm_type": "dpmsolver", "final_sigmas_type": "sigma_min", "solver_type": "heun"},
    {"algorithm_type": "dpmsolver", "final_sigmas_type": "sigma_min", "prediction_type": "v_prediction"},
    {"algorithm_type": "dpmsolver", "final_sigmas_type": "sigma_min", "prediction_type": "sample"},
    {"algorithm_type": "sde-dpmsolver", "final_sigmas_type": "sigma_min"},
    {"algorithm_type": "deis"},
    {"lower_order_final": False},
    {"lower_order_final": True},
    {"euler_at_final": True, "final_sigmas_type": "sigma_min"},
    {"lambda_min_clipped": -5.1},
    {"predict_x0": False},
    {"predict_x0": False, "solver_order": 3, "prediction_type": "v_prediction"},
    {"disable_corrector": [0, 1]},
    {"original_inference_steps": 100},
    {"timestep_scaling": 3.0},
    {"variance_type": "fixed_small"},
    {"variance_type": "fixed_small_log"},
    {"variance_type": "fixed_large"},
    {"variance_type": "fixed_large_log"},
    {"prediction_type": "epsilon", "sigma_schedule": "exponential"},
    {"sigma_data": 1.0, "sigma_max": 20.0},
    {"rho": 3.0, "prediction_type": "v_prediction", "final_sigmas_type": "sigma_min"},
    {"variance_type": "learned"},
    {"variance_type": "learned_range"},
    {"variance_type": "learned_range", "prediction_type": "sample", "clip_sample_range": 5.0},
    {"beta_schedule": "sigmoid"},
    {"use_lu_lambdas": True, "use_beta_sigmas": True},
    {"use_beta_sigmas": True, "timestep_spacing": "leading", "prediction_type": "v_prediction"},
    {"use_beta_sigmas": True, "rescale_betas_zero_snr": True, "prediction_type": "v_prediction"},
    {"use_karras_sigmas": True, "final_sigmas_type": "sigma_min"},
    {"use_exponential_sigmas": True, "final_sigmas_type": "sigma_min"},
    {"algorithm_type": "deis", "final_sigmas_type": "sigma_min"},
    {"algorithm_type": "sde-dpmsolver", "final_sigmas_type": "sigma_min", "solver_type": "heun"},
    {"algorithm_type": "sde-dpmsolver++", "final_sigmas_type": "sigma_min", "solver_order": 3, "lower_order_final": False},
    {"solver_type": "bh1", "final_sigmas_type": "sigma_min"},
    {"solver_type": "bh1", "solver_order": 3, "final_sigmas_type": "sigma_min"},
    {"predict_x0": False, "final_sigmas_type": "sigma_min"},
    {"predict_x0": False, "solver_order": 3, "prediction_type": "v_prediction", "final_sigmas_type": "sigma_min"},
    {"lower_order_final": False, "solver_order": 3, "final_sigmas_type": "sigma_min"},
    {"thresholding": True, "dynamic_thresholding_ratio": 0.8, "sample_max_value": 3.0, "prediction_type": "sample"},
    {"timestep_type": "continuous", "prediction_type": "v_prediction", "use_karras_sigmas": True},
    {"interpolation_type": "log_linear", "use_karras_sigmas": True, "final_sigmas_type": "sigma_min"},
    {"skip_prk_steps": False, "prediction_type": "v_prediction", "timestep_spacing": "trailing"},
]

# A configuration that another class wrote: entries that the class does not declare can still count (sigma_max).
FOREIGN = {"_class_name": "EDMEulerScheduler", "sigma_min": 0.02, "sigma_max": 12.0, "prediction_type": "epsilon"}

# steps, first step (as image-to-image computes it), eta, how the noise is seeded
RUNS = [
    (1, 0, 0.0, 0),
    (2, 0, 0.0, 1),
    (4, 1, 0.0, 2),
    (10, 0, 0.0, 3),
    (10, 4, 0.0, [4, 5]),
    (20, 0, 0.0, 6),
    (50, 38, 0.0, 7),
]
MORE_RUNS = [
    (3, 2, 0.0, 8),
    (5, 0, 0.7, [9, 10]),
    (10, 3, 1.0, 11),
    (14, 0, 0.0, 12),
    (15, 0, 0.0, 13),
    (25, 0, 0.3, 2**40 + 14),
    (30, 9, 0.0, 15),
    (62, 55, 0.0, 16),
    (100, 93, 0.0, 17),
    (999, 990, 0.0, 18),
]


def table():
    generator = torch.Generator().manual_seed(99)
    return [torch.randn(SHAPE, generator=generator) for _ in range(8)], torch.randn(SHAPE, generator=generator)


OUTPUTS, ORIGINAL = table()


def takes_variance(scheduler):
    learns = isinstance(scheduler, (diffusers.DDPMScheduler, diffusers.UnCLIPScheduler))
    return learns and scheduler.variance_type in ("learned", "learned_range")


def run(scheduler, steps, first, eta, seed):
    """One denoising loop as the pipelines write it; yields the sample before the first call and after each."""
    if isinstance(seed, list):
        generator = [torch.Generator().manual_seed(s) for s in seed]
    else:
        generator = torch.Generator().manual_seed(seed)
    scheduler.set_timesteps(steps)
    timesteps = scheduler.timesteps
    order = getattr(scheduler, "order", 1)  # UnCLIP has none
    noise = diffusers.utils.torch_utils.randn_tensor(SHAPE, generator=generator)
    if first > 0:
        timesteps = timesteps[first * order :]
        if hasattr(scheduler, "set_begin_index"):
            scheduler.set_begin_index(first * order)
        sample = scheduler.add_noise(ORIGINAL, noise, timesteps[:1].repeat(SHAPE[0]))
    else:
        sample = noise * scheduler.init_noise_sigma
    accepted = inspect.signature(scheduler.step).parameters
    extra = {}
    if "eta" in accepted:
        extra["eta"] = eta
    if "generator" in accepted:
        extra["generator"] = generator
    samples = [sample]
    for call, t in enumerate(timesteps):
        scaled = scheduler.scale_model_input(sample, t)
        output = OUTPUTS[call % 8] + 0.1 * scaled
        if takes_variance(scheduler):
            variance = OUTPUTS[(call + 3) % 8]
            output = torch.cat([output, variance.abs() if scheduler.variance_type == "learned" else variance], dim=1)
        if "prev_timestep" in accepted:  # as the unCLIP pipelines do
            extra["prev_timestep"] = timesteps[call + 1] if call + 1 < len(timesteps) else None
        sample = scheduler.step(output, t, sample, **extra).prev_sample
        samples.append(sample)
    return [float(t) for t in timesteps], float(scheduler.init_noise_sigma), samples


def cases(cls):
    parameters = inspect.signature(inspect.unwrap(cls.__init__)).parameters
    own = {"_class_name": cls.__name__}  # the class's own defaults: linear betas, clipping where it is the default
    base = own if cls is diffusers.UnCLIPScheduler else SD  # which knows no betas but the cosine's
    for options in OPTIONS:
        if all(name in parameters for name in options):
            for chosen in RUNS + (MORE_RUNS if options in ({}, {"use_karras_sigmas": True}) else []):
                yield base, options, chosen
    for chosen in RUNS:
        yield own, {}, chosen
    for shape in ("use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas"):
        if shape in parameters:
            for chosen in RUNS:
                yield FOREIGN, {shape: True}, chosen


def record(cls, drawn_cases, folder):
    """Runs the cases (configuration, options, run) and writes those that diffusers can do."""
    recorded, values, skipped = [], [], 0
    made = {}  # the KDPM2 schedulers take a second to construct; set_timesteps makes a used one as good as new
    for config, options, (steps, first, eta, seed) in drawn_cases:
        has_eta = "eta" in inspect.signature(cls.step).parameters
        if eta > 0 and not has_eta and options:
            continue
        try:
            key = json.dumps([config, options])
            if key not in made or "KDPM2" not in cls.__name__:
                made[key] = cls.from_config(dict(config), **options)
            timesteps, scale, samples = run(made[key], steps, first, eta, seed)
        except Exception as error:  # what diffusers refuses or cannot do is no case
            print(f"  skipped {cls.__name__} {options} {steps, first}: {type(error).__name__} {str(error)[:90]}")
            skipped += 1
            continue
        if not all(torch.isfinite(s).all() for s in samples) or max(s.abs().max() for s in samples) > 1e4:
            print(f"  skipped {cls.__name__} {options} {steps, first}: not finite, or diverges")
            skipped += 1
            continue
        recorded.append({
            "config": config, "options": options, "steps": steps, "first_step": first, "eta": eta if has_eta else 0.0,
            "seeds": seed if isinstance(seed, list) else [seed], "per_row": isinstance(seed, list),
            "timesteps": timesteps, "init_noise_sigma": scale, "offset": sum(v.size for v in values),
        })
        values.append(np.stack([s.numpy() for s in samples]).astype("<f4"))
    name = cls.__name__
    lines = ",\n".join(json.dumps(case) for case in recorded)
    (folder / f"{name}.json").write_text(f"[\n{lines}\n]\n")
    (folder / f"{name}.f32").write_bytes(b"".join(v.tobytes() for v in values))
    print(f"{name}: {len(recorded)} cases, {skipped} skipped, {sum(v.nbytes for v in values)} bytes")


def noised_between_steps(cls, steps=6, first=2):
    """The original as inpainting noises it before each call, which is for the next timestep."""
    scheduler = cls.from_config({"_class_name": cls.__name__} if cls is diffusers.UnCLIPScheduler else dict(SD))
    scheduler.set_timesteps(steps)
    begin = first * getattr(scheduler, "order", 1)
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(begin)
    sample, noised = OUTPUTS[5], []
    for t in scheduler.timesteps[begin:]:
        noised.append(scheduler.add_noise(ORIGINAL, OUTPUTS[6], t[None]))
        sample = scheduler.step(OUTPUTS[0], t, scheduler.scale_model_input(sample, t)).prev_sample
    return noised


def main(folder, names=SAMPLERS):
    torch.set_num_threads(1)
    warnings.filterwarnings("ignore")
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    model = np.stack([t.numpy() for t in OUTPUTS + [ORIGINAL]]).astype("<f4")
    (folder / "model.f32").write_bytes(model.tobytes())
    for name in names:
        cls = getattr(diffusers, f"{name}Scheduler")
        record(cls, cases(cls), folder)
        between = np.stack([n.numpy() for n in noised_between_steps(cls)]).astype("<f4")
        (folder / f"{cls.__name__}.noised.f32").write_bytes(between.tobytes())


if __name__ == "__main__":
    import sys

    main(sys.argv[1], sys.argv[2:] or SAMPLERS)
