"""Running passes or a kernel from an input into an output of any dtypes and strides."""

import math

import numpy as np

from . import _arguments as arguments
from . import _samples
from ._plans import Kernel, Pass
from ._steps import Arrays, Step, steps_of_kernel, steps_of_passes
from ._workers import get_workers

MOST_AXES = 8  # that plans take


def one_pass(axis: int, taps, anchor: int, mode, cval) -> Pass:
    """A pass from scipy's arguments."""
    border, cval = arguments.border_of(mode), arguments.real_value(cval)
    return Pass(axis, tuple(taps), anchor, border, cval if border == "constant" else 0.0)


def run_real_parts(input: np.ndarray, output: np.ndarray, passes_for, cval) -> None:
    """Runs passes_for(cval), or copies where there are none; complex arrays are done as two."""
    if not arguments.is_complex(input):
        return run_passes(input, output, tuple(passes_for(cval)))
    parts = [tuple(passes_for(np.real(cval))), tuple(passes_for(np.imag(cval)))]
    if not parts[0]:
        return run_passes(input, output, ())
    if not arguments.is_complex(output):
        raise RuntimeError("output must have complex dtype")
    if np.may_share_memory(input, output):
        input = input.copy()
    run_passes(input.real, output.real, parts[0])
    return run_passes(input.imag, output.imag, parts[1])


def run_passes(input: np.ndarray, output: np.ndarray, passes: tuple[Pass, ...]) -> None:
    """Filters input along the axes of the passes into output, which may be the same memory."""

    def run(source, target):
        if target.ndim > MOST_AXES or not all(math.isfinite(one.cval) for one in passes):
            return _in_turn(source, target, passes, _run_alone)
        steps = steps_of_passes(passes, _arrays_of(source, target))
        return _in_turn(source, target, steps, _run_step)

    if passes:
        _samples.fill(input, output, run)
    else:
        output[...] = input


def run_kernel(input: np.ndarray, output: np.ndarray, kernel: Kernel) -> None:
    """Correlates input with a kernel into output, which may be the same memory."""

    def run(source, target):
        if target.ndim == 0:
            source, target = source[None], target[None]
        _run_alone(kernel, source, target)

    _samples.fill(input, output, run)


def _arrays_of(source: np.ndarray, target: np.ndarray) -> Arrays:
    return Arrays(target.shape, source.dtype, target.dtype, get_workers())


def _in_turn(source: np.ndarray, target: np.ndarray, parts: tuple, run) -> None:
    """Runs parts one after the other, the last one into target."""
    spare = np.empty_like(target) if len(parts) > 1 else None
    for left, part in zip(range(len(parts), 0, -1), parts, strict=True):
        out = target if left % 2 else spare
        run(part, source, out)
        source = out


def _run_step(step: Step, source: np.ndarray, out: np.ndarray) -> None:
    samples = _samples.as_dtype(source, step.reads)
    if step.stores == out.dtype:
        return step.plan.run(samples, out)
    stored = np.empty(out.shape, step.stores)
    step.plan.run(samples, stored)
    return _samples.cast_into(stored, out)


def _run_alone(part: Pass | Kernel, source: np.ndarray, out: np.ndarray) -> None:
    """One pass or kernel on an array of any number of axes, with any cval."""
    if out.ndim > MOST_AXES:
        _run_folded(part, source, out)
    elif not math.isfinite(part.cval):
        _run_padded(part, source, out)
    else:
        steps_of = steps_of_kernel if isinstance(part, Kernel) else _steps_of_pass
        _in_turn(source, out, steps_of(part, _arrays_of(source, out)), _run_step)


def _steps_of_pass(one: Pass, arrays: Arrays) -> tuple[Step, ...]:
    return steps_of_passes((one,), arrays)


def _run_padded(part: Pass | Kernel, source: np.ndarray, out: np.ndarray) -> None:
    """With a cval that plans refuse, by samples of it."""
    widths = [(0, 0)] * source.ndim
    inside = [slice(None)] * source.ndim
    for axis, size, anchor in part.placed():
        widths[axis] = (anchor, size - 1 - anchor)
        inside[axis] = slice(anchor, anchor + source.shape[axis])
    padded = np.pad(source.astype(np.float64), widths, constant_values=part.cval)
    result = np.empty(padded.shape, out.dtype)
    _run_alone(part._replace(border="replicate", cval=0.0), padded, result)
    out[...] = result[tuple(inside)]


def _run_folded(part: Pass | Kernel, source: np.ndarray, out: np.ndarray) -> None:
    """On an array of more axes than plans take: those that are not filtered become one."""
    filtered = [axis for axis, size, _ in part.placed() if size > 1]
    order = [*(axis for axis in range(out.ndim) if axis not in filtered), *filtered]
    moved = source.transpose(order)
    folded = moved.reshape(-1, *(out.shape[axis] for axis in filtered))
    result = np.empty(folded.shape, out.dtype)
    _run_alone(part.along(range(1, folded.ndim)), folded, result)
    out.transpose(order)[...] = result.reshape(moved.shape)
