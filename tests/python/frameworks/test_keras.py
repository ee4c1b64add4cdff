"""Weights as Keras gives them: against the definition of its layers, and refusals."""

import numpy as np
import pytest
import sepconv.keras

SIDE = 9


def weights(kernel=(3, 3), channels=4, multiplier=2, outputs=5):
    random = np.random.default_rng(3)
    shapes = ((*kernel, channels, multiplier), (1, 1, channels * multiplier, outputs), (outputs,))
    return [random.standard_normal(shape).astype(np.float32) for shape in shapes]


def depthwise(x, taps, strides):
    """Keras' depthwise convolution by definition, "valid": output c * M + m is channel c's."""
    height, width, channels, multiplier = taps.shape
    rows = (x.shape[1] - height) // strides[0] + 1
    columns = (x.shape[2] - width) // strides[1] + 1
    out = np.zeros((x.shape[0], rows, columns, channels * multiplier))
    for c in range(channels):
        for m in range(multiplier):
            for y in range(rows):
                for z in range(columns):
                    top, left = y * strides[0], z * strides[1]
                    window = x[:, top : top + height, left : left + width, c]
                    out[:, y, z, c * multiplier + m] = (window * taps[:, :, c, m]).sum(axis=(1, 2))
    return out


@pytest.fixture
def x():
    return np.random.default_rng(4).standard_normal((2, SIDE, SIDE, 4)).astype(np.float32)


@pytest.mark.parametrize("strides", [(1, 1), (2, 2)])
def test_separable_weights_mean_what_keras_means(x, strides):
    taps, mix, bias = weights()
    right = np.maximum(depthwise(x, taps, strides) @ mix[0, 0] + bias, 0.0)
    layer = sepconv.keras.separable_conv2d([taps, mix, bias], strides=strides, activation="relu")
    np.testing.assert_allclose(layer(x), right, atol=1e-4)


def test_depthwise_weights_mean_what_keras_means(x):
    taps = weights(kernel=(2, 3))[0]
    bias = np.arange(8.0)
    right = depthwise(x, taps, (1, 1))
    found = sepconv.keras.depthwise_conv2d([taps, bias])(x)
    np.testing.assert_allclose(found, right + bias, atol=1e-4)
    np.testing.assert_allclose(sepconv.keras.depthwise_conv2d([taps])(x), right, atol=1e-4)


def test_a_norm_comes_before_the_activation(x):
    taps, mix, bias = weights()
    gamma, beta, mean, deviation = np.random.default_rng(5).standard_normal((4, 5))
    sums = depthwise(x, taps, (1, 1)) @ mix[0, 0] + bias
    for epsilon in (1e-3, 0.5):
        right = (sums - mean) / np.sqrt(deviation**2 + epsilon) * gamma + beta
        norm = [gamma, beta, mean, deviation**2] + [epsilon] * (epsilon != 1e-3)
        layer = sepconv.keras.separable_conv2d([taps, mix, bias], norm=norm, activation="relu")
        np.testing.assert_allclose(layer(x), np.maximum(right, 0), atol=1e-3)


def test_same_padding_has_the_odd_zero_after_the_map(x):
    taps, mix, bias = weights(kernel=(2, 2))
    padded = np.pad(x, ((0, 0), (0, 1), (0, 1), (0, 0)))
    right = depthwise(padded, taps, (1, 1)) @ mix[0, 0] + bias
    layer = sepconv.keras.separable_conv2d([taps, mix, bias], padding="same")
    np.testing.assert_allclose(layer(x), right, atol=1e-4)


def test_channels_first_is_a_transposed_tensor(x):
    usual = sepconv.keras.separable_conv2d(weights())
    first = sepconv.keras.separable_conv2d(weights(), data_format="channels_first")
    found = first(np.ascontiguousarray(x.transpose(0, 3, 1, 2)))
    assert np.array_equal(found.transpose(0, 2, 3, 1), usual(x))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda k: k.separable_conv2d(weights()[:1]), ValueError, "weights has 1 arrays"),
        (lambda k: k.separable_conv2d(weights()[::-1]), ValueError, "weights\\[0\\] has shape"),
        (lambda k: k.separable_conv2d([weights()[0]] * 2), ValueError, "weights\\[1\\] has shape"),
        (lambda k: k.depthwise_conv2d(weights()), ValueError, "weights has 3 arrays"),
        (lambda k: k.separable_conv2d(weights(), stride=2), TypeError, "stride is not known"),
        (
            lambda k: k.separable_conv2d(weights(), activation="tanh"),
            ValueError,
            "activation is 'tanh'",
        ),
        (
            lambda k: k.separable_conv2d(weights(), data_format="NHWC"),
            ValueError,
            "data_format is 'NHWC'",
        ),
    ],
)
def test_what_is_not_known_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call(sepconv.keras)
