"""What every training run has: a budget of computing time, checkpoints that a later run continues from, a moving average."""

import math
import os
import random
import signal
import time
from pathlib import Path

import numpy as np
import torch

from export.weights import kind_of, round_weights

CHECKPOINT_SECONDS = 180
REPORT_SECONDS = 20


def device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def load_checkpoint(path: Path) -> dict:
    return torch.load(path, map_location=device(), weights_only=True)


def save_checkpoint(path: Path, checkpoint: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save(checkpoint, partial)
    os.replace(partial, path)


class Average:
    """Exponential moving average of a model's weights; the early steps count less, so that it is useful at once."""

    def __init__(self, model: torch.nn.Module, decay: float):
        self.decay = decay
        self.weights = {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model: torch.nn.Module, step: int) -> None:
        decay = min(self.decay, (1 + step) / (10 + step))
        for name, tensor in model.state_dict().items():
            if tensor.is_floating_point():
                self.weights[name].lerp_(tensor, 1 - decay)
            else:
                self.weights[name].copy_(tensor)


class Run:
    """One model's training: `for step in run:` until the budget is spent or the process is told to stop.

    The learning rate is a cosine over the budget in minutes of computing, after a short warm-up, because the number of
    steps that fit is not known in advance. Time trained is part of the checkpoint, so a resumed run goes on where it was
    in the schedule, also under another budget. `draw` chooses pictures and `chance` what is said of them, from seeds that go on
    with the steps.
    """

    def __init__(self, name: str, folder: Path, model: torch.nn.Module, peak_rate: float, minutes: float, resume: bool, decay: float = 0.999):
        self.name, self.path = name, folder / f"{name}.pt"
        self.model, self.peak_rate, self.budget = model, peak_rate, minutes * 60
        decayed = [p for p in model.parameters() if p.ndim > 1 and p.requires_grad]
        others = [p for p in model.parameters() if p.ndim <= 1 and p.requires_grad]
        groups = [{"params": decayed, "weight_decay": 1e-4}, {"params": others, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=peak_rate, betas=(0.9, 0.99), fused=True)
        self.average = Average(model, decay)
        self.step, self.trained, self.losses = 0, 0.0, []
        self.warm_from = 0
        self.stopping = False
        if resume and self.path.exists():
            self._resume()
        self.chance, self.draw = random.Random(self.step), np.random.default_rng(self.step)

    @property
    def progress(self) -> float:
        """The share of the budget that is spent."""
        return self.trained / self.budget

    @property
    def finished(self) -> bool:
        return self.progress >= 1

    def save(self) -> None:
        save_checkpoint(self.path, {"model": self.model.state_dict(), "average": self.average.weights,
                                    "optimizer": self.optimizer.state_dict(), "step": self.step, "trained": self.trained})

    def __iter__(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        last = _computed()
        saved = reported = time.monotonic()
        reported_step = self.step
        while not self.finished and not self.stopping:
            self._set_rate()
            yield self.step
            self.step += 1
            computed = _computed()
            self.trained, last = self.trained + computed - last, computed
            now = time.monotonic()
            if now - reported > REPORT_SECONDS:
                self._report((self.step - reported_step) / (now - reported))
                reported, reported_step = now, self.step
            if now - saved > CHECKPOINT_SECONDS:
                self.save()
                saved = now
        self.save()
        if self.stopping:
            raise SystemExit(f"{self.name}: stopped at step {self.step}; --resume continues")

    def chosen(self, of: int, on_two_cores: int) -> np.ndarray:
        """Which of so many pictures the next batch has."""
        return self.draw.integers(0, of, batch(on_two_cores))

    def descend(self, loss: torch.Tensor) -> None:
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.average.update(self.model, self.step)
        self.losses.append(loss.detach())

    def use_average(self) -> None:
        """The model takes the averaged weights, for good."""
        self.model.load_state_dict(self.average.weights)
        self.model.eval()

    def _resume(self) -> None:
        saved = load_checkpoint(self.path)
        self.model.load_state_dict(saved["model"])
        self.average.weights = saved["average"]
        self.step, self.trained = saved["step"], saved["trained"]
        if "optimizer" in saved:
            self.optimizer.load_state_dict(saved["optimizer"])
        else:  # restored from a bundled model, which has the weights alone
            self.warm_from = self.step
        print(f"{self.name}: resumed at step {self.step}, {self.trained / 60:.1f} minutes in", flush=True)

    def _set_rate(self) -> None:
        progress = min(1.0, self.progress)
        rate = self.peak_rate * min(1.0, (self.step - self.warm_from + 1) / 100) * (0.02 + 0.98 * (1 + math.cos(math.pi * progress)) / 2)
        for group in self.optimizer.param_groups:
            group["lr"] = rate

    def _report(self, steps_per_second: float) -> None:
        loss = torch.stack(self.losses).mean().item() if self.losses else float("nan")
        self.losses.clear()
        left = max(0.0, self.budget - self.trained) / 60
        print(f"{time.strftime('%H:%M:%S')} {self.name}: step {self.step}, loss {loss:.4f}, "
              f"{1000 / max(steps_per_second, 1e-9):.0f} ms a step, {left:.1f} min left", flush=True)

    def _stop(self, number, frame) -> None:
        self.stopping = True


def _computed() -> float:
    """Seconds of computing so far: what the processors gave this process, so that a busy machine costs no schedule."""
    return time.monotonic() if torch.cuda.is_available() else time.process_time() / torch.get_num_threads()


def batch(on_two_cores: int) -> int:
    """A GPU is idle on batches that keep two cores busy."""
    return on_two_cores * 8 if torch.cuda.is_available() else on_two_cores


@torch.no_grad()
def round_as_stored(components: dict[str, object]) -> None:
    """What is shipped stores its weights in one or two bytes; the diffusers folder holds the same values, so that both agree."""
    for name, component in components.items():
        if isinstance(component, torch.nn.Module):
            round_weights(component, kind_of("int8", name))
