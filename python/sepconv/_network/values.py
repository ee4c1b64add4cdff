"""Inputs and outputs of networks, as callers see them."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import sepconv_ext as ext

DTYPES = {
    "f32": np.dtype(np.float32),
    "f64": np.dtype(np.float64),
    "i64": np.dtype(np.int64),
    "i32": np.dtype(np.int32),
    "i8": np.dtype(np.int8),
    "u8": np.dtype(np.uint8),
    "bool": np.dtype(np.bool_),
}


@dataclass(frozen=True)
class NetworkValue:
    """An input or output of a network.

    Attributes
    ----------
    name : str
    dtype : numpy.dtype
    shape : tuple of int or None, or None
        None stands for sizes that may be any; a shape of None for any number of axes.
    """

    name: str
    dtype: np.dtype[Any]
    shape: tuple[int | None, ...] | None


def public_value(value: ext.NetworkValue) -> NetworkValue:
    sizes = tuple(None if size < 0 else size for size in value.sizes)
    return NetworkValue(value.name, DTYPES[value.type], sizes if value.has_shape else None)
