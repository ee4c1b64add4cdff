"""Running one or several passes from an input into an output, as one plan or axis by axis."""

import math
from functools import partial

import numpy as np

from .. import _arrays
from . import _arguments as arguments
from . import _plans, _samples
from ._plans import Pass, Run
from ._workers import get_workers

MOST_AXES_OF_A_PLAN = 3  # that are filtered
MOST_AXES = 8
MOST_CHANNELS = 4  # of a last axis that plans step over

# Whole numbers below it are exact in float sums.
EXACT_IN_FLOAT = 2.0**24

# Sums whose quotients are farther from the next integer than their rounding errors.
MEANS_IN_FLOAT = 2.0**20
MEANS_IN_DOUBLE = 2.0**50

# Sums of taps this near to 1 leave cval what it is.
ROUNDING_OF_SUMS = 1e-14


def one_pass(axis: int, taps, anchor: int, mode, cval) -> Pass:
    """A pass from scipy's arguments."""
    border, cval = arguments.border_of(mode), arguments.real_value(cval)
    return Pass(axis, tuple(taps), anchor, border, cval if border == "constant" else 0.0)


def run_real_parts(input: np.ndarray, output: np.ndarray, passes_for, cval) -> None:
    """Runs passes_for(cval), or copies where there are none; complex arrays are done as two."""
    if not arguments.is_complex(input):
        passes = list(passes_for(cval))
        return run_passes(input, output, passes) if passes else _copy(input, output)
    parts = [list(passes_for(np.real(cval))), list(passes_for(np.imag(cval)))]
    if not parts[0]:
        return _copy(input, output)
    if not arguments.is_complex(output):
        raise RuntimeError("output must have complex dtype")
    if np.may_share_memory(input, output):
        input = input.copy()
    run_passes(input.real, output.real, parts[0])
    return run_passes(input.imag, output.imag, parts[1])


def _copy(input: np.ndarray, output: np.ndarray) -> None:
    output[...] = input


def run_passes(input: np.ndarray, output: np.ndarray, passes: list[Pass]) -> None:
    """Filters input along the axes of the passes into output, which may be the same memory.

    Sums that are stored as floats need no order: passes are one plan. For integers each pass is
    stored before the next, as scipy does, unless whole taps make that the same.
    """
    _samples.fill(input, output, partial(_run, passes=passes))


def _run(source: np.ndarray, target: np.ndarray, passes: list[Pass]) -> None:
    groups = _groups(passes, source.dtype, target)
    spare = np.empty_like(target) if len(groups) > 1 else None
    for left, group in zip(range(len(groups), 0, -1), groups, strict=True):
        out = target if left % 2 else spare
        _run_group(source, out, group)
        source = out


def _groups(passes: list[Pass], in_dtype: np.dtype, target: np.ndarray) -> list[tuple]:
    """The passes in their order, those together that one plan can run with the same bits.

    Rows add up in another order than what lies across them, so an axis has to be the row in a
    plan of its own too: the last one, or the one before it if plans take the last for channels.
    """
    last = target.ndim - 1
    has_channels = target.shape[last] <= MOST_CHANNELS
    is_any_order = target.dtype.kind == "f" or _are_whole(passes, in_dtype)
    filters_channels = has_channels and any(p.axis == last for p in passes)
    if not is_any_order or filters_channels or target.ndim > MOST_AXES:
        return [(p,) for p in passes]
    row = last - 1 if has_channels else last
    groups: list[tuple] = [()]
    for one in reversed(passes):
        joined = (one, *groups[0])
        most = MOST_AXES_OF_A_PLAN - (row not in [p.axis for p in joined])
        if len(joined) == 1 or (len(joined) <= most and all(map(_keeps_cval, joined))):
            groups[0] = joined
        else:
            groups.insert(0, (one,))
    return groups


def _keeps_cval(one: Pass) -> bool:
    """True if the pass leaves what lies beyond the edges as it is, as scipy's next pass expects."""
    if one.border != "constant" or one.cval == 0:
        return True
    return math.isfinite(one.cval) and abs(sum(one.taps) / one.divisor - 1) < ROUNDING_OF_SUMS


def _are_whole(passes, in_dtype: np.dtype) -> bool:
    """True if all sums are whole numbers that int32 holds: then wrapping them once is enough."""
    if in_dtype.kind not in "biu":
        return False
    low, high = _reach(passes, *_samples.value_range(in_dtype))
    return (
        all(p.divisor == 1 and p.cval == 0 and all(t.is_integer() for t in p.taps) for p in passes)
        and low >= -(2.0**31)
        and high < 2.0**31
    )


