"""Kernels that do not separate."""

from collections.abc import Iterator

import numpy as np

from ..case import SIZES, Case
from ..operations import Dense
from . import Goal

TITLE = "Dense kernels of full rank"
GOALS = (Goal(("f32", "u8"), mean=1.2, any_case=1.0),)
NOTE = "The limit is that of one multiply-add a tap; a Fourier transform may pass it."
SIDES = (3, 5, 9, 15, 31)


def kernel(side: int) -> np.ndarray:
    taps = np.random.default_rng(30).uniform(0.5, 1.5, (side, side))
    return taps / taps.sum()


def cases() -> Iterator[Case]:
    for type in ("f32", "u8"):
        for size, shape in SIZES.items():
            for side in SIDES:
                is_quick = size == "1920x1080" and side in (5, 15) and type == "f32"
                yield Case(Dense(kernel(side), side), type, shape, is_quick)
