"""Which plans a call runs one after the other, and the types that these read and store.

Sums that are stored as floats need no order: up to three axes are one plan. Those that are cut
off to integers are made as scipy makes them, in double, in its order and stored after each axis;
but whole taps on integers give whole sums, whatever the order and the type that holds them, and
then wrapping modulo 2^n once is the same as wrapping after each axis.
"""

import atexit
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from .. import sepconv_ext as ext
from . import _plans, _samples
from ._plans import Kernel, Pass, Run

# Plans are small and hold no samples: taps, offsets, a row of cval.
KEPT = 128

MOST_AXES = 3  # that one plan filters
MOST_CHANNELS = 4  # of a last axis that plans step over

EXACT_IN_FLOAT = 2.0**24  # whole sums below
EXACT_IN_INT32 = 2.0**31

TINY = np.finfo(np.float64).eps  # scipy leaves out taps of a kernel up to this
ROUNDING = 1e-14  # sums of taps this near to 1 leave cval what it is


class Arrays(NamedTuple):
    """What a call filters, and by how many threads."""

    shape: tuple[int, ...]
    in_dtype: np.dtype
    out_dtype: np.dtype
    workers: int


class Step(NamedTuple):
    """A plan, the type that it reads and the one that it stores."""

    plan: ext.ArrayPlan | ext.CorrelationPlan
    reads: np.dtype
    stores: np.dtype


@lru_cache(KEPT)
def steps_of_passes(passes: tuple[Pass, ...], arrays: Arrays) -> tuple[Step, ...]:
    """How passes run in their order."""
    steps = []
    for group in _groups(passes, arrays):
        steps.append(_step(group, arrays))
        arrays = arrays._replace(in_dtype=arrays.out_dtype)
    return tuple(steps)


@lru_cache(KEPT)
def steps_of_kernel(kernel: Kernel, arrays: Arrays) -> tuple[Step, ...]:
    """How a kernel runs: as one plan of its factors where that is the same, else tap by tap."""
    kernel = _essential(kernel)
    factors = _factors(kernel, arrays)
    if factors:
        return (_step(factors, arrays),)
    reads = _samples.dtype_to_read(arrays.in_dtype, kernel.cval, arrays.out_dtype)
    is_float = arrays.out_dtype.kind == "f"
    taps = kernel.array().ravel().tolist()
    reach = _samples.reach_of_sums(taps, _with(kernel.cval, arrays.in_dtype))
    stores = arrays.out_dtype if is_float else _samples.dtype_to_store(reach, arrays.out_dtype)
    run = Run(arrays.shape, reads, stores, not is_float, not is_float, arrays.workers)
    kernel = kernel._replace(cval=_samples.border_value(kernel.cval, reads))
    return (Step(_plans.dense_plan(run, kernel), reads, stores),)


# Whoever keeps a filter until Python ends would keep its plans too, and nanobind calls that a leak.
for _kept in (steps_of_passes, steps_of_kernel):
    atexit.register(_kept.cache_clear)


def _groups(passes: tuple[Pass, ...], arrays: Arrays) -> list[tuple[Pass, ...]]:
    """The passes in their order, those together that one plan can run with the same bits.

    Rows add up in another order than what lies across them, so an axis has to be the row in a
    plan of its own too: the last one, or the one before it if plans take the last for channels.
    """
    last = len(arrays.shape) - 1
    has_channels = arrays.shape[last] <= MOST_CHANNELS
    filters_channels = has_channels and any(one.axis == last for one in passes)
    is_any_order = arrays.out_dtype.kind == "f" or (
        _are_whole(passes, arrays.in_dtype) and all(one.cval == 0 for one in passes)
    )
    if not is_any_order or filters_channels:
        return [(one,) for one in passes]
    row = last - 1 if has_channels else last
    groups: list[tuple[Pass, ...]] = [()]
    for one in reversed(passes):
        joined = (one, *groups[0])
        most = MOST_AXES - (row not in [other.axis for other in joined])
        if len(joined) == 1 or (len(joined) <= most and all(map(_keeps_cval, joined))):
            groups[0] = joined
        else:
            groups.insert(0, (one,))
    return groups


def _keeps_cval(one: Pass) -> bool:
    """True if what lies beyond the edges is cval after the pass, as scipy's next pass expects."""
    return one.cval == 0 or abs(sum(one.taps) / one.divisor - 1) < ROUNDING


def _with(cval: float, dtype: np.dtype) -> tuple[float, float]:
    """The range of a type's values and cval."""
    low, high = _samples.value_range(dtype)
    return min(low, cval), max(high, cval)


