"""mask= of filter() and Plan.run() against the quotient of two scipy filters in double."""

import numpy as np
import pytest
import scipy.ndimage
import sepconv

# Our names, scipy's, and what the mask is beyond the edges where scipy has a constant.
MODES = {
    "zero": ("constant", 0.0),
    "constant": ("constant", 1.0),
    "replicate": ("nearest", 0.0),
    "symmetric": ("reflect", 0.0),
    "reflect101": ("mirror", 0.0),
    "wrap": ("wrap", 0.0),
}
CVAL = 2.0
TAPS = np.array([0.5, 1.0, 0.0, 0.25])
BINOMIAL = np.array([1.0, 4.0, 6.0, 4.0, 1.0]) / 16


def correlated(x, factors, axes, mode, cval):
    """One scipy pass an axis; cval grows by the taps' sum as what lies beyond does."""
    for factor, axis in zip(factors, axes, strict=True):
        x = scipy.ndimage.correlate1d(x, factor, axis, mode=mode, cval=cval)
        cval *= factor.sum()
    return x


def normalised(x, valid, factors, border="reflect101", min_weight=0.0):
    """S * sum(w x m) / sum(w m) along the first axes in double, NaN where too little is valid."""
    mode, outside = MODES[border]
    axes = range(len(factors))
    kept = np.where(valid, x, 0).astype(float)
    values = correlated(kept, factors, axes, mode, CVAL * outside)
    weights = correlated(valid.astype(float), factors, axes, mode, outside)
    total = np.prod([factor.sum() for factor in factors])
    is_filled = (weights == 0) | (weights < min_weight * total)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(is_filled, np.nan, total * values / weights)


def data(shape, share=0.5, dtype=np.float64, seed=1):
    """Noise, and a mask of which that share is True."""
    random = np.random.default_rng(seed)
    x = random.standard_normal(shape)
    if np.dtype(dtype).kind in "iu":
        x = random.integers(0, 200, shape)
    return x.astype(dtype), random.random(shape) < share


@pytest.mark.parametrize("border", MODES)
@pytest.mark.parametrize("shape", [(40,), (21, 30), (9, 12, 11)], ids=["1-D", "2-D", "3-D"])
@pytest.mark.parametrize("share", [0.1, 0.6, 1.0])
def test_is_the_two_pass_formula(border, shape, share):
    x, valid = data(shape, share)
    factors = (TAPS,) * len(shape)
    cval = {"cval": CVAL} if border == "constant" else {}
    result = sepconv.filter(x, factors, mask=valid, border=border, **cval)
    expected = normalised(x, valid, factors, border)
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-12, equal_nan=True)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "int32", "float32", "float64"])
@pytest.mark.parametrize("out_dtype", ["uint8", "int32", "float32", "float64"])
def test_takes_and_gives_every_type(dtype, out_dtype):
    x, valid = data((20, 33), 0.3, dtype)
    plan = sepconv.plan(x.shape, dtype, (BINOMIAL, TAPS), out_dtype=out_dtype, fill_value=7)
    result = plan.run(x, mask=valid)
    assert result.dtype == out_dtype
    expected = np.nan_to_num(normalised(x, valid, (BINOMIAL, TAPS)), nan=7)
    if result.dtype == np.uint8:
        expected = np.clip(expected, 0, 255)
    largest = float(np.abs(x).max())
    np.testing.assert_allclose(
        result, expected, rtol=0, atol=plan.error_bound(largest, masked=True)
    )


def test_interpolates_nan_as_astropy_does():
    image = np.add.outer(np.arange(12.0), np.arange(15.0)).astype(np.float32)
    broken = image.copy()
    broken[3:5, 7] = broken[8, 2] = np.nan
    result = sepconv.filter(broken, sepconv.binomial(5), mask="nan")
    assert np.isfinite(result).all()
    expected = normalised(image, ~np.isnan(broken), (BINOMIAL, BINOMIAL))
    np.testing.assert_allclose(result, expected, atol=1e-5)
    interior = np.ones_like(image, bool)
    interior[:2], interior[-2:], interior[:, :2], interior[:, -2:] = False, False, False, False
    far = interior & (scipy.ndimage.maximum_filter(np.isnan(broken), 5) == 0)
    np.testing.assert_allclose(result[far], image[far], atol=1e-5)  # a ramp keeps its values


