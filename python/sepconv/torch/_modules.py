"""Convolutions of torch.nn that hold the weights, and a layer of sepconv that computes."""

from copy import deepcopy

import numpy as np
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from .. import _layers as layers
from .._layers import ActivationLike
from .._layers.layer import Layer

Margins = tuple[tuple[int, int], tuple[int, int]]
AnyActivation = ActivationLike | nn.PReLU


class _Run(torch.autograd.Function):
    """A layer forward, and all its gradients in one pass; parameters are what it was made of."""

    @staticmethod
    def forward(ctx, x: torch.Tensor, layer: Layer, *parameters: torch.Tensor | None):
        y = _tensor(layer(_array(x, layer.layout)), layer.layout)
        ctx.save_for_backward(x, y)
        ctx.layer, ctx.parameters = layer, parameters
        return y

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, gy: torch.Tensor):
        layout = ctx.layer.layout
        x, y, gy = (_array(one, layout) for one in (*ctx.saved_tensors, gy))
        gx, *found = ctx.layer.backward(x, gy, y, slopes=True)
        gradients = [
            _gradient_of(parameter, torch.from_numpy(gradient))
            for parameter, gradient in zip(ctx.parameters, found, strict=True)
        ]
        return _tensor(gx, layout), None, *gradients


def _gradient_of(parameter: torch.Tensor | None, gradient: torch.Tensor) -> torch.Tensor | None:
    """A layer's gradient as parameter's; a slope that all channels share has their sum."""
    if parameter is None:
        return None
    if parameter.numel() != gradient.numel():
        gradient = gradient.sum()
    return gradient.reshape(parameter.shape)


def _layout_of(x: torch.Tensor) -> str:
    """The order of axes in memory."""
    is_last = x.is_contiguous(memory_format=torch.channels_last) and not x.is_contiguous()
    return "NHWC" if is_last else "NCHW"


def _array(x: torch.Tensor, layout: str) -> np.ndarray:
    """A tensor [batch, channels, height, width] as a layer of this layout reads it."""
    return (x.detach().permute(0, 2, 3, 1) if layout == "NHWC" else x.detach()).numpy()


def _tensor(array: np.ndarray, layout: str) -> torch.Tensor:
    tensor = torch.from_numpy(array)
    return tensor.permute(0, 3, 1, 2) if layout == "NHWC" else tensor


