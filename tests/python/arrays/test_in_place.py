"""run(x, out=x): where a plan allows it, and that nothing is written where it does not."""

import numpy as np
import pytest
import scipy.ndimage
import sepconv
from sepconv import ndimage

RANDOM = np.random.default_rng(11)
X = RANDOM.random((6, 7, 8, 9))
TAPS = np.array([0.5, 0.25, -1.0, 2.0])
ROWS = (TAPS,)
FOUR = (TAPS, TAPS[:2], TAPS[:3], TAPS)
BORDERS = ["reflect101", "zero", "constant", "replicate", "symmetric", "wrap"]


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("kernel", [ROWS, TAPS, FOUR], ids=["rows", "dense", "four axes"])
@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8", "uint16", "int16", "int32"])
def test_the_result_is_that_of_separate_memory(dtype, kernel, border):
    x = (100 * X).astype(dtype)
    plan = sepconv.plan(x.shape, dtype, kernel, border=border, threads=2)
    assert plan.allows_in_place
    expected = plan.run(x)
    assert plan.run(x, x) is x
    np.testing.assert_array_equal(x, expected)


def test_filter_runs_in_place_too():
    x = X.copy()
    expected = scipy.ndimage.correlate1d(x, TAPS, mode="wrap")
    assert sepconv.filter(x, TAPS, border="wrap", out=x) is x
    np.testing.assert_allclose(x, expected, atol=1e-14)


@pytest.mark.parametrize("kernel", [ROWS, FOUR], ids=["rows", "four axes"])
def test_views_are_run_in_place(kernel):
    memory = np.zeros((12, 7, 8, 18))
    memory[::2, ..., 1::2] = X
    for view in (memory[::2, ..., 1::2], memory.copy()[::-2, ..., ::-1], np.asfortranarray(X)):
        expected = sepconv.filter(view.copy(), kernel)
        sepconv.filter(view, kernel, out=view)
        np.testing.assert_array_equal(view, expected)
    assert not memory[1::2].any() and not memory[..., ::2].any()


def test_samples_apart_by_bytes_are_run_in_place():
    records = np.zeros((5, 6), [("flag", "u1"), ("value", "f8")])
    x = records["value"]
    x[...] = X[:5, :6, 0, 0]
    expected = sepconv.filter(np.array(x), TAPS)
    sepconv.filter(x, TAPS, out=x)
    np.testing.assert_array_equal(x, expected)


def test_rows_of_few_channels_are_run_in_place():
    x = RANDOM.random((20, 30, 3))
    plan = sepconv.plan(x.shape, float, TAPS, channel_axis=-1)
    assert plan.allows_in_place
    expected = plan.run(x)
    np.testing.assert_array_equal(plan.run(x, out=x), expected)


NOT_IN_PLACE = {
    "two axes": ((6, 7, 8), (TAPS, TAPS), {}),
    "columns": ((6, 7, 8), (TAPS,), {"axes": 1}),
    "image": ((7, 8), sepconv.gaussian(1.0), {}),
    "tap by tap": ((6, 7, 8), RANDOM.random((2, 2, 2)), {}),
    "long rows": ((2, 1_000_000), (TAPS,), {}),
    "other dtype": ((6, 7), (TAPS,), {"out_dtype": np.float32}),
    "other dtype of four axes": ((6, 7, 8, 9), FOUR, {"out_dtype": np.float32}),
}


@pytest.mark.parametrize("case", NOT_IN_PLACE)
def test_other_plans_refuse(case):
    shape, kernel, options = NOT_IN_PLACE[case]
    x = RANDOM.random(shape)
    plan = sepconv.plan(shape, float, kernel, **options)
    assert not plan.allows_in_place
    before = x.copy()
    if plan.out_dtype == x.dtype:
        with pytest.raises(ValueError, match="out overlaps x; .* where only the last axis is filt"):
            plan.run(x, out=x)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("kernel", [ROWS, FOUR], ids=["rows", "four axes"])
def test_a_part_of_x_is_refused(kernel):
    memory = RANDOM.random((7, 7, 8, 10))
    before = memory.copy()
    x = memory[:6, ..., :9]
    for out in (memory[1:, ..., :9], memory[:6, ..., 1:], x[::-1], x[..., ::-1]):
        with pytest.raises(ValueError, match="out overlaps x; expected separate memory, or x its"):
            sepconv.filter(x, kernel, out=out)
    np.testing.assert_array_equal(memory, before)


def test_a_mask_is_refused():
    x = X.copy()
    valid = np.ones(x.shape, bool)
    for mask in (valid, "nan"):
        with pytest.raises(ValueError, match="out overlaps x; .* without a mask"):
            sepconv.filter(x, np.abs(TAPS), out=x, mask=mask)
    np.testing.assert_array_equal(x, X)


FILTERS = {
    "correlate1d": (TAPS, 1),
    "convolve1d": (TAPS, -1),
    "correlate": (RANDOM.random((2, 3, 2, 1)),),
    "convolve": (np.ones((3, 3, 1, 1)),),
    "gaussian_filter": (0.8,),
    "gaussian_filter1d": (1.1, 2),
    "gaussian_laplace": (0.7,),
    "gaussian_gradient_magnitude": (0.7,),
    "uniform_filter": (3,),
    "uniform_filter1d": (4, 0),
    "laplace": (),
    "sobel": (2,),
    "prewitt": (),
}

# scipy's add up several derivatives, of which those after the first read what was written over.
FROM_A_COPY = {"gaussian_laplace", "gaussian_gradient_magnitude", "laplace"}


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("dtype", ["float64", "float32", "int16", "complex128"])
@pytest.mark.parametrize("layout", ["itself", "shifted", "reversed"])
def test_ndimage_writes_over_its_input_as_scipy_does(name, dtype, layout):
    results = []
    for module in (scipy.ndimage, ndimage):
        memory = (10 * X).astype(dtype)
        if dtype == "complex128":
            memory += 1j * X[::-1]
        x = memory[:5]
        output = {"itself": x, "shifted": memory[1:], "reversed": x[::-1]}[layout]
        if module is scipy.ndimage and name in FROM_A_COPY:
            x = x.copy()
        getattr(module, name)(x, *FILTERS[name], output=output)
        results.append(memory)
    np.testing.assert_allclose(results[1], results[0], rtol=1e-5, atol=1e-3)
