"""What filter() and Plan.run() ask of arrays: types, layouts and an out that may be written."""

import math

import numpy as np

from ._arguments import as_array

TYPE_NAMES = {
    np.dtype(np.uint8): "u8",
    np.dtype(np.uint16): "u16",
    np.dtype(np.int16): "i16",
    np.dtype(np.int32): "i32",
    np.dtype(np.float32): "f32",
    np.dtype(np.float64): "f64",
}

LINE = 16  # float32 values of a cache line


def checked_dtype(dtype, argument: str) -> np.dtype:
    """The dtype, which is one that sepconv filters; TypeError naming the argument if not."""
    try:
        checked = None if dtype is None else np.dtype(dtype)
    except TypeError:
        checked = dtype
    if not isinstance(checked, np.dtype) or checked not in TYPE_NAMES:
        expected = ", ".join(str(known) for known in TYPE_NAMES)
        raise TypeError(f"filter: {argument} is {checked}; expected one of {expected}")
    return checked


def is_masked(x) -> bool:
    """True for masked arrays; numpy.ma, which takes 20 ms to import, is left alone by others."""
    is_derived = isinstance(x, np.ndarray) and type(x) is not np.ndarray
    return is_derived and isinstance(x, np.ma.MaskedArray)


def as_input(x) -> np.ndarray:
    """x as an array; masked arrays are refused, since their masks would be lost."""
    if is_masked(x):
        raise TypeError("filter: x is a masked array; expected an array without a mask")
    return as_array(x, "filter: x")


def empty_in_lines(shape: tuple[int, ...]) -> np.ndarray:
    """A new array of float32 that begins with a cache line, where vectors may pass the caches."""
    values = math.prod(shape)
    memory = np.empty(values + LINE, np.float32)
    skipped = -(memory.ctypes.data // memory.itemsize) % LINE
    return memory[skipped : skipped + values].reshape(shape)


def in_samples(array: np.ndarray) -> bool:
    """True where the array can be read as it is: aligned, with whole samples as strides."""
    return array.flags.aligned and all(s % array.itemsize == 0 for s in array.strides)


def shares_samples(array: np.ndarray) -> bool:
    """True unless every axis steps over all that the axes of smaller strides span."""
    spanned = array.itemsize
    by_stride = sorted(
        (abs(stride), size)
        for stride, size in zip(array.strides, array.shape, strict=True)
        if size > 1
    )
    for stride, size in by_stride:
        if stride < spanned:
            return True
        spanned += (size - 1) * stride
    return False


def as_output(out) -> np.ndarray:
    """out as an array of its own memory; TypeError if it has none to write to."""
    if not isinstance(out, np.ndarray) and not hasattr(out, "__dlpack__"):
        raise TypeError(f"filter: out is {type(out).__name__}; expected a numpy array")
    return as_array(out, "filter: out")


def _check_apart(out: np.ndarray, x: np.ndarray, allows_in_place: bool | None) -> None:
    """ValueError if out overlaps x, unless it is x and may be; None where it never may be."""
    if not np.may_share_memory(out, x):
        return
    starts = [array.__array_interface__["data"][0] for array in (out, x)]
    if allows_in_place and starts[0] == starts[1] and out.strides == x.strides:
        return
    notes = {
        True: ", or x itself",
        False: " (x itself may be out where only the last axis is filtered, in rows that are not "
        "too long, or more than three axes are; with one dtype and without a mask)",
        None: "",
    }
    raise ValueError(f"filter: out overlaps x; expected separate memory{notes[allows_in_place]}")


def check_writable(out: np.ndarray, caller: str) -> None:
    """ValueError, which begins with caller, unless every sample of out may be written by itself."""
    if not out.flags.writeable:
        raise ValueError(f"{caller}: out is read-only; expected an array that may be written")
    if shares_samples(out):
        raise ValueError(f"{caller}: samples of out share memory (strides {out.strides})")


def check_out(out: np.ndarray, x: np.ndarray, dtype: np.dtype) -> None:
    """TypeError or ValueError naming out unless it may take the filtered x."""
    if out.dtype != dtype:
        raise TypeError(f"filter: out is {out.dtype}; expected {dtype}")
    if out.shape != x.shape:
        raise ValueError(f"filter: out has shape {out.shape}; expected {x.shape} (as x)")
    check_writable(out, "filter")


def are_packed(x, out) -> bool:
    """True for packed arrays, apart, of which out may be written. All other checks of what may be
    amiss take 4 us, half as long as a small image or layer."""
    return (
        type(x) is type(out) is np.ndarray
        and x.flags.c_contiguous
        and x.flags.aligned
        and out.flags.carray
        and not np.may_share_memory(x, out)
    )


def are_ordinary(plan, x, out) -> bool:
    """True for packed arrays of the plan's shape and types, which need no other check."""
    return (
        are_packed(x, out)
        and x.dtype == plan.dtype
        and out.dtype == plan.out_dtype
        and x.shape == out.shape == plan.shape
    )


def output_of_run(
    plan, x: np.ndarray, out, caller: str, allows_in_place: bool | None = None
) -> np.ndarray:
    """The array that plan fills from x: out, or a new one; TypeError or ValueError unless x and out
    are the plan's, and apart or the same where that is allowed."""
    if x.dtype != plan.dtype:
        raise TypeError(f"{caller}: x is {x.dtype}; the plan is for {plan.dtype}")
    if x.shape != plan.shape:
        raise ValueError(f"{caller}: x has shape {x.shape}; the plan is for {plan.shape}")
    if out is None:
        return np.empty(plan.shape, plan.out_dtype)
    out = as_output(out)
    check_out(out, x, plan.out_dtype)
    _check_apart(out, x, allows_in_place)
    return out


def run_in_samples(run, x: np.ndarray, out: np.ndarray) -> np.ndarray:
    """Calls run(x, out), with copies of those that are no whole samples apart, and returns out."""
    source = x if in_samples(x) else x.copy(order="C")
    target = out if in_samples(out) else np.empty(out.shape, out.dtype)
    run(source, target)
    if target is not out:
        out[...] = target
    return out