def test_edges_are_means_of_what_is_inside_with_the_zero_border():
    x, valid = data((30, 31), 1.0)
    kernel = (BINOMIAL, BINOMIAL)
    plain = sepconv.filter(x, kernel, border="zero")
    edges = sepconv.filter(np.ones_like(x), kernel, border="zero")
    result = sepconv.filter(x, kernel, border="zero", mask=valid)
    np.testing.assert_allclose(result, plain / edges, rtol=0, atol=1e-13)


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_a_full_mask_changes_nothing_beyond_the_bounds(dtype):
    x, valid = data((40, 50), 1.0, dtype)
    plan = sepconv.plan(x.shape, dtype, sepconv.gaussian(1.5))
    both = plan.error_bound(4.0) + plan.error_bound(4.0, masked=True)
    difference = np.abs(plan.run(x).astype(float) - plan.run(x, mask=valid))
    assert difference.max() <= both


@pytest.mark.parametrize("dtype", ["uint8", "int32", "float32"])
def test_nothing_valid_gives_the_fill(dtype):
    x, valid = data((9, 10), 0.0, dtype)
    default = sepconv.filter(x, (TAPS, TAPS), mask=valid)
    np.testing.assert_array_equal(default, np.full(x.shape, 0 if dtype != "float32" else np.nan))
    given = sepconv.filter(x, (TAPS, TAPS), mask=valid, fill_value=9)
    np.testing.assert_array_equal(given, np.full_like(x, 9))


@pytest.mark.parametrize("min_weight", [0.25, 0.5, 1.0])
def test_min_weight_asks_for_a_share_of_the_kernel(min_weight):
    x, valid = data((40, 50), 0.7)
    valid[:8] = True
    result = sepconv.filter(x, (BINOMIAL, BINOMIAL), mask=valid, min_weight=min_weight)
    expected = normalised(x, valid, (BINOMIAL, BINOMIAL), min_weight=min_weight)
    assert np.isnan(expected).any()
    assert np.isfinite(expected).any()
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-13)


def test_valid_nan_and_missing_infinity():
    x, valid = data((20, 20), 1.0)
    x[3, 3], x[12, 12], valid[12, 12] = np.nan, np.inf, False
    result = sepconv.filter(x, (BINOMIAL, BINOMIAL), mask=valid)
    reached = np.zeros_like(valid)
    reached[1:6, 1:6] = True
    np.testing.assert_array_equal(np.isnan(result), reached)
    assert not np.isinf(result).any()


@pytest.mark.parametrize("kernel", [sepconv.binomial(5), (BINOMIAL, BINOMIAL)])
def test_reads_views_as_they_are(kernel):
    x, valid = data((40, 60))
    result = sepconv.filter(x[::-2, ::3], kernel, mask=valid[::-2, ::3])
    expected = sepconv.filter(x[::-2, ::3].copy(), kernel, mask=valid[::-2, ::3].copy())
    np.testing.assert_array_equal(result, expected)
    by_row = np.broadcast_to(valid[0], x.shape)
    turned = sepconv.filter(x.T, kernel, mask=by_row.T)
    straight = sepconv.filter(x, kernel, mask=by_row)
    np.testing.assert_allclose(turned, straight.T, rtol=0, atol=1e-13)


@pytest.mark.parametrize("channels", [3, 6])
def test_channels_have_masks_of_their_own(channels):
    x, valid = data((15, 16, channels), 0.4, np.float32)
    result = sepconv.filter(x, sepconv.binomial(5), channel_axis=-1, mask=valid)
    expected = normalised(x, valid, (BINOMIAL, BINOMIAL))
    np.testing.assert_allclose(result, expected, atol=1e-5)
    x, valid = np.moveaxis(x, -1, 0), np.moveaxis(valid, -1, 0)
    first = sepconv.filter(x, sepconv.binomial(5), mask=valid)
    np.testing.assert_allclose(np.moveaxis(first, 0, -1), expected, atol=1e-5)


def test_bytes_and_lists_are_masks_too():
    x, valid = data((6, 7))
    expected = sepconv.filter(x, (TAPS, TAPS), mask=valid)
    for mask in (valid.astype(np.uint8) * 255, valid.tolist()):
        np.testing.assert_array_equal(sepconv.filter(x, (TAPS, TAPS), mask=mask), expected)


def test_masked_arrays_bring_their_masks():
    x, valid = data((20, 30))
    masked = np.ma.MaskedArray(x, mask=~valid)
    result = sepconv.filter(masked, sepconv.binomial(5))
    assert type(result) is np.ndarray
    np.testing.assert_array_equal(result, sepconv.filter(x, sepconv.binomial(5), mask=valid))
    also = data((20, 30), seed=2)[1]
    both = sepconv.filter(masked, sepconv.binomial(5), mask=also)
    np.testing.assert_array_equal(both, sepconv.filter(x, sepconv.binomial(5), mask=valid & also))
    x[0] = np.nan
    by_nan = sepconv.filter(masked, sepconv.binomial(5), mask="nan")
    valid[0] = False
    np.testing.assert_array_equal(by_nan, sepconv.filter(x, sepconv.binomial(5), mask=valid))


