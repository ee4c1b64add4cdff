"""Arguments as numbers and arrays, or errors that name them.

Every function takes the name for its message last, after that of the function that was called:
"filter: threads".
"""

import operator

import numpy as np

LARGEST = 2**63 - 1  # what C++ counts with


def as_index(value, name: str) -> int:
    """A whole number of 64 bits; TypeError if it is none, ValueError if it has more."""
    try:
        whole = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} is {value!r}; expected an integer") from None
    if not -LARGEST <= whole <= LARGEST:
        raise ValueError(f"{name} is {whole}; expected an integer of 64 bits")
    return whole


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
    """An array; ValueError if the rows of value differ in length."""
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
