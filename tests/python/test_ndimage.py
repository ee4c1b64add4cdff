"""sepconv.ndimage against scipy.ndimage: dtypes, modes, origins, axes, outputs and layouts."""

import threading
from functools import partial

import numpy as np
import pytest
import scipy.ndimage
from sepconv import ndimage
from sepconv.ndimage import _steps

INTEGERS = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"]
MODES = ["reflect", "constant", "nearest", "mirror", "wrap"]
NAMED_TWICE = ["grid-mirror", "grid-constant", "grid-wrap"]
# Error of sums in float and in double, in parts of the largest sum.
TOLERANCES = {"float32": 3e-6, "float64": 1e-13, "complex64": 3e-6, "complex128": 1e-13}

UNEVEN = [0.3, -1.1, 0.7, 2.05]


def along_each_axis(axes):
    """A kernel of 2 to 4 taps an axis that is no outer product."""
    return np.random.default_rng(axes).normal(size=(3, 4, 3, 2)[:axes])


def named(name):
    """The function of that name of either module."""
    return lambda module, x, **options: getattr(module, name)(x, **options)


CALLS = {
    "correlate1d": lambda m, x, **k: m.correlate1d(x, UNEVEN, **k),
    "correlate1d in pairs": lambda m, x, **k: m.correlate1d(x, [0.1, 0.25, 0.3, 0.25, 0.1], **k),
    "convolve1d": lambda m, x, **k: m.convolve1d(x, UNEVEN, axis=0, origin=1, **k),
    "correlate": lambda m, x, **k: m.correlate(x, along_each_axis(x.ndim), **k),
    "correlate of means": lambda m, x, **k: m.correlate(x, np.full((3,) * x.ndim, 1 / 9), **k),
    "convolve": lambda m, x, **k: m.convolve(x, along_each_axis(x.ndim), origin=-1, **k),
    "convolve whole": lambda m, x, **k: m.convolve(x, [-3, 2, 5, 1], axes=(0,), **k),
    "gaussian_filter1d": lambda m, x, **k: m.gaussian_filter1d(x, 1.7, **k),
    "gaussian_filter": lambda m, x, **k: m.gaussian_filter(x, 1.3, **k),
    "gaussian_filter of order 1": lambda m, x, **k: m.gaussian_filter(x, 1.2, order=1, **k),
    "gaussian_filter of order 3": lambda m, x, **k: m.gaussian_filter(x, 2, order=3, radius=4, **k),
    "gaussian_laplace": lambda m, x, **k: m.gaussian_laplace(x, 1.1, **k),
    "gaussian_gradient_magnitude": lambda m, x, **k: m.gaussian_gradient_magnitude(x, 0.9, **k),
    "uniform_filter1d": lambda m, x, **k: m.uniform_filter1d(x, 5, origin=-2, **k),
    "uniform_filter": lambda m, x, **k: m.uniform_filter(x, 4, **k),
    "sobel": lambda m, x, **k: m.sobel(x, 0, **k),
    "prewitt": lambda m, x, **k: m.prewitt(x, **k),
    "laplace": lambda m, x, **k: m.laplace(x, **k),
}


