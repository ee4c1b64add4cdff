"""filter() along chosen axes against scipy.ndimage in double: borders, views, origins, volumes."""

import numpy as np
import pytest
import scipy.ndimage
import sepconv
from scipy_modes import SCIPY_MODES

CVAL = 1.5
TAPS = np.array([0.5, -1.0, 2.0, 0.25])
# Sums of a few dozen products of magnitude 10 in double.
TOLERANCE = 1e-12


def noise(shape, seed=1):
    return np.random.default_rng(seed).standard_normal(shape)


def by_scipy(x, factors, axes, border, origin=0):
    """The same by one scipy pass an axis."""
    cval = CVAL if border == "constant" else 0.0
    for taps, axis in zip(factors, axes, strict=True):
        x = scipy.ndimage.correlate1d(x, taps, axis, None, SCIPY_MODES[border], cval, origin)
        cval *= taps.sum()  # what lies beyond has been filtered too
    return x


@pytest.mark.parametrize("border", SCIPY_MODES)
@pytest.mark.parametrize("shape", [(23,), (9, 17), (5, 6, 7), (3, 4, 5, 6)])
def test_every_axis_is_scipys(border, shape):
    x = noise(shape)
    for axis in range(len(shape)):
        got = sepconv.filter(x, (TAPS,), axes=axis, border=border, cval=CVAL)
        np.testing.assert_allclose(got, by_scipy(x, [TAPS], [axis], border), atol=TOLERANCE)


@pytest.mark.parametrize("border", SCIPY_MODES)
def test_a_volume_with_three_axes_is_scipys(border):
    x = noise((7, 11, 13))
    factors = (np.array([1.0, 2.0, 1.0]), TAPS, np.array([-1.0, 0.0, 1.0]))
    got = sepconv.filter(x, factors, border=border, cval=CVAL)
    np.testing.assert_allclose(got, by_scipy(x, factors, (0, 1, 2), border), atol=TOLERANCE)


@pytest.mark.parametrize("border", SCIPY_MODES)
def test_dense_kernels_are_scipys_correlate(border):
    x = noise((19, 23))
    for kernel in (sepconv.gaussian((0.7, 1.2)), sepconv.disk(2.3), sepconv.sobel("y")):
        cval = CVAL if border == "constant" else 0.0
        expected = scipy.ndimage.correlate(x, kernel.taps, None, SCIPY_MODES[border], cval)
        got = sepconv.filter(x, kernel, border=border, cval=CVAL)
        np.testing.assert_allclose(got, expected, atol=TOLERANCE)


@pytest.mark.parametrize("border", SCIPY_MODES)
def test_factors_longer_than_the_axis_are_scipys(border):
    taps = noise(15)
    got = sepconv.filter(noise((4, 5)), (taps,), border=border, cval=CVAL)
    expected = by_scipy(noise((4, 5)), [taps], [1], border)
    np.testing.assert_allclose(got, expected, atol=TOLERANCE)


