"""gaussian_filter() against scipy.ndimage.gaussian_filter in double."""

import numpy as np
import pytest
import scipy.ndimage
import sepconv
from scipy_modes import SCIPY_MODES


def noise(shape, seed=1):
    return np.random.default_rng(seed).standard_normal(shape)


def by_scipy(x, sigma, **options):
    """In double; one axis where the border is a constant, which scipy does not filter on."""
    border = options.pop("border", "reflect101")
    cval = 1.5 if border == "constant" else 0.0
    x = np.asarray(x, np.float64)
    return scipy.ndimage.gaussian_filter(x, sigma, mode=SCIPY_MODES[border], cval=cval, **options)


@pytest.mark.parametrize("border", SCIPY_MODES)
@pytest.mark.parametrize("order", range(5))
@pytest.mark.parametrize("sigma", [0.2, 1, 3.3, 20])
def test_by_taps_it_is_scipys(border, order, sigma):
    for shape in ((1,), (2,), (31,)):
        x = noise(shape)
        expected = by_scipy(x, sigma, order=order, border=border)
        got = sepconv.gaussian_filter(x, sigma, order=order, border=border, cval=1.5)
        scale = max(1, 1 / sigma**order)
        np.testing.assert_allclose(got, expected, atol=1e-12 * scale, rtol=0)


def test_axes_sigmas_and_orders_are_scipys():
    x = noise((12, 9, 14))
    cases = [
        (2.0, {}),
        ((0.5, 2.0, 1.0), {"order": (1, 0, 2)}),
        (1.5, {"axes": (0, 2), "order": 1}),
        ((1.0, 0.0, 2.0), {}),
        (3.0, {"truncate": 2.5, "axes": (1,)}),
        (1.0, {"axes": -1}),
    ]
    for sigma, options in cases:
        expected = by_scipy(x, sigma, **options)
        np.testing.assert_allclose(
            sepconv.gaussian_filter(x, sigma, **options), expected, atol=1e-12
        )


def test_channels_are_left_apart():
    x = noise((15, 16, 3))
    got = sepconv.gaussian_filter(x, 1.5, channel_axis=-1)
    np.testing.assert_allclose(got, by_scipy(x, (1.5, 1.5, 0)), atol=1e-12)


@pytest.mark.parametrize("dtype", ["u1", "u2", "i2", "i4", "f4", "f8"])
@pytest.mark.parametrize("out_dtype", ["u1", "f4", None])
def test_types_are_within_the_bound(dtype, out_dtype):
    x = (np.random.default_rng(2).random((40, 33)) * 200).astype(dtype)
    plan = sepconv.gaussian_plan(x.shape, dtype, 2.0, out_dtype=out_dtype)
    exact = np.clip(by_scipy(x, 2.0), *((0, 255) if out_dtype == "u1" else (-np.inf, np.inf)))
    assert np.abs(plan.run(x) - exact).max() <= plan.error_bound(200.0) + 1e-9


def test_views_and_outs_are_taken():
    x = noise((30, 26))
    expected = by_scipy(x.T, 1.2)
    out = np.empty((26, 30))
    assert sepconv.gaussian_filter(x.T, 1.2, out=out) is out
    np.testing.assert_allclose(out, expected, atol=1e-12)
    records = np.zeros((30, 26), [("tag", np.uint8), ("value", np.float64)])
    records["value"] = x
    sepconv.gaussian_filter(x, 1.2, out=records["value"])
    np.testing.assert_allclose(records["value"], by_scipy(x, 1.2), atol=1e-12)


