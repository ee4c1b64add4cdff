"""filter() of arrays with kernels that are no outer product, along any axes, against SciPy."""

import json

import numpy as np
import pytest
import scipy.ndimage
import sepconv
from scipy_modes import SCIPY_MODES

RANDOM = np.random.default_rng(7)
X = RANDOM.random((5, 6, 7, 8))
KERNEL = RANDOM.random((3, 2, 4)) - 0.4


def expanded(kernel, axes, dimensions=4):
    """The kernel with an axis for each of the array's."""
    shape = [1] * dimensions
    for axis, size in zip(axes, kernel.shape, strict=True):
        shape[axis] = size
    return kernel.transpose(np.argsort(axes)).reshape(shape)


def correlated(x, kernel, axes, **options):
    dense = expanded(kernel, axes, x.ndim)
    return scipy.ndimage.correlate(x.astype(np.float64), dense, **({"mode": "mirror"} | options))


@pytest.mark.parametrize("axes", [(0, 1, 2), (1, 2, 3), (3, 0, 1), (-1, -3, -2)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_three_axes_in_any_order_are_within_the_bound(axes, dtype):
    x = X.astype(dtype)
    plan = sepconv.plan(x.shape, dtype, KERNEL, axes=axes)
    exact = correlated(x, KERNEL, [axis % 4 for axis in axes])
    assert 0 < plan.error_bound(1.0) < 1e-4
    assert np.abs(plan.run(x) - exact).max() <= plan.error_bound(1.0) + 1e-14


@pytest.mark.parametrize("border", SCIPY_MODES)
def test_borders_are_scipys(border):
    cval = 0.75 if border == "constant" else 0.0
    got = sepconv.filter(X, KERNEL, axes=(0, 1, 3), border=border, cval=cval)
    exact = correlated(X, KERNEL, (0, 1, 3), mode=SCIPY_MODES[border], cval=cval)
    np.testing.assert_allclose(got, exact, atol=1e-13)


def test_origin_and_convolve_are_scipys():
    origin = (-1, 0, 1)
    got = sepconv.filter(X, KERNEL, axes=(0, 1, 2), origin=origin)
    exact = correlated(X, KERNEL, (0, 1, 2), origin=(*origin, 0))
    np.testing.assert_allclose(got, exact, atol=1e-13)
    odd = RANDOM.random((3, 5, 3))
    got = sepconv.filter(X, odd, axes=(0, 1, 2), origin=origin, convolve=True)
    turned = sepconv.filter(X, odd[::-1, ::-1, ::-1], axes=(0, 1, 2), origin=(1, 0, -1))
    np.testing.assert_array_equal(got, turned)


def test_whole_kernels_on_integers_are_exact():
    taps = RANDOM.integers(-9, 9, (3, 3, 3))
    x = RANDOM.integers(0, 256, (9, 10, 11), np.uint8)
    got = sepconv.filter(x, taps, out_dtype=np.int32)
    np.testing.assert_array_equal(got, correlated(x, taps, (0, 1, 2)))
    rounded = sepconv.filter(x, sepconv.Kernel(np.abs(taps), divisor=int(np.abs(taps).sum())))
    mean = correlated(x, np.abs(taps), (0, 1, 2)) / np.abs(taps).sum()
    np.testing.assert_array_equal(rounded, np.rint(mean))


def test_axes_that_images_lack_take_kernels_of_images():
    disk = sepconv.disk(2.0)
    x = X.astype(np.float32)
    planes = np.moveaxis(x, 0, -1)  # the first axis is filtered last
    got = sepconv.filter(x, disk, axes=(1, 0))
    expected = np.moveaxis(sepconv.filter(planes, disk, axes=(0, 3)), -1, 0)
    np.testing.assert_allclose(got, expected, atol=1e-6)
    channels_first = sepconv.filter(x[0], disk, channel_axis=0)
    exact = correlated(x[0], disk.taps, (1, 2))
    np.testing.assert_allclose(channels_first, exact, atol=1e-6)
    many_channels = sepconv.filter(x[0], disk, channel_axis=-1)
    np.testing.assert_allclose(many_channels, correlated(x[0], disk.taps, (0, 1)), atol=1e-6)


def test_direct_runs_outer_products_tap_by_tap():
    cube = np.ones((3, 3, 3))
    plan = sepconv.plan(X.shape, float, cube, method="direct")
    assert json.loads(plan.explain().json())["methods"][0]["method"] == "direct"
    by_factors = sepconv.filter(X, cube, method="separable")
    np.testing.assert_allclose(plan.run(X), by_factors, atol=1e-12)


def test_a_dense_plan_explains_itself():
    plan = sepconv.plan((5, 6, 7), "uint8", KERNEL)
    assert "3x2x4 kernel on an array (5, 6, 7), u8 -> u8" in str(plan.explain())
    assert plan.scratch_bytes > 0
    assert 0.5 <= plan.error_bound() < 0.51


def test_any_strides_and_threads_give_the_same_bits():
    x = np.broadcast_to(X[:, :, :1], X.shape)
    expected = sepconv.filter(np.array(x), KERNEL)
    out = np.empty(X.shape[::-1]).T
    assert sepconv.filter(x, KERNEL, out=out, threads=3) is out
    np.testing.assert_array_equal(out, expected)
    np.testing.assert_array_equal(sepconv.filter(x, KERNEL), expected)


def test_an_accepted_error_lets_one_term_do():
    x = np.random.default_rng(1).random((8, 9, 10))
    kernel = sepconv.disk(3.0)
    plans = [sepconv.plan(x.shape, float, kernel, axes=(0, 1), max_error=e) for e in (0.0, 2.0)]
    methods = [json.loads(plan.explain().json())["methods"][0]["method"] for plan in plans]
    assert methods == ["direct", "separable"]
    np.testing.assert_allclose(plans[0].run(x), correlated(x, kernel.taps, (0, 1)), atol=1e-13)


BAD_CALLS = [
    ({"method": "separable"}, r"kernel of shape \(3, 2, 4\) is not one outer product"),
    ({"method": "fft"}, "method is 'fft'; expected one of auto, direct, separable: others need"),
    ({"method": "direct", "kernel": (np.ones(3),)}, "expected one of auto, separable"),
    ({"mask": np.ones(X.shape, bool)}, "is not one outer product; a mask needs one"),
    ({"origin": 2}, "origin is 2 for 3 taps"),
    ({"out": X}, "out overlaps x"),
    ({"border": "mirror"}, "border is 'mirror'"),
    ({"border": "constant", "cval": np.inf}, "cval is inf"),
    ({"kernel": np.ones((1,) * 5)}, "kernel has 5 axes; x has only 4"),
]


@pytest.mark.parametrize(("change", "message"), BAD_CALLS)
def test_bad_arguments_are_named(change, message):
    before = X.copy()
    with pytest.raises(ValueError, match=message):
        sepconv.filter(**({"x": X, "kernel": KERNEL} | change))
    np.testing.assert_array_equal(X, before)
