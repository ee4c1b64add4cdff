"""Layers of networks: arguments checked and made into stages."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .. import _arguments as arguments
from .. import sepconv_ext as ext
from .layer import Layer
from .norm import BatchNorm, fold

Pair = int | tuple[int, int]
PaddingLike = str | int | tuple[tuple[int, int], tuple[int, int]]
ActivationLike = str | tuple[Any, ...] | None
NormLike = BatchNorm | tuple[Any, ...] | None


def _pair(value, name: str) -> tuple[int, int]:
    pair = arguments.as_shape(value, name)
    if len(pair) > 2 or (len(pair) == 1 and np.ndim(value)):
        raise ValueError(f"{name} is {value!r}; expected one number or (vertical, horizontal)")
    return pair if len(pair) == 2 else pair * 2


def _values(value, name: str) -> np.ndarray:
    """A contiguous array of finite f32."""
    values = np.ascontiguousarray(arguments.as_taps(value, name), np.float32)
    if not np.isfinite(values).all():
        raise ValueError(f"{name}: a value is not finite; expected numbers that float32 holds")
    return values


def _weights(value, name: str, shapes: dict[int, str]) -> np.ndarray:
    """Weights with one of the numbers of axes in shapes, none of size 0."""
    weights = _values(value, name)
    if weights.ndim not in shapes or weights.size == 0:
        expected = " or ".join(shapes.values())
        raise ValueError(f"{name} has shape {weights.shape}; expected {expected}")
    return weights


def _depthwise_weights(value, name: str) -> np.ndarray:
    weights = _weights(value, name, {4: "[C, M, kh, kw]", 3: "[C, kh, kw]"})
    return weights[:, None] if weights.ndim == 3 else weights


def _pointwise_weights(value, name: str, channels: int | None = None) -> np.ndarray:
    weights = _weights(value, name, {2: "[N, C]"})
    if channels is not None and weights.shape[1] != channels:
        raise ValueError(
            f"{name} has shape {weights.shape}; expected [N, {channels}], one weight a channel "
            "of the stage before"
        )
    return weights[:, :, None, None]


def _stage(weights: np.ndarray, groups: int, bias, name: str) -> ext.LayerStage:
    """A stage of weights [out, in / groups, kh, kw]; name is that of bias."""
    values = np.zeros(0, np.float32) if bias is None else _values(bias, name)
    if bias is not None and values.shape != weights.shape[:1]:
        raise ValueError(
            f"{name} has shape {values.shape}; expected {weights.shape[:1]}, one an output channel"
        )
    return ext.LayerStage(weights, groups, values.tolist())


def _depthwise_stage(weights: np.ndarray, bias, name: str) -> ext.LayerStage:
    channels, multiplier, *sides = weights.shape
    return _stage(weights.reshape(channels * multiplier, 1, *sides), channels, bias, name)


def _place(stage: ext.LayerStage, strides, dilation, padding, caller: str) -> ext.LayerStage:
    """stage with its window's strides, dilation and padding."""
    stage.set_window(*_pair(strides, f"{caller}: strides"), *_pair(dilation, f"{caller}: dilation"))
    name = f"{caller}: padding"
    if isinstance(padding, str):
        if padding not in ("same", "valid"):
            raise ValueError(f"{name} is {padding!r}; expected 'same', 'valid' or numbers")
        stage.set_same(padding == "same")
    elif np.ndim(padding) == 0:
        stage.set_margins(*4 * (arguments.as_index(padding, name),))
    elif np.shape(padding) == (2, 2):
        stage.set_margins(*(arguments.as_index(zeros, name) for side in padding for zeros in side))
    else:
        raise ValueError(f"{name} is {padding!r}; expected ((top, bottom), (left, right))")
    return stage


def _activate(stage: ext.LayerStage, activation, name: str) -> None:
    if activation is None:
        return
    kind, *values = (activation,) if isinstance(activation, str) else activation
    numbers = np.concatenate([np.atleast_1d(_values(v, name)) for v in values]) if values else []
    stage.set_activation(arguments.as_text(kind, name), [float(number) for number in numbers])


def _each(stages: list[ext.LayerStage], values, name: str):
    """Pairs of stage and value."""
    if not isinstance(values, tuple | list) or len(values) != len(stages):
        raise ValueError(f"{name} is {values!r}; expected {len(stages)}, one a stage")
    return zip(stages, values, strict=True)


