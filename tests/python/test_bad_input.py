"""Every bad argument is named as Python has it, and whatever is refused has written nothing."""

import numpy as np
import pytest
import sepconv

X = np.zeros((6, 8))
BLUR = sepconv.gaussian(1.3)
ROW = (np.ones(3),)
HUGE = 2**70
RAGGED = [[1, 2], [3]]

BAD_VALUES = [
    # What only one of float32 and float64 holds, and what none does.
    ({"x": X.astype("f4"), "border": "constant", "cval": 1e300}, ValueError, r"cval is 1e\+300"),
    ({"border": "constant", "cval": np.nan}, ValueError, "cval is nan; expected a value of f"),
    ({"border": "constant", "cval": np.inf}, ValueError, "cval is inf; expected a value"),
    ({"x": X.astype("u1"), "border": "constant", "cval": 0.5}, ValueError, "cval is 0.5"),
    ({"cval": "a"}, TypeError, "cval is 'a'; expected a number"),
    ({"cval": [1, 2]}, TypeError, r"cval is \[1, 2\]; expected a number"),
    ({"cval": 1j}, TypeError, "cval is 1j; expected a number"),
    ({"cval": 10**400}, ValueError, "cval is 10.*; expected a number that a float holds"),
    ({"threads": 1025}, ValueError, "threads is 1025; expected 1 to 1024"),
    ({"threads": HUGE}, ValueError, "threads is 118.*; expected an integer of 64 bits"),
    ({"origin": None}, TypeError, "origin is None; expected an integer"),
    ({"origin": HUGE}, ValueError, "origin is 118"),
    ({"channel_axis": (0, 1)}, TypeError, r"channel_axis is \(0, 1\); expected an integer"),
    ({"convolve": "no"}, TypeError, "convolve is 'no'; expected True or False"),
    ({"x": RAGGED}, ValueError, "x: not an array"),
    ({"x": None}, TypeError, "x is object"),
    ({"x": X.astype(bool)}, TypeError, "x is bool"),
    ({"x": np.zeros((6, 0))}, ValueError, r"shape is \(6, 0\); expected axes of size 1 or more"),
]
BAD_VALUES_OF_IMAGES = [
    ({"max_error": "a"}, TypeError, "max_error is 'a'; expected a number"),
    ({"max_error": np.nan}, ValueError, "max_error is nan; expected 0 or more"),
    ({"origin": (0, 0.5)}, TypeError, "origin is 0.5; expected an integer"),
    ({"axes": "ab"}, TypeError, "axes is 'ab'; expected an integer"),
    ({"axes": (HUGE, 0)}, ValueError, "axes is 118"),
    ({"axes": (0, 0)}, ValueError, r"axes is \(0, 0\); expected each axis once"),
    ({"axes": ()}, ValueError, "axes has 0 axes; expected 2"),
    ({"kernel": RAGGED}, ValueError, "Kernel: taps: not an array"),
    ({"kernel": None}, TypeError, "Kernel: taps are object"),
    ({"kernel": (np.array([1j]),)}, TypeError, "kernel's taps are complex128"),
    ({"kernel": (["a"],)}, TypeError, "kernel's taps are <U1"),
]


def refuse(change, error, message, kernel):
    out = np.full((6, 8), 7.0)
    with pytest.raises(error, match=message) as caught:
        sepconv.filter(**({"x": X, "kernel": kernel, "out": out} | change))
    assert "border_value" not in str(caught.value)
    assert (out == 7.0).all()


@pytest.mark.parametrize(("change", "error", "message"), BAD_VALUES)
@pytest.mark.parametrize("kernel", [BLUR, ROW], ids=["image", "array"])
def test_bad_values_are_named_and_out_is_left_alone(change, error, message, kernel):
    refuse(change, error, message, kernel)


@pytest.mark.parametrize(("change", "error", "message"), BAD_VALUES_OF_IMAGES)
def test_bad_values_of_images_are_named_and_out_is_left_alone(change, error, message):
    refuse(change, error, message, BLUR)


def test_constants_are_rounded_to_the_floats_of_the_input():
    x = X.astype(np.float32)
    got = sepconv.filter(x, BLUR, border="constant", cval=0.1)
    expected = sepconv.filter(x, BLUR, border="constant", cval=float(np.float32(0.1)))
    np.testing.assert_array_equal(got, expected)
    assert got[0, 0] > 0


BAD_SHAPES = [
    ("abc", TypeError, "shape is 'abc'; expected an integer"),
    ((2.5, 3), TypeError, "shape is 2.5; expected an integer"),
    ((), ValueError, r"shape is \(\); expected axes"),
    ((-1, 3), ValueError, r"shape is \(-1, 3\); expected axes of size 1 or more"),
    ((HUGE, 3), ValueError, "shape is 118"),
    ((2**40, 2**40), ValueError, r"shape is \(1.*\); expected at most 2\^48 samples"),
]