def noise(shape, dtype, seed=1):
    """Values all over the range of integers; of magnitude 1 otherwise; a part is constant."""
    dtype, rng = np.dtype(dtype), np.random.default_rng(seed)
    if dtype.kind == "b":
        return rng.random(shape) < 0.5
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        # Sums of more than 2^53 are not whole in double; scipy's own bits are not specified there.
        low, high = max(limits.min, -(2**48)), min(limits.max, 2**48)
        x = rng.integers(low, high, shape, dtype=dtype, endpoint=True)
        x[: len(x) // 3] = high // 3
        return x
    x = rng.normal(size=shape).astype(dtype)
    return x + 1j * rng.normal(size=shape).astype(dtype) if dtype.kind == "c" else x


def assert_same(got, expected):
    """Bits for integers, a few units in the last place of the largest sum for floats."""
    assert got.dtype == expected.dtype and got.shape == expected.shape
    if got.dtype.kind in "biu":
        as_bytes = np.uint8 if got.dtype.kind == "b" else got.dtype
        np.testing.assert_array_equal(got.view(as_bytes), expected.view(as_bytes))
        return
    largest = np.max(np.abs(expected), initial=1, where=np.isfinite(expected))
    tolerance = TOLERANCES[got.dtype.newbyteorder("=").name] * largest
    for part in (np.real, np.imag):
        np.testing.assert_allclose(part(got), part(expected), rtol=0, atol=tolerance)


def compare(call, x, **options):
    """The same result, or the same exception, from both modules."""
    try:
        expected = call(scipy.ndimage, x, **options)
    except Exception as error:
        with pytest.raises(type(error)) as raised:
            call(ndimage, x, **options)
        assert str(raised.value) == str(error)
    else:
        assert_same(call(ndimage, x, **options), expected)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", ["bool", *INTEGERS])
def test_integers_are_the_same_bits(dtype, mode):
    x = noise((23, 31), dtype)
    for call in CALLS.values():
        compare(call, x, mode=mode)
        compare(call, x, mode=mode, cval=7)


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32"])
def test_photographs_are_the_same(photo, dtype):
    x = photo.astype(dtype)
    for call in CALLS.values():
        compare(call, x)
        compare(call, x[..., 0], mode="mirror")


@pytest.mark.parametrize("mode", [*MODES, *NAMED_TWICE])
@pytest.mark.parametrize("dtype", TOLERANCES)
def test_floats_are_near(dtype, mode):
    x = noise((23, 31), dtype)
    for call in CALLS.values():
        compare(call, x, mode=mode)
        compare(call, x, mode=mode, cval=-1.3)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("out_dtype", ["bool", "uint8", "int16", "uint32", "int64", "f4", "f8"])
@pytest.mark.parametrize("dtype", ["bool", "uint8", "int8", "int32", "uint64", "f4", "f8"])
def test_every_pair_of_types(dtype, out_dtype):
    x = noise((9, 12), dtype)
    x = (x * 100).astype(dtype) if dtype.startswith("f") else x
    for name, call in CALLS.items():
        # scipy keeps a running sum of floats, whose rounding errors decide what is cut off.
        if not (name.startswith("uniform") and dtype.startswith("f")):
            compare(call, x, output=np.dtype(out_dtype))


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
@pytest.mark.parametrize("shape", [(40,), (1,), (2, 1), (5, 6, 7), (3, 4, 5, 6), (1, 3, 1, 2)])
def test_every_number_of_axes(shape, dtype):
    x = noise(shape, dtype)
    for call in CALLS.values():
        for mode in MODES:
            compare(call, x, mode=mode)


def test_a_mode_an_axis():
    x = noise((8, 9, 10), "float32")
    modes = ["constant", "wrap", "mirror"]
    for name in ("gaussian_filter", "uniform_filter", "sobel", "laplace", "gaussian_laplace"):
        for cval in (0.0, 2.5):
            compare(CALLS[name], x, mode=modes, cval=cval)
            compare(CALLS[name], (x * 50).astype("i2"), mode=modes, cval=cval)


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64", "complex64"])
@pytest.mark.parametrize("cval", [0.5, -3, 1000, 1e30, np.inf, np.nan])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_any_cval(dtype, cval):
    x = noise((9, 12), dtype)
    for name in ("correlate1d", "correlate", "gaussian_filter", "sobel", "laplace"):
        compare(CALLS[name], x, mode="constant", cval=cval)
    if abs(cval) <= 1000:  # scipy's running sums do not recover from more
        compare(CALLS["uniform_filter"], x, mode="constant", cval=cval)


@pytest.mark.parametrize("dtype", ["uint8", "float64"])
@pytest.mark.parametrize("axes", [0, -1, (0, 2), (2, 0), (1, -3), (0, 1, 2), ()])
def test_axes(axes, dtype):
    x = noise((7, 8, 9), dtype)
    count = 1 if np.isscalar(axes) else len(axes)
    kernel_axes = (axes,) if axes == -1 else axes  # scipy takes no single negative axis here
    for call in (
        lambda m, x: m.gaussian_filter(x, np.linspace(1, 2, count), axes=axes),
        lambda m, x: m.uniform_filter(x, range(2, 2 + count), axes=axes, origin=[0, -1, 1][:count]),
        lambda m, x: m.laplace(x, axes=axes),
        lambda m, x: m.gaussian_laplace(x, np.linspace(1, 2, count), axes=axes),
        lambda m, x: m.gaussian_gradient_magnitude(x, 1.0, axes=axes),
        lambda m, x: m.correlate(
            x, along_each_axis(count), axes=kernel_axes, origin=[0, 1, -1][:count]
        ),
        lambda m, x: m.convolve(
            x, along_each_axis(count), axes=kernel_axes, origin=[0, -1, 1][:count]
        ),
    ):
        compare(call, x)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_origins(dtype):
    x = noise((11, 13), dtype)
    for size in range(1, 6):
        taps = np.linspace(-1, 1.5, size)
        for origin in range(-size - 1, size + 2):
            compare(named("correlate1d"), x, weights=taps, origin=origin)
            compare(named("convolve1d"), x, weights=taps, origin=origin, axis=0)
            compare(named("uniform_filter1d"), x, size=size, origin=origin)
            compare(named("correlate"), x, weights=[taps], origin=(0, origin))
            compare(named("convolve"), x, weights=[taps], origin=(0, origin))


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_kernels_longer_than_the_axis(dtype):
    x = noise((3, 5), dtype)
    for mode in MODES:
        compare(named("gaussian_filter"), x, sigma=6.0, mode=mode)
        compare(named("uniform_filter"), x, size=23, mode=mode)
        compare(named("correlate"), x, weights=np.ones((9, 17)), mode=mode)


LAYOUTS = {
    "transposed": lambda x: x.T,
    "backwards": lambda x: x[::-1, ::-2],
    "every third": lambda x: x[1::3, ::2],
    "a row many times": lambda x: np.broadcast_to(x[0], x.shape),
    "big-endian": lambda x: x.astype(x.dtype.newbyteorder(">")),
    "unaligned": lambda x: np.frombuffer(b"0" + x.tobytes(), x.dtype, offset=1).reshape(x.shape),
    "a list": lambda x: x.tolist(),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32", "complex64"])
def test_any_layout(dtype, layout):
    x = LAYOUTS[layout](noise((24, 31), dtype))
    for name in ("correlate1d", "correlate", "gaussian_filter", "uniform_filter", "laplace"):
        if layout == "a list" and name == "correlate":
            continue  # which asks for x.ndim
        compare(CALLS[name], x)


@pytest.mark.parametrize("dtype", ["uint8", "uint32", "float32", "complex128"])
def test_outputs(dtype):
    x = noise((12, 15), dtype)
    for call in CALLS.values():
        expected = call(ndimage, x)
        for make in (np.zeros_like, lambda x: np.zeros((15, 12), x.dtype).T):
            output = make(x)
            assert call(ndimage, x, output=output) is output
            assert_same(output, expected)
        whole = np.zeros((24, 30), x.dtype.newbyteorder(">"))
        call(ndimage, x, output=whole[::2, ::-2])
        assert_same(whole[::2, ::-2].astype(dtype), expected)
        assert not whole[1::2].any() and not whole[:, ::2].any()


@pytest.mark.parametrize("dtype", ["uint8", "float32", "complex64"])
def test_input_may_be_output(dtype):
    for call in CALLS.values():
        x = noise((12, 15), dtype)
        expected = call(ndimage, x)
        assert call(ndimage, x, output=x) is x
        assert_same(x, expected)
        x = noise((14, 15), dtype)
        expected = call(ndimage, x[:-2])
        call(ndimage, x[:-2], output=x[2:])  # some of it
        assert_same(x[2:], expected)


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (2, 0, 4)])
def test_empty_arrays(shape):
    for call in CALLS.values():
        for dtype in ("uint8", "float32"):
            compare(call, np.zeros(shape, dtype))


