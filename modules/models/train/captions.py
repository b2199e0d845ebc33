"""The caption grammar: what the bundled models can be asked for, and how it is said."""

import random
from dataclasses import dataclass

# One emoji per word. Chosen for silhouettes that stay distinct at 64 pixels.
OBJECTS = {
    "apple": "🍎", "banana": "🍌", "cherry": "🍒", "pizza": "🍕", "burger": "🍔", "cake": "🎂",
    "cat": "🐱", "dog": "🐶", "fox": "🦊", "panda": "🐼", "frog": "🐸", "pig": "🐷", "lion": "🦁",
    "rabbit": "🐰", "fish": "🐟", "whale": "🐳", "butterfly": "🦋", "bird": "🐦", "turtle": "🐢", "owl": "🦉",
    "car": "🚗", "bus": "🚌", "train": "🚂", "rocket": "🚀", "boat": "⛵", "balloon": "🎈",
    "house": "🏠", "castle": "🏰", "tree": "🌳", "cactus": "🌵", "mushroom": "🍄", "rose": "🌹", "sunflower": "🌻",
    "sun": "🌞", "moon": "🌙", "star": "⭐", "heart": "❤️", "umbrella": "☂️", "cup": "☕", "guitar": "🎸",
    "robot": "🤖", "ghost": "👻",
}

# Hue in degrees, and a factor on saturation: the only difference between pink and a light red.
COLOURS = {
    "red": (0, 1.0), "orange": (28, 1.0), "yellow": (52, 1.0), "green": (120, 1.0),
    "blue": (220, 1.0), "purple": (275, 1.0), "pink": (330, 0.6),
}

BACKGROUNDS = {
    "white": (245, 245, 245), "black": (24, 24, 28), "grey": (140, 142, 146), "red": (200, 50, 50),
    "orange": (240, 150, 50), "yellow": (245, 222, 90), "green": (90, 170, 90), "blue": (80, 140, 215),
    "purple": (140, 95, 185), "pink": (245, 170, 195),
}

STYLES = ("pixel art", "comic", "watercolour", "sketch")

# What the base model has not seen: a LoRA adds the style, a textual inversion the object.
ADDED_STYLES = ("neon",)
ADDED_OBJECTS = {"koala": "🐨"}

# Half of the pictures are plain: the other half shares the four styles evenly.
PLAIN_SHARE = 0.48


@dataclass(frozen=True)
class Scene:
    """What one picture shows. `colour` and `style` are empty for an object in its own colours, drawn plainly."""

    item: str
    colour: str
    background: str
    style: str


def random_scene(
        rng: random.Random, styles: tuple[str, ...] = STYLES, plain_share: float = PLAIN_SHARE,
        objects: tuple[str, ...] = tuple(OBJECTS)) -> Scene:
    colour = rng.choice(list(COLOURS)) if rng.random() < 0.55 else ""
    background = rng.choice([name for name in BACKGROUNDS if name != colour])
    style = "" if rng.random() < plain_share else rng.choice(styles)
    return Scene(rng.choice(objects), colour, background, style)


def full_caption(scene: Scene) -> str:
    subject = _with_article(f"{scene.colour} {scene.item}".strip())
    return _with_style(f"{subject} on {_with_article(scene.background)} background", scene.style)


def random_caption(scene: Scene, rng: random.Random) -> str:
    """A caption of the scene: mostly the full sentence, else a short form that leaves the background open.

    The colour and the style are never left out: a model told nothing would learn to draw either at random.
    """
    noun = f"{scene.colour} {scene.item}".strip()
    roll = rng.random()
    if roll < 0.60:
        return full_caption(scene)
    if roll < 0.75:
        return _with_style(f"{noun} on {scene.background}", scene.style)
    if roll < 0.90:
        return _with_style(_with_article(noun), scene.style)
    return _with_style(noun, scene.style)


def _with_style(sentence: str, style: str) -> str:
    return f"{sentence}, {style}" if style else sentence


def _with_article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
