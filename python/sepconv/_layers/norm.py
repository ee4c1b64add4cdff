"""Batch normalisation of a layer's stage, taken into its weights and bias."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .. import sepconv_ext as ext


class BatchNorm(NamedTuple):
    """Statistics of a batch normalisation after a stage, one value an output channel: the sums
    become (sum - mean) / sqrt(variance + epsilon) * gamma + beta, before the activation.

    A plain tuple (gamma, beta, mean, variance, epsilon), epsilon optional, does as well.
    """

    gamma: ArrayLike
    beta: ArrayLike
    mean: ArrayLike
    variance: ArrayLike
    epsilon: float = 1e-5


def fold(stage: ext.LayerStage, norm, name: str) -> np.ndarray | None:
    """Takes norm into stage; gives what each channel's weights were multiplied by, in float64."""
    if norm is None:
        return None
    if not isinstance(norm, tuple | list) or len(norm) not in (4, 5):
        raise ValueError(f"{name} is {norm!r}; expected (gamma, beta, mean, variance[, epsilon])")
    norm = BatchNorm(*norm)
    values = [
        _checked(value, (stage.out_channels,), f"{name}: {field}")
        for value, field in zip(norm[:4], BatchNorm._fields, strict=False)
    ]
    spread = _checked(norm.epsilon, (), f"{name}: epsilon") + values[3]
    if spread.min() <= 0:
        raise ValueError(f"{name}: variance + epsilon is {spread.min():g}; expected more than 0")
    stage.fold_batch_norm(*(value.tolist() for value in values), float(norm.epsilon))
    return values[0] / np.sqrt(spread)


def _checked(value, shape: tuple[int, ...], name: str) -> np.ndarray:
    """value in float64; ValueError naming it unless it has this shape and is finite in float32."""
    with np.errstate(over="ignore"):
        array = np.asarray(value, np.float32)
    if array.shape != shape:
        raise ValueError(f"{name} has shape {array.shape}; expected {shape}, one an output channel")
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: a value is not finite; expected numbers that float32 holds")
    return array.astype(np.float64)
