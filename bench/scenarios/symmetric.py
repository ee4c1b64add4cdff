"""Symmetric taps: Gaussians of sigma 1 to 5, cut at 3 sigma, and nine taps of no name."""

from collections.abc import Iterator

from ..case import SIZES, Case
from ..operations import Gaussian, Separable, any_taps
from . import Goal

TITLE = "Symmetric taps and Gaussians to sigma 5"
GOALS = (Goal(("f32", "u8"), mean=2.0, any_case=1.4),)
NOTE = (
    "Floats of equal taps are not added before they are multiplied (decision 004 has the order of "
    "sums), so symmetric taps cost what any taps do."
)
SIGMAS = (1.0, 2.0, 3.0, 5.0)


def symmetric(size: int) -> Separable:
    taps = any_taps(size, 3)
    taps = (taps + taps[::-1]) / 2
    return Separable((taps, taps))


def cases() -> Iterator[Case]:
    for type in ("f32", "u8"):
        for size, shape in SIZES.items():
            yield Case(symmetric(9), type, shape)
            for sigma in SIGMAS:
                is_quick = size == "1920x1080" and sigma == 2.0
                yield Case(Gaussian(sigma), type, shape, is_quick)
