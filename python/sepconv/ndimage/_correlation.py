"""correlate1d, convolve1d, correlate and convolve."""

from functools import partial
from typing import NamedTuple

import numpy as np

from . import _arguments as arguments
from ._docs import documented
from ._passes import one_pass, run_kernel, run_passes
from ._plans import Kernel


def _by_parts(correlate, input: np.ndarray, weights: np.ndarray, output: np.ndarray, cval):
    """A complex correlation from real ones, as scipy adds them up."""
    real_cval, imaginary_cval = np.real(cval), np.imag(cval)
    if not arguments.is_complex(weights):
        correlate(input.real, weights, output=output.real, cval=real_cval)
        correlate(input.imag, weights, output=output.imag, cval=imaginary_cval)
        return output
    if not arguments.is_complex(input):
        if np.iscomplexobj(cval):
            raise ValueError("Cannot provide a complex-valued cval when the input is real.")
        correlate(input, weights.real, output=output.real, cval=cval)
        correlate(input, weights.imag, output=output.imag, cval=cval)
        return output
    if np.may_share_memory(input, output):
        input = input.copy()
    correlate(input.real, weights.real, output=output.real, cval=real_cval)
    output.real -= correlate(input.imag, weights.imag, cval=imaginary_cval)
    correlate(input.real, weights.imag, output=output.imag, cval=real_cval)
    output.imag += correlate(input.imag, weights.real, cval=imaginary_cval)
    return output


@documented
def correlate1d(input, weights, axis=-1, output=None, mode="reflect", cval=0.0, origin=0):
    """Correlates along one axis.

    Parameters
    ----------
    {input}
    weights : array_like
        The taps, 1-D.
    {axis}
    {output}
    {mode}
    {cval}
    {origin}

    Returns
    -------
    {returned}

    Examples
    --------
    >>> correlate1d([2, 8, 0, 4, 1, 9, 9, 0], weights=[1, 3])
    array([ 8, 26,  8, 12,  7, 28, 36,  9])
    """
    input, weights = np.asarray(input), np.asarray(weights)
    if arguments.is_complex(input, weights):
        output = arguments.output_for(output, input, complex_output=True)
        correlate = partial(correlate1d, axis=axis, mode=mode, origin=origin)
        return _by_parts(correlate, input, weights.conj(), output, cval)
    output = arguments.output_for(output, input)
    taps = np.asarray(weights, np.float64)
    if taps.ndim != 1 or taps.size == 0:
        raise RuntimeError("no filter weights given")
    axis = arguments.checked_axis(axis, input.ndim)
    anchor = arguments.anchor_of(taps.size, origin)
    run_passes(input, output, (one_pass(axis, taps.tolist(), anchor, mode, cval),))
    return output


@documented
def convolve1d(input, weights, axis=-1, output=None, mode="reflect", cval=0.0, origin=0):
    """Convolves along one axis: `correlate1d` with the taps turned round.

    Parameters
    ----------
    {input}
    weights : array_like
        The taps, 1-D.
    {axis}
    {output}
    {mode}
    {cval}
    {origin}

    Returns
    -------
    {returned}

    Examples
    --------
    >>> convolve1d([2, 8, 0, 4, 1, 9, 9, 0], weights=[1, 3])
    array([14, 24,  4, 13, 12, 36, 27,  0])
    """
    flipped = np.asarray(weights)[::-1].conj()
    origin = arguments.flipped_origin(origin, flipped.shape[0])
    return correlate1d(input, flipped, axis, output, mode, cval, origin)


class _Placement(NamedTuple):
    """Where a kernel lies in an array, as the arguments say it."""

    mode: str
    origin: int | tuple[int, ...]
    axes: int | tuple[int, ...] | None
    is_flipped: bool


def _placed(weights: np.ndarray, placement: _Placement, dimensions: int, cval) -> Kernel:
    """The kernel along increasing axes; scipy orders only origins of fewer axes by `axes`."""
    axes = arguments.checked_axes(placement.axes, dimensions)
    taps = np.asarray(weights, np.float64)
    if taps.ndim != len(axes) or taps.size == 0:
        found = sum(size > 0 for size in taps.shape)
        raise RuntimeError(f"weights.ndim ({found}) must match len(axes) ({len(axes)})")
    origins = arguments.one_each(placement.origin, len(axes))
    if len(axes) < dimensions:
        origins = [origin for _, origin in sorted(zip(axes, origins, strict=True))]
    if placement.is_flipped:
        taps = np.flip(taps)
        turned = zip(origins, taps.shape, strict=True)
        origins = [arguments.flipped_origin(origin, size) for origin, size in turned]
    at = zip(taps.shape, origins, strict=True)
    anchors = [arguments.anchor_of(size, o, "weights.shape[k]", "[k]") for size, o in at]
    if not isinstance(placement.mode, str) and np.iterable(placement.mode):
        raise RuntimeError("A sequence of modes is not supported")
    border, cval = arguments.border_of(placement.mode), arguments.real_value(cval)
    return Kernel(
        tuple(sorted(axes)),
        taps.tobytes(),
        taps.shape,
        tuple(anchors),
        border,
        cval if border == "constant" else 0.0,
    )


def _correlate(input, weights, output, cval, placement: _Placement) -> np.ndarray:
    input, weights = np.asarray(input), np.asarray(weights)
    if arguments.is_complex(input, weights):
        output = arguments.output_for(output, input, complex_output=True)
        by_part = partial(_part, placement=placement)
        return _by_parts(by_part, input, weights, output, cval)
    kernel = _placed(weights, placement, input.ndim, cval)
    output = arguments.output_for(output, input)
    run_kernel(input, output, kernel)
    return output


def _part(input, weights, output=None, cval=0.0, *, placement: _Placement):
    return _correlate(input, weights, output, cval, placement)


@documented
def correlate(input, weights, output=None, mode="reflect", cval=0.0, origin=0, *, axes=None):
    """Correlates with a kernel of as many axes as are filtered.

    Parameters
    ----------
    {input}
    weights : array_like
        The taps; those of up to 2.2e-16 read no sample.
    {output}
    {mode}
    {cval}
    {origins}
    {axes}

    Returns
    -------
    {returned}
    """
    weights = np.asarray(weights).conj()
    return _correlate(input, weights, output, cval, _Placement(mode, origin, axes, False))


@documented
def convolve(input, weights, output=None, mode="reflect", cval=0.0, origin=0, *, axes=None):
    """Convolves with a kernel: `correlate` with the taps turned round.

    Parameters
    ----------
    {input}
    weights : array_like
        The taps; those of up to 2.2e-16 read no sample.
    {output}
    {mode}
    {cval}
    {origins}
    {axes}

    Returns
    -------
    {returned}
    """
    return _correlate(input, weights, output, cval, _Placement(mode, origin, axes, True))
