"""filter() along more than three axes at once, in several passes, against SciPy in double."""

import json
import math

import numpy as np
import pytest
import scipy.ndimage
import sepconv
from scipy_modes import SCIPY_MODES

RANDOM = np.random.default_rng(5)
SHAPE = (4, 5, 3, 6, 7)
X = RANDOM.random(SHAPE)
FACTORS = tuple(RANDOM.random(size) - 0.3 for size in (3, 2, 4, 3))


def outer(factors):
    kernel = np.ones(())
    for factor in factors:
        kernel = np.multiply.outer(kernel, factor)
    return kernel


def correlated(x, factors, axes, **options):
    """By one dense kernel, so that borders of a constant are those of the input."""
    shape = [1] * x.ndim
    for axis, factor in zip(axes, factors, strict=True):
        shape[axis] = len(factor)
    by_axis = [factor for _, factor in sorted(zip(axes, factors, strict=True), key=lambda f: f[0])]
    options = {"mode": "mirror"} | options
    return scipy.ndimage.correlate(x.astype(float), outer(by_axis).reshape(shape), **options)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("axes", [(1, 2, 3, 4), (4, 0, 3, 1)])
@pytest.mark.parametrize("border", SCIPY_MODES)
def test_four_axes_are_within_the_bound(border, axes, dtype):
    x = X.astype(dtype)
    cval = 2.5 if border == "constant" else 0.0
    plan = sepconv.plan(SHAPE, dtype, FACTORS, axes=axes, border=border, cval=cval)
    exact = correlated(x, FACTORS, axes, mode=SCIPY_MODES[border], cval=cval)
    assert plan.error_bound(1.0) < (1e-4 if dtype == np.float32 else 1e-12)
    assert np.abs(plan.run(x) - exact).max() <= plan.error_bound(1.0) + 1e-13


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int16, np.int32])
@pytest.mark.parametrize("border", ["reflect101", "constant"])
def test_integers_are_within_the_bound(border, dtype):
    limits = np.iinfo(dtype)
    x = RANDOM.integers(limits.min, limits.max, SHAPE, dtype, True)
    factors = tuple(np.abs(factor) / np.abs(factor).sum() for factor in FACTORS)
    options = {"border": border, "cval": 7 if border == "constant" else 0}
    plan = sepconv.plan(SHAPE, dtype, factors, **options)
    exact = correlated(x, factors, (1, 2, 3, 4), mode=SCIPY_MODES[border], cval=options["cval"])
    assert 0.5 <= plan.error_bound() < 0.6
    assert np.abs(plan.run(x) - exact).max() <= plan.error_bound() + 1e-5


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("axes", [3, 4, 5])
def test_whole_sums_are_exact_and_divided_once(dtype, axes):
    shape = SHAPE[:axes]
    x = RANDOM.integers(0, np.iinfo(dtype).max, shape, dtype, True)
    factors = [RANDOM.integers(1, 12, 3) for _ in range(axes)]
    exact = correlated(x, factors, range(axes))
    divisor = int(math.prod(factor.sum() for factor in factors))
    by_double = sepconv.filter(x, tuple(factors), out_dtype=np.float64)
    np.testing.assert_array_equal(by_double, exact)
    mean = sepconv.filter(x, sepconv.Kernel(outer(factors).astype(int), divisor=divisor))
    np.testing.assert_array_equal(mean, np.rint(exact / divisor))


def test_dense_outer_products_are_separated():
    kernel = outer(FACTORS)
    plan = sepconv.plan(SHAPE, float, kernel, origin=(0, -1, 1, 0), convolve=True)
    report = json.loads(plan.explain().json())["methods"][0]
    assert (report["method"], len(report["stages"])) == ("separable", 4)
    factors = sepconv.plan(SHAPE, float, FACTORS, origin=(0, -1, 1, 0), convolve=True)
    np.testing.assert_allclose(plan.run(X), factors.run(X), atol=1e-13)
    turned = tuple(factor[::-1] for factor in FACTORS)
    # scipy's middle tap of an even factor is another one after it was turned round.
    expected = correlated(X, turned, (1, 2, 3, 4), origin=(0, 0, 0, -2, 0))
    np.testing.assert_allclose(factors.run(X), expected, atol=1e-13)


def test_kernels_of_many_axes_that_are_no_outer_product_run_tap_by_tap():
    kernel = RANDOM.random((2, 3, 2, 3))
    plan = sepconv.plan(SHAPE, float, kernel)
    assert json.loads(plan.explain().json())["methods"][0]["method"] == "direct"
    exact = scipy.ndimage.correlate(X, kernel[None], mode="mirror")
    np.testing.assert_allclose(plan.run(X), exact, atol=1e-13)


def test_eight_axes_are_three_passes():
    x = RANDOM.random((2, 3, 2, 3, 2, 3, 2, 3))
    factors = (np.array([0.25, 0.5, 0.25]),) * 8
    plan = sepconv.plan(x.shape, x.dtype, factors, border="symmetric")
    exact = x
    for axis in range(8):
        exact = scipy.ndimage.correlate1d(exact, factors[axis], axis)
    assert np.abs(plan.run(x) - exact).max() <= plan.error_bound(1.0)
    assert plan.temporary_bytes == 2 * x.nbytes


