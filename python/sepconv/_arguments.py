"""Arguments as numbers and arrays, or errors that name them.

Every function takes the name for its message last, after that of the function that was called:
"filter: threads".
"""

import operator
from typing import Any, Protocol

import numpy as np

LARGEST = 2**63 - 1  # what C++ counts with
MOST_THREADS = 1024  # of a Context


class SupportsDLPack(Protocol):
    """Arrays of other libraries that lend their memory, for example a tensor of PyTorch."""

    def __dlpack__(self, *args: Any, **kwargs: Any) -> Any: ...

    def __dlpack_device__(self) -> tuple[Any, Any]: ...


def as_index(value, name: str) -> int:
    """A whole number of 64 bits; TypeError if it is none, ValueError if it has more."""
    try:
        whole = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} is {value!r}; expected an integer") from None
    if not -LARGEST <= whole <= LARGEST:
        raise ValueError(f"{name} is {whole}; expected an integer of 64 bits")
    return whole


def as_threads(value, name: str) -> int:
    """How many threads; TypeError if it is no number, ValueError beyond 1 to MOST_THREADS."""
    threads = as_index(value, name)
    if not 1 <= threads <= MOST_THREADS:
        raise ValueError(f"{name} is {threads}; expected 1 to {MOST_THREADS}")
    return threads


def as_shape(value, name: str) -> tuple[int, ...]:
    """A shape, from a sequence or one size; ValueError without axes or with one of less than 1."""
    shape = tuple(as_index(size, name) for size in ((value,) if np.ndim(value) == 0 else value))
    if not shape or min(shape) < 1:
        raise ValueError(f"{name} is {shape}; expected axes of size 1 or more")
    return shape


def as_real(value, name: str) -> float:
    """A float; TypeError if value is not one real number."""
    try:
        return float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} is {value!r}; expected a number") from None
    except OverflowError:
        raise ValueError(f"{name} is {value}; expected a number that a float holds") from None


def as_flag(value, name: str) -> bool:
    """True or False; TypeError for anything else, such as a word that happens to be true."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} is {value!r}; expected True or False")
    return bool(value)


def as_text(value, name: str) -> str:
    """A string; TypeError for anything else."""
    if not isinstance(value, str):
        raise TypeError(f"{name} is {value!r}; expected a string")
    return value


def as_array(value, name: str) -> np.ndarray:
    """An array; of the same memory if value has DLPack.

    ValueError if the rows of value differ in length, TypeError if its memory is not ours to read.
    """
    if hasattr(value, "__dlpack__") and not isinstance(value, np.ndarray):
        try:
            return np.from_dlpack(value)
        except (BufferError, RuntimeError, TypeError, ValueError) as error:
            kind = type(value).__name__
            raise TypeError(f"{name} is a {kind} that cannot be read in place: {error}") from None
    try:
        return np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name}: not an array ({error})") from None


def as_taps(value, name: str) -> np.ndarray:
    """An array of integers or floats; TypeError for other types."""
    taps = as_array(value, name)
    if taps.dtype.kind not in "biuf":
        raise TypeError(f"{name} are {taps.dtype}; expected integers or floats")
    return taps
