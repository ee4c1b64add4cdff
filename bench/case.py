"""One thing to measure: an operation on an array of a shape and type."""

import ctypes
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from .operations import Derivative, Operation

TYPES = {"f32": np.float32, "u8": np.uint8, "u16": np.uint16}
RANGES = {"f32": 1.0, "u8": 255.0, "u16": 65535.0}
SIZES = {"1920x1080": (1080, 1920), "3840x2160": (2160, 3840)}
LINE_BYTES = 64
M_MMAP_MAX = -4  # of mallopt(3)
M_TRIM_THRESHOLD = -1


@dataclass(frozen=True, eq=False)
class Case:
    """An operation on an image (height, width[, 3]) or a volume; `is_quick` cases run always.

    `step` names the function of a peer that gets the problem.
    """

    operation: Operation
    type: str
    shape: tuple[int, ...]
    is_quick: bool = False
    step: str = field(default="prepare", init=False)

    @property
    def axes(self) -> tuple[int, ...]:
        """The filtered axes; channels are not among them."""
        return tuple(range(len(self.operation.radii)))

    @property
    def channels(self) -> int:
        return self.shape[2] if len(self.shape) > len(self.axes) else 1

    @property
    def out_dtype(self) -> np.dtype:
        if isinstance(self.operation, Derivative) and self.type != "f32":
            return np.dtype(np.int16)
        return np.dtype(TYPES[self.type])

    @property
    def pixels(self) -> int:
        return int(np.prod(self.shape)) // self.channels

    @property
    def multiply_adds(self) -> int | None:
        """Of the cheapest direct way; None where running sums or recursion make them few."""
        work = self.operation.work
        return None if work is None else self.pixels * self.channels * work

    @property
    def bytes(self) -> int:
        """What has to be read and written at least."""
        samples = int(np.prod(self.shape))
        return samples * (np.dtype(TYPES[self.type]).itemsize + self.out_dtype.itemsize)

    @property
    def size_text(self) -> str:
        sizes = self.shape[: len(self.axes)]
        return "x".join(str(size) for size in (sizes[::-1] if len(sizes) == 2 else sizes))

    @property
    def name(self) -> str:
        return f"{self.type} x{self.channels} {self.size_text} {self.operation.name}"

    def input(self) -> np.ndarray:
        return random_input(self.shape, self.type)

    def output(self) -> np.ndarray:
        return shared_output(self.shape, self.out_dtype)

    def facts(self) -> dict:
        """What the JSON file says of the case."""
        return {
            "type": self.type,
            "unit": "Mpixel/s",
            "channels": self.channels,
            "size": self.size_text,
            "pixels": self.pixels,
            "bytes": self.bytes,
            "operation": self.operation.name,
            "taps": self.operation.size,
            "work": self.operation.work,
        }


@dataclass(frozen=True)
class Problem:
    """What a peer gets: filter `x` into `out` (or into an array of its own) with `threads`."""

    case: Case
    x: np.ndarray
    out: np.ndarray
    threads: int

    @property
    def operation(self) -> Operation:
        return self.case.operation


def keep_memory() -> None:
    """Has malloc keep what was freed, so that peers that allocate their output do not fault."""
    libc = ctypes.CDLL(None)
    libc.mallopt(M_MMAP_MAX, 0)
    libc.mallopt(M_TRIM_THRESHOLD, -1)


def aligned_empty(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """An array that starts on a cache line, its pages touched."""
    length = int(np.prod(shape)) * np.dtype(dtype).itemsize
    memory = np.zeros(length + LINE_BYTES, np.uint8)
    start = -memory.ctypes.data % LINE_BYTES
    memory.fill(1)
    return memory[start : start + length].view(dtype).reshape(shape)


@lru_cache(maxsize=2)
def random_input(shape: tuple[int, ...], type: str) -> np.ndarray:
    """Uniform noise over the whole range, the same every time."""
    x = aligned_empty(shape, TYPES[type])
    random = np.random.default_rng(1)
    if type == "f32":
        random.random(out=x, dtype=np.float32)
    else:
        x[...] = random.integers(0, int(RANGES[type]), x.shape, x.dtype, endpoint=True)
    x.flags.writeable = False
    return x


@lru_cache(maxsize=1)
def shared_output(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """The one output that all peers write, so that none has better pages than another."""
    return aligned_empty(shape, dtype)