@pytest.mark.parametrize(
    ("shape", "axes", "plans"),
    [
        ((3, 4, 5, 20), (0, 1, 2, 3), 2),
        ((3, 4, 5, 6, 20), (0, 1, 2, 3), 2),
        ((3, 4, 3, 4, 5, 20), (0, 1, 2, 3, 4), 3),  # two at a time, without the rows
        ((3, 4, 3, 4, 5, 6), (0, 1, 2, 3, 4), 2),
        ((3, 2, 3, 2, 3, 20), (0, 1, 2, 3, 4, 5), 3),
    ],
)
def test_axes_are_shared_out_over_few_plans(shape, axes, plans):
    x = RANDOM.random(shape)
    factors = (*FACTORS, *FACTORS)[: len(axes)]
    plan = sepconv.plan(shape, float, factors, axes=axes)
    assert f"by {plans} plans in turn" in str(plan.explain())
    assert plan.temporary_bytes == min(plans - 1, 2) * x.nbytes
    exact = correlated(x, factors, axes)
    assert np.abs(plan.run(x) - exact).max() <= plan.error_bound(1.0) + 1e-13


def test_single_taps_cost_no_pass():
    factors = (FACTORS[0], np.array([2.0]), FACTORS[1], np.array([-0.5]), FACTORS[2])
    plan = sepconv.plan(SHAPE, float, factors)
    assert plan.temporary_bytes == 0
    assert len(json.loads(plan.explain().json())["methods"][0]["stages"]) == 3
    np.testing.assert_allclose(plan.run(X), correlated(X, factors, range(5)), atol=1e-13)
    scaled = sepconv.filter(X, (np.array([2.0]),) * 5)
    np.testing.assert_array_equal(scaled, 32 * X)


def test_explain_and_temporary_bytes_tell_of_the_array_between():
    floats = sepconv.plan((20, 9, 8, 7), "uint8", FACTORS)
    assert floats.temporary_bytes == 20 * 9 * 8 * 7 * 4
    assert "by 2 plans in turn: 40,320 temporary bytes of float32" in str(floats.explain())
    assert "4-D filter of an array (20, 9, 8, 7), u8 -> u8" in str(floats.explain())
    assert floats.scratch_bytes > 0
    doubles = sepconv.plan((20, 9, 8, 7), "uint8", FACTORS, out_dtype=float)
    assert doubles.temporary_bytes == 2 * floats.temporary_bytes
    assert sepconv.plan((20, 9, 8), "uint8", FACTORS[:3]).temporary_bytes == 0


def test_any_strides_and_threads_give_the_same_bits():
    x = np.broadcast_to(X[..., :1], SHAPE)
    expected = sepconv.filter(np.array(x), FACTORS)
    out = np.empty(SHAPE[::-1]).T
    assert sepconv.filter(x, FACTORS, out=out, threads=3) is out
    np.testing.assert_array_equal(out, expected)


def test_the_bound_counts_the_terms_that_were_left_out():
    x = np.random.default_rng(1).choice([-1.0, 1.0], (9, 9, 4))
    kernel = sepconv.disk(2.0)
    plan = sepconv.plan(x.shape, float, kernel, axes=(0, 1), max_error=2.0)
    exact = scipy.ndimage.correlate(x, kernel.taps[..., None], mode="mirror")
    error = np.abs(plan.run(x) - exact).max()
    assert 1e-3 < error <= plan.error_bound(1.0) <= 2.0
    assert plan.error_bound(1.0) == json.loads(plan.explain().json())["methods"][0]["error_bound"]


def test_constants_that_float_would_not_hold_go_through_doubles():
    x = np.full((3, 3, 3, 3), 100, np.float32)
    factors = tuple(np.array([tap, 0.0]) for tap in (1e38, 1e-38, 1, 1))
    plan = sepconv.plan(x.shape, x.dtype, factors, border="constant", cval=100)
    np.testing.assert_allclose(plan.run(x), 100, rtol=1e-6)


@pytest.mark.parametrize("factors", [FACTORS, (*FACTORS, np.ones(2))])
def test_a_mask_takes_three_axes_at_most(factors):
    positive = tuple(np.abs(factor) for factor in factors)
    message = f"kernel runs along {len(factors)} axes; with a mask expected at most 3"
    with pytest.raises(ValueError, match=message):
        sepconv.filter(X, positive, mask=np.ones(SHAPE, bool))


@pytest.mark.parametrize("largest", [-1.0, np.nan, np.inf])
def test_a_bad_largest_float_is_named(largest):
    with pytest.raises(ValueError, match="largest_float is .*; expected 0 or more"):
        sepconv.plan(SHAPE, float, FACTORS).error_bound(largest)


BAD_CALLS = [
    ({"kernel": (*FACTORS[:3], np.array([np.nan, 1.0]))}, "tap of axis 4 is nan"),
    ({"axes": (0, 1, 2, 2)}, "expected each axis once"),
    ({"origin": (0, 0, 0, 2)}, "origin is 2 for 3 taps"),
    ({"method": "fft"}, "method is 'fft'; expected one of auto, separable"),
    ({"border": "constant", "cval": np.nan}, "cval is nan"),
]


@pytest.mark.parametrize(("change", "message"), BAD_CALLS)
def test_bad_arguments_are_named(change, message):
    before = X.copy()
    with pytest.raises(ValueError, match=message):
        sepconv.filter(**({"x": X, "kernel": FACTORS} | change))
    np.testing.assert_array_equal(X, before)
