"""How numpy's dtypes reach plans of six, and results come back as scipy casts them."""

import numpy as np

from .. import _arrays

# What scipy.ndimage reads and writes; complex arrays come as two.
KINDS = "biuf"
WIDEST_FLOAT = 8

# The types that stand in for those that plans lack; each holds every value, but for integers
# above 2^53, which scipy sums as doubles too.
STAND_INS = {"b1": "u1", "i1": "i2", "u4": "f8", "i8": "f8", "u8": "f8"}


def _key(dtype: np.dtype) -> str:
    return dtype.str[1:]


def check_types(*arrays: np.ndarray) -> None:
    """RuntimeError, as scipy's, for half and extended precision, objects and the like."""
    for array in arrays:
        dtype = array.dtype
        is_half_or_extended = dtype.kind == "f" and _key(dtype) not in ("f4", "f8")
        if dtype.kind not in KINDS or is_half_or_extended:
            raise RuntimeError(f"array type {dtype!r} not supported")


def value_range(dtype: np.dtype) -> tuple[float, float]:
    """The least and the largest value of a type."""
    if dtype.kind == "b":
        return 0, 255  # as bytes, which is what scipy reads
    if dtype.kind == "f":
        return -np.inf, np.inf
    limits = np.iinfo(dtype)
    return limits.min, limits.max


def _holds(dtype: np.dtype, cval: float) -> bool:
    if dtype.kind == "f":
        return float(dtype.type(cval)) == cval
    low, high = value_range(dtype)
    return low <= cval <= high and cval.is_integer()


def readable(source: np.ndarray, cval: float, out_dtype: np.dtype) -> np.ndarray:
    """The source in a type that plans read and that holds cval; itself wherever it can be."""
    if source.dtype.kind == "b":
        source = source.view(np.uint8)
    dtype = source.dtype.newbyteorder("=")
    dtype = np.dtype(STAND_INS.get(_key(dtype), dtype))
    is_all_single = dtype == out_dtype == np.float32 and abs(cval) <= np.finfo("f4").max
    if not _holds(dtype, cval) and not is_all_single:
        dtype = np.dtype(np.float64)
    if source.dtype == dtype and _arrays.in_samples(source):
        return source
    return source.astype(dtype, order="C")


def border_value(cval: float, dtype: np.dtype) -> float:
    """The cval that a plan takes for an input of dtype."""
    return float(np.float32(cval)) if dtype == np.float32 else cval


def writable(output: np.ndarray) -> np.ndarray:
    """The output where plans can write it, or a new array to copy from."""
    if not output.flags.writeable:
        raise ValueError("output array is read-only.")
    dtype = output.dtype
    if dtype.isnative and _arrays.in_samples(output) and not _arrays.shares_samples(output):
        return output.view(np.uint8) if dtype.kind == "b" else output
    return np.empty(output.shape, np.uint8 if dtype.kind == "b" else dtype.newbyteorder("="))


def fill(input: np.ndarray, output: np.ndarray, run) -> None:
    """Calls run(source, target) with arrays apart, target writable by plans, and fills output."""
    check_types(input, output)
    target = writable(output)
    if output.size:
        run(input.copy() if np.may_share_memory(input, target) else input, target)
    if not np.may_share_memory(target, output):
        output[...] = target


def type_for(low: float, high: float, out_dtype: np.dtype) -> np.dtype:
    """A type that plans write and that holds all from low to high, cut off; out_dtype if it can."""
    for dtype in (out_dtype, np.dtype(np.int16), np.dtype(np.int32)):
        least, largest = value_range(dtype)
        if dtype in _arrays.TYPE_NAMES and least - 1 < low and high < largest + 1:
            return dtype
    return np.dtype(np.float64)


def reach_of_sums(taps, values: tuple[float, float], divisor: int = 1) -> tuple[float, float]:
    """The least and the largest sum of taps times samples that lie between the values."""
    low, high = values
    up, down = sum(t for t in taps if t > 0), sum(t for t in taps if t < 0)
    return (low * up + high * down) / divisor, (high * up + low * down) / divisor


def store(plan, source: np.ndarray, output: np.ndarray, dtype: np.dtype) -> None:
    """Runs a plan that writes dtype, and stores the result in output."""
    stored = output if dtype == output.dtype else np.empty(output.shape, dtype)
    plan.run(source, stored)
    if stored is not output:
        cast_into(stored, output)


def cast_into(values: np.ndarray, output: np.ndarray) -> None:
    """Stores values as a C compiler casts them: cut off, then modulo 2^n."""
    if output.dtype == np.uint32 and values.dtype.kind == "f":
        values = values.astype(np.int64)  # numpy clamps here, scipy wraps
    with np.errstate(invalid="ignore"):
        np.copyto(output, values, casting="unsafe")
