"""The keywords that filter() and plan() share, and what they mean for arrays of a shape."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from ._arguments import as_index, as_real


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to filter; plan() describes every field."""

    axes: int | Sequence[int] | None = None
    channel_axis: int | None = None
    border: str = "reflect101"
    cval: float = 0.0
    origin: int | Sequence[int] = 0
    out_dtype: DTypeLike | None = None
    convolve: bool = False
    method: str = "auto"
    max_error: float = 0.0
    threads: int = 1
    min_weight: float = 0.0
    fill_value: float | None = None


def _axis_index(axis, dimensions: int, argument: str) -> int:
    index = as_index(axis, f"filter: {argument}")
    if not -dimensions <= index < dimensions:
        raise ValueError(
            f"filter: {argument} has {index}; expected {-dimensions} to {dimensions - 1} "
            f"for an array of {dimensions} axes"
        )
    return index % dimensions


def filtered_axes(options: Options, dimensions: int, kernel_axes: int) -> tuple[int, ...]:
    """The axis of the array that each axis of the kernel runs along, all 0 or more."""
    channel = channel_index(options, dimensions)
    if options.axes is None:
        others = [axis for axis in range(dimensions) if axis != channel]
        if len(others) < kernel_axes:
            beside = "" if channel is None else " beside channel_axis"
            raise ValueError(
                f"filter: kernel has {kernel_axes} axes; x has only {len(others)}{beside}"
            )
        return tuple(others[len(others) - kernel_axes :])
    given = (options.axes,) if np.ndim(options.axes) == 0 else options.axes
    axes = tuple(_axis_index(axis, dimensions, "axes") for axis in given)
    if len(axes) != kernel_axes:
        raise ValueError(f"filter: axes has {len(axes)} axes; expected {kernel_axes} as kernel")
    if len(set(axes)) != len(axes):
        raise ValueError(f"filter: axes is {options.axes}; expected each axis once")
    if channel in axes:
        raise ValueError(f"filter: axes is {options.axes}; it names channel_axis {channel}")
    return axes


def channel_index(options: Options, dimensions: int) -> int | None:
    """The axis of the channels, 0 or more; None where there is none."""
    if options.channel_axis is None:
        return None
    return _axis_index(options.channel_axis, dimensions, "channel_axis")


def moved_anchor(anchor, shape, origin) -> tuple[int, ...]:
    """Anchors with origin added, as scipy means it; ValueError if one leaves the kernel."""
    origins = (origin,) * len(shape) if np.ndim(origin) == 0 else tuple(origin)
    if len(origins) != len(shape):
        raise ValueError(f"filter: origin has {len(origins)} values; expected {len(shape)}")
    moved = tuple(a + as_index(o, "filter: origin") for a, o in zip(anchor, origins, strict=True))
    for at, size, start in zip(moved, shape, anchor, strict=True):
        if not 0 <= at < size:
            raise ValueError(
                f"filter: origin is {at - start} for {size} taps; "
                f"expected {-start} to {size - 1 - start}"
            )
    return moved


def checked_cval(options: Options, dtype: np.dtype) -> float:
    """The value beyond the edges; ValueError unless the type has it, floats rounded to nearest."""
    cval = as_real(options.cval, "filter: cval")
    if options.border != "constant":
        return 0.0
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        is_value = cval.is_integer() and limits.min <= cval <= limits.max
    else:
        with np.errstate(over="ignore"):
            cval = float(dtype.type(cval))
        is_value = np.isfinite(cval)
    if not is_value:
        raise ValueError(f"filter: cval is {options.cval}; expected a value of {dtype}")
    return cval


def checked_min_weight(options: Options) -> float:
    """The share of the kernel that has to be valid; ValueError beyond 0 to 1."""
    min_weight = as_real(options.min_weight, "filter: min_weight")
    if not 0 <= min_weight <= 1:
        raise ValueError(f"filter: min_weight is {min_weight}; expected 0 to 1")
    return min_weight


def checked_fill(options: Options, out_dtype: np.dtype) -> float | None:
    """What is written where too little is valid; ValueError unless integers of the type can be."""
    if options.fill_value is None:
        return None
    fill = as_real(options.fill_value, "filter: fill_value")
    if out_dtype.kind in "iu":
        limits = np.iinfo(out_dtype)
        if not (fill.is_integer() and limits.min <= fill <= limits.max):
            raise ValueError(
                f"filter: fill_value is {options.fill_value}; expected a value of {out_dtype}"
            )
    return fill
