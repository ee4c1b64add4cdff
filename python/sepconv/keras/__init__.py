"""Weights of Keras' layers, as `layer.get_weights()` gives them, into layers of sepconv; Keras
itself is not needed.

>>> import numpy as np, sepconv.keras
>>> weights = [np.ones((3, 3, 8, 1)), np.ones((1, 1, 8, 16)), np.zeros(16)]
>>> layer = sepconv.keras.separable_conv2d(weights, padding="same", activation="relu")
>>> layer(np.ones((1, 5, 5, 8), np.float32)).shape
(1, 5, 5, 16)
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from .._layers import BatchNorm, DepthwiseConv2d, SeparableConv2d

__all__ = ["depthwise_conv2d", "separable_conv2d"]

# Keras' names of activations, in ours.
ACTIVATIONS = {
    None: None,
    "linear": None,
    "relu": "relu",
    "relu6": "relu6",
    "silu": "swish",
    "swish": "swish",
    "hard_silu": "hard_swish",
    "hard_swish": "hard_swish",
    "hard_sigmoid": "hard_sigmoid",
    "gelu": "gelu",
}

# Of Keras' BatchNormalization, unless it was given another one.
EPSILON = 1e-3


def _options(caller: str, options: dict) -> tuple[dict, dict]:
    """Arguments of Keras' layers in ours, and what comes after the sums."""
    known = {
        "strides": (1, 1),
        "padding": "valid",
        "data_format": "channels_last",
        "dilation_rate": (1, 1),
        "norm": None,
        "activation": None,
        "threads": 1,
    }
    if unknown := set(options) - set(known):
        raise TypeError(f"{caller}: {min(unknown)} is not known; expected {', '.join(known)}")
    given = known | options
    layouts = {"channels_last": "NHWC", "channels_first": "NCHW"}
    for name, values in (("data_format", layouts), ("activation", ACTIVATIONS)):
        if given[name] not in values:
            expected = ", ".join(map(str, values))
            raise ValueError(f"{caller}: {name} is {given[name]!r}; expected one of {expected}")
    norm = given["norm"]
    if norm is not None and len(norm) == 4:
        norm = BatchNorm(*norm, EPSILON)
    return {
        "strides": given["strides"],
        "dilation": given["dilation_rate"],
        "padding": given["padding"],
        "layout": layouts[given["data_format"]],
        "threads": given["threads"],
    }, {"norm": norm, "activation": ACTIVATIONS[given["activation"]]}


def _taps(weights: ArrayLike, name: str) -> np.ndarray:
    """[kh, kw, C, M] as [C, M, kh, kw]."""
    taps = np.asarray(weights)
    if taps.ndim != 4:
        raise ValueError(f"{name} has shape {taps.shape}; expected [kh, kw, C, M]")
    return taps.transpose(2, 3, 0, 1)


def depthwise_conv2d(weights: Sequence[ArrayLike], **options) -> DepthwiseConv2d:
    """The layer of a Keras DepthwiseConv2D.

    Parameters
    ----------
    weights : sequence of array_like
        [kh, kw, C, M] and, unless use_bias was false, [C * M].
    **options
        strides, padding ("valid" by default), data_format, dilation_rate and activation as the
        Keras layer had them; norm, the weights of a BatchNormalization that follows (gamma, beta,
        mean and variance, and its epsilon if it is not 1e-3), before the activation; and threads.
    """
    caller = "depthwise_conv2d"
    settings, after = _options(caller, options)
    if len(weights) not in (1, 2):
        raise ValueError(f"{caller}: weights has {len(weights)} arrays; expected taps and a bias")
    taps, *bias = weights
    return DepthwiseConv2d(_taps(taps, f"{caller}: weights[0]"), *bias, **after, **settings)


def separable_conv2d(weights: Sequence[ArrayLike], **options) -> SeparableConv2d:
    """The layer of a Keras SeparableConv2D, which has one bias and one activation, at its end.

    Parameters
    ----------
    weights : sequence of array_like
        [kh, kw, C, M], [1, 1, C * M, N] and, unless use_bias was false, [N].
    **options
        As in `depthwise_conv2d`.
    """
    caller = "separable_conv2d"
    settings, after = _options(caller, options)
    if len(weights) not in (2, 3):
        raise ValueError(
            f"{caller}: weights has {len(weights)} arrays; expected depthwise, pointwise and a bias"
        )
    taps, mix, *bias = weights
    mix = np.asarray(mix)
    if mix.ndim != 4 or mix.shape[:2] != (1, 1):
        raise ValueError(f"{caller}: weights[1] has shape {mix.shape}; expected [1, 1, C * M, N]")
    return SeparableConv2d(
        _taps(taps, f"{caller}: weights[0]"),
        mix[0, 0].T,
        pointwise_bias=bias[0] if bias else None,
        norms=(None, after["norm"]),
        activations=(None, after["activation"]),
        **settings,
    )