def _reach(passes: tuple[Pass, ...], dtype: np.dtype) -> tuple[float, float]:
    """The range of sums of all passes before any division."""
    values = _with(_cval(passes), dtype)
    for one in passes:
        values = _samples.reach_of_sums(one.taps, values)
    return values


def _cval(passes: tuple[Pass, ...]) -> float:
    return next((one.cval for one in passes if one.border == "constant"), 0.0)


def _are_whole(passes: tuple[Pass, ...], dtype: np.dtype) -> bool:
    """True if all sums are whole numbers that int32 holds."""
    taps = [tap for one in passes for tap in (*one.taps, one.cval)]
    if dtype.kind == "f" or not all(tap.is_integer() for tap in taps):
        return False
    low, high = _reach(passes, dtype)
    return low >= -EXACT_IN_INT32 and high < EXACT_IN_INT32 and passes[0].divisor == 1


def _step(group: tuple[Pass, ...], arrays: Arrays) -> Step:
    """One plan for passes that may run together."""
    reads = _samples.dtype_to_read(arrays.in_dtype, _cval(group), arrays.out_dtype)
    group = tuple(one._replace(cval=_samples.border_value(one.cval, reads)) for one in group)
    if arrays.out_dtype.kind == "f":
        run = Run(arrays.shape, reads, arrays.out_dtype, False, False, arrays.workers)
        return Step(_plans.array_plan(run, group), reads, arrays.out_dtype)
    if group[0].divisor != 1:
        return _step_of_mean(group[0], reads, arrays)
    reach = _reach(group, arrays.in_dtype)
    stores = _samples.dtype_to_store(reach, arrays.out_dtype)
    if _are_whole(group, arrays.in_dtype):
        in_double = max(map(abs, reach)) >= EXACT_IN_FLOAT
        run = Run(arrays.shape, reads, stores, in_double, True, arrays.workers)
        return Step(_plans.array_plan(run, group), reads, stores)
    run = Run(arrays.shape, reads, stores, True, True, arrays.workers)
    return Step(_plans.pairs_plan(run, *group), reads, stores)


def _step_of_mean(mean: Pass, reads: np.dtype, arrays: Arrays) -> Step:
    """The mean of whole samples, cut off: sums are exact, and so is where their quotients end."""
    low, high = _reach((mean,), reads)
    means = low / mean.divisor, high / mean.divisor
    stores = _samples.dtype_to_store(means, arrays.out_dtype)
    in_double = max(-low, high) >= EXACT_IN_FLOAT / 2
    run = Run(arrays.shape, reads, stores, in_double, True, arrays.workers)
    return Step(_plans.mean_plan(run, mean), reads, stores)


def _essential(kernel: Kernel) -> Kernel:
    """The kernel along the axes that it needs, at least one, with the taps that scipy reads."""
    taps = kernel.array()
    taps = np.where(np.abs(taps) <= TINY, 0.0, taps)
    kernel = kernel._replace(taps=taps.tobytes())
    return kernel.along([axis for axis, size, _ in kernel.placed() if size > 1])


def _factors(kernel: Kernel, arrays: Arrays) -> tuple[Pass, ...] | None:
    """The passes that give the same as the kernel in one plan; None if there are none.

    Floats need a kernel without taps of 0, which would spread NaN; integers need whole taps.
    """
    taps = kernel.array()
    is_float = arrays.out_dtype.kind == "f"
    if not 1 < taps.ndim <= MOST_AXES or not np.isfinite(taps).all():
        return None
    if not (taps.all() if is_float else np.array_equal(taps, np.rint(taps))):
        return None
    whole = not is_float and np.abs(taps).max() < EXACT_IN_INT32
    core = ext.kernel_from_integers(taps.astype(np.int64), 1) if whole else None
    separation = ext.separate(core or ext.kernel_from_reals(taps), 0.0, None)
    if len(separation.terms) != 1 or separation.divisor != 1:
        return None
    factors = [factor.tolist() for factor in separation.terms[0]]
    product = np.ones(())
    for factor in factors:
        product = np.multiply.outer(product, factor)
    if np.abs(product - taps).max() > 4 * TINY * np.abs(taps).max():
        return None
    placed = zip(kernel.axes, factors, kernel.anchors, strict=True)
    passes = tuple(Pass(a, tuple(f), at, kernel.border, kernel.cval) for a, f, at in placed)
    return passes if is_float or _are_whole(passes, arrays.in_dtype) else None