@pytest.mark.parametrize("size", [4, 5])
def test_origin_and_convolve_are_scipys(size):
    x, taps = noise(20), noise(size, 2)
    for origin in range(-(size // 2), size - size // 2):
        correlated = scipy.ndimage.correlate1d(x, taps, origin=origin, mode="mirror")
        got = sepconv.filter(x, (taps,), origin=origin)
        np.testing.assert_allclose(got, correlated, atol=TOLERANCE)
    for origin in range(-(size // 2), (size + 1) // 2):
        convolved = scipy.ndimage.convolve1d(x, taps, origin=origin, mode="mirror")
        got = sepconv.filter(x, (taps,), origin=origin, convolve=True)
        np.testing.assert_allclose(got, convolved, atol=TOLERANCE)


def test_origin_and_convolve_of_images_are_scipys():
    x, kernel = noise((12, 14)), noise((4, 3), 2)
    for convolve, by in ((False, scipy.ndimage.correlate), (True, scipy.ndimage.convolve)):
        expected = by(x, kernel, mode="mirror", origin=(-1, 1))
        got = sepconv.filter(x, kernel, origin=(-1, 1), convolve=convolve)
        np.testing.assert_allclose(got, expected, atol=TOLERANCE)


VIEWS = {
    "as it is": lambda x: x,
    "transposed": lambda x: x.T,
    "turned round": lambda x: x[::-1, ::-1],
    "every second": lambda x: x[1::2, ::2],
    "from the end": lambda x: x[::-3, 2:-1],
    "one row": lambda x: x[4:5],
    "one column": lambda x: x[:, 4:5],
    "broadcast": lambda x: np.broadcast_to(x[3], x.shape),
    "Fortran's order": np.asfortranarray,
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("kernel", [sepconv.gaussian(1.0), sepconv.disk(1.7)], ids=["1", "many"])
def test_views_are_filtered_as_their_copies(view, kernel):
    x = VIEWS[view](noise((30, 26)))
    expected = scipy.ndimage.correlate(x, kernel.taps, mode="mirror")
    np.testing.assert_allclose(sepconv.filter(x, kernel), expected, atol=TOLERANCE)
    out = np.empty(x.T.shape).T
    assert sepconv.filter(x, kernel, out=out) is out
    np.testing.assert_allclose(out, expected, atol=TOLERANCE)


KERNELS = {
    "gaussian": sepconv.gaussian(1.5),
    "box": sepconv.box((9, 11)),
    "dense": sepconv.disk(1.7),
    "a column": np.array([[1.0], [2.0], [1.0]]) / 4,
}


@pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
def test_strides_change_no_bit_of_images(dtype, kernel):
    gray = np.abs(noise((40, 33)) * 60).astype(dtype)
    stack = np.abs(noise((3, 24, 26)) * 60).astype(dtype)
    views = {name: (view(gray), None) for name, view in VIEWS.items()}
    views["planes of channels"] = (np.moveaxis(stack, 0, -1), -1)
    views["channels backwards"] = (np.moveaxis(stack, 0, -1)[::-1, :, ::-1], -1)
    views["a stack, transposed"] = (stack.swapaxes(1, 2), 0)
    for name, (x, channel_axis) in views.items():
        packed = np.array(x, order="C")
        expected = sepconv.filter(packed, kernel, channel_axis=channel_axis, threads=2)
        got = sepconv.filter(x, kernel, channel_axis=channel_axis)
        np.testing.assert_array_equal(got, expected, name)
        out = np.zeros((*x.shape[::-1], 2), dtype)[..., 0].T
        sepconv.filter(x, kernel, channel_axis=channel_axis, out=out)
        np.testing.assert_array_equal(out, expected, name)


def test_fields_of_records_are_filtered():
    records = np.zeros(40, [("tag", np.uint8), ("value", np.float64)])
    records["value"] = noise(40)
    expected = by_scipy(noise(40), [TAPS], [0], "wrap")
    got = sepconv.filter(records["value"], (TAPS,), border="wrap")
    np.testing.assert_allclose(got, expected, atol=TOLERANCE)
    other = np.zeros_like(records)
    sepconv.filter(records["value"], (TAPS,), border="wrap", out=other["value"])
    np.testing.assert_allclose(other["value"], expected, atol=TOLERANCE)
    assert not other["tag"].any()


@pytest.mark.parametrize("channels", [1, 3, 4, 7])
@pytest.mark.parametrize("at", [-1, 0, 1])
def test_channels_are_left_apart(channels, at):
    planes = noise((channels, 13, 16))
    x = np.ascontiguousarray(np.moveaxis(planes, 0, at))
    kernel = sepconv.gaussian(1.1)
    expected = [scipy.ndimage.correlate(plane, kernel.taps, mode="mirror") for plane in planes]
    got = sepconv.filter(x, kernel, channel_axis=at)
    np.testing.assert_allclose(np.moveaxis(got, at, 0), expected, atol=TOLERANCE)


@pytest.mark.parametrize("channel_axis", [None, -1])
def test_stacks_of_images_are_filtered_one_by_one(channel_axis):
    x, kernel = noise((2, 3, 11, 12, 3)), sepconv.disk(1.4)
    if channel_axis is None:
        x = x[..., 0].copy()
    got = sepconv.filter(x, kernel, channel_axis=channel_axis)
    for index in np.ndindex(2, 3):
        alone = sepconv.filter(x[index], kernel, channel_axis=channel_axis)
        np.testing.assert_array_equal(got[index], alone)


def test_axes_may_be_in_any_order():
    x, ky, kx = noise((8, 9, 10)), TAPS, np.array([1.0, 3.0, 1.0])
    got = sepconv.filter(x, (ky, kx), axes=(2, 0))
    expected = by_scipy(x, (ky, kx), (2, 0), "reflect101")
    np.testing.assert_allclose(got, expected, atol=TOLERANCE)
    dense = sepconv.filter(x, np.outer(ky, kx), axes=(2, 0))
    np.testing.assert_allclose(dense, expected, atol=TOLERANCE)
