"""Kernel and the functions that make kernels; sepconv re-exports all of it."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from . import sepconv_ext as ext
from ._arguments import LARGEST, as_index, as_real, as_taps, as_text

# What Kernel.from_integers takes exactly: whole numbers up to 2^53, which doubles hold.
WHOLE_KINDS = "biu"


def _indices(values, name: str) -> tuple[int, ...]:
    if np.ndim(values) == 0:
        raise TypeError(f"{name} is {values!r}; expected one integer an axis")
    return tuple(as_index(value, name) for value in values)


def _core_kernel(taps, divisor) -> ext.CoreKernel:
    array = as_taps(taps, "Kernel: taps")
    divisor = as_index(divisor, "Kernel: divisor")
    if divisor < 1:
        raise ValueError(f"Kernel: divisor is {divisor}; expected 1 or more")
    if array.dtype.kind in WHOLE_KINDS:
        if array.dtype == np.uint64 and array.size and array.max() > LARGEST:
            raise ValueError("Kernel: taps above 2^53; expected integers up to 2^53")
        whole = np.ascontiguousarray(array, np.int64).reshape(array.shape)
        return ext.kernel_from_integers(whole, divisor)
    reals = np.ascontiguousarray(array, np.float64).reshape(array.shape)
    return ext.kernel_from_reals(reals if divisor == 1 else reals / divisor)


class Kernel:
    """The weights of a filter and the tap that sits on the output sample.

    Parameters
    ----------
    taps : array_like
        1 to 8 axes, rows last. Arrays of integers are kept as integers, so that filters of
        integer types can be exact.
    divisor : int, default 1
        What all taps are divided by.
    anchor : tuple of int, optional
        The index of the tap on the output sample; ``size // 2`` along each axis by default.

    Raises
    ------
    ValueError
        No taps, NaN or infinite taps, integers above 2^53, or an anchor outside.
    TypeError
        Taps that are neither integers nor floats.

    Examples
    --------
    >>> Kernel([[1, 2, 1], [2, 4, 2], [1, 2, 1]], divisor=16)
    Kernel 3x3, anchor (1, 1), integers / 16
    [[1 2 1]
     [2 4 2]
     [1 2 1]]
    """

    __slots__ = ("_core",)

    def __init__(
        self, taps: ArrayLike, *, divisor: int = 1, anchor: Sequence[int] | None = None
    ) -> None:
        self._core = _core_kernel(taps, divisor)
        if anchor is not None:
            self._core = self._core.with_anchor(_indices(anchor, "Kernel: anchor"))

    @classmethod
    def _from_core(cls, core: ext.CoreKernel) -> "Kernel":
        kernel = cls.__new__(cls)
        kernel._core = core
        return kernel

    @property
    def taps(self) -> NDArray[np.float64]:
        """A new float64 array of the taps, already divided by `divisor`."""
        return self._core.taps

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of taps along each axis, rows last."""
        return self._core.shape

    @property
    def anchor(self) -> tuple[int, ...]:
        """The index of the tap on the output sample."""
        return self._core.anchor

    @property
    def is_integer(self) -> bool:
        """True where every tap is a known whole number over `divisor`."""
        return self._core.is_integer

    @property
    def divisor(self) -> int:
        """What the whole taps are divided by; 1 for a kernel of real taps."""
        return self._core.divisor

    def with_anchor(self, anchor: Sequence[int]) -> "Kernel":
        """The same taps with another one on the output sample."""
        return Kernel._from_core(self._core.with_anchor(_indices(anchor, "with_anchor: anchor")))

    def flipped(self) -> "Kernel":
        """Reversed along every axis: correlation with it is convolution with this."""
        return Kernel._from_core(self._core.flipped())

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        return self.taps if dtype is None else self.taps.astype(dtype)

    def __repr__(self) -> str:
        size = "x".join(map(str, self.shape))
        taps, kind = self.taps, ""
        if self.is_integer:
            taps = np.rint(taps * self.divisor).astype(np.int64)
            kind = ", integers" + (f" / {self.divisor}" if self.divisor != 1 else "")
        text = np.array2string(taps, precision=5, suppress_small=True)
        return f"Kernel {size}, anchor {self.anchor}{kind}\n{text}"


def as_kernel(kernel: Kernel | ArrayLike) -> Kernel:
    """A Kernel as it is, anything else as the taps of one."""
    return kernel if isinstance(kernel, Kernel) else Kernel(kernel)


def _pair(value, as_number, name: str) -> tuple:
    """(y, x) from one value or two, each as as_number gives it."""
    if np.ndim(value) == 0:
        return (as_number(value, name),) * 2
    if len(value) != 2:
        raise ValueError(f"{name} has {len(value)} values; expected one, or two (y, x)")
    y, x = value
    return as_number(y, name), as_number(x, name)


def _direction(axis) -> str:
    if axis in ("x", 1, -1):
        return "x"
    if axis in ("y", 0, -2):
        return "y"
    raise ValueError(f"axis is {axis!r}; expected 'x' (1, -1) or 'y' (0, -2)")


