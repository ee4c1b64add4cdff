"""Kernel, its factories and separate(): values by hand, and against scipy.ndimage."""

import json
from functools import reduce

import numpy as np
import pytest
import scipy.ndimage
import sepconv


def test_integer_arrays_make_integer_kernels():
    kernel = sepconv.Kernel([[1, 2, 1], [2, 4, 2], [1, 2, 1]], divisor=16)
    assert kernel.shape == (3, 3) and kernel.anchor == (1, 1)
    assert kernel.is_integer and kernel.divisor == 16
    assert kernel.taps.dtype == np.float64 and kernel.taps[1, 1] == 0.25
    assert repr(kernel).startswith("Kernel 3x3, anchor (1, 1), integers / 16\n[[1 2 1]")


@pytest.mark.parametrize("shape", [(4,), (3, 5), (2, 3, 4), (1,) * 8])
def test_taps_come_back_in_their_shape(shape):
    taps = np.random.default_rng(1).random(shape)
    for array in (taps, np.asfortranarray(taps), taps[::-1][::-1]):
        np.testing.assert_array_equal(sepconv.Kernel(array).taps, taps)
    np.testing.assert_array_equal(np.asarray(sepconv.Kernel(taps)), taps)
    assert not sepconv.Kernel(taps).is_integer


def test_taps_outlive_their_kernel():
    taps = sepconv.box(3).taps
    np.testing.assert_array_equal(taps, np.full((3, 3), 1 / 9))


def test_anchors_move_and_flip():
    kernel = sepconv.Kernel([[1, 2, 3]], anchor=(0, 0))
    assert kernel.anchor == (0, 0) and kernel.flipped().anchor == (0, 2)
    np.testing.assert_array_equal(kernel.flipped().taps, [[3, 2, 1]])
    assert kernel.with_anchor((0, 1)).anchor == (0, 1)


@pytest.mark.parametrize("name", ["sobel", "prewitt"])
def test_derivatives_are_scipys(name):
    x = np.random.default_rng(1).random((12, 13))
    for word, axis in (("y", 0), ("x", 1)):
        expected = getattr(scipy.ndimage, name)(x, axis, mode="mirror")
        for spelt in (word, axis, axis - 2):
            got = sepconv.filter(x, getattr(sepconv, name)(spelt))
            np.testing.assert_allclose(got, expected, atol=1e-13)


def test_factories_give_their_kernels():
    sigma_y, sigma_x = 1.0, 2.0
    assert sepconv.gaussian((sigma_y, sigma_x)).shape == (7, 13)
    assert sepconv.gaussian(1.0, truncate=4.0).shape == (9, 9)
    assert sepconv.box((2, 5)).shape == (2, 5)
    np.testing.assert_array_equal(sepconv.binomial((1, 3)).taps, [[0.25, 0.5, 0.25]])
    np.testing.assert_array_equal(sepconv.scharr("x").taps[1], [-10, 0, 10])
    np.testing.assert_array_equal(sepconv.laplacian().taps[1], [1, -4, 1])
    np.testing.assert_array_equal(sepconv.laplacian(8).taps[0], [1, 1, 1])
    assert sepconv.disk(3).taps.sum() == pytest.approx(1, abs=1e-14)
    np.testing.assert_array_equal(sepconv.parse("sobel:x").taps, sepconv.sobel("x").taps)


def test_files_are_read(tmp_path):
    np.save(tmp_path / "k.npy", np.array([[1, 2, 1]]))
    assert sepconv.read_kernel(tmp_path / "k.npy").is_integer
    with pytest.raises(FileNotFoundError):
        sepconv.read_kernel(tmp_path / "missing.npy")
    (tmp_path / "bad.csv").write_text("1, two, 3")
    with pytest.raises(sepconv.FormatError, match="bad.csv") as caught:
        sepconv.read_kernel(tmp_path / "bad.csv")
    assert isinstance(caught.value, ValueError)


BAD_KERNELS = [
    (lambda: sepconv.Kernel([np.nan]), ValueError, "nan"),
    (lambda: sepconv.Kernel([2**60]), ValueError, "2\\^53"),
    (lambda: sepconv.Kernel(np.array([2**64 - 1], np.uint64)), ValueError, "2\\^53"),
    (lambda: sepconv.Kernel([1j]), TypeError, "taps are complex128"),
    (lambda: sepconv.Kernel([1, 2], divisor=0), ValueError, "divisor is 0; expected 1"),
    (lambda: sepconv.Kernel([0.5], divisor=0.5), TypeError, "integer"),
    (lambda: sepconv.Kernel([1, 2], anchor=(2,)), ValueError, "anchor"),
    (lambda: sepconv.Kernel(np.ones((1,) * 9)), ValueError, "axes"),
    (lambda: sepconv.gaussian(-1), ValueError, "sigma"),
    (lambda: sepconv.gaussian(np.nan), ValueError, "sigma"),
    (lambda: sepconv.gaussian((1, 2, 3)), ValueError, "sigma has 3 values"),
    (lambda: sepconv.box(0), ValueError, "size"),
    (lambda: sepconv.sobel("z"), ValueError, "axis is 'z'; expected 'x'"),
    (lambda: sepconv.laplacian(5), ValueError, "neighbours"),
    (lambda: sepconv.parse("gausian:sigma=3"), ValueError, "gaussian"),
    (lambda: sepconv.separate(sepconv.box(3), max_error=-1), ValueError, "max_error"),
    (lambda: sepconv.separate(sepconv.box(3), rank=0), ValueError, "rank"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD_KERNELS)
def test_bad_kernels_are_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_sobel_separates_into_integers():
    found = sepconv.separate(sepconv.sobel("x"))
    assert found.rank == 1 and found.exact and found.integer and found.divisor == 1
    assert found.residual_l1 == 0
    [(column, row)] = found.terms
    np.testing.assert_array_equal(column, [1, 2, 1])
    np.testing.assert_array_equal(row, [-1, 0, 1])
    assert "1" in repr(found) and json.loads(found.json())["rank"] == 1


def test_terms_of_a_disk_add_up():
    disk = sepconv.disk(4.0)
    exact = sepconv.separate(disk)
    assert exact.exact and exact.rank == len(exact.terms) > 1
    total = sum(np.outer(column, row) for column, row in exact.terms) / exact.divisor
    np.testing.assert_allclose(total, disk.taps, atol=1e-13)
    near = sepconv.separate(disk, max_error=0.2)
    assert len(near.terms) < len(exact.terms) and 0 < near.residual_l1 <= 0.2
    residual = np.abs(near.reconstruct() - disk.taps).sum()
    assert near.residual_l1 == pytest.approx(residual, rel=1e-9)
    assert len(sepconv.separate(disk, rank=2).terms) == 2


def test_arrays_of_three_axes_separate():
    factors = [np.array([1, 2, 1]), np.array([1, 0, -1]), np.array([3, 1])]
    found = sepconv.separate(reduce(np.multiply.outer, factors))
    assert found.rank == 1 and found.shape == (3, 3, 2)
    product = reduce(np.multiply.outer, found.terms[0])
    np.testing.assert_array_equal(product / found.divisor, reduce(np.multiply.outer, factors))
