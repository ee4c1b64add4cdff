"""The linear filters of scipy.ndimage: the same signatures, the same results, without scipy.

>>> import numpy as np
>>> from sepconv import ndimage
>>> smooth = ndimage.gaussian_filter(np.zeros((480, 640), np.uint8), sigma=2.0)

Integer results are the same bits as scipy's: sums in double, in its order, cut off after each
axis, and wrapped modulo 2^n where they leave the dtype. Float results are filtered along up to
three axes at once. float32 arrays are summed in float, within a few units in the last place of
the largest sum (`sepconv.Plan.error_bound` says how many); ask for ``output=numpy.float64`` to
sum in double. Filters use one thread unless `set_workers` says more.
"""

from ._correlation import convolve, convolve1d, correlate, correlate1d
from ._derivatives import laplace, prewitt, sobel
from ._gaussian import (
    gaussian_filter,
    gaussian_filter1d,
    gaussian_gradient_magnitude,
    gaussian_laplace,
)
from ._uniform import uniform_filter, uniform_filter1d
from ._workers import get_workers, set_workers

__all__ = [
    "convolve",
    "convolve1d",
    "correlate",
    "correlate1d",
    "gaussian_filter",
    "gaussian_filter1d",
    "gaussian_gradient_magnitude",
    "gaussian_laplace",
    "get_workers",
    "laplace",
    "prewitt",
    "set_workers",
    "sobel",
    "uniform_filter",
    "uniform_filter1d",
]
