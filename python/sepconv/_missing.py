"""Missing samples: what mask= means, and kernels that have a mean of what is left."""

import numpy as np

from . import _arrays as arrays
from ._arguments import as_array


def _checked_mask(mask, shape: tuple[int, ...]) -> np.ndarray:
    """The mask as bytes, not 0 where a sample is valid; a view where it is an array."""
    valid = as_array(mask, "filter: mask")
    if valid.dtype not in (np.bool_, np.uint8):
        raise TypeError(f"filter: mask is {valid.dtype}; expected bool or uint8, true where valid")
    if valid.shape != shape:
        raise ValueError(f"filter: mask has shape {valid.shape}; expected {shape} (as x)")
    return valid.view(np.uint8)


def samples_and_mask(x, mask) -> tuple[np.ndarray, np.ndarray | str | None]:
    """x as an array without a mask, and which of its samples are valid.

    None if all are, "nan" if those are that are numbers, or bytes that are not 0 where they are.
    """
    is_masked_array = arrays.is_masked(x)
    samples = arrays.as_input(x.data if is_masked_array else x)
    if arrays.is_masked(mask):
        raise TypeError("filter: mask is a masked array; expected an array without a mask")
    if isinstance(mask, str):
        if mask != "nan":
            raise ValueError(f"filter: mask is {mask!r}; expected an array or 'nan'")
        if samples.dtype.kind != "f":
            raise ValueError(f"filter: mask is 'nan' and x is {samples.dtype}; expected floats")
    elif mask is not None:
        mask = _checked_mask(mask, samples.shape)
    if not is_masked_array:
        return samples, mask
    valid = ~np.ma.getmaskarray(x)
    if mask is not None:
        valid &= ~np.isnan(samples) if isinstance(mask, str) else mask != 0
    return samples, valid.view(np.uint8)


def positive_factors(factors: tuple[np.ndarray, ...], kernel) -> tuple[np.ndarray, ...]:
    """The factors with their signs taken out in pairs; ValueError if a tap stays below 0.

    kernel is the dense one that they were separated from, or None where they were given. Where no
    tap of it is below 0, none of a factor is, but by rounding.
    """
    if kernel is not None and kernel.taps.min() < 0:
        raise ValueError(
            f"filter: kernel has a tap of {kernel.taps.min():g}; with a mask taps are 0 or more"
        )
    are_negative = [factor.sum() < 0 for factor in factors]
    if sum(are_negative) % 2 == 0:
        factors = tuple(
            -factor if is_negative else factor
            for factor, is_negative in zip(factors, are_negative, strict=True)
        )
    if kernel is not None:
        return tuple(np.maximum(factor, 0.0) for factor in factors)
    for factor in factors:
        if factor.min() < 0:
            raise ValueError(
                f"filter: kernel has a tap of {factor.min():g}; with a mask taps are 0 or more"
            )
    return factors
