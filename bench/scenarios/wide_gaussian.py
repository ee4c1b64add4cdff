"""Gaussians of sigma 10 to 200 with an error budget of 2e-4 of the range."""

from collections.abc import Iterator

from ..case import SIZES, Case
from ..operations import Gaussian
from . import Goal

TITLE = "Gaussians of sigma 10 to 200, error budget 2e-4"
GOALS = (Goal(("f32",), mean=8.0, any_case=3.0),)
NOTE = (
    "Whatever errs by at most 2e-4 of the range against the Gaussian cut at 4 sigma counts as "
    "exact here. The limit is that of a copy."
)
SIGMAS = (10.0, 20.0, 50.0, 100.0, 200.0)
MAX_ERROR = 2e-4


def cases() -> Iterator[Case]:
    for size, shape in SIZES.items():
        for sigma in SIGMAS:
            is_quick = size == "1920x1080" and sigma == 20.0
            operation = Gaussian(sigma, truncate=4.0, max_error=MAX_ERROR)
            yield Case(operation, "f32", shape, is_quick)