def _margins(conv: nn.Conv2d) -> Margins:
    """Zeros around the map: ((top, bottom), (left, right))."""
    if conv.padding == "valid":
        return (0, 0), (0, 0)
    if conv.padding == "same":  # an odd zero stands after the map, as torch has it
        totals = [
            dilation * (side - 1)
            for side, dilation in zip(conv.kernel_size, conv.dilation, strict=True)
        ]
        return tuple((total // 2, total - total // 2) for total in totals)
    return tuple((zeros, zeros) for zeros in conv.padding)


def _checked(conv: nn.Conv2d, name: str, is_depthwise: bool) -> nn.Conv2d:
    """conv; TypeError or ValueError naming it unless it may be a part of a layer."""
    if not isinstance(conv, nn.Conv2d):
        raise TypeError(f"{name} is {type(conv).__name__}; expected torch.nn.Conv2d")
    if conv.padding_mode != "zeros":
        raise ValueError(f"{name} has padding_mode {conv.padding_mode!r}; expected 'zeros'")
    if is_depthwise and conv.groups != conv.in_channels:
        raise ValueError(
            f"{name} has {conv.groups} groups; expected {conv.in_channels}, one an input channel"
        )
    plain = (conv.kernel_size, conv.stride, conv.groups) == ((1, 1), (1, 1), 1)
    if not is_depthwise and not (plain and _margins(conv) == ((0, 0), (0, 0))):
        raise ValueError(f"{name} is {conv}; expected kernel 1x1, stride 1, one group, no padding")
    return conv


def _with_norm(conv: nn.Conv2d, norm: nn.BatchNorm2d | None, name: str) -> nn.Conv2d:
    """conv, or another one that has taken norm in; TypeError or ValueError naming norm."""
    if norm is None:
        return conv
    if not isinstance(norm, nn.BatchNorm2d):
        raise TypeError(f"{name} is {type(norm).__name__}; expected torch.nn.BatchNorm2d")
    if norm.training or norm.running_var is None:
        raise ValueError(f"{name} is in training; expected one in eval mode, with statistics")
    if norm.num_features != conv.out_channels:
        raise ValueError(
            f"{name} has {norm.num_features} channels; expected {conv.out_channels}, which the "
            "convolution gives"
        )
    return fuse_conv_bn_eval(deepcopy(conv).eval(), norm)


class _Module(nn.Module):
    """Convolutions whose weights make a layer: anew in training, kept while they stay in eval."""

    def __init__(self, threads: int | None):
        super().__init__()
        self.threads = threads
        self.prelus = nn.ModuleList()  # activations whose slopes are trained
        self._kept: tuple[tuple, Layer] | None = None

    def _make(self, **options) -> Layer:
        raise NotImplementedError

    def _held(self, activation: AnyActivation, conv: nn.Conv2d, name: str) -> AnyActivation:
        """activation, the slopes of a PReLU then this module's; ValueError naming it."""
        if isinstance(activation, nn.PReLU):
            if activation.num_parameters not in (1, conv.out_channels):
                raise ValueError(
                    f"{name} has {activation.num_parameters} slopes; expected 1 or "
                    f"{conv.out_channels}, one an output channel"
                )
            self.prelus.append(activation)
        return activation

    def train(self, mode: bool = True):
        self._kept = None
        return super().train(mode)

    def _layer(self, layout: str, parameters: list[torch.Tensor | None]) -> Layer:
        threads = self.threads or torch.get_num_threads()
        if self.training:
            return self._make(layout=layout, threads=threads)
        state = [p is None or (p.data_ptr(), p._version) for p in parameters]
        key = (layout, threads, *state)
        if self._kept is None or self._kept[0] != key:
            self._kept = key, self._make(layout=layout, threads=threads)
        return self._kept[1]

    def _run(self, x: torch.Tensor, *convolutions: nn.Conv2d) -> torch.Tensor:
        if x.device.type != "cpu" or x.dtype != torch.float32:
            raise TypeError(
                f"{type(self).__name__}: x is {x.dtype} on {x.device}; expected float32 on the CPU"
            )
        parameters = [conv.weight for conv in convolutions]
        parameters += [conv.bias for conv in convolutions]
        parameters += [prelu.weight for prelu in self.prelus]
        return _Run.apply(x, self._layer(_layout_of(x), parameters), *parameters)


def _values(parameter: torch.Tensor | None, *shape: int):
    return None if parameter is None else parameter.detach().reshape(shape or (-1,)).numpy()


def _taps(conv: nn.Conv2d):
    """[C, M, kh, kw]."""
    multiplier = conv.out_channels // conv.in_channels
    return _values(conv.weight, conv.in_channels, multiplier, *conv.kernel_size)


def _activation(activation: AnyActivation, conv: nn.Conv2d) -> ActivationLike:
    """As layers take it."""
    if not isinstance(activation, nn.PReLU):
        return activation
    return "prelu", activation.weight.detach().expand(conv.out_channels).numpy()


def _window(conv: nn.Conv2d) -> dict:
    return {"strides": conv.stride, "dilation": conv.dilation, "padding": _margins(conv)}


class DepthwiseConv2d(_Module):
    """A depthwise convolution with its activation, for tensors [batch, channels, height, width].

    Parameters
    ----------
    conv : torch.nn.Conv2d
        With as many groups as input channels. Its parameters are this module's.
    activation : None, str, tuple or torch.nn.PReLU, optional
        As in `sepconv.DepthwiseConv2d`; the slopes of a PReLU are trained.
    threads : int, optional
        By default as many as torch has. The bits do not depend on it.
    """

    def __init__(
        self,
        conv: nn.Conv2d,
        *,
        activation: AnyActivation = None,
        threads: int | None = None,
    ):
        super().__init__(threads)
        self.depthwise = _checked(conv, "DepthwiseConv2d: conv", is_depthwise=True)
        self.activation = self._held(activation, conv, "DepthwiseConv2d: activation")

    def _make(self, **options) -> Layer:
        conv = self.depthwise
        options |= {"activation": _activation(self.activation, conv), **_window(conv)}
        return layers.DepthwiseConv2d(_taps(conv), _values(conv.bias), **options)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self._run(x, self.depthwise)


class SeparableConv2d(_Module):
    """A depthwise convolution, then a pointwise one, as one: the map between them is never in
    memory, neither forward nor backward.

    Tensors are [batch, channels, height, width], contiguous or channels_last; what comes out has
    the order of what came in. Parameters are those of two torch.nn.Conv2d, `depthwise` and
    `pointwise`, under these names in `state_dict()`. In eval mode the packed weights are kept from
    call to call, until a parameter changes; writing through `.data` goes unseen until `train()` or
    `eval()` is called.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size, stride, padding, dilation
        Of the depthwise convolution, as in torch.nn.Conv2d.
    multiplier : int, default 1
        Depthwise filters a channel.
    bias : bool, default True
        Whether both convolutions have one.
    activations : (depthwise, pointwise), default (None, None)
        As in `sepconv.SeparableConv2d`, or torch.nn.PReLU, whose slopes are trained.
    threads : int, optional
        By default as many as torch has. The bits do not depend on it.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        *,
        multiplier: int = 1,
        bias: bool = True,
        activations: tuple[AnyActivation, AnyActivation] = (None, None),
        threads: int | None = None,
        **window,
    ):
        super().__init__(threads)
        filters = in_channels * multiplier
        self._hold(
            nn.Conv2d(in_channels, filters, kernel_size, groups=in_channels, bias=bias, **window),
            nn.Conv2d(filters, out_channels, 1, bias=bias),
            activations,
        )

    @classmethod
    def from_torch(
        cls,
        depthwise: nn.Conv2d,
        pointwise: nn.Conv2d,
        *,
        norms: tuple[nn.BatchNorm2d | None, nn.BatchNorm2d | None] = (None, None),
        activations: tuple[AnyActivation, AnyActivation] = (None, None),
        threads: int | None = None,
    ) -> "SeparableConv2d":
        """A module that has the parameters of these two, which it then runs as one.

        norms, in eval mode, come after each, before its activation: weights and bias take them in,
        so that they cost nothing, and are then parameters of the module's own.
        """
        name = "SeparableConv2d: norms"
        if not isinstance(norms, tuple | list) or len(norms) != 2:
            raise ValueError(f"{name} is {norms!r}; expected (depthwise, pointwise)")
        pair = (
            _with_norm(
                _checked(depthwise, "SeparableConv2d: depthwise", is_depthwise=True), norms[0], name
            ),
            _with_norm(
                _checked(pointwise, "SeparableConv2d: pointwise", is_depthwise=False),
                norms[1],
                name,
            ),
        )
        module = cls.__new__(cls)
        _Module.__init__(module, threads)
        module._hold(*pair, activations)
        return module

    def _hold(self, depthwise: nn.Conv2d, pointwise: nn.Conv2d, activations) -> None:
        self.depthwise = _checked(depthwise, "SeparableConv2d: depthwise", is_depthwise=True)
        self.pointwise = _checked(pointwise, "SeparableConv2d: pointwise", is_depthwise=False)
        if pointwise.in_channels != depthwise.out_channels:
            raise ValueError(
                f"SeparableConv2d: pointwise reads {pointwise.in_channels} channels; expected "
                f"{depthwise.out_channels}, which depthwise gives"
            )
        name = "SeparableConv2d: activations"
        if not isinstance(activations, tuple | list) or len(activations) != 2:
            raise ValueError(f"{name} is {activations!r}; expected (depthwise, pointwise)")
        self.activations = [
            self._held(activation, conv, name)
            for activation, conv in zip(activations, (depthwise, pointwise), strict=True)
        ]

    def _make(self, **options) -> Layer:
        first, last = self.depthwise, self.pointwise
        weights = _taps(first), _values(last.weight, last.out_channels, last.in_channels)
        after = [
            _activation(activation, conv)
            for activation, conv in zip(self.activations, (first, last), strict=True)
        ]
        options |= {"activations": after, **_window(first)}
        return layers.SeparableConv2d(*weights, _values(first.bias), _values(last.bias), **options)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self._run(x, self.depthwise, self.pointwise)
