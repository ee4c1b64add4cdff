"""Gradients of layers against an independent numpy implementation in float64, tap by tap."""

import math

import numpy as np
import pytest
import sepconv

erf = np.vectorize(math.erf)


def gaussian(x):
    return np.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


# Each with its derivative.
ACTIVATIONS = {
    None: (lambda x: x, np.ones_like),
    "relu": (lambda x: np.maximum(x, 0), lambda x: x > 0),
    "relu6": (lambda x: np.clip(x, 0, 6), lambda x: (x > 0) & (x < 6)),
    ("clip", -1, 2.0): (lambda x: np.clip(x, -1, 2), lambda x: (x > -1) & (x < 2)),
    ("leaky_relu", -0.5): (
        lambda x: np.where(x > 0, x, -x / 2),
        lambda x: np.where(x > 0, 1, -0.5),
    ),
    "hard_sigmoid": (lambda x: np.clip(x / 6 + 0.5, 0, 1), lambda x: (abs(x) < 3) / 6),
    "hard_swish": (
        lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
        lambda x: np.where(x >= 3, 1, (x > -3) * (x / 3 + 0.5)),
    ),
    "swish": (lambda x: x * sigmoid(x), lambda x: sigmoid(x) * (1 + x * (1 - sigmoid(x)))),
    "gelu": (
        lambda x: x / 2 * (1 + erf(x / math.sqrt(2))),
        lambda x: (1 + erf(x / math.sqrt(2))) / 2 + x * gaussian(x),
    ),
}

# Where derivatives jump: a float sum near there may be on the other side.
CORNERS = {
    "relu": (0,),
    "relu6": (0, 6),
    ("clip", -1, 2.0): (-1, 2),
    ("leaky_relu", -0.5): (0,),
    "hard_sigmoid": (-3, 3),
    "hard_swish": (-3, 3),
}


