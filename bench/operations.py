"""What a filter computes, told in the words that peers have calls for."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

SMOOTHING = {"sobel": (1, 2, 1), "scharr": (3, 10, 3), "prewitt": (1, 1, 1)}


class Operation:
    """A correlation with reflect101 borders.

    `factors` has one 1-D array an axis, rows last, or is None where `kernel` is not known to be
    an outer product. `size` is the number of taps along a row, and `work` the multiply-adds a
    sample of the cheapest direct way; None where running sums or recursion make them few.
    """

    factors: tuple[np.ndarray, ...] | None = None
    kernel: np.ndarray
    name = ""

    @property
    def size(self) -> int:
        return self.kernel.shape[-1] if self.factors is None else len(self.factors[-1])

    @property
    def radii(self) -> tuple[int, ...]:
        sizes = self.kernel.shape if self.factors is None else [len(f) for f in self.factors]
        return tuple(size // 2 for size in sizes)

    @property
    def work(self) -> int | None:
        return None if self.factors is None else sum(len(factor) for factor in self.factors)


@dataclass(frozen=True, eq=False)
class Separable(Operation):
    """One factor an axis, any taps."""

    factors: tuple[np.ndarray, ...]

    @property
    def name(self) -> str:
        return f"k {self.size}"


@dataclass(frozen=True, eq=False)
class Gaussian(Operation):
    """Samples of a Gaussian up to `truncate` sigma, of sum one.

    An answer within `max_error` of the range is as good as an exact one.
    """

    sigma: float
    truncate: float = 3.0
    max_error: float = 0.0

    @cached_property
    def factors(self) -> tuple[np.ndarray, ...]:
        radius = round(self.truncate * self.sigma)
        taps = np.exp(-0.5 * (np.arange(-radius, radius + 1) / self.sigma) ** 2)
        return (taps / taps.sum(),) * 2

    @property
    def work(self) -> int | None:
        return None if self.max_error else super().work

    @property
    def name(self) -> str:
        return f"sigma {self.sigma:g}"


@dataclass(frozen=True, eq=False)
class Box(Operation):
    """The mean of a window."""

    side: int

    @cached_property
    def factors(self) -> tuple[np.ndarray, ...]:
        return (np.full(self.side, 1.0 / self.side),) * 2

    @property
    def work(self) -> None:
        return None

    @property
    def name(self) -> str:
        return f"box {self.side}"


@dataclass(frozen=True, eq=False)
class Derivative(Operation):
    """A 3x3 derivative along x, not divided; integers give i16."""

    kind: str

    @cached_property
    def factors(self) -> tuple[np.ndarray, ...]:
        return np.array(SMOOTHING[self.kind], float), np.array([-1.0, 0.0, 1.0])

    @property
    def name(self) -> str:
        return self.kind


@dataclass(frozen=True, eq=False)
class Dense(Operation):
    """A 2-D kernel as a user gives it; its rank is for us to know."""

    kernel: np.ndarray
    rank: int

    @property
    def work(self) -> int:
        height, width = self.kernel.shape
        return min(self.rank * (height + width), height * width)

    @property
    def name(self) -> str:
        height, width = self.kernel.shape
        return f"{height}x{width}"


def any_taps(size: int, seed: int) -> np.ndarray:
    """Positive taps of sum one without any symmetry."""
    taps = np.random.default_rng(seed).uniform(0.5, 1.5, size)
    return taps / taps.sum()
