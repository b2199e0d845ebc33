"""Configurations of schedulers, drawn from what each class takes."""

import inspect
import random

import diffusers

import random_configurations as configurations
import samplers

NAMES = [f"{name}Scheduler" for name in samplers.SAMPLERS if name not in ("UnCLIP", "EDMEuler")]


def options_of(draw, cls, most):
    names = [name for name in inspect.signature(inspect.unwrap(cls.__init__)).parameters
             if name in {*configurations.CHOICES, *configurations.FLAGS, *configurations.RANGES}]
    names = [name for name in names if name not in ("variance_type", "num_train_timesteps")]
    chosen = {name: configurations.value(draw, name) for name in draw.sample(names, min(draw.randint(0, most), len(names)))}
    if chosen.get("algorithm_type", "++")[-2:] != "++":
        chosen["final_sigmas_type"] = "sigma_min"
    return {name: value for name, value in chosen.items() if value is not None}


def made(draw, **fixed):
    """A checkpoint's own scheduler."""
    cls = getattr(diffusers, draw.choice(NAMES))
    own = {name: value for name, value in samplers.SD.items() if not name.startswith("_")}
    options = {**own, **options_of(draw, cls, 4), **fixed}
    accepted = inspect.signature(inspect.unwrap(cls.__init__)).parameters
    scheduler = cls(**{name: value for name, value in options.items() if name in accepted})
    samplers.run(cls.from_config(scheduler.config), 4, 0, 0.0, 0)  # what no request could ever run is no checkpoint: raises
    return scheduler


def swap(draw):
    """A stage's fields that put another scheduler in place of the checkpoint's."""
    name = draw.choice([*NAMES, "EDMEulerScheduler"] if draw.random() < 0.1 else NAMES)
    return {"scheduler": name, "scheduler_options": options_of(draw, getattr(diffusers, name), 3)}


def seeded(*parts):
    return random.Random(" ".join(map(str, parts)))
