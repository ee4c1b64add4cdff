"""Passes and kernels as values that have a hash, and the plans that sum them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from .. import _arrays
from .. import sepconv_ext as ext

SUMMED_IN_DOUBLE = {np.dtype(np.float64), np.dtype(np.int32)}


class Pass(NamedTuple):
    """A correlation along one axis."""

    axis: int
    taps: tuple[float, ...]
    anchor: int
    border: str
    cval: float  # 0 for borders that have none
    divisor: int = 1  # of the sums

    def placed(self) -> Iterator[tuple[int, int, int]]:
        """The axis, the number of taps along it and the one on the output sample."""
        yield self.axis, len(self.taps), self.anchor

    def along(self, axes: Sequence[int]) -> "Pass":
        """The same along another axis, which one of a single tap may lack."""
        return self._replace(axis=axes[0] if axes else 0)


class Kernel(NamedTuple):
    """A correlation along several axes, in increasing order; the taps are doubles in C order."""

    axes: tuple[int, ...]
    taps: bytes
    shape: tuple[int, ...]
    anchors: tuple[int, ...]
    border: str
    cval: float

    def placed(self) -> Iterator[tuple[int, int, int]]:
        """For each axis, the number of taps along it and the one on the output sample."""
        return zip(self.axes, self.shape, self.anchors, strict=True)

    def along(self, axes: Sequence[int]) -> "Kernel":
        """The same along other axes, one for each of more than a single tap."""
        kept = [k for k, size in enumerate(self.shape) if size > 1]
        return self._replace(
            axes=tuple(axes) or (0,),
            shape=tuple(self.shape[k] for k in kept) or (1,),
            anchors=tuple(self.anchors[k] for k in kept) or (0,),
        )

    def array(self) -> np.ndarray:
        return np.frombuffer(self.taps).reshape(self.shape)


class Run(NamedTuple):
    """Arrays, and how their sums are made and stored."""

    shape: tuple[int, ...]
    in_dtype: np.dtype
    out_dtype: np.dtype
    in_double: bool
    truncate: bool
    workers: int


def _fill(request, run: Run):
    request.shape = run.shape
    request.in_type = _arrays.TYPE_NAMES[run.in_dtype]
    request.out_type = _arrays.TYPE_NAMES[run.out_dtype]
    request.in_double = run.in_double
    request.truncate = run.truncate
    request.threads = run.workers
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


def _factor(one: Pass, in_single: bool) -> ext.Factor:
    taps = one.taps
    if one.divisor != 1:
        taps = [tap / one.divisor for tap in taps]
    elif in_single:
        taps = single_taps(taps)
    return ext.Factor(one.axis, taps, one.anchor, one.border, one.cval)


def array_plan(run: Run, passes: tuple[Pass, ...]) -> ext.ArrayPlan:
    """All passes at once, at most three, summed in any order."""
    request = _fill(ext.ArrayRequest(), run)
    in_single = not (run.in_double or {run.in_dtype, run.out_dtype} & SUMMED_IN_DOUBLE)
    request.factors = [_factor(one, in_single) for one in passes]
    return ext.ArrayPlan(request)


def mean_plan(run: Run, mean: Pass) -> ext.ArrayPlan:
    """Sums divided by their number at the end, by a true division as scipy's."""
    request = _fill(ext.ArrayRequest(), run)
    request.factors = [_factor(mean._replace(divisor=1), False)]
    request.divisor = mean.divisor
    return ext.ArrayPlan(request)


def pairs_plan(run: Run, one: Pass) -> ext.CorrelationPlan:
    """One pass in scipy's order of sums."""
    request = _fill(ext.CorrelationRequest(), run)
    request.taps = one.taps
    request.taps_shape = [len(one.taps)]
    request.axes = [ext.CorrelationAxis(one.axis, one.anchor, one.border, one.cval)]
    request.in_pairs = True
    return ext.CorrelationPlan(request)


def dense_plan(run: Run, kernel: Kernel) -> ext.CorrelationPlan:
    """A kernel tap by tap, in scipy's order of sums."""
    request = _fill(ext.CorrelationRequest(), run)
    request.taps = np.frombuffer(kernel.taps)
    request.taps_shape = kernel.shape
    request.axes = [
        ext.CorrelationAxis(axis, anchor, kernel.border, kernel.cval)
        for axis, anchor in zip(kernel.axes, kernel.anchors, strict=True)
    ]
    return ext.CorrelationPlan(request)