@pytest.mark.parametrize(("shape", "error", "message"), BAD_SHAPES)
@pytest.mark.parametrize("kernel", [BLUR, ROW], ids=["image", "array"])
def test_bad_shapes_are_named(shape, error, message, kernel):
    with pytest.raises(error, match=message):
        sepconv.plan(shape, np.uint8, kernel)


BAD_KERNEL_ARGUMENTS = [
    (lambda: sepconv.gaussian(np.nan), ValueError, "sigma is nan; expected a positive number"),
    (lambda: sepconv.gaussian(-1), ValueError, "sigma is -1; expected a positive number"),
    (lambda: sepconv.gaussian(0), ValueError, "sigma is 0; expected a positive number"),
    (lambda: sepconv.gaussian((1, np.inf)), ValueError, "sigma is inf"),
    (lambda: sepconv.gaussian((1, None)), TypeError, "sigma is None; expected a number"),
    (lambda: sepconv.gaussian(1, truncate="a"), TypeError, "truncate is 'a'; expected a number"),
    (lambda: sepconv.gaussian(1, truncate=-1), ValueError, "truncate is -1"),
    (lambda: sepconv.box(1.5), TypeError, "size is 1.5; expected an integer"),
    (lambda: sepconv.box((HUGE, 1)), ValueError, "size is 118"),
    (lambda: sepconv.binomial(99), ValueError, "size 99; expected 1 to 31"),
    (lambda: sepconv.sobel(None), ValueError, "axis is None; expected 'x'"),
    (lambda: sepconv.laplacian(1.5), TypeError, "neighbours is 1.5; expected an integer"),
    (lambda: sepconv.disk("a"), TypeError, "radius is 'a'; expected a number"),
    (lambda: sepconv.disk(np.nan), ValueError, "radius is nan"),
    (lambda: sepconv.parse(3), TypeError, "spec is 3; expected a string"),
    (lambda: BLUR.with_anchor(3), TypeError, "anchor is 3; expected one integer an axis"),
    (lambda: BLUR.with_anchor((0.5, 1)), TypeError, "anchor is 0.5; expected an integer"),
    (lambda: sepconv.Kernel([1, 2], divisor=HUGE), ValueError, "divisor is 118"),
    (lambda: sepconv.Kernel(RAGGED), ValueError, "taps: not an array"),
    (lambda: sepconv.separate(BLUR, max_error="a"), TypeError, "max_error is 'a'"),
    (lambda: sepconv.separate(BLUR, rank=1.5), TypeError, "rank is 1.5; expected an integer"),
    (lambda: sepconv.plan((6, 8), float, BLUR).error_bound("a"), TypeError, "largest_float is 'a'"),
    (lambda: sepconv.plan((6, 8), float, BLUR).error_bound(-1), ValueError, "largest_float is -1"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD_KERNEL_ARGUMENTS)
def test_bad_arguments_of_kernels_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


def rows_apart(stride):
    """Three rows of 70 uint8, stride bytes apart; the memory between them is never touched."""
    memory = np.zeros(2 * stride + 70, np.uint8)
    rows = np.lib.stride_tricks.as_strided(memory, (3, 70), (stride, 1))
    rows[...] = np.random.default_rng(1).integers(0, 256, (3, 70), np.uint8)
    return rows


FAR = 2**31 + 4099  # the third row starts beyond 2^32 bytes
ARRANGED = {
    "rows": (lambda a: a, BLUR),
    "a sum": (lambda a: a, sepconv.disk(2.2)),
    "columns": (np.transpose, BLUR),
    "upside down": (np.flipud, (np.ones(2), np.ones(3))),
    "a stack": (lambda a: a.reshape(3, 7, 10), BLUR),
    "a volume": (lambda a: a.reshape(3, 7, 10), (np.ones(3), np.ones(2), np.ones(3))),
}


@pytest.mark.parametrize("case", ARRANGED)
def test_offsets_beyond_32_bits_are_met(case):
    arrange, kernel = ARRANGED[case]
    far, near = (
        sepconv.filter(arrange(rows_apart(s)), kernel, out=arrange(rows_apart(s)))
        for s in (FAR, 128)
    )
    assert max(map(abs, far.strides)) == FAR
    np.testing.assert_array_equal(far, near)
    assert far.any()


@pytest.mark.parametrize(("kernel", "taps"), [(BLUR, 9), (ROW, 3)], ids=["image", "array"])
def test_plans_count_beyond_32_bits(kernel, taps):
    plan = sepconv.plan((2**20, 2**13), np.uint8, kernel)
    assert f"{taps * 2**33:,}" in str(plan.explain())