def _reach(passes, low: float, high: float) -> tuple[float, float]:
    """The range of sums of samples from low to high and of what lies beyond the edges."""
    for p in passes:
        if p.border == "constant":
            low, high = min(low, p.cval), max(high, p.cval)
        low, high = _samples.reach_of_sums(p.taps, (low, high), p.divisor)
    return low, high


def _run_group(source: np.ndarray, out: np.ndarray, group: tuple[Pass, ...]) -> None:
    if not math.isfinite(_cval(group)):
        _run_padded(source, out, group[0])
    elif out.ndim > MOST_AXES:
        _run_folded(source, out, group[0])
    elif out.dtype.kind == "f":
        _run_floats(source, out, group)
    elif group[0].divisor != 1:
        _run_mean(source, out, group[0])
    else:
        _run_integers(source, out, group)


def _cval(group: tuple[Pass, ...]) -> float:
    return next((p.cval for p in group if p.border == "constant"), 0.0)


def _with_cval(group: tuple[Pass, ...], dtype: np.dtype) -> tuple[Pass, ...]:
    return tuple(p._replace(cval=_samples.border_value(p.cval, dtype)) for p in group)


def _run_floats(source: np.ndarray, out: np.ndarray, group: tuple[Pass, ...]) -> None:
    samples = _samples.readable(source, _cval(group), out.dtype)
    run = Run(out.shape, samples.dtype, out.dtype, False, False, get_workers())
    _plans.array_plan(run, _with_cval(group, samples.dtype)).run(samples, out)


def _run_integers(source: np.ndarray, out: np.ndarray, group: tuple[Pass, ...]) -> None:
    samples = _samples.readable(source, _cval(group), out.dtype)
    reach = _reach(group, *_samples.value_range(source.dtype))
    is_whole = _are_whole(group, source.dtype)
    dtype = _samples.type_for(*reach, out.dtype)
    in_double = not is_whole or max(map(abs, reach)) >= EXACT_IN_FLOAT
    run = Run(out.shape, samples.dtype, dtype, in_double, True, get_workers())
    if is_whole:
        plan = _plans.array_plan(run, group)
    else:
        plan = _plans.pairs_plan(run, *_with_cval(group, samples.dtype))
    _samples.store(plan, samples, out, dtype)


def _run_mean(source: np.ndarray, out: np.ndarray, mean: Pass) -> None:
    samples = _samples.readable(source, mean.cval, out.dtype)
    low, high = _reach([mean._replace(divisor=1)], *_samples.value_range(samples.dtype))
    least, largest = _samples.value_range(out.dtype)
    threads = get_workers()
    fits = low >= 0 and high < MEANS_IN_DOUBLE and high / mean.divisor < largest + 1
    if fits and out.dtype in _arrays.TYPE_NAMES:
        run = Run(out.shape, samples.dtype, out.dtype, high >= MEANS_IN_FLOAT, True, threads)
        _plans.mean_plan(run, mean).run(samples, out)
        return
    run = Run(out.shape, samples.dtype, np.dtype(np.float64), True, False, threads)
    sums = np.empty(out.shape)
    _plans.array_plan(run, (mean._replace(divisor=1),)).run(samples, sums)
    _samples.cast_into(np.divide(sums, mean.divisor, out=sums), out)


def _run_padded(source: np.ndarray, out: np.ndarray, one: Pass) -> None:
    """A pass with a cval that plans refuse, by samples of it."""
    widths = [(0, 0)] * source.ndim
    widths[one.axis] = (one.anchor, len(one.taps) - 1 - one.anchor)
    padded = np.pad(source.astype(np.float64), widths, constant_values=one.cval)
    result = np.empty(padded.shape, out.dtype)
    _run_group(padded, result, (one._replace(border="replicate"),))
    inside = [slice(None)] * source.ndim
    inside[one.axis] = slice(one.anchor, one.anchor + source.shape[one.axis])
    out[...] = result[tuple(inside)]


def _run_folded(source: np.ndarray, out: np.ndarray, one: Pass) -> None:
    """A pass over an array of more axes than plans take, as an array of three."""
    before, size = source.shape[: one.axis], source.shape[one.axis]
    shape = (math.prod(before), size, source.size // (size * math.prod(before)))
    result = np.empty(shape, out.dtype)
    _run_group(source.reshape(shape), result, (one._replace(axis=1),))
    out[...] = result.reshape(out.shape)
