"""Trajectories of diffusers' schedulers in configurations drawn at random: `random_configurations.py FOLDER COUNT SEED`.

Run by hand, for what the committed cases do not think of; nothing of it is committed. The Java is compared by
`mvn -pl modules/diffusion -am test -Dtest=TrajectoryTest -Dsurefire.failIfNoSpecifiedTests=false -Dtrajectories=FOLDER`,
FOLDER absolute. 200 per scheduler take two minutes to make.
"""

import inspect
import pathlib
import random
import sys
import warnings

import diffusers
import samplers
import torch

# What each option is drawn from.
CHOICES = {
    "num_train_timesteps": [1000, 1000, 1000, 1000, 100, 500, 777, 2000],
    "beta_schedule": ["linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid"],
    "prediction_type": ["epsilon", "v_prediction", "sample"],
    "timestep_spacing": ["linspace", "leading", "trailing"],
    "steps_offset": [0, 1, 2, 5],
    "final_sigmas_type": ["zero", "sigma_min"],
    "interpolation_type": ["linear", "log_linear"],
    "timestep_type": ["discrete", "continuous"],
    "solver_order": [1, 2, 3],
    "solver_type": ["midpoint", "heun", "bh1", "bh2", "logrho"],
    "algorithm_type": ["dpmsolver++", "sde-dpmsolver++", "dpmsolver", "sde-dpmsolver", "deis"],
    "variance_type": ["fixed_small", "fixed_small_log", "fixed_large", "learned", "learned_range", None],
    "disable_corrector": [[0], [0, 1], [2, 3, 7], []],
    "original_inference_steps": [50, 100, 25, 40],
    "sigma_schedule": ["karras", "exponential"],
}
FLAGS = [
    "use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas", "use_lu_lambdas", "rescale_betas_zero_snr", "clip_sample",
    "thresholding", "set_alpha_to_one", "skip_prk_steps", "lower_order_final", "euler_at_final", "predict_x0",
]
RANGES = {
    "clip_sample_range": (0.2, 4), "dynamic_thresholding_ratio": (0.3, 1), "sample_max_value": (1, 5), "sigma_min": (0.01, 0.3),
    "sigma_max": (3, 80), "lambda_min_clipped": (-6, -1), "timestep_scaling": (0.5, 20), "sigma_data": (0.2, 2), "rho": (2, 10),
}
BASES = [
    samplers.SD,
    {**samplers.SD, "_class_name": "EulerDiscreteScheduler", "timestep_spacing": "leading", "interpolation_type": "linear"},
    {**samplers.SD, "_class_name": "DDIMScheduler", "prediction_type": "v_prediction"},
    {**samplers.SD, "_class_name": "DPMSolverMultistepScheduler", "algorithm_type": "dpmsolver++", "solver_type": "midpoint"},
    samplers.FOREIGN,
]


def value(draw, option):
    if option in CHOICES:
        return draw.choice(CHOICES[option])
    return draw.random() < 0.6 if option in FLAGS else draw.uniform(*RANGES[option])


def case(draw, cls):
    options = [o for o in inspect.signature(inspect.unwrap(cls.__init__)).parameters if o in {*CHOICES, *FLAGS, *RANGES}]
    chosen = {option: value(draw, option) for option in draw.sample(options, min(draw.randint(0, 5), len(options)))}
    if chosen.get("algorithm_type", "++")[-2:] != "++" and "final_sigmas_type" in options:
        chosen["final_sigmas_type"] = "sigma_min"
    steps = draw.choice([1, 2, 3, 4, 5, 10, 15, 20, 50, draw.randint(1, 60), draw.randint(1, 150)])
    first = draw.choice([0, steps - min(int(steps * draw.random()), steps)]) % steps
    eta = draw.choice([0.0, 0.0, 1.0, draw.random()]) if "eta" in inspect.signature(cls.step).parameters else 0.0
    seed = draw.choice([draw.randrange(2**63), [draw.randrange(2**32), draw.randrange(100)]])
    own = {"_class_name": cls.__name__}
    base = own if cls is diffusers.UnCLIPScheduler else draw.choice([*BASES, own])  # which knows only the cosine's betas
    return base, chosen, (steps, first, eta, seed)


def main(folder, count, seed):
    torch.set_num_threads(1)
    warnings.filterwarnings("ignore")
    diffusers.logging.set_verbosity_error()
    for name in samplers.SAMPLERS:
        cls = getattr(diffusers, f"{name}Scheduler")
        draw = random.Random(f"{seed} {name}")
        few = max(10, count // 5) if "KDPM2" in name else count  # a second each
        samplers.record(cls, [case(draw, cls) for _ in range(few)], folder)


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    main(target, int(sys.argv[2]), int(sys.argv[3]))
