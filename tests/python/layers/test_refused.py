"""What layers refuse: the message names the argument, and nothing is written."""

import numpy as np
import pytest
import sepconv

DW, PW = np.ones((3, 3, 3), np.float32), np.ones((4, 3), np.float32)
X = np.ones((1, 8, 9, 3), np.float32)


@pytest.mark.parametrize(
    "options, error, words",
    [
        ({"depthwise": np.ones((3, 3))}, ValueError, r"depthwise has shape \(3, 3\).*C, kh, kw"),
        ({"depthwise": DW * np.nan}, ValueError, "depthwise: a value is not finite"),
        ({"depthwise": DW.astype(str)}, TypeError, "depthwise are <U"),
        ({"pointwise": np.ones((4, 5))}, ValueError, r"pointwise has shape \(4, 5\).*\[N, 3\]"),
        ({"depthwise_bias": np.ones(4)}, ValueError, r"depthwise_bias has shape \(4,\)"),
        ({"pointwise_bias": np.ones(3)}, ValueError, r"pointwise_bias has shape \(3,\)"),
        ({"strides": 0}, ValueError, "strides is"),
        ({"strides": (1, 2, 3)}, ValueError, "strides is"),
        ({"dilation": 1.5}, TypeError, "dilation is"),
        ({"padding": "full"}, ValueError, "padding is 'full'"),
        ({"padding": (1, 1)}, ValueError, "padding is"),
        ({"activations": ("relu",)}, ValueError, "activations is"),
        ({"activations": ("tanh", None)}, ValueError, "activation is 'tanh'.*relu6"),
        ({"activations": (("clip", 1), None)}, ValueError, "'clip' has 1 values"),
        ({"norms": (None,)}, ValueError, "norms is"),
        ({"norms": ((1, 2), None)}, ValueError, r"norms is \(1, 2\); expected \(gamma, beta"),
        (
            {"norms": ([np.ones(4)] * 4, None)},
            ValueError,
            r"gamma has shape \(4,\); expected \(3,\)",
        ),
        ({"norms": ([np.ones(3) * np.inf] * 4, None)}, ValueError, "gamma: a value is not finite"),
        ({"norms": ([-np.ones(3)] * 4, None)}, ValueError, r"variance \+ epsilon is -0.9"),
        ({"layout": "CHW"}, ValueError, "layout is 'CHW'"),
        ({"threads": 0}, ValueError, "threads is 0"),
    ],
)
def test_arguments(options, error, words):
    with pytest.raises(error, match=words):
        sepconv.SeparableConv2d(**({"depthwise": DW, "pointwise": PW} | options))


@pytest.mark.parametrize(
    "x, error, words",
    [
        (X.astype(np.float64), TypeError, "x is float64; expected float32"),
        (X[0], ValueError, "x has shape.*four axes"),
        (X[..., :2], ValueError, "x has 2 channels.*for 3"),
        (X[:0], ValueError, "x has shape"),
    ],
)
def test_tensors(x, error, words):
    with pytest.raises(error, match=words):
        sepconv.SeparableConv2d(DW, PW)(x)


@pytest.mark.parametrize(
    "out, error, words",
    [
        (np.zeros((1, 8, 9, 4)), TypeError, "out is float64"),
        ([], TypeError, "out is list"),
        (np.zeros((1, 8, 9, 3), np.float32), ValueError, r"expected \(1, 8, 9, 4\)"),
        (np.broadcast_to(np.float32(0), (1, 8, 9, 4)), ValueError, "read-only"),
    ],
)
def test_outputs(out, error, words):
    with pytest.raises(error, match=words):
        sepconv.SeparableConv2d(DW, PW)(X, out)
    assert not np.any(out)


def test_overlap_is_refused():
    x = X.copy()
    with pytest.raises(ValueError, match="out overlaps x"):
        sepconv.DepthwiseConv2d(DW)(x, x)
    np.testing.assert_array_equal(x, X)


@pytest.mark.parametrize("padding, words", [(4, "padding is 4"), (-1, "padding is -1")])
def test_paddings(padding, words):
    with pytest.raises(ValueError, match=words):
        sepconv.DepthwiseConv2d(DW, padding=padding)(X)


def test_maps_that_leave_no_output():
    with pytest.raises(ValueError, match="covers 3 positions"):
        sepconv.DepthwiseConv2d(DW, padding="valid")(X[:, :2])


def test_groups():
    with pytest.raises(ValueError, match="groups is 3"):
        sepconv.Conv2d(np.ones((4, 2, 3, 3)), groups=3)
