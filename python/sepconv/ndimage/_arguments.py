"""What scipy.ndimage's arguments mean, and its exceptions for bad ones; used by every filter."""

import operator
import warnings

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

# scipy's names of what lies beyond the edges, and ours.
BORDERS = {
    "reflect": "symmetric",
    "grid-mirror": "symmetric",
    "mirror": "reflect101",
    "nearest": "replicate",
    "wrap": "wrap",
    "grid-wrap": "wrap",
    "constant": "constant",
    "grid-constant": "constant",
}


def border_of(mode) -> str:
    """Our name of a mode."""
    if not isinstance(mode, str) or mode not in BORDERS:
        raise RuntimeError("boundary mode not supported")
    return BORDERS[mode]


def real_value(cval) -> float:
    """cval as a double; complex ones are taken apart before."""
    if isinstance(cval, str | bytes | complex) or not hasattr(type(cval), "__float__"):
        raise TypeError(f"must be real number, not {type(cval).__name__}")
    return float(cval)


def is_complex(*arrays: np.ndarray) -> bool:
    """True where any of the arrays is."""
    return any(array.dtype.kind == "c" for array in arrays)


def one_each(value, count: int) -> list:
    """The values of a sequence of count, or a single value that often."""
    if isinstance(value, str) or not np.iterable(value):
        return [value] * count
    values = list(value)
    if len(values) != count:
        raise RuntimeError("sequence argument must have length equal to input rank")
    return values


def checked_axes(axes, dimensions: int) -> tuple[int, ...]:
    """Axes of 0 or more, each once; None is all of them."""
    if axes is None:
        return tuple(range(dimensions))
    if not np.isscalar(axes) and not np.iterable(axes):
        raise ValueError("axes must be an integer, iterable of integers, or None")
    given = [operator.index(axis) for axis in ([axes] if np.isscalar(axes) else axes)]
    for axis in given:
        if not -dimensions <= axis < dimensions:
            raise ValueError(f"specified axis: {axis} is out of range")
    checked = tuple(axis % dimensions for axis in given)
    if len(set(checked)) != len(checked):
        raise ValueError("axes must be unique")
    return checked


def checked_axis(axis, dimensions: int) -> int:
    """An axis of 0 or more; AxisError, a ValueError, if there is none."""
    return normalize_axis_index(operator.index(axis), dimensions)


def anchor_of(size: int, origin, length: str = "len(weights)", index: str = "") -> int:
    """The tap that sits on the output sample, of size taps; the texts name the arguments."""
    anchor = size // 2 + origin
    if not 0 <= anchor < size:
        raise ValueError(
            f"Invalid origin; origin must satisfy -({length} // 2) <= origin{index} "
            f"<= ({length}-1) // 2"
        )
    return operator.index(anchor)


def flipped_origin(origin, size: int):
    """The origin of flipped taps that convolve as the taps of origin do."""
    return -origin - 1 if size % 2 == 0 else -origin


def output_for(output, input: np.ndarray, complex_output: bool = False) -> np.ndarray:
    """The array to fill: output itself, or a new one of the dtype that it names."""
    if output is None:
        dtype = input.dtype.newbyteorder("=")
        return np.empty(input.shape, np.promote_types(dtype, "c8") if complex_output else dtype)
    if isinstance(output, type | np.dtype):
        dtype = np.dtype(output)
        if complex_output and dtype.kind != "c":
            warnings.warn("promoting specified output dtype to complex", stacklevel=3)
            dtype = np.promote_types(dtype, "c8")
        return np.empty(input.shape, dtype)
    if isinstance(output, str):
        dtype = np.dtype(output)
        _check_complex(dtype, complex_output)
        if not issubclass(dtype.type, np.number):
            raise RuntimeError("output must have numeric dtype")
        return np.empty(input.shape, dtype)
    output = np.asarray(output)
    if output.shape != input.shape:
        raise RuntimeError("output shape not correct")
    _check_complex(output.dtype, complex_output)
    return output


def _check_complex(dtype: np.dtype, complex_output: bool) -> None:
    if complex_output and dtype.kind != "c":
        raise RuntimeError("output must have complex dtype")