@pytest.mark.parametrize("border", SCIPY_MODES)
@pytest.mark.parametrize("dtype", ["u1", "u2", "i4", "f4", "f8"])
@pytest.mark.parametrize("max_error", [0.1, 2e-3, 5e-4])
def test_recursive_filters_are_within_their_bound_of_scipys(border, dtype, max_error):
    x = (np.random.default_rng(3).random((35, 50)) * 200).astype(dtype)
    for axis, sigma in ((0, 30), (1, 6), ((0, 1), (9, 4)) if border != "constant" else (1, 9)):
        options = {"axes": axis, "border": border}
        options |= {"max_error": max_error, "method": "recursive", "cval": 1.0}
        plan = sepconv.gaussian_plan(x.shape, dtype, sigma, **options)
        assert set(plan.methods) == {"recursive"}
        exact = scipy.ndimage.gaussian_filter(
            x.astype(np.float64),
            sigma,
            axes=axis,
            mode=SCIPY_MODES[border],
            cval=1.0 if border == "constant" else 0.0,
        )
        assert np.abs(plan.run(x) - exact).max() <= plan.error_bound(200.0) + 1e-9


def test_a_budget_makes_wide_ones_recursive_and_only_those():
    plan = sepconv.gaussian_plan((600, 800), "f4", (0.5, 40), max_error=1e-3)
    assert plan.methods == ("fir", "recursive")
    assert "recursive" not in str(sepconv.gaussian_plan((600, 800), "f4", 40).explain())
    with pytest.raises(ValueError, match="recursive filters are within .* at best"):
        sepconv.gaussian_filter(X, 3.0, method="recursive")


def test_four_axes_are_filtered_within_a_budget():
    x = noise((6, 7, 8, 9))
    got = sepconv.gaussian_filter(x, 2.0, max_error=1e-2)
    assert np.abs(got - by_scipy(x, 2.0)).max() <= 1e-2 * np.abs(x).max()


X = np.zeros((6, 8))
BAD_CALLS = [
    ({"sigma": -1}, ValueError, "sigma is -1"),
    ({"sigma": (1, 2, 3)}, ValueError, "sigma has 3 values; expected 2"),
    ({"order": (1,)}, ValueError, "order has 1 values; expected 2"),
    ({"order": 5}, ValueError, "order is 5; expected 0 to 4"),
    ({"order": 0.5}, TypeError, "order is 0.5; expected an integer"),
    ({"axes": 2}, ValueError, "axes has 2; expected -2 to 1"),
    ({"axes": (0, 0)}, ValueError, "expected each axis once"),
    ({"axes": 0, "channel_axis": 0}, ValueError, "it names channel_axis 0"),
    ({"border": "mirror"}, ValueError, "border is 'mirror'; expected one of zero"),
    ({"border": None}, TypeError, "border is None"),
    ({"method": "boxes"}, ValueError, "method is 'boxes'; expected one of auto, fir, recursive"),
    ({"truncate": 0}, ValueError, "truncate is 0"),
    ({"max_error": -1}, ValueError, "max_error is -1; expected 0 or more"),
    ({"threads": 0}, ValueError, "threads is 0"),
    ({"x": X.astype(np.int64)}, TypeError, "x is int64; expected one of uint8"),
    ({"x": np.zeros((0, 4))}, ValueError, r"shape is \(0, 4\)"),
    ({"x": X.astype("u1"), "border": "constant", "cval": 300}, ValueError, "cval is 300"),
    ({"out": X}, ValueError, "out overlaps x"),
    ({"out": np.zeros((8, 6))}, ValueError, "out has shape"),
    ({"x": np.zeros((2, 2, 2, 2))}, ValueError, "more than three axes"),
    ({"mode": "mirror"}, TypeError, "mode"),
]


@pytest.mark.parametrize(("change", "error", "message"), BAD_CALLS)
def test_bad_arguments_are_named(change, error, message):
    with pytest.raises(error, match=message):
        sepconv.gaussian_filter(**({"x": X, "sigma": 1.0} | change))


def test_a_plan_takes_its_own_arrays_only_and_explains_itself():
    plan = sepconv.gaussian_plan((6, 8), "float64", 1.0)
    with pytest.raises(ValueError, match="x has shape"):
        plan.run(X.T)
    with pytest.raises(TypeError, match="x is uint8"):
        plan.run(X.astype(np.uint8))
    assert plan.methods == ("fir", "fir")
    assert plan.scratch_bytes > 0
    assert "fir" in str(plan.explain())
    assert "(6, 8) float64" in repr(plan)