def test_arrays_without_axes():
    x = np.float64(3)
    for call in (
        lambda m, x: m.gaussian_filter(x, 1),
        lambda m, x: m.uniform_filter(x, 3),
        lambda m, x: m.correlate(x, 2.5),
        lambda m, x: m.laplace(x),
        lambda m, x: m.gaussian_gradient_magnitude(x, 1),
        lambda m, x: m.sobel(x),
        lambda m, x: m.correlate1d(x, [1]),
        lambda m, x: m.correlate(x, [1]),
    ):
        compare(call, x)


def test_more_axes_than_plans_take():
    x = noise((2, 1, 3, 2, 1, 2, 2, 1, 3, 2), "float64")
    kernel = np.arange(6.0).reshape(1, 1, 3, 1, 1, 1, 2, 1, 1, 1)
    for y in (x, (x * 50).astype("uint8"), (x * 50).astype("int16")):
        compare(lambda m, x: m.gaussian_filter(x, 0.7), y)
        compare(lambda m, x: m.uniform_filter(x, 2), y)
        compare(lambda m, x: m.correlate(x, kernel - 0.3 * (kernel > 0)), y)


def test_values_that_are_no_numbers_stay_where_scipy_has_them():
    x = noise((15, 16), "float32")
    x[4, 5], x[9, 2], x[12, 12] = np.nan, np.inf, -np.inf
    kernel = along_each_axis(2)
    kernel[0, 1] = kernel[1, 2] = 0
    for call in (
        lambda m, x: m.correlate(x, kernel),
        lambda m, x: m.correlate1d(x, [0, 0.5, 1.0]),
        lambda m, x: m.gaussian_filter(x, 1.0),
        lambda m, x: m.sobel(x),
        lambda m, x: m.laplace(x),
    ):
        expected, got = call(scipy.ndimage, x), call(ndimage, x)
        np.testing.assert_array_equal(np.isnan(got), np.isnan(expected))
        np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-5)


