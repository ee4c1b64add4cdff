"""Arrays of other libraries, as they lend their memory by DLPack: read and written in place."""

import numpy as np
import pytest
import sepconv

BLUR = sepconv.gaussian(1.0)


class Tensor:
    """An array that shows nothing but DLPack, in its version 1 or, as before, without one."""

    def __init__(self, array, has_version=True):
        self._array = array
        self._has_version = has_version
        self.times_lent = 0

    def __dlpack__(self, *, stream=None, **wishes):
        self.times_lent += 1
        return self._array.__dlpack__(stream=stream, **(wishes if self._has_version else {}))

    def __dlpack_device__(self):
        return self._array.__dlpack_device__()


def noise(shape):
    return np.random.default_rng(1).random(shape)


@pytest.mark.parametrize("has_version", [True, False])
@pytest.mark.parametrize("kernel", [BLUR, sepconv.disk(1.6), (np.ones(3),)])
def test_tensors_are_read_in_place(kernel, has_version):
    array = noise((9, 11))
    tensor = Tensor(array, has_version)
    np.testing.assert_array_equal(sepconv.filter(tensor, kernel), sepconv.filter(array, kernel))
    assert tensor.times_lent == 1


@pytest.mark.parametrize("has_version", [True, False])
def test_the_memory_of_a_tensor_is_not_copied(has_version):
    array = noise((9, 11))
    with pytest.raises(ValueError, match="out overlaps x"):  # so that x is where array is
        sepconv.filter(Tensor(array, has_version), BLUR, out=array)


def test_tensors_are_written_in_place():
    x, target = noise((9, 11)), np.zeros((9, 11))
    out = sepconv.filter(x, BLUR, out=Tensor(target))
    assert isinstance(out, np.ndarray) and np.shares_memory(out, target)
    np.testing.assert_array_equal(target, sepconv.filter(x, BLUR))


def test_tensors_that_may_not_be_written_are_refused():
    x, target = noise((9, 11)), np.zeros((9, 11))
    with pytest.raises(ValueError, match="out overlaps x"):
        sepconv.filter(x, BLUR, out=Tensor(x))
    for has_version in (True, False):
        target.flags.writeable = has_version is False
        with pytest.raises(ValueError, match="out is read-only"):
            sepconv.filter(x, BLUR, out=Tensor(target, has_version))
    assert not target.any()


def test_tensors_that_cannot_be_read_are_named():
    with pytest.raises(TypeError, match="x is a Tensor that cannot be read in place: .*byte order"):
        sepconv.filter(Tensor(noise(9).astype(">f8")), (np.ones(3),))
    with pytest.raises(TypeError, match="out is a Tensor that cannot be read in place"):
        sepconv.filter(noise(3), (np.ones(3),), out=Tensor(np.zeros(3).astype(">f8")))
    with pytest.raises(TypeError, match="x is int64; expected one of"):
        sepconv.filter(Tensor(np.arange(9)), (np.ones(3),))
