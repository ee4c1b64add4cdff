"""scipy.ndimage: the border is called mirror, outputs are preallocated, one thread."""

from collections.abc import Callable

import numpy as np
import scipy
from scipy import ndimage

from ..case import Problem
from ..operations import Box, Dense, Derivative, Gaussian
from . import Way, refuse_work

NAME = "scipy"
HAS_THREADS = False
MOST_WORK = 3e9  # multiply-adds: two seconds a call


def version() -> str:
    return scipy.__version__


def in_passes(problem: Problem, passes: list[Callable]) -> Way:
    """One call an axis; what is between is float, since integers would be cut off twice."""

    def call() -> np.ndarray:
        source = problem.x
        for one in passes[:-1]:
            source = one(source, output=np.float32, mode="mirror")
        return passes[-1](source, output=problem.out, mode="mirror")

    return Way(call)


def along(axis: int, function: Callable, what) -> Callable:
    return lambda source, **options: function(source, what, axis, **options)


def prepare(problem: Problem) -> Way | None:
    x, out, operation = problem.x, problem.out, problem.operation
    factors = operation.factors
    if isinstance(operation, Box):
        return in_passes(
            problem, [along(axis, ndimage.uniform_filter1d, operation.side) for axis in (0, 1)]
        )
    refuse_work(problem, MOST_WORK)
    match operation:
        case Derivative(kind="sobel"):
            return Way(lambda: ndimage.sobel(x, 1, output=out, mode="mirror"))
        case Derivative(kind="prewitt"):
            return Way(lambda: ndimage.prewitt(x, 1, output=out, mode="mirror"))
        case Gaussian() if x.dtype == np.float32:
            radius = len(factors[0]) // 2
            options = {"output": out, "mode": "mirror", "radius": radius}
            return Way(lambda: ndimage.gaussian_filter(x, operation.sigma, **options))
        case Dense():
            kernel = operation.kernel.reshape(*operation.kernel.shape, *(1,) * (x.ndim - 2))
            return Way(lambda: ndimage.correlate(x, kernel, output=out, mode="mirror"))
    return in_passes(
        problem, [along(axis, ndimage.correlate1d, taps) for axis, taps in enumerate(factors)]
    )
