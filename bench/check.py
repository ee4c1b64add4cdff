"""The double reference, and what it says about a peer's answer."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .case import RANGES, Case
from .operations import Gaussian, Operation

Tile = tuple[slice, ...]

WHOLE_SAMPLES = 1 << 15  # up to here the whole array is compared
CORNER = 24  # sides of the tiles in the corners
BAND = 4  # thickness of the lines through edges, middle and elsewhere

# Largest differences from the double reference: of an exact answer, in levels of integer types
# (one from the rounded reference, which spares peers that cut off or have taps of 8 bits) and in
# units in the last place of the sum of |taps| for floats; and of an approximate one, as a part of
# the range. What is further off is wrong.
EXACT_LEVELS = 1.5
EXACT_ULPS = 64 * 2.0**-24
APPROXIMATE_PART = 0.03


@dataclass(frozen=True)
class Verdict:
    """What an answer is worth: exact, approximate or wrong, and its largest error."""

    kind: str
    error: float
    message: str = ""


def reflect101(indices: np.ndarray, size: int) -> np.ndarray:
    """The samples that stand in for those at indices of an axis: 2 1 | 0 1 2 | 1 0."""
    if size == 1:
        return np.zeros_like(indices)
    within = np.mod(indices, 2 * size - 2)
    return np.minimum(within, 2 * size - 2 - within)


def correlate_axis(x: np.ndarray, taps: np.ndarray, axis: int) -> np.ndarray:
    """The valid part of a correlation along one axis."""
    moved = np.moveaxis(x, axis, -1)
    length = moved.shape[-1] - len(taps) + 1
    total = np.zeros((*moved.shape[:-1], length))
    for offset, tap in enumerate(taps):
        total += tap * moved[..., offset : offset + length]
    return np.moveaxis(total, -1, axis)


def correlate_dense(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """The valid part of a correlation along the first two axes."""
    height, width = x.shape[0] - kernel.shape[0] + 1, x.shape[1] - kernel.shape[1] + 1
    total = np.zeros((height, width, *x.shape[2:]))
    for (row, column), tap in np.ndenumerate(kernel):
        total += tap * x[row : row + height, column : column + width]
    return total


def expected(x: np.ndarray, operation: Operation, tile: Tile) -> np.ndarray:
    """The tile of the filtered x, in double."""
    indices = [
        reflect101(np.arange(part.start - radius, part.stop + radius), size)
        for part, radius, size in zip(tile, operation.radii, x.shape, strict=False)
    ]
    read = x[np.ix_(*indices)].astype(np.float64)
    if operation.factors is None:
        return correlate_dense(read, operation.kernel)
    # Thin axes first: then the long ones have few lines left.
    for axis in sorted(range(len(tile)), key=lambda axis: tile[axis].stop - tile[axis].start):
        read = correlate_axis(read, operation.factors[axis], axis)
    return read


def spans_of(size: int, margin: int, seed: int) -> list[slice]:
    """Thin spans of an axis: both ends, the middle (where two threads meet) and elsewhere."""
    inside = size - 2 * margin
    thickness = min(BAND, inside)
    elsewhere = int(np.random.default_rng(seed).integers(0, inside - thickness + 1))
    starts = {0, inside - thickness, (inside - thickness) // 2, elsewhere}
    return [slice(margin + start, margin + start + thickness) for start in sorted(starts)]


def tiles_of(sizes: tuple[int, ...], margins: tuple[int, ...]) -> Iterator[Tile]:
    """The whole of small arrays; of large ones lines across each axis, and corners."""
    whole = tuple(slice(margin, size - margin) for size, margin in zip(sizes, margins, strict=True))
    if any(part.stop <= part.start for part in whole):
        raise ValueError(f"a kernel of radius {margins} leaves nothing inside {sizes}")
    if np.prod([part.stop - part.start for part in whole]) <= WHOLE_SAMPLES:
        yield whole
        return
    spans = [spans_of(size, margin, 7) for size, margin in zip(sizes, margins, strict=True)]
    for thin in range(len(sizes)):
        for span in spans[thin]:
            # In three dimensions a whole plane would take long: a line has two thin axes.
            others = [axis for axis in range(len(sizes)) if axis != thin]
            tile = [spans[axis][1] for axis in range(len(sizes))]
            tile[thin], tile[others[-1]] = span, whole[others[-1]]
            yield tuple(tile)
    for corner in np.ndindex(*(2,) * len(sizes)):
        yield tuple(
            slice(max(part.start, part.stop - CORNER), part.stop)
            if last
            else slice(part.start, min(part.start + CORNER, part.stop))
            for last, part in zip(corner, whole, strict=True)
        )


class Reference:
    """The tiles of one case's answer, computed once for all peers."""

    def __init__(self, case: Case, x: np.ndarray):
        self._case = case
        self._x = x
        self._tiles: dict[bool, list[tuple[Tile, np.ndarray]]] = {}

    def tiles(self, has_border: bool) -> list[tuple[Tile, np.ndarray]]:
        """Tiles and their answers, without those that touch the border if has_border is false."""
        if has_border not in self._tiles:
            operation = self._case.operation
            margins = tuple(0 if has_border else radius for radius in operation.radii)
            sizes = self._case.shape[: len(margins)]
            self._tiles[has_border] = [
                (tile, expected(self._x, operation, tile)) for tile in tiles_of(sizes, margins)
            ]
        return self._tiles[has_border]

    def tolerances(self) -> tuple[float, float]:
        """Up to which error an answer is exact, and up to which it is approximate."""
        operation, scale = self._case.operation, RANGES[self._case.type]
        gain = np.abs(operation.kernel).sum() if operation.factors is None else 1.0
        for factor in operation.factors or ():
            gain *= np.abs(factor).sum()
        exact = EXACT_ULPS * gain if self._case.type == "f32" else EXACT_LEVELS
        if isinstance(operation, Gaussian) and operation.max_error:
            exact = max(exact, operation.max_error * scale)
        return exact, max(exact, APPROXIMATE_PART * scale * gain)

    def judge(self, answer: np.ndarray, has_border: bool = True) -> Verdict:
        """Compares an answer with the reference on every tile."""
        case = self._case
        if answer.shape != case.shape:
            return Verdict("wrong", np.inf, f"shape {answer.shape}; expected {case.shape}")
        exact, approximate = self.tolerances()
        worst, place, count, total = 0.0, (), 0, 0
        for tile, right in self.tiles(has_border):
            error = np.abs(answer[tile].astype(np.float64) - right)
            error[np.isnan(error)] = np.inf
            total += error.size
            count += int((error > exact).sum())
            if error.max() > worst:
                inside = np.unravel_index(error.argmax(), error.shape)
                starts = [part.start for part in tile] + [0] * (error.ndim - len(tile))
                place = tuple(int(i + s) for i, s in zip(inside, starts, strict=True))
                worst = float(error.max())
        if worst <= exact:
            return Verdict("exact", worst)
        message = f"off by {worst:.3g} at {place}; {count} of {total} samples beyond {exact:.2g}"
        return Verdict("approximate" if worst <= approximate else "wrong", worst, message)
