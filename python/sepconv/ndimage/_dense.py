"""Running a kernel of several axes from an input into an output."""

import math
from functools import partial
from typing import NamedTuple

import numpy as np

from . import _plans, _samples
from ._plans import Dense, Run
from ._workers import get_workers

MOST_AXES = 8
EXACT_IN_FLOAT = 2.0**24
TINY = np.finfo(np.float64).eps  # scipy leaves out taps up to this


class Kernel(NamedTuple):
    """Taps, the axes of the array that theirs run along, and what lies beyond its edges."""

    taps: np.ndarray
    axes: tuple[int, ...]
    anchors: tuple[int, ...]
    border: str


def run_kernel(input: np.ndarray, output: np.ndarray, kernel: Kernel, cval: float) -> None:
    """Correlates input into output, which may be the same memory."""
    taps = np.where(np.abs(kernel.taps) <= TINY, 0.0, kernel.taps)
    cval = cval if kernel.border == "constant" else 0.0
    _samples.fill(input, output, partial(_run, kernel=kernel._replace(taps=taps), cval=cval))


def _run(source: np.ndarray, target: np.ndarray, kernel: Kernel, cval: float) -> None:
    if target.ndim == 0:
        source, target = source[None], target[None]
    kernel = _without_single_taps(kernel)
    if target.ndim > MOST_AXES:
        _run_folded(source, target, kernel, cval)
    elif not math.isfinite(cval):
        _run_padded(source, target, kernel, cval)
    else:
        _run_plan(source, target, kernel, cval)


def _without_single_taps(kernel: Kernel) -> Kernel:
    """The same kernel along as few axes as it needs, at least one."""
    kept = [k for k, size in enumerate(kernel.taps.shape) if size > 1]
    if not kept:
        return Kernel(kernel.taps.reshape(1), (0,), (0,), kernel.border)
    return Kernel(
        kernel.taps.reshape([kernel.taps.shape[k] for k in kept]),
        tuple(kernel.axes[k] for k in kept),
        tuple(kernel.anchors[k] for k in kept),
        kernel.border,
    )


def _run_plan(source: np.ndarray, out: np.ndarray, kernel: Kernel, cval: float) -> None:
    samples = _samples.readable(source, cval, out.dtype)
    is_float = out.dtype.kind == "f"
    values = _samples.value_range(source.dtype)
    values = min(values[0], cval), max(values[1], cval)
    reach = _samples.reach_of_sums(kernel.taps.ravel().tolist(), values)
    dtype = out.dtype if is_float else _samples.type_for(*reach, out.dtype)
    run = Run(out.shape, samples.dtype, dtype, not is_float, not is_float, get_workers())
    dense = Dense(
        kernel.axes,
        np.ascontiguousarray(kernel.taps).tobytes(),
        kernel.taps.shape,
        kernel.anchors,
        kernel.border,
        _samples.border_value(cval, samples.dtype),
    )
    _samples.store(_plans.dense_plan(run, dense), samples, out, dtype)


def _run_padded(source: np.ndarray, out: np.ndarray, kernel: Kernel, cval: float) -> None:
    """A kernel with a cval that plans refuse, by samples of it."""
    widths = [(0, 0)] * source.ndim
    inside = [slice(None)] * source.ndim
    for axis, size, anchor in zip(kernel.axes, kernel.taps.shape, kernel.anchors, strict=True):
        widths[axis] = (anchor, size - 1 - anchor)
        inside[axis] = slice(anchor, anchor + source.shape[axis])
    padded = np.pad(source.astype(np.float64), widths, constant_values=cval)
    result = np.empty(padded.shape, out.dtype)
    _run_plan(padded, result, kernel._replace(border="replicate"), 0.0)
    out[...] = result[tuple(inside)]


def _run_folded(source: np.ndarray, out: np.ndarray, kernel: Kernel, cval: float) -> None:
    """A kernel in an array of more axes than plans take: those that it leaves alone become one."""
    others = [axis for axis in range(out.ndim) if axis not in kernel.axes]
    order = (*others, *kernel.axes)
    moved = source.transpose(order)
    shape = (-1, *(out.shape[axis] for axis in kernel.axes))
    folded = moved.reshape(shape)
    result = np.empty(folded.shape, out.dtype)
    _run(folded, result, kernel._replace(axes=tuple(range(1, folded.ndim))), cval)
    out.transpose(order)[...] = result.reshape(moved.shape)