def test_a_mean_with_nan_spoils_only_its_window():
    x = np.array([1.0, 2.0, np.nan, 4.0, 5.0, 6.0, 7.0])
    expected = [4 / 3, np.nan, np.nan, np.nan, 5.0, 6.0, 20 / 3]
    np.testing.assert_allclose(ndimage.uniform_filter1d(x, 3), expected)


READ_ONLY = np.zeros((3, 4))
READ_ONLY.flags.writeable = False

BAD_CALLS = {
    "no taps": lambda m, x: m.correlate1d(x, []),
    "taps of two axes": lambda m, x: m.correlate1d(x, [[1, 2]]),
    "no axis of that number": lambda m, x: m.correlate1d(x, [1], axis=2),
    "a fraction of an axis": lambda m, x: m.correlate1d(x, [1], axis=0.5),
    "an unknown mode": lambda m, x: m.correlate1d(x, [1], mode="around"),
    "no mode": lambda m, x: m.uniform_filter1d(x, 3, mode=None),
    "modes of one axis": lambda m, x: m.correlate1d(x, [1], mode=["wrap"]),
    "modes of a kernel": lambda m, x: m.correlate(x, [[1]], mode=["wrap", "wrap"]),
    "a text as cval": lambda m, x: m.correlate1d(x, [1], cval="1"),
    "a complex cval": lambda m, x: m.correlate1d(x, [1j], cval=1j),
    "no cval": lambda m, x: m.correlate(x, [[1]], cval=None),
    "half an origin": lambda m, x: m.correlate1d(x, [1, 2, 1], origin=0.5),
    "kernels of other axes": lambda m, x: m.convolve(x, [1, 2]),
    "an origin too many": lambda m, x: m.convolve(x, [[1, 2]], origin=(0, 0, 0)),
    "axes twice": lambda m, x: m.gaussian_filter(x, 1, axes=(0, -2)),
    "axes beyond": lambda m, x: m.uniform_filter(x, 3, axes=(2,)),
    "axes of fractions": lambda m, x: m.laplace(x, axes=(0.5,)),
    "axes of nothing": lambda m, x: m.gaussian_filter(x, 1, axes=object()),
    "sigmas too many": lambda m, x: m.gaussian_filter(x, (1, 1, 1)),
    "orders too few": lambda m, x: m.gaussian_filter(x, 1, order=(1,)),
    "order below 0": lambda m, x: m.gaussian_filter1d(x, 1, order=-1),
    "radius below 0": lambda m, x: m.gaussian_filter1d(x, 1, radius=-1),
    "half a radius": lambda m, x: m.gaussian_filter(x, 1, radius=1.5),
    "sigma below 0": lambda m, x: m.gaussian_filter1d(x, -1),
    "sigma of 0": lambda m, x: m.gaussian_filter1d(x, 0),
    "a text as sigma": lambda m, x: m.gaussian_filter1d(x, "a"),
    "no size": lambda m, x: m.uniform_filter1d(x, 0),
    "half a size": lambda m, x: m.uniform_filter1d(x, 2.5),
    "a mean elsewhere": lambda m, x: m.uniform_filter(x, 3, origin=2),
    "outputs of other shapes": lambda m, x: m.sobel(x, output=np.zeros((4, 3))),
    "outputs of text": lambda m, x: m.sobel(x, output="S3"),
    "outputs of booleans by name": lambda m, x: m.sobel(x, output="bool"),
    "outputs of half precision": lambda m, x: m.sobel(x, output=np.float16),
    "complex outputs of reals": lambda m, x: m.gaussian_filter(x, 1, output=np.complex64),
    "real outputs of complex": lambda m, x: m.gaussian_filter(x * 1j, 1, output=float),
    "outputs to be read only": lambda m, x: m.gaussian_filter(x, 1, output=READ_ONLY),
    "half precision": lambda m, x: m.gaussian_filter(x.astype("f2"), 1),
    "extended precision": lambda m, x: m.correlate1d(x.astype(np.longdouble), [1]),
    "objects": lambda m, x: m.uniform_filter(x.astype(object), 3),
}


