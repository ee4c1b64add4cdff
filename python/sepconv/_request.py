"""Request: what plan() was asked for, checked; every plan of the package is made from one."""

import math
from dataclasses import dataclass

import numpy as np

from . import _arguments as arguments
from . import _arrays as arrays
from . import _options
from ._kernels import Kernel, as_kernel
from ._options import Options

MOST_SAMPLES = 2**48


@dataclass(frozen=True)
class Request:
    """A filter with everything checked."""

    shape: tuple[int, ...]
    dtype: np.dtype
    out_dtype: np.dtype
    options: Options
    kernel: Kernel | None  # None where factors were given
    factors: tuple[np.ndarray, ...] | None
    axes: tuple[int, ...]
    anchor: tuple[int, ...]


def _given_factors(kernel: tuple) -> tuple[np.ndarray, ...]:
    factors = tuple(
        arguments.as_taps(factor, "filter: kernel's taps").astype(np.float64) for factor in kernel
    )
    for factor in factors:
        if factor.ndim != 1 or factor.size == 0:
            raise ValueError(
                f"filter: kernel is a tuple with an array of shape {factor.shape}; "
                "expected one 1-D array an axis"
            )
    if not factors:
        raise ValueError("filter: kernel is an empty tuple; expected one 1-D array an axis")
    return factors


def checked_request(shape, dtype: np.dtype, kernel, options: Options) -> Request:
    """A request whose every field is usable; TypeError or ValueError naming the argument."""
    shape = arguments.as_shape(shape, "filter: shape")
    factors = _given_factors(kernel) if isinstance(kernel, tuple) else None
    dense = None if factors else as_kernel(kernel)
    sizes = tuple(f.size for f in factors) if factors else dense.shape
    middle = tuple(size // 2 for size in sizes) if factors else dense.anchor
    if math.prod(shape) > MOST_SAMPLES:
        raise ValueError(f"filter: shape is {shape}; expected at most 2^48 samples")
    arguments.as_text(options.border, "filter: border")
    arguments.as_text(options.method, "filter: method")
    out_dtype = dtype
    if options.out_dtype is not None:
        out_dtype = arrays.checked_dtype(options.out_dtype, "out_dtype")
    _options.checked_min_weight(options)
    _options.checked_fill(options, out_dtype)
    return Request(
        shape=shape,
        dtype=dtype,
        out_dtype=out_dtype,
        options=options,
        kernel=dense,
        factors=factors,
        axes=_options.filtered_axes(options, len(shape), len(sizes)),
        anchor=_options.moved_anchor(middle, sizes, options.origin),
    )


def fill_common(target, request: Request):
    """target with its types and threads."""
    target.in_type = arrays.TYPE_NAMES[request.dtype]
    target.out_type = arrays.TYPE_NAMES[request.out_dtype]
    target.threads = arguments.as_threads(request.options.threads, "filter: threads")
    return target


def border_of(request: Request) -> tuple[str, float]:
    """What lies beyond the edges, and its value if it is a constant."""
    return request.options.border, _options.checked_cval(request.options, request.dtype)
