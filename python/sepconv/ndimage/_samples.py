"""How numpy's dtypes reach plans of six, and results come back as scipy casts them."""

import numpy as np

from .. import _arrays

# What scipy.ndimage reads and writes; complex arrays come as two, booleans as bytes.
KINDS = "iuf"
FLOATS = {np.dtype(np.float32), np.dtype(np.float64)}

# The types that stand in for those that plans lack; each holds every value, but for integers
# above 2^53, which scipy sums as doubles too.
STAND_INS = {
    np.dtype(np.int8): np.dtype(np.int16),
    np.dtype(np.uint32): np.dtype(np.float64),
    np.dtype(np.int64): np.dtype(np.float64),
    np.dtype(np.uint64): np.dtype(np.float64),
}


def fill(input: np.ndarray, output: np.ndarray, run) -> None:
    """Calls run(source, target) with arrays apart, target writable by plans, and fills output."""
    source, target = _as_bytes(input), _as_bytes(output)
    for array in (source, target):
        dtype = array.dtype
        if dtype.kind not in KINDS or (dtype.kind == "f" and _native(dtype) not in FLOATS):
            raise RuntimeError(f"array type {dtype!r} not supported")
    if not output.flags.writeable:
        raise ValueError("output array is read-only.")
    if output.size == 0:
        return
    is_fit = target.dtype.isnative and _arrays.in_samples(target)
    if not is_fit or _arrays.shares_samples(target):
        target = np.empty(target.shape, _native(target.dtype))
    run(source.copy() if np.may_share_memory(source, target) else source, target)
    if not np.may_share_memory(target, output):
        output[...] = target


def _as_bytes(array: np.ndarray) -> np.ndarray:
    return array.view(np.uint8) if array.dtype.kind == "b" else array


def _native(dtype: np.dtype) -> np.dtype:
    return dtype if dtype.isnative else dtype.newbyteorder("=")


def value_range(dtype: np.dtype) -> tuple[float, float]:
    """The least and the largest value of a type."""
    if dtype.kind == "f":
        return -np.inf, np.inf
    limits = np.iinfo(dtype)
    return limits.min, limits.max


def _holds(dtype: np.dtype, cval: float) -> bool:
    if dtype.kind == "f":
        return abs(cval) <= np.finfo(dtype).max and float(dtype.type(cval)) == cval
    low, high = value_range(dtype)
    return low <= cval <= high and cval.is_integer()


def dtype_to_read(in_dtype: np.dtype, cval: float, out_dtype: np.dtype) -> np.dtype:
    """The type that plans read an input as: its own wherever it can be and holds cval."""
    dtype = _native(in_dtype)
    dtype = STAND_INS.get(dtype, dtype)
    is_all_single = dtype == out_dtype == np.float32 and abs(cval) <= np.finfo(np.float32).max
    return dtype if is_all_single or _holds(dtype, cval) else np.dtype(np.float64)


def as_dtype(source: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """The source as plans read it: itself if its type and strides fit."""
    if source.dtype == dtype and _arrays.in_samples(source):
        return source
    return source.astype(dtype, order="C")


def border_value(cval: float, dtype: np.dtype) -> float:
    """The cval that a plan takes for an input of dtype."""
    return float(np.float32(cval)) if dtype == np.float32 else cval


def reach_of_sums(taps, values: tuple[float, float], divisor: int = 1) -> tuple[float, float]:
    """The least and the largest sum of taps times samples that lie between the values."""
    low, high = values
    up, down = sum(t for t in taps if t > 0), sum(t for t in taps if t < 0)
    return (low * up + high * down) / divisor, (high * up + low * down) / divisor


def dtype_to_store(reach: tuple[float, float], out_dtype: np.dtype) -> np.dtype:
    """An integer type that plans write and that holds all in reach, cut off; double if none."""
    low, high = reach
    for dtype in (out_dtype, np.dtype(np.int16), np.dtype(np.int32)):
        least, largest = value_range(dtype)
        if dtype in _arrays.TYPE_NAMES and least - 1 < low and high < largest + 1:
            return dtype
    return np.dtype(np.float64)


def cast_into(values: np.ndarray, output: np.ndarray) -> None:
    """Stores values as a C compiler casts them: cut off, then modulo 2^n."""
    if output.dtype == np.uint32 and values.dtype.kind == "f":
        values = values.astype(np.int64)  # numpy clamps here, scipy wraps
    with np.errstate(invalid="ignore"):
        np.copyto(output, values, casting="unsafe")
