"""prewitt, sobel and laplace, and how derivatives along several axes become one result."""

from functools import lru_cache

import numpy as np

from . import _arguments as arguments
from ._correlation import correlate, correlate1d
from ._docs import documented
from ._passes import one_pass, run_real_parts

SECOND_DIFFERENCE = (1.0, -2.0, 1.0)
MOST_AXES_OF_CROSS = 3


def _difference(axis, dimensions: int, smoothing) -> list[tuple[int, tuple[float, ...]]]:
    """Axes and their taps: a difference along one, smoothing along the others."""
    axis = arguments.checked_axis(axis, dimensions)
    others = [other for other in range(dimensions) if other != axis]
    return [(axis, (-1.0, 0.0, 1.0)), *((other, smoothing) for other in others)]


def _run(input: np.ndarray, factors, output, mode, cval) -> np.ndarray:
    output = arguments.output_for(output, input)
    modes = arguments.one_each(mode, input.ndim)

    def passes(real_cval):
        for axis, taps in factors:
            yield one_pass(axis, taps, 1, modes[axis], real_cval)

    run_real_parts(input, output, passes, cval)
    return output


@documented
def prewitt(input, axis=-1, output=None, mode="reflect", cval=0.0):
    """Prewitt's derivative: [-1 0 1] along an axis, [1 1 1] along the others.

    Parameters
    ----------
    {input}
    {axis}
    {output}
    {modes}
    {cval}

    Returns
    -------
    {returned}
    """
    input = np.asarray(input)
    return _run(input, _difference(axis, input.ndim, (1.0, 1.0, 1.0)), output, mode, cval)


@documented
def sobel(input, axis=-1, output=None, mode="reflect", cval=0.0):
    """Sobel's derivative: [-1 0 1] along an axis, [1 2 1] along the others.

    Parameters
    ----------
    {input}
    {axis}
    {output}
    {modes}
    {cval}

    Returns
    -------
    {returned}
    """
    input = np.asarray(input)
    return _run(input, _difference(axis, input.ndim, (1.0, 2.0, 1.0)), output, mode, cval)


@documented
def laplace(input, output=None, mode="reflect", cval=0.0, *, axes=None):
    """The sum of second differences [1 -2 1].

    Parameters
    ----------
    {input}
    {output}
    {modes}
    {cval}
    {axes}

    Returns
    -------
    {returned}
    """

    input = np.asarray(input)
    output = arguments.output_for(output, input)
    axes = arguments.checked_axes(axes, input.ndim)
    modes = arguments.one_each(mode, len(axes))
    # Floats need not be stored after each axis, so one kernel does; it has one mode.
    if output.dtype.kind in "fc" and 0 < len(axes) <= MOST_AXES_OF_CROSS and len(set(modes)) == 1:
        return correlate(input, _cross(len(axes)), output, modes[0], cval, axes=axes)

    def derivative(input, axis, output, mode):
        return correlate1d(input, SECOND_DIFFERENCE, axis, output, mode, cval)

    return sum_of_derivatives(input, derivative, output, modes, axes)


@lru_cache(MOST_AXES_OF_CROSS)
def _cross(axes: int) -> np.ndarray:
    """The sum of second differences along each axis, as one kernel."""
    kernel = np.zeros((3,) * axes)
    for axis in range(axes):
        np.moveaxis(kernel, axis, -1)[(1,) * (axes - 1)] += SECOND_DIFFERENCE
    return kernel


def sum_of_derivatives(input: np.ndarray, derivative, output, mode, axes) -> np.ndarray:
    """The sum of derivative(input, axis, output, mode) over the axes, in the output's dtype."""
    output = arguments.output_for(output, input)
    for count, one in enumerate(_along_axes(input, derivative, output, mode, axes)):
        if count:
            output += one
    return output


def gradient_magnitude(input: np.ndarray, derivative, output, mode, axes) -> np.ndarray:
    """The root of the sum of squares of derivatives over the axes, in the output's dtype."""
    output = arguments.output_for(output, input)
    count = -1
    for count, one in enumerate(_along_axes(input, derivative, output, mode, axes)):
        np.multiply(one, one, out=one)
        if count:
            output += one
    if count >= 0:
        np.sqrt(output, out=output, casting="unsafe")
    return output


def _along_axes(input: np.ndarray, derivative, output: np.ndarray, mode, axes):
    """Yields the derivative along each axis, the first one in output; copies for no axes."""
    axes = arguments.checked_axes(axes, input.ndim)
    modes = arguments.one_each(mode, len(axes))
    if not axes:
        output[...] = input
        return
    if np.may_share_memory(input, output):
        input = input.copy()
    yield derivative(input, axes[0], output, modes[0])
    for axis, one_mode in zip(axes[1:], modes[1:], strict=True):
        yield derivative(input, axis, output.dtype, one_mode)
