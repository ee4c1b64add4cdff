"""plan() and filter(), as users call them: every keyword and what it means."""

from collections.abc import Sequence
from typing import Any

from numpy.typing import ArrayLike, DTypeLike, NDArray

from . import _arrays as arrays
from ._arguments import SupportsDLPack
from ._kernels import Kernel
from ._missing import samples_and_mask
from ._options import Options
from ._plan import Plan
from ._request import checked_request


def plan(
    shape: int | Sequence[int],
    dtype: DTypeLike,
    kernel: Kernel | ArrayLike,
    *,
    axes: int | Sequence[int] | None = None,
    channel_axis: int | None = None,
    border: str = "reflect101",
    cval: float = 0.0,
    origin: int | Sequence[int] = 0,
    out_dtype: DTypeLike | None = None,
    convolve: bool = False,
    method: str = "auto",
    max_error: float = 0.0,
    threads: int = 1,
    min_weight: float = 0.0,
    fill_value: float | None = None,
) -> Plan:
    """Decides how to filter arrays of one shape and dtype.

    Up to three axes are filtered in one pass over the array and a kernel that is no outer product
    in one too, without a copy. Outer products along more axes take a pass for two or three, with
    arrays of `Plan.temporary_bytes` between: of float64 where the sums are double, else float32.

    Parameters
    ----------
    shape : int or tuple of int
        1 to 8 axes of size 1 or more.
    dtype : dtype
        uint8, uint16, int16, int32, float32 or float64.
    kernel : Kernel, array_like or tuple of 1-D arrays
        A tuple has one factor an axis, rows last: (ky, kx).
    axes : int or tuple of int, optional
        The axes that those of the kernel run along; the last ones by default, without
        `channel_axis`.
    channel_axis : int, optional
        An axis that is not filtered.
    border : {'reflect101', 'zero', 'constant', 'replicate', 'symmetric', 'wrap'}
        What lies beyond the edges; scipy calls them mirror, constant, constant, nearest, reflect
        and wrap.
    cval : float, default 0.0
        For 'constant'; a value of `dtype`, to which floats are rounded.
    origin : int or tuple of int, default 0
        Moves the tap on the output sample to ``size // 2 + origin``, as in scipy.
    out_dtype : dtype, optional
        Of the result, `dtype` by default; integers are rounded to nearest and clamped.
    convolve : bool, default False
        Flip the kernel.
    method : {'auto', 'direct', 'separable', 'low_rank', 'fft'}
        How the kernel is run: as it is, as one outer product, as a sum of them, or by Fourier
        transforms of tiles; 'auto' is what is predicted fastest within `max_error`. Kernels along
        other axes than the last two (before `channel_axis` -1 of up to 4 channels) have 'auto',
        'direct' and 'separable', and auto is separable where one term is enough; factors have
        'auto' and 'separable'. The cost of 'direct' grows with the taps.
    max_error : float, default 0.0
        The accepted error of approximating the kernel by fewer terms, for inputs of magnitude 1.
    threads : int, default 1
        1 to 1024; the result does not depend on it.
    min_weight : float, default 0.0
        For runs with a mask: the share of the kernel, 0 to 1, that has to lie on valid samples;
        where less does the result is `fill_value`. 0 asks for any.
    fill_value : float, optional
        For runs with a mask; NaN by default, 0 for integers.

    Returns
    -------
    Plan

    Raises
    ------
    TypeError, ValueError
        Naming the argument.

    Examples
    --------
    >>> import numpy as np, sepconv
    >>> blur = sepconv.plan((480, 640), np.uint8, sepconv.gaussian(2.0), threads=2)
    >>> frames = np.zeros((10, 480, 640), np.uint8)
    >>> blurred = [blur.run(frame) for frame in frames]
    """
    options = Options(
        axes=axes,
        channel_axis=channel_axis,
        border=border,
        cval=cval,
        origin=origin,
        out_dtype=out_dtype,
        convolve=convolve,
        method=method,
        max_error=max_error,
        threads=threads,
        min_weight=min_weight,
        fill_value=fill_value,
    )
    return Plan(checked_request(shape, arrays.checked_dtype(dtype, "dtype"), kernel, options))


def filter(
    x: ArrayLike | SupportsDLPack,
    kernel: Kernel | ArrayLike,
    *,
    out: NDArray[Any] | SupportsDLPack | None = None,
    mask: ArrayLike | SupportsDLPack | str | None = None,
    axes: int | Sequence[int] | None = None,
    channel_axis: int | None = None,
    border: str = "reflect101",
    cval: float = 0.0,
    origin: int | Sequence[int] = 0,
    out_dtype: DTypeLike | None = None,
    convolve: bool = False,
    method: str = "auto",
    max_error: float = 0.0,
    threads: int = 1,
    min_weight: float = 0.0,
    fill_value: float | None = None,
) -> NDArray[Any]:
    """Filters an array: a plan made, run and forgotten.

    Parameters
    ----------
    x : array_like or anything with DLPack
        1 to 8 axes of uint8, uint16, int16, int32, float32 or float64. It is read in place, tensors
        of other libraries too, where they are in the memory of the CPU.
    kernel : Kernel, array_like or tuple of 1-D arrays
        A tuple has one factor an axis, rows last: (ky, kx).
    out : ndarray or anything with DLPack, optional
        Where to write; it may not overlap mask, nor x, but be x itself where only the last axis is
        filtered or more than three are (`Plan.allows_in_place`).
    mask : array_like of bool or uint8, or 'nan', optional
        Which samples of x are valid, True where they are, of its shape; or 'nan': those that are
        not NaN. The others are missing and do not count, whatever they hold: a result is the mean
        of the valid samples under the kernel, weighted by its taps (none may be negative), times
        the sum of all taps. Beyond a border of 'zero' all is missing, beyond 'constant' all is
        valid, and the others mirror or repeat the mask too. An x that is a masked array has its own
        mask, which is True where samples are missing; the result is a plain array all the same.
    axes, channel_axis, border, cval, origin, out_dtype, convolve, method, max_error, threads
        As in `plan`.
    min_weight, fill_value
        As in `plan`; they need a mask.

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
    >>> sepconv.filter(np.array([0.0, 0.0, 4.0, 0.0, 0.0]), [0.25, 0.5, 0.25])
    array([0., 1., 2., 1., 0.])
    >>> sepconv.filter(np.array([1.0, np.nan, 3.0, 3.0]), [0.25, 0.5, 0.25], mask="nan")
    array([1., 2., 3., 3.])
    """
    x, valid = samples_and_mask(x, mask)
    if valid is None and (min_weight != 0 or fill_value is not None):
        raise ValueError("filter: min_weight and fill_value are given without a mask")
    made = plan(
        x.shape,
        arrays.checked_dtype(x.dtype, "x"),
        kernel,
        axes=axes,
        channel_axis=channel_axis,
        border=border,
        cval=cval,
        origin=origin,
        out_dtype=out_dtype,
        convolve=convolve,
        method=method,
        max_error=max_error,
        threads=threads,
        min_weight=min_weight,
        fill_value=fill_value,
    )
    return made.run(x, out, mask=valid)
