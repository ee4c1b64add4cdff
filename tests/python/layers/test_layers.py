"""Layers against an independent numpy implementation: padded maps, windows and einsum."""

import json
import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import sepconv
from numpy.lib.stride_tricks import sliding_window_view

erf = np.vectorize(math.erf)
ACTIVATIONS = {
    None: lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    ("clip", -0.5, 0.25): lambda x: np.clip(x, -0.5, 0.25),
    "leaky_relu": lambda x: np.where(x < 0, np.float32(0.01) * x, x),
    ("leaky_relu", 0.25): lambda x: np.where(x < 0, 0.25 * x, x),
    ("prelu", (0.5, -1.0, 0.0)): lambda x: np.where(x < 0, x * [0.5, -1.0, 0.0], x),
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "hard_swish": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "swish": lambda x: x / (1 + np.exp(-x)),
    "gelu": lambda x: x / 2 * (1 + erf(x / math.sqrt(2))),
}


def random(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def margins(padding, sizes, kernel, strides, dilation):
    """Zeros before and after each of the two axes."""
    if padding == "valid":
        return [(0, 0)] * 2
    if isinstance(padding, int):
        return [(padding, padding)] * 2
    if padding != "same":
        return padding
    totals = [
        max(0, (-(-n // s) - 1) * s + (k - 1) * d + 1 - n)
        for n, k, s, d in zip(sizes, kernel, strides, dilation, strict=True)
    ]
    return [(total // 2, total - total // 2) for total in totals]


def conv(x, weights, groups=1, bias=None, **window):
    """An NHWC convolution in float64; weights [N, C / groups, kh, kw]."""
    kernel = weights.shape[2:]
    strides, dilation = window.get("strides", (1, 1)), window.get("dilation", (1, 1))
    padding = window.get("padding", "same")
    zeros = margins(padding, x.shape[1:3], kernel, strides, dilation)
    padded = np.pad(x.astype(np.float64), [(0, 0), *zeros, (0, 0)])
    extent = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    windows = sliding_window_view(padded, extent, axis=(1, 2))
    windows = windows[:, :: strides[0], :: strides[1], :, :: dilation[0], :: dilation[1]]
    windows = windows.reshape(*windows.shape[:3], groups, -1, *kernel)
    filters = weights.reshape(groups, -1, *weights.shape[1:])
    sums = np.einsum("bhwgckl,gnckl->bhwgn", windows, filters)
    return sums.reshape(*sums.shape[:3], -1) + (0 if bias is None else bias)


def depthwise(x, weights, **options):
    channels, multiplier, *sides = weights.shape
    return conv(x, weights.reshape(channels * multiplier, 1, *sides), channels, **options)


def pointwise(x, weights, bias=None):
    return conv(x, weights[:, :, None, None], bias=bias)


def assert_near(actual, exact):
    assert actual.dtype == np.float32
    assert actual.shape == exact.shape
    assert np.abs(actual - exact).max() <= 1e-5 * np.abs(exact).max()


WINDOWS = [
    {},
    {"padding": "valid"},
    {"strides": (2, 2)},
    {"strides": (2, 1), "padding": ((0, 1), (2, 0))},
    {"dilation": (2, 3)},
    {"dilation": (1, 2), "strides": (3, 2), "padding": 1},
]


@pytest.mark.parametrize("layout", ["NHWC", "NCHW"])
@pytest.mark.parametrize("window", WINDOWS, ids=str)
@pytest.mark.parametrize("channels, multiplier, kernel", [(3, 1, (3, 3)), (17, 2, (4, 5))])
def test_separable(channels, multiplier, kernel, window, layout):
    x = random(1, 2, 19, 18, channels)
    dw, pw = random(2, channels, multiplier, *kernel), random(3, 21, channels * multiplier)
    db, pb = random(4, channels * multiplier), random(5, 21)
    middle = np.clip(depthwise(x, dw, bias=db, **window), 0, 6)
    expected = np.maximum(pointwise(middle, pw, pb), 0)
    options = {"activations": ("relu6", "relu"), "layout": layout, **window}
    layer = sepconv.SeparableConv2d(dw, pw, db, pb, **options)
    if layout == "NCHW":
        y = layer(np.ascontiguousarray(x.transpose(0, 3, 1, 2))).transpose(0, 2, 3, 1)
    else:
        y = layer(x)
    assert_near(y, expected)
    threaded = sepconv.SeparableConv2d(dw, pw, db, pb, **(options | {"layout": "NHWC"}), threads=3)
    np.testing.assert_array_equal(threaded(x), y)


def test_the_seed_case():
    x, dw, pw = random(1, 1, 7, 7, 3), random(2, 3, 3, 3), random(3, 128, 3)
    y = sepconv.SeparableConv2d(dw, pw, padding="valid")(x)
    assert y.shape == (1, 5, 5, 128)
    assert_near(y, pointwise(depthwise(x, dw[:, None], padding="valid"), pw))


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_activations(activation):
    x, weights = random(1, 1, 6, 9, 3), random(2, 3, 5, 5)
    y = sepconv.DepthwiseConv2d(weights, activation=activation)(x)
    assert_near(y, ACTIVATIONS[activation](depthwise(x, weights[:, None])))


def norm_of(seed, channels):
    gamma, beta, mean, variance = random(seed, 4, channels)
    return sepconv.BatchNorm(gamma, beta, mean, variance**2, 1e-3)


def normalised(x, norm):
    gamma, beta, mean, variance, epsilon = norm
    return (x - mean) / np.sqrt(variance + epsilon) * gamma + beta


def test_norms_come_after_each_stage():
    x, bias, norms = random(1, 1, 6, 9, 5), random(3, 30), [norm_of(n, 30) for n in (7, 8)]
    expand, dw, project = random(2, 30, 5), random(3, 30, 3, 3), random(4, 4, 30)
    wide = np.maximum(normalised(pointwise(x, expand, bias), norms[0]), 0)
    middle = np.clip(normalised(depthwise(wide, dw[:, None]), norms[1]), 0, 6)
    block = sepconv.InvertedResidual(
        expand,
        dw,
        project,
        bias,
        norms=(norms[0], tuple(norms[1]), None),
        activations=("relu", "relu6", None),
        residual=False,
    )
    assert_near(block(x), pointwise(middle, project))
    alone = sepconv.DepthwiseConv2d(dw, norm=norms[0], activation="relu")
    assert_near(
        alone(wide.astype(np.float32)),
        np.maximum(normalised(depthwise(wide, dw[:, None]), norms[0]), 0),
    )
    ordinary = sepconv.Conv2d(expand[:, :, None, None], bias, norm=norms[0])
    assert_near(ordinary(x), normalised(pointwise(x, expand, bias), norms[0]))


@pytest.mark.parametrize("groups", [1, 3])
def test_ordinary_and_grouped(groups):
    x, weights, bias = random(1, 2, 11, 12, 6), random(2, 9, 6 // groups, 3, 2), random(3, 9)
    window = {"strides": (2, 1), "padding": "valid"}
    y = sepconv.Conv2d(weights, bias, groups=groups, **window)(x)
    assert_near(y, conv(x, weights, groups, bias, **window))


@pytest.mark.parametrize("residual", [True, False])
def test_inverted_residual(residual):
    x = random(1, 1, 10, 13, 5)
    expand, dw, project = random(2, 30, 5), random(3, 30, 3, 3), random(4, 5, 30)
    wide = np.clip(pointwise(x, expand), 0, 6)
    expected = pointwise(np.clip(depthwise(wide, dw[:, None]), 0, 6), project) + residual * x
    activations = ("relu6", "relu6", None)
    layer = sepconv.InvertedResidual(
        expand, dw, project, activations=activations, residual=residual
    )
    assert_near(layer(x), expected)


@pytest.mark.parametrize("shape", [(1, 3, 5, 2), (2, 64, 65, 2)])
def test_new_outputs_begin_with_a_cache_line(shape):
    y = sepconv.DepthwiseConv2d(np.ones((2, 1, 1)))(np.ones(shape, np.float32))
    assert y.ctypes.data % 64 == 0 and y.flags.c_contiguous and y.shape == shape


def test_out_and_strided_views():
    layer = sepconv.SeparableConv2d(random(1, 3, 3, 3), random(2, 4, 3))
    x = random(3, 1, 8, 9, 3)
    expected = layer(x)
    memory = np.full((1, 8, 18, 4), 7, np.float32)
    out = memory[:, :, ::2]
    assert layer(np.asfortranarray(x), out) is out
    np.testing.assert_array_equal(out, expected)
    assert (memory[:, :, 1::2] == 7).all()


def test_one_layer_serves_shapes_and_threads():
    layer = sepconv.SeparableConv2d(random(1, 3, 3, 3), random(2, 4, 3))
    xs = [random(n, 1 + n % 2, 5 + n, 7, 3) for n in range(12)]
    alone = [layer(x) for x in xs]
    with ThreadPoolExecutor(4) as pool:
        for expected, y in zip(alone * 3, pool.map(layer, xs * 3), strict=True):
            np.testing.assert_array_equal(y, expected)


@pytest.mark.parametrize("layout, shape", [("NHWC", (1, 7, 7, 3)), ("NCHW", (1, 3, 7, 7))])
def test_the_seed_case_is_explained(layout, shape):
    dw, pw = random(2, 3, 3, 3), random(3, 128, 3)
    layer = sepconv.SeparableConv2d(dw, pw, padding="valid", layout=layout)
    explained = layer.explain(shape)
    assert explained.multiplications == (675, 9600)
    assert explained.unwritten_bytes == 5 * 5 * 3 * 4
    assert "depthwise 3x3 > pointwise 1x1" in str(explained)
    values = json.loads(explained.json())
    assert [stage["multiplications"] for stage in values["stages"]] == [675, 9600]
    assert values["unwritten_bytes"] == explained.unwritten_bytes
    with pytest.raises(ValueError, match="shape is .*four axes"):
        layer.explain((7, 7, 3))


def test_without_a_shape_the_last_one_is_explained():
    layer = sepconv.DepthwiseConv2d(np.ones((3, 3, 3)))
    with pytest.raises(ValueError, match="DepthwiseConv2d: shape is not given"):
        layer.explain()
    layer(np.ones((2, 5, 7, 3), np.float32))
    assert layer.explain().multiplications == layer.explain((2, 5, 7, 3)).multiplications