@pytest.mark.parametrize("bad", BAD_CALLS)
def test_bad_arguments_raise_what_scipy_raises(bad):
    compare(BAD_CALLS[bad], np.arange(12.0).reshape(3, 4))


def test_complex_kernels_warn_of_real_outputs():
    for call in (ndimage.correlate1d, partial(ndimage.correlate, axes=0)):
        with pytest.warns(UserWarning, match="promoting specified output dtype to complex"):
            assert call(np.ones(3), [1, 1j], output=np.float32).dtype == np.complex64


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(30, 41), (5, 4), (3, 3), (9, 10, 3), (6, 7, 8), (2, 3, 4, 25)])
def test_several_axes_at_once_are_the_same_bits_as_one_after_the_other(shape, dtype):
    x = noise(shape, dtype)
    for axes in ((0, 1), tuple(range(x.ndim))):
        one, mean = x, x
        for axis in axes:
            one = ndimage.gaussian_filter1d(one, 1.2, axis)
            mean = ndimage.uniform_filter1d(mean, 4, axis)
        np.testing.assert_array_equal(ndimage.gaussian_filter(x, 1.2, axes=axes), one)
        np.testing.assert_array_equal(ndimage.uniform_filter(x, 4, axes=axes), mean)


def test_float32_keeps_its_level():
    x = np.linspace(0, 1, 200 * 300, dtype=np.float32).reshape(200, 300)
    level = x.mean(dtype=float)
    for sigma in (0.7, 1.0, 1.5, 2.0, 5.0):
        got = ndimage.gaussian_filter(x, sigma).mean(dtype=float)
        assert abs(got - level) < 5e-9  # taps rounded one by one lose up to 6e-8


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_workers_do_not_change_a_bit(dtype):
    x = noise((200, 301), dtype)
    for call in CALLS.values():
        one = call(ndimage, x)
        with ndimage.set_workers(3):
            np.testing.assert_array_equal(call(ndimage, x), one)


def test_workers_count_for_the_calling_thread_inside_the_context():
    seen = []
    with ndimage.set_workers(2):
        with ndimage.set_workers(5):
            assert ndimage.get_workers() == 5
        assert ndimage.get_workers() == 2
        other = threading.Thread(target=lambda: seen.append(ndimage.get_workers()))
        other.start()
        other.join()
    assert seen == [1] and ndimage.get_workers() == 1
    for bad in (0, 1025):
        with pytest.raises(ValueError, match="expected 1 to 1024"), ndimage.set_workers(bad):
            pass


def test_plans_are_kept_for_the_next_call():
    x = noise((30, 31), "float32")
    ndimage.gaussian_filter(x, 1.23)
    before = _steps.steps_of_passes.cache_info()
    ndimage.gaussian_filter(x + 1, 1.23)
    after = _steps.steps_of_passes.cache_info()
    assert after.hits == before.hits + 1 and after.misses == before.misses
    assert after.maxsize == _steps.KEPT
