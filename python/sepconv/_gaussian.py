"""gaussian_filter() and gaussian_plan(): a Gaussian along each axis of an array."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from . import _arguments as arguments
from . import _arrays as arrays
from . import _options
from . import sepconv_ext as ext
from ._arguments import SupportsDLPack


def _for_each_axis(value, count: int, argument: str) -> tuple:
    """One value an axis, from one for all or from as many."""
    if np.ndim(value) == 0:
        return (value,) * count
    values = tuple(value)
    if len(values) != count:
        raise ValueError(f"gaussian: {argument} has {len(values)} values; expected {count}")
    return values


def _factors(dimensions: int, sigma, order, options: _options.Options) -> list[ext.GaussianFactor]:
    """What happens along each axis; axes of sigma 0 and order 0 are left as they are."""
    if options.axes is None:
        count = dimensions - (options.channel_axis is not None)
    else:
        count = 1 if np.ndim(options.axes) == 0 else len(options.axes)
    named = _options.filtered_axes(options, dimensions, count)
    sigmas = [
        arguments.as_real(s, "gaussian: sigma") for s in _for_each_axis(sigma, count, "sigma")
    ]
    orders = [
        arguments.as_index(o, "gaussian: order") for o in _for_each_axis(order, count, "order")
    ]
    return [
        ext.GaussianFactor(axis, s, o)
        for axis, s, o in zip(named, sigmas, orders, strict=True)
        if s != 0 or o != 0
    ]


class GaussianPlan:
    """A Gaussian filter of arrays of one shape and dtype, decided before any array arrives.

    `gaussian_plan` makes it. It does not change: any number of threads may run it at once, and
    Python's lock is released meanwhile.

    Attributes
    ----------
    shape : tuple of int
    dtype, out_dtype : numpy.dtype
    """

    def __init__(self, request: ext.GaussianRequest, dtype: np.dtype, out_dtype: np.dtype):
        self.shape = tuple(request.shape)
        self.dtype = dtype
        self.out_dtype = out_dtype
        self._core = ext.GaussianPlan(request)

    def run(
        self,
        x: ArrayLike | SupportsDLPack,
        out: NDArray[Any] | SupportsDLPack | None = None,
    ) -> NDArray[Any]:
        """Filters x.

        Parameters
        ----------
        x : array_like or anything with DLPack
            Of the plan's shape and dtype, any strides. It is read in place, unless its strides
            are no multiples of its items: then a copy is.
        out : ndarray or anything with DLPack, optional
            Where to write; it may not overlap x.

        Returns
        -------
        ndarray
            `out` (an array of its memory if it is no ndarray), or a new array.

        Raises
        ------
        TypeError, ValueError
            Naming `x` or `out`; nothing is written.
        """
        x = arrays.as_input(x)
        out = arrays.output_of_run(self, x, out, "gaussian")
        return arrays.run_in_samples(self._core.run, x, out)

    @property
    def methods(self) -> tuple[str, ...]:
        """'fir' or 'recursive' for each filtered axis."""
        return tuple(self._core.methods)

    def explain(self) -> ext.Explanation:
        """What was chosen and rejected, and the costs; print() it, or take its json()."""
        return self._core.explain()

    @property
    def scratch_bytes(self) -> int:
        """The most scratch memory of one thread."""
        return self._core.scratch_bytes

    def error_bound(self, largest_float=1.0) -> float:
        """The proven largest difference from the exact value, rounding to out_dtype included.

        Parameters
        ----------
        largest_float : float, default 1.0
            The largest magnitude in inputs of floats; integers have their own.
        """
        return self._core.error_bound(
            arguments.as_real(largest_float, "error_bound: largest_float")
        )

    def __repr__(self) -> str:
        return f"GaussianPlan of {self.shape} {self.dtype} -> {self.out_dtype}; explain() says how"


def gaussian_plan(
    shape: int | Sequence[int],
    dtype: DTypeLike,
    sigma: float | Sequence[float],
    *,
    order: int | Sequence[int] = 0,
    axes: int | Sequence[int] | None = None,
    channel_axis: int | None = None,
    border: str = "reflect101",
    cval: float = 0.0,
    out_dtype: DTypeLike | None = None,
    truncate: float = 4.0,
    max_error: float = 0.0,
    method: str = "auto",
    threads: int = 1,
) -> GaussianPlan:
    """Decides how to filter arrays of one shape and dtype with a Gaussian along each axis.

    What scipy.ndimage.gaussian_filter computes (the default border is another): samples of the
    Gaussian up to `truncate` sigma, of sum one, or of its derivative.

    Parameters
    ----------
    shape : int or tuple of int
        1 to 8 axes of size 1 or more.
    dtype : dtype
        uint8, uint16, int16, int32, float32 or float64.
    sigma : float or sequence of float
        In samples, one for all filtered axes or one each; an axis of sigma 0 is left as it is.
    order : int or sequence of int, default 0
        Of the derivative, 0 to 4; one for all filtered axes or one each.
    axes : int or tuple of int, optional
        The axes to filter; all by default, without `channel_axis`. By their taps three at most.
    channel_axis : int, optional
        An axis that is not filtered.
    border : {'reflect101', 'zero', 'constant', 'replicate', 'symmetric', 'wrap'}
        What lies beyond the edges; scipy calls them mirror, constant, constant, nearest, reflect
        and wrap.
    cval : float, default 0.0
        For 'constant'; a value of `dtype`, to which floats are rounded.
    out_dtype : dtype, optional
        Of the result, `dtype` by default; integers are rounded to nearest and clamped.
    truncate : float, default 4.0
        Where the Gaussian ends, in sigma.
    max_error : float, default 0.0
        The accepted error of recursive filters, for inputs of magnitude 1. With 0 every axis is
        filtered by its taps. Recursive filters take the same time for any sigma; a NaN in the
        array spreads along its lines.
    method : {'auto', 'fir', 'recursive'}
        'auto' is what is predicted fastest within `max_error`.
    threads : int, default 1
        1 to 1024; the result does not depend on it.

    Returns
    -------
    GaussianPlan

    Raises
    ------
    TypeError, ValueError
        Naming the argument.
    """
    shape = arguments.as_shape(shape, "gaussian: shape")
    dtype = arrays.checked_dtype(dtype, "dtype")
    out_dtype = dtype if out_dtype is None else arrays.checked_dtype(out_dtype, "out_dtype")
    options = _options.Options(
        axes=axes, channel_axis=channel_axis, border=border, cval=cval, threads=threads
    )
    request = ext.GaussianRequest()
    request.shape = shape
    request.in_type = arrays.TYPE_NAMES[dtype]
    request.out_type = arrays.TYPE_NAMES[out_dtype]
    request.factors = _factors(len(shape), sigma, order, options)
    request.border = arguments.as_text(border, "gaussian: border")
    request.border_value = _options.checked_cval(options, dtype)
    request.truncate = arguments.as_real(truncate, "gaussian: truncate")
    request.max_error = arguments.as_real(max_error, "gaussian: max_error")
    request.method = arguments.as_text(method, "gaussian: method")
    request.threads = arguments.as_threads(options.threads, "filter: threads")
    return GaussianPlan(request, dtype, out_dtype)


def gaussian_filter(
    x: ArrayLike | SupportsDLPack,
    sigma: float | Sequence[float],
    *,
    out: NDArray[Any] | SupportsDLPack | None = None,
    order: int | Sequence[int] = 0,
    axes: int | Sequence[int] | None = None,
    channel_axis: int | None = None,
    border: str = "reflect101",
    cval: float = 0.0,
    out_dtype: DTypeLike | None = None,
    truncate: float = 4.0,
    max_error: float = 0.0,
    method: str = "auto",
    threads: int = 1,
) -> NDArray[Any]:
    """Filters an array with a Gaussian, or its derivatives, along each axis.

    Parameters
    ----------
    x : array_like or anything with DLPack
        1 to 8 axes of uint8, uint16, int16, int32, float32 or float64.
    sigma : float or sequence of float
        In samples, one for all filtered axes or one each; an axis of sigma 0 is left as it is.
    out : ndarray or anything with DLPack, optional
        Where to write; it may not overlap x.
    order, axes, channel_axis, border, cval, out_dtype, truncate, max_error, method, threads
        As in `gaussian_plan`.

    Returns
    -------
    ndarray
        `out` (an array of its memory if it is no ndarray), or a new array.

    Raises
    ------
    TypeError, ValueError
        Naming the argument; nothing is written.

    Examples
    --------
    >>> import numpy as np, sepconv
    >>> sepconv.gaussian_filter(np.array([0.0, 0.0, 1.0, 0.0, 0.0]), 0.5).round(2)
    array([0.  , 0.11, 0.79, 0.11, 0.  ])
    """
    x = arrays.as_input(x)
    plan = gaussian_plan(
        x.shape,
        arrays.checked_dtype(x.dtype, "x"),
        sigma,
        order=order,
        axes=axes,
        channel_axis=channel_axis,
        border=border,
        cval=cval,
        out_dtype=out_dtype,
        truncate=truncate,
        max_error=max_error,
        method=method,
        threads=threads,
    )
    return plan.run(x, out)