def _finish_each(stages: list[ext.LayerStage], norms, activations, caller: str) -> list:
    """Takes norms and activations into stages; gives the factors of their weights."""
    name = f"{caller}: norms"
    scales = [fold(stage, norm, name) for stage, norm in _each(stages, norms, name)]
    name = f"{caller}: activations"
    for stage, activation in _each(stages, activations, name):
        _activate(stage, activation, name)
    return scales


class DepthwiseConv2d(Layer):
    """Every channel under filters of its own: a depthwise convolution, as frameworks define it.

    Parameters
    ----------
    weights : array_like, [C, M, kh, kw] or [C, kh, kw]
        Output channel c * M + m is channel c under its filter m; kernels are not flipped.
    bias : array_like, [C * M], optional
    strides, dilation : int or (vertical, horizontal), default (1, 1)
    padding : "same", "valid", int or ((top, bottom), (left, right)), default "same"
        Zeros around the map; "same" gives ceil(size / stride) outputs, as TensorFlow does.
    norm : BatchNorm or (gamma, beta, mean, variance[, epsilon]), optional
        Batch normalisation by these statistics, taken into weights and bias: it costs nothing.
    activation : None, str or tuple, optional
        "relu", "relu6", ("clip", low, high), "leaky_relu", ("leaky_relu", slope),
        ("prelu", slopes), "hard_sigmoid", "hard_swish", "swish" or "gelu".
    layout : "NHWC" or "NCHW", default "NHWC"
        Of the tensors in and out.
    threads : int, default 1
        The bits do not depend on it.
    """

    def __init__(
        self,
        weights: ArrayLike,
        bias: ArrayLike | None = None,
        *,
        strides: Pair = (1, 1),
        dilation: Pair = (1, 1),
        padding: PaddingLike = "same",
        norm: NormLike = None,
        activation: ActivationLike = None,
        layout: str = "NHWC",
        threads: int = 1,
    ):
        caller = "DepthwiseConv2d"
        taps = _depthwise_weights(weights, f"{caller}: weights")
        stage = _depthwise_stage(taps, bias, f"{caller}: bias")
        _place(stage, strides, dilation, padding, caller)
        scale = fold(stage, norm, f"{caller}: norm")
        _activate(stage, activation, f"{caller}: activation")
        super().__init__([stage], len(taps), layout, threads)
        self._weights_shapes, self._scales = [np.shape(weights)], [scale]


class Conv2d(Layer):
    """An ordinary convolution, or one in groups of channels that do not mix.

    Parameters
    ----------
    weights : array_like, [N, C / groups, kh, kw]
    bias : array_like, [N], optional
    groups : int, default 1
    strides, dilation, padding, norm, activation, layout, threads
        As in `DepthwiseConv2d`.
    """

    def __init__(
        self,
        weights: ArrayLike,
        bias: ArrayLike | None = None,
        *,
        strides: Pair = (1, 1),
        dilation: Pair = (1, 1),
        padding: PaddingLike = "same",
        groups: int = 1,
        norm: NormLike = None,
        activation: ActivationLike = None,
        layout: str = "NHWC",
        threads: int = 1,
    ):
        caller = "Conv2d"
        taps = _weights(weights, f"{caller}: weights", {4: "[N, C / groups, kh, kw]"})
        groups = arguments.as_index(groups, f"{caller}: groups")
        if groups < 1 or len(taps) % groups:
            raise ValueError(
                f"{caller}: groups is {groups}; expected a divisor of the {len(taps)} filters"
            )
        stage = _stage(taps, groups, bias, f"{caller}: bias")
        _place(stage, strides, dilation, padding, caller)
        scale = fold(stage, norm, f"{caller}: norm")
        _activate(stage, activation, f"{caller}: activation")
        super().__init__([stage], groups * taps.shape[1], layout, threads)
        self._weights_shapes, self._scales = [taps.shape], [scale]