def test_a_plan_runs_with_and_without_masks():
    x, valid = data((20, 30), dtype=np.float32)
    plan = sepconv.plan(x.shape, x.dtype, sepconv.binomial(5), threads=2)
    out = np.empty_like(x)
    assert plan.run(x, out, mask=valid) is out
    np.testing.assert_array_equal(out, sepconv.filter(x, sepconv.binomial(5), mask=valid))
    np.testing.assert_array_equal(plan.run(x), sepconv.filter(x, sepconv.binomial(5)))
    assert "missing by mask" in str(plan.explain(masked=True))
    assert "missing" not in str(plan.explain())


def test_convolve_and_origin_mean_the_same_with_a_mask():
    x, valid = data((25,))
    kernel = (TAPS,)
    result = sepconv.filter(x, kernel, mask=valid, convolve=True, origin=-1)
    values = sepconv.filter(np.where(valid, x, 0), kernel, convolve=True, origin=-1)
    weights = sepconv.filter(valid.astype(float), kernel, convolve=True, origin=-1)
    with np.errstate(invalid="ignore"):
        expected = np.where(weights == 0, np.nan, TAPS.sum() * values / weights)
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-13)


def test_signs_of_factors_are_taken_out_in_pairs():
    x, valid = data((12, 13))
    expected = sepconv.filter(x, (TAPS, BINOMIAL), mask=valid)
    np.testing.assert_allclose(
        sepconv.filter(x, (-TAPS, -BINOMIAL), mask=valid), expected, rtol=1e-14
    )
    dense = np.outer(TAPS, BINOMIAL)
    np.testing.assert_allclose(sepconv.filter(x, dense, mask=valid), expected, atol=1e-13)


X, VALID = data((6, 8))
BAD_CALLS = [
    ({"mask": VALID[:5]}, ValueError, r"mask has shape \(5, 8\); expected \(6, 8\)"),
    ({"mask": VALID.astype(float)}, TypeError, "mask is float64; expected bool or uint8"),
    ({"mask": VALID.astype(int)}, TypeError, "mask is int64"),
    ({"mask": True}, ValueError, r"mask has shape \(\)"),
    ({"mask": "NaN"}, ValueError, "mask is 'NaN'; expected an array or 'nan'"),
    ({"mask": object()}, TypeError, "mask is object"),
    ({"mask": np.ma.masked_array(VALID)}, TypeError, "mask is a masked array"),
    ({"mask": "nan", "x": X.astype(np.uint8)}, ValueError, "mask is 'nan' and x is uint8"),
    ({"kernel": sepconv.sobel("x")}, ValueError, "kernel has a tap of -"),
    ({"kernel": (np.array([1.0, -1.0]),)}, ValueError, "kernel has a tap of -1"),
    ({"kernel": (np.zeros(3),)}, ValueError, "taps of axis 1 sum to 0"),
    ({"kernel": sepconv.disk(2)}, ValueError, "is not one outer product; a mask needs one"),
    ({"method": "direct"}, ValueError, "method is 'direct'; with a mask expected one of auto"),
    ({"min_weight": 1.5}, ValueError, "min_weight is 1.5; expected 0 to 1"),
    ({"min_weight": "half"}, TypeError, "min_weight is 'half'; expected a number"),
    ({"mask": None, "min_weight": 0.5}, ValueError, "without a mask"),
    ({"mask": None, "fill_value": 0}, ValueError, "without a mask"),
    ({"fill_value": "none"}, TypeError, "fill_value is 'none'"),
    (
        {"fill_value": np.nan, "out_dtype": "uint8"},
        ValueError,
        "fill_value is nan; expected a value",
    ),
]


@pytest.mark.parametrize(("changed", "error", "message"), BAD_CALLS)
def test_bad_masks_are_refused_by_name(changed, error, message):
    arguments = {"x": X, "kernel": sepconv.binomial(3), "mask": VALID} | changed
    out = np.full(X.shape, 5, arguments.get("out_dtype", arguments["x"].dtype))
    with pytest.raises(error, match=message):
        sepconv.filter(arguments.pop("x"), arguments.pop("kernel"), out=out, **arguments)
    assert (out == 5).all()


def test_out_may_not_overlap_the_mask():
    mask = np.ones((6, 8), np.uint8)
    with pytest.raises(ValueError, match="out overlaps mask"):
        sepconv.filter(mask.copy(), sepconv.binomial(3), mask=mask, out=mask)
