"""The plans that the filters run, kept for the next call that asks for the same."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from .. import _arrays
from .. import sepconv_ext as ext

# Plans are small and hold no samples: taps, offsets, a row of cval.
KEPT_PLANS = 128


class Pass(NamedTuple):
    """A correlation along one axis."""

    axis: int
    taps: tuple[float, ...]
    anchor: int
    border: str
    cval: float
    divisor: int = 1  # of the sums


class Dense(NamedTuple):
    """A correlation with a kernel of several axes; its taps are doubles in C order."""

    axes: tuple[int, ...]
    taps: bytes
    taps_shape: tuple[int, ...]
    anchors: tuple[int, ...]
    border: str
    cval: float


class Run(NamedTuple):
    """Arrays, and how their sums are made and stored."""

    shape: tuple[int, ...]
    in_dtype: np.dtype
    out_dtype: np.dtype
    in_double: bool
    truncate: bool
    threads: int


def _fill(request, run: Run):
    request.shape = run.shape
    request.in_type = _arrays.TYPE_NAMES[run.in_dtype]
    request.out_type = _arrays.TYPE_NAMES[run.out_dtype]
    request.in_double = run.in_double
    request.truncate = run.truncate
    request.threads = run.threads
    return request


def single_taps(taps) -> list[float]:
    """Taps that float holds, of the sum of the given ones, so that levels do not drift.

    Each takes over the rounding error of its inner neighbour, half of it on each side of the
    middle; taps of 0 stay 0. Outer taps of a smooth kernel are small, and so is the last error.
    """
    rounded = np.array(taps)
    middle = rounded.size // 2
    carried = 0.0
    if rounded.size % 2:
        carried = _round_to_single(rounded, middle, 0.0) / 2
    for side in (range(middle + rounded.size % 2, rounded.size), range(middle - 1, -1, -1)):
        error = carried
        for k in side:
            if rounded[k]:
                error = _round_to_single(rounded, k, error)
    return rounded.tolist()


def _round_to_single(taps: np.ndarray, k: int, error: float) -> float:
    """Rounds a tap with an error added; the error that is left."""
    wanted = taps[k] + error
    taps[k] = np.float32(wanted)
    return wanted - taps[k]


def _factor_taps(one: Pass, in_single: bool) -> list[float]:
    if one.divisor != 1:
        return [tap / one.divisor for tap in one.taps]
    return single_taps(one.taps) if in_single else one.taps


@lru_cache(KEPT_PLANS)
def array_plan(run: Run, passes: tuple[Pass, ...]) -> ext.ArrayPlan:
    """All passes at once, at most three, summed in any order."""
    request = _fill(ext.ArrayRequest(), run)
    wide = {np.dtype(np.float64), np.dtype(np.int32)}
    in_single = not (run.in_double or {run.in_dtype, run.out_dtype} & wide)
    request.factors = [
        ext.Factor(p.axis, _factor_taps(p, in_single), p.anchor, p.border, p.cval) for p in passes
    ]
    return ext.ArrayPlan(request)


@lru_cache(KEPT_PLANS)
def mean_plan(run: Run, mean: Pass) -> ext.ArrayPlan:
    """Means of samples of 0 or more, cut off: half a sum more never reaches the next integer."""
    request = _fill(ext.ArrayRequest(), run)
    request.factors = [ext.Factor(mean.axis, mean.taps, mean.anchor, mean.border, mean.cval)]
    request.scale = 1 / mean.divisor
    request.offset = 0.5 / mean.divisor
    return ext.ArrayPlan(request)


@lru_cache(KEPT_PLANS)
def pairs_plan(run: Run, single: Pass) -> ext.CorrelationPlan:
    """One pass in scipy's order of sums."""
    request = _fill(ext.CorrelationRequest(), run)
    request.taps = single.taps
    request.taps_shape = [len(single.taps)]
    request.axes = [ext.CorrelationAxis(single.axis, single.anchor, single.border, single.cval)]
    request.in_pairs = True
    return ext.CorrelationPlan(request)


@lru_cache(KEPT_PLANS)
def dense_plan(run: Run, dense: Dense) -> ext.CorrelationPlan:
    """A kernel tap by tap, in scipy's order of sums."""
    request = _fill(ext.CorrelationRequest(), run)
    request.taps = np.frombuffer(dense.taps)
    request.taps_shape = dense.taps_shape
    request.axes = [
        ext.CorrelationAxis(axis, anchor, dense.border, dense.cval)
        for axis, anchor in zip(dense.axes, dense.anchors, strict=True)
    ]
    return ext.CorrelationPlan(request)