def gaussian(sigma: float | Sequence[float], truncate: float = 3.0) -> Kernel:
    """Samples of a 2-D Gaussian, of sum one.

    Parameters
    ----------
    sigma : float or (float, float)
        In pixels; a pair is (sy, sx).
    truncate : float, default 3.0
        The radius is ``ceil(truncate * sigma)``, at least 1.

    Returns
    -------
    Kernel

    Raises
    ------
    TypeError
        `sigma` or `truncate` not a number.
    ValueError
        `sigma` or `truncate` not positive and finite.

    Examples
    --------
    >>> gaussian((1.0, 2.0)).shape
    (7, 13)
    """
    sigma_y, sigma_x = _pair(sigma, as_real, "gaussian: sigma")
    cut = as_real(truncate, "gaussian: truncate")
    return Kernel._from_core(ext.gaussian(sigma_x, sigma_y, cut))


def box(size: int | Sequence[int]) -> Kernel:
    """The mean of a window.

    Parameters
    ----------
    size : int or (int, int)
        In pixels; a pair is (height, width).

    Returns
    -------
    Kernel

    Raises
    ------
    TypeError, ValueError
        `size` not a whole number, or out of range.

    Examples
    --------
    >>> box((1, 4)).taps
    array([[0.25, 0.25, 0.25, 0.25]])
    """
    height, width = _pair(size, as_index, "box: size")
    return Kernel._from_core(ext.box(width, height))


def binomial(size: int | Sequence[int]) -> Kernel:
    """Rows of Pascal's triangle, of sum one.

    Parameters
    ----------
    size : int or (int, int)
        1 to 31; a pair is (height, width).

    Returns
    -------
    Kernel

    Raises
    ------
    TypeError, ValueError
        `size` not a whole number, or out of range.

    Examples
    --------
    >>> binomial((1, 3)).taps
    array([[0.25, 0.5 , 0.25]])
    """
    height, width = _pair(size, as_index, "binomial: size")
    return Kernel._from_core(ext.binomial(width, height))


def sobel(axis: str | int) -> Kernel:
    """The 3x3 derivative with smoothing (1 2 1).

    Parameters
    ----------
    axis : {'x', 'y'} or int
        The axis along which change is measured; 1 and -1 are x, 0 and -2 are y.

    Returns
    -------
    Kernel

    Raises
    ------
    ValueError
        Another `axis`.

    Examples
    --------
    >>> sobel("x")
    Kernel 3x3, anchor (1, 1), integers
    [[-1  0  1]
     [-2  0  2]
     [-1  0  1]]
    """
    return Kernel._from_core(ext.sobel(_direction(axis)))


def scharr(axis: str | int) -> Kernel:
    """The 3x3 derivative with smoothing (3 10 3).

    Parameters
    ----------
    axis : {'x', 'y'} or int
        As in `sobel`.

    Returns
    -------
    Kernel

    Raises
    ------
    ValueError
        Another `axis`.
    """
    return Kernel._from_core(ext.scharr(_direction(axis)))


def prewitt(axis: str | int) -> Kernel:
    """The 3x3 derivative with smoothing (1 1 1).

    Parameters
    ----------
    axis : {'x', 'y'} or int
        As in `sobel`.

    Returns
    -------
    Kernel

    Raises
    ------
    ValueError
        Another `axis`.
    """
    return Kernel._from_core(ext.prewitt(_direction(axis)))


def laplacian(neighbours: int = 4) -> Kernel:
    """The 3x3 Laplacian: a sample's neighbours less as many times the sample.

    Parameters
    ----------
    neighbours : {4, 8}

    Returns
    -------
    Kernel

    Raises
    ------
    TypeError, ValueError
        Neither 4 nor 8 `neighbours`.
    """
    return Kernel._from_core(ext.laplacian(as_index(neighbours, "laplacian: neighbours")))


def disk(radius: float) -> Kernel:
    """The mean of a disk, as a lens blurs.

    Parameters
    ----------
    radius : float
        In pixels; taps at the edge count by the share of them that the disk covers.

    Returns
    -------
    Kernel

    Raises
    ------
    TypeError, ValueError
        `radius` not a number, or not positive and finite.

    Examples
    --------
    >>> round(float(disk(2.5).taps.sum()), 12)
    1.0
    """
    return Kernel._from_core(ext.disk(as_real(radius, "disk: radius")))


def parse(spec: str) -> Kernel:
    """A kernel from a written SPEC, as the command line takes it.

    Parameters
    ----------
    spec : str
        For example ``"gaussian:sigma=3x1.5"`` (x then y) or ``"1 2 1; 2 4 2; 1 2 1"/16``.

    Returns
    -------
    Kernel

    Raises
    ------
    TypeError
        `spec` is not a string.
    ValueError
        What was got, what was expected, and the nearest valid name.

    Examples
    --------
    >>> parse("1 2 1; 2 4 2; 1 2 1 /16")
    Kernel 3x3, anchor (1, 1), integers / 16
    [[1 2 1]
     [2 4 2]
     [1 2 1]]
    """
    return Kernel._from_core(ext.parse(as_text(spec, "parse: spec")))


def read_kernel(path: str | os.PathLike[str]) -> Kernel:
    """A kernel from a .npy, .csv or .json file.

    Parameters
    ----------
    path : str or os.PathLike

    Returns
    -------
    Kernel

    Raises
    ------
    OSError
        The file cannot be opened.
    FormatError
        It is not what its name says. FormatError is a ValueError.
    """
    with open(path, "rb"):  # so that a missing file is Python's FileNotFoundError
        pass
    return Kernel._from_core(ext.read_kernel(os.fspath(path)))
