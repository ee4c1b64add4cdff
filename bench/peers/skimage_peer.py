"""scikit-image: filters of floats over scipy.ndimage, the border called mirror."""

import numpy as np
import skimage
from skimage import filters

from ..case import Problem
from ..operations import SMOOTHING, Derivative, Gaussian
from . import Way, refuse_work
from .scipy_peer import MOST_WORK

NAME = "skimage"
HAS_THREADS = False


def version() -> str:
    return skimage.__version__


def prepare(problem: Problem) -> Way | None:
    x, out, operation = problem.x, problem.out, problem.operation
    if x.dtype != np.float32:
        return None
    match operation:
        case Gaussian():
            refuse_work(problem, MOST_WORK)
            options = {"mode": "mirror", "truncate": operation.truncate, "out": out}
            return Way(lambda: filters.gaussian(x, operation.sigma, **options))
        case Derivative():
            function = getattr(filters, operation.kind)
            scale = np.float32(sum(SMOOTHING[operation.kind]))  # what it divides by
            return Way(lambda: function(x, axis=1, mode="mirror"), lambda got: got * scale)
    return None
