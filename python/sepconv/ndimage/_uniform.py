"""uniform_filter1d and uniform_filter."""

import operator

import numpy as np

from . import _arguments as arguments
from ._docs import documented
from ._passes import one_pass, run_real_parts


@documented
def uniform_filter1d(input, size, axis=-1, output=None, mode="reflect", cval=0.0, origin=0):
    """The mean of `size` samples along one axis.

    NaN spoils the means that it belongs to, not the rest of its line as in scipy.

    Parameters
    ----------
    {input}
    size : int
        In samples.
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
    >>> uniform_filter1d([2, 8, 0, 4, 1, 9, 9, 0], size=3)
    array([4, 3, 4, 1, 4, 6, 6, 3])
    """
    input = np.asarray(input)
    axis = arguments.checked_axis(axis, input.ndim)
    if size < 1:
        raise RuntimeError("incorrect filter size")
    output = arguments.output_for(output, input, complex_output=arguments.is_complex(input))
    if not 0 <= size // 2 + origin < size:
        raise ValueError("invalid origin")
    _run(input, output, [(axis, size, origin, mode)], cval)
    return output


@documented
def uniform_filter(input, size=3, output=None, mode="reflect", cval=0.0, origin=0, *, axes=None):
    """The mean of a block of samples, one axis after the other.

    Parameters
    ----------
    {input}
    size : int or sequence of int, default 3
        In samples, for all axes or each.
    {output}
    {modes}
    {cval}
    {origins}
    {axes}

    Returns
    -------
    {returned}
    """
    input = np.asarray(input)
    output = arguments.output_for(output, input, complex_output=arguments.is_complex(input))
    axes = arguments.checked_axes(axes, input.ndim)
    sizes, origins, modes = (arguments.one_each(v, len(axes)) for v in (size, origin, mode))
    given = zip(axes, sizes, origins, modes, strict=True)
    means = [(axis, int(size), o, mode) for axis, size, o, mode in given if size > 1]
    if any(not 0 <= size // 2 + o < size for _, size, o, _ in means):
        raise ValueError("invalid origin")
    _run(input, output, means, cval)
    return output


def _run(input: np.ndarray, output: np.ndarray, means: list[tuple], cval) -> None:
    """Means along several axes, each (axis, size, origin, mode)."""

    def passes(real_cval):
        for axis, size, origin, mode in means:
            size, anchor = operator.index(size), operator.index(size // 2 + origin)
            mean = one_pass(axis, (1.0,) * size, anchor, mode, real_cval)
            yield mean._replace(divisor=size)

    run_real_parts(input, output, passes, cval)