class SeparableConv2d(Layer):
    """A depthwise convolution, then a pointwise one; the map between them is never in memory.

    Parameters
    ----------
    depthwise : array_like, [C, M, kh, kw] or [C, kh, kw]
    pointwise : array_like, [N, C * M]
    depthwise_bias : array_like, [C * M], optional
    pointwise_bias : array_like, [N], optional
    strides, dilation, padding
        Of the depthwise stage, as in `DepthwiseConv2d`.
    norms, activations : (depthwise, pointwise), default (None, None)
        After each stage, as `norm` and `activation` of `DepthwiseConv2d`.
    layout, threads
        As in `DepthwiseConv2d`.
    """

    def __init__(
        self,
        depthwise: ArrayLike,
        pointwise: ArrayLike,
        depthwise_bias: ArrayLike | None = None,
        pointwise_bias: ArrayLike | None = None,
        *,
        strides: Pair = (1, 1),
        dilation: Pair = (1, 1),
        padding: PaddingLike = "same",
        norms: tuple[NormLike, NormLike] = (None, None),
        activations: tuple[ActivationLike, ActivationLike] = (None, None),
        layout: str = "NHWC",
        threads: int = 1,
    ):
        caller = "SeparableConv2d"
        taps = _depthwise_weights(depthwise, f"{caller}: depthwise")
        filters = taps.shape[0] * taps.shape[1]
        mix = _pointwise_weights(pointwise, f"{caller}: pointwise", filters)
        first = _depthwise_stage(taps, depthwise_bias, f"{caller}: depthwise_bias")
        _place(first, strides, dilation, padding, caller)
        stages = [first, _stage(mix, 1, pointwise_bias, f"{caller}: pointwise_bias")]
        scales = _finish_each(stages, norms, activations, caller)
        super().__init__(stages, len(taps), layout, threads)
        self._weights_shapes, self._scales = [np.shape(depthwise), mix.shape[:2]], scales


class InvertedResidual(Layer):
    """Pointwise, depthwise, pointwise, and the input added: the block of MobileNetV2, as one.

    Parameters
    ----------
    expand : array_like, [E, C]
    depthwise : array_like, [E, M, kh, kw] or [E, kh, kw]
    project : array_like, [N, E * M]
    expand_bias, depthwise_bias, project_bias : array_like, optional
        One value an output channel of their stage.
    strides, dilation, padding
        Of the depthwise stage, as in `DepthwiseConv2d`.
    norms, activations : (expand, depthwise, project), default (None, None, None)
        After each stage, as `norm` and `activation` of `DepthwiseConv2d`; the input is added after
        the last.
    residual : bool, default True
        Whether the input is added, which then has the output's shape.
    layout, threads
        As in `DepthwiseConv2d`.
    """

    def __init__(
        self,
        expand: ArrayLike,
        depthwise: ArrayLike,
        project: ArrayLike,
        expand_bias: ArrayLike | None = None,
        depthwise_bias: ArrayLike | None = None,
        project_bias: ArrayLike | None = None,
        *,
        strides: Pair = (1, 1),
        dilation: Pair = (1, 1),
        padding: PaddingLike = "same",
        norms: tuple[NormLike, NormLike, NormLike] = (None, None, None),
        activations: tuple[ActivationLike, ActivationLike, ActivationLike] = (None, None, None),
        residual: bool = True,
        layout: str = "NHWC",
        threads: int = 1,
    ):
        caller = "InvertedResidual"
        wide = _pointwise_weights(expand, f"{caller}: expand")
        taps = _depthwise_weights(depthwise, f"{caller}: depthwise")
        if len(taps) != len(wide):
            raise ValueError(
                f"{caller}: depthwise has {len(taps)} channels; expand gives {len(wide)}"
            )
        filters = taps.shape[0] * taps.shape[1]
        narrow = _pointwise_weights(project, f"{caller}: project", filters)
        middle = _depthwise_stage(taps, depthwise_bias, f"{caller}: depthwise_bias")
        stages = [
            _stage(wide, 1, expand_bias, f"{caller}: expand_bias"),
            _place(middle, strides, dilation, padding, caller),
            _stage(narrow, 1, project_bias, f"{caller}: project_bias"),
        ]
        scales = _finish_each(stages, norms, activations, caller)
        stages[-1].adds_input = arguments.as_flag(residual, f"{caller}: residual")
        super().__init__(stages, wide.shape[1], layout, threads)
        self._weights_shapes = [wide.shape[:2], np.shape(depthwise), narrow.shape[:2]]
        self._scales = scales