class Stage:
    """A convolution of NHWC maps, weights [N, C / groups, kh, kw], and its gradients."""

    def __init__(self, weights, bias, groups=1, activation=None, **window):
        self.weights, self.bias, self.groups = weights.astype(float), bias.astype(float), groups
        self.activate, self.derivative = ACTIVATIONS[activation]
        self.corners = CORNERS.get(activation, ())
        self.strides = window.get("strides", (1, 1))
        self.dilation = window.get("dilation", (1, 1))
        self.margins = window.get("padding", ((0, 0), (0, 0)))

    def taps(self):
        """Each tap: where its inputs begin, and its weights by group [groups, N, C]."""
        n, c, height, width = self.weights.shape
        grouped = self.weights.reshape(self.groups, n // self.groups, c, height, width)
        for v in range(height):
            for u in range(width):
                yield v, u, grouped[..., v, u]

    def inputs(self, padded, v, u, shape):
        """The view of a padded map under a tap, [n, y, x, groups, c]."""
        rows, columns = (
            slice(k * d, k * d + (size - 1) * s + 1, s)
            for k, d, s, size in zip((v, u), self.dilation, self.strides, shape, strict=True)
        )
        under = padded[:, rows, columns]
        return under.reshape(*under.shape[:3], self.groups, -1)

    def forward(self, x):
        self.padded = np.pad(x, [(0, 0), *self.margins, (0, 0)])
        shape = [
            (size - (k - 1) * d - 1) // s + 1
            for size, k, d, s in zip(
                self.padded.shape[1:3],
                self.weights.shape[2:],
                self.dilation,
                self.strides,
                strict=True,
            )
        ]
        sums = 0
        for v, u, weights in self.taps():
            sums += np.einsum("byxgc,gnc->byxgn", self.inputs(self.padded, v, u, shape), weights)
        self.sums = sums.reshape(*sums.shape[:3], -1) + self.bias
        return self.activate(self.sums)

    def backward(self, gy):
        """The gradients in x, the weights and the bias."""
        for corner in self.corners:
            gaps = np.abs(self.sums - corner)
            assert gaps[gaps > 0].min() > 1e-5, "too near a corner: take another seed"
        g = gy * self.derivative(self.sums)
        grouped = g.reshape(*g.shape[:3], self.groups, -1)
        padded, weights = np.zeros_like(self.padded), np.zeros_like(self.weights)
        for v, u, taps in self.taps():
            x = self.inputs(self.padded, v, u, g.shape[1:3])
            sums = np.einsum("byxgc,byxgn->gnc", x, grouped)
            weights[:, :, v, u] = sums.reshape(weights.shape[:2])
            gx = self.inputs(padded, v, u, g.shape[1:3])
            assert np.shares_memory(gx, padded)
            gx += np.einsum("byxgn,gnc->byxgc", grouped, taps)
        (top, bottom), (left, right) = self.margins
        height, width = padded.shape[1:3]
        return padded[:, top : height - bottom, left : width - right], weights, g.sum((0, 1, 2))


def random(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def assert_near(actual, exact):
    assert actual.dtype == np.float32
    assert actual.shape == exact.shape
    assert np.abs(actual - exact).max() <= 1e-5 * np.abs(exact).max()


WINDOWS = [
    {"padding": ((1, 1), (1, 1))},
    {"padding": ((0, 0), (0, 0))},
    {"strides": (2, 2), "padding": ((0, 1), (1, 0))},
    {"strides": (2, 1), "padding": ((0, 1), (2, 0))},
    {"dilation": (2, 3), "padding": ((2, 2), (3, 3))},
    {"dilation": (2, 2), "strides": (4, 3), "padding": ((1, 2), (0, 1))},
]


def separable(channels, multiplier, kernel, activations, window):
    """The arguments of a layer and its stages."""
    dw, pw = random(2, channels, multiplier, *kernel), random(3, 21, channels * multiplier)
    db, pb = random(4, channels * multiplier), random(5, 21)
    wide = dw.reshape(channels * multiplier, 1, *kernel)
    first = Stage(wide, db, channels, activations[0], **window)
    return (dw, pw, db, pb), first, Stage(pw[:, :, None, None], pb, 1, activations[1])


@pytest.mark.parametrize("layout", ["NHWC", "NCHW"])
@pytest.mark.parametrize("window", WINDOWS, ids=str)
@pytest.mark.parametrize("channels, multiplier, kernel", [(3, 1, (3, 3)), (17, 2, (4, 3))])
def test_separable(channels, multiplier, kernel, window, layout):
    x = random(1, 2, 19, 18, channels)
    given, first, second = separable(channels, multiplier, kernel, ("swish", "gelu"), window)
    y = second.forward(first.forward(x))
    gy = random(6, *y.shape)
    g, gpw, gbp = second.backward(gy.astype(float))
    gx, gdw, gbd = first.backward(g)
    options = {"activations": ("swish", "gelu"), **window}
    layer = sepconv.SeparableConv2d(*given, **options, layout=layout)
    order = (0, 3, 1, 2) if layout == "NCHW" else (0, 1, 2, 3)
    actual = layer.backward(x.transpose(order), np.ascontiguousarray(gy.transpose(order)))
    assert_near(actual[0], gx.transpose(order))
    assert_near(actual[1], gdw.reshape(given[0].shape))
    assert_near(actual[2], gpw[:, :, 0, 0])
    assert_near(actual[3], gbd)
    assert_near(actual[4], gbp)
    threaded = sepconv.SeparableConv2d(*given, **options, threads=3).backward(x, gy)
    np.testing.assert_array_equal(threaded[0].transpose(order), actual[0])
    for a, b in zip(threaded[1:], actual[1:], strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("second_is", ["none", "activated"])
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_activations(activation, second_is):
    x = 2 * random(1, 1, 6, 9, 4)
    activations = (activation, activation if second_is == "activated" else None)
    given, first, second = separable(4, 1, (3, 3), activations, WINDOWS[0])
    y = second.forward(first.forward(x))
    gy = random(6, *y.shape)
    g, gpw, gbp = second.backward(gy.astype(float))
    gx, gdw, gbd = first.backward(g)
    layer = sepconv.SeparableConv2d(*given, activations=activations)
    actual = layer.backward(x, gy)
    exact = gx, gdw.reshape(given[0].shape), gpw[:, :, 0, 0], gbd, gbp
    for a, b in zip(actual, exact, strict=True):
        assert_near(a, b)
    for a, b in zip(layer.backward(x, gy, layer(x)), actual, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("groups", [1, 3])
def test_ordinary_and_grouped(groups):
    x, weights, bias = random(5, 2, 11, 12, 6), random(2, 9, 6 // groups, 3, 2), random(3, 9)
    window = {"strides": (2, 1), "padding": ((1, 0), (1, 1))}
    stage = Stage(weights, bias, groups, "relu", **window)
    y = stage.forward(x)
    gy = random(4, *y.shape)
    layer = sepconv.Conv2d(weights, bias, groups=groups, activation="relu", **window)
    for a, b in zip(layer.backward(x, gy), stage.backward(gy), strict=True):
        assert_near(a, b)


def test_shapes_are_those_of_what_was_given():
    layer = sepconv.DepthwiseConv2d(random(1, 3, 5, 5))
    shapes = [g.shape for g in layer.backward(random(2, 1, 8, 9, 3), random(3, 1, 8, 9, 3))]
    assert shapes == [(1, 8, 9, 3), (3, 5, 5), (3,)]
    layer = sepconv.SeparableConv2d(random(1, 3, 3, 3), random(2, 4, 3))
    shapes = [g.shape for g in layer.backward(random(2, 1, 8, 9, 3), random(3, 1, 8, 9, 4))]
    assert shapes == [(1, 8, 9, 3), (3, 3, 3), (4, 3), (3,), (4,)]


@pytest.mark.parametrize("residual", [True, False])
def test_inverted_residual(residual):
    x, gy = random(1, 2, 10, 13, 5), random(6, 2, 10, 13, 5)
    expand, dw, project = random(2, 30, 5), random(3, 30, 3, 3), random(4, 5, 30)
    stages = [
        Stage(expand[:, :, None, None], np.zeros(30), activation="relu6"),
        Stage(dw[:, None], np.zeros(30), 30, "relu6", padding=((1, 1), (1, 1))),
        Stage(project[:, :, None, None], np.zeros(5)),
    ]
    y = x
    for stage in stages:
        y = stage.forward(y)
    g, weights, biases = gy.astype(float), [], []
    for stage in reversed(stages):
        g, gw, gb = stage.backward(g)
        weights.insert(0, gw)
        biases.insert(0, gb)
    layer = sepconv.InvertedResidual(
        expand, dw, project, activations=("relu6", "relu6", None), residual=residual
    )
    exact = [g + residual * gy, *weights, *biases]
    for a, b in zip(layer.backward(x, gy), exact, strict=True):
        assert_near(a, b.reshape(a.shape))


def test_behind_a_norm_gradients_are_those_in_what_was_given():
    x, gy, dw, pw = (
        random(1, 1, 6, 7, 4),
        random(2, 1, 6, 7, 5),
        random(3, 4, 3, 3),
        random(4, 5, 4),
    )
    gamma, beta, mean, variance = random(5, 4, 5)
    scale = gamma / np.sqrt(variance**2 + 1e-5)
    folded = sepconv.SeparableConv2d(
        dw, pw * scale[:, None], None, beta - mean * scale, activations=(None, "swish")
    )
    layer = sepconv.SeparableConv2d(
        dw, pw, norms=(None, (gamma, beta, mean, variance**2)), activations=(None, "swish")
    )
    gx, gdw, gpw, gbd, gbp = folded.backward(x, gy)
    exact = gx, gdw, gpw * scale[:, None], gbd, gbp * scale
    for a, b in zip(layer.backward(x, gy), exact, strict=True):
        assert_near(a, b)


def test_slopes_follow_where_they_are_wanted():
    x, gy, dw, pw = (
        random(1, 2, 6, 7, 3),
        random(2, 2, 6, 7, 4),
        random(3, 3, 3, 3),
        random(4, 4, 3),
    )
    first, second = random(5, 3), random(6, 4)
    layer = sepconv.SeparableConv2d(dw, pw, activations=(("prelu", first), ("prelu", second)))
    usual, found = layer.backward(x, gy), layer.backward(x, gy, layer(x), slopes=True)
    assert len(usual) == 5
    for a, b in zip(usual, found[:5], strict=True):
        np.testing.assert_array_equal(a, b)
    assert [g.shape for g in found[5:]] == [(3,), (4,)]
    middle = Stage(dw[:, None], np.zeros(3), 3, padding=((1, 1), (1, 1)))
    sums = middle.forward(x)
    last = Stage(pw[:, :, None, None], np.zeros(4))
    after = last.forward(np.where(sums > 0, sums, sums * first))
    g, *_ = last.backward(gy * np.where(after > 0, 1, second))
    assert_near(found[5], (g * np.minimum(sums, 0)).sum((0, 1, 2)))
    assert_near(found[6], (gy * np.minimum(after, 0)).sum((0, 1, 2)))


X, GY = np.ones((1, 8, 9, 3), np.float32), np.ones((1, 8, 9, 4), np.float32)


@pytest.mark.parametrize(
    "given, error, words",
    [
        ((X.astype(np.float64), GY), TypeError, "x is float64; expected float32"),
        ((X[..., :2], GY), ValueError, "x has 2 channels"),
        ((X, GY.astype(np.float16)), TypeError, "gy is float16; expected float32"),
        ((X, GY[:, 1:]), ValueError, r"gy has shape \(1, 7, 9, 4\); expected \(1, 8, 9, 4\)"),
        ((X, X), ValueError, "gy has shape"),
        ((X, GY, X), ValueError, "y has shape"),
        ((X, GY, GY.astype(int)), TypeError, "y is int64"),
    ],
)
def test_what_is_refused(given, error, words):
    layer = sepconv.SeparableConv2d(np.ones((3, 3, 3)), np.ones((4, 3)))
    with pytest.raises(error, match=f"SeparableConv2d: {words}"):
        layer.backward(*given)
