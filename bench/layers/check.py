"""The double reference of layers on patches of the output, and what it says about an answer."""

from collections.abc import Iterator

import numpy as np

from ..check import Verdict
from .case import Axis, LayerCase, Stage

Patch = tuple[int, slice, slice]  # image of the batch, rows, columns

PATCH = 3  # sides
WHOLE_SIDE = 8  # maps up to here are compared whole
# Largest differences, as parts of the largest value: the library's own bound on its f32 layers; and
# what an answer of fewer bits or another algorithm may have.
EXACT_PART = 1e-5
APPROXIMATE_PART = 1e-2


def read_span(axis: Axis, outputs: slice) -> tuple[int, int]:
    """The inputs that outputs see, zeros included."""
    first = outputs.start * axis.stride - axis.zeros[0]
    return first, (outputs.stop - 1) * axis.stride - axis.zeros[0] + axis.extent


def convolved(read: np.ndarray, stage: Stage, rows: int, columns: int) -> np.ndarray:
    """The stage on inputs of which the zeros are a part: [rows, columns, outputs]."""
    weights = stage.weights.astype(np.float64)
    total = np.tile(stage.bias.astype(np.float64), (rows, columns, 1))
    for v, u in np.ndindex(stage.kernel):
        top, left = v * stage.dilation[0], u * stage.dilation[1]
        taken = read[top :: stage.strides[0], left :: stage.strides[1]][:rows, :columns]
        if stage.groups == stage.inputs:
            total += np.repeat(taken, stage.multiplier, axis=-1) * weights[:, 0, v, u]
        else:
            total += taken @ weights[:, :, v, u].T
    return total if stage.is_linear else np.clip(total, 0.0, 6.0)


def expected(case: LayerCase, x: np.ndarray, patch: Patch, count: int | None = None) -> np.ndarray:
    """A patch of what the first `count` stages give, in double."""
    image, rows, columns = patch
    if count is None:
        right = expected(case, x, patch, len(case.stages))
        return right + x[patch] if case.adds_input else right
    if count == 0:
        return x[patch].astype(np.float64)
    stage = case.stages[count - 1]
    axes = stage.axes(*case.shapes[count - 1][1:3])
    spans = [read_span(axis, part) for axis, part in zip(axes, (rows, columns), strict=True)]
    inside = [
        slice(max(first, 0), min(last, axis.size))
        for (first, last), axis in zip(spans, axes, strict=True)
    ]
    zeros = [
        (part.start - first, last - part.stop)
        for part, (first, last) in zip(inside, spans, strict=True)
    ]
    read = np.pad(expected(case, x, (image, *inside), count - 1), (*zeros, (0, 0)))
    return convolved(read, stage, rows.stop - rows.start, columns.stop - columns.start)


def spans_of(size: int) -> list[slice]:
    """The whole of a small axis; of others both ends, what two threads share, and elsewhere."""
    if size <= WHOLE_SIDE:
        return [slice(0, size)]
    starts = (0, size // 2 - 1, size * 5 // 7, size - PATCH)
    return [slice(start, start + PATCH) for start in starts]


def patches_of(shape: tuple[int, ...]) -> Iterator[Patch]:
    batch, height, width, _ = shape
    for image in sorted({0, batch - 1}):
        for rows in spans_of(height):
            for columns in spans_of(width):
                yield image, rows, columns


class LayerReference:
    """Patches of one case's answer, computed once for all peers."""

    def __init__(self, case: LayerCase, x: np.ndarray):
        self._case = case
        self._patches = [(patch, expected(case, x, patch)) for patch in patches_of(case.out_shape)]
        self._largest = max(float(np.abs(right).max()) for _, right in self._patches)

    def judge(self, answer: np.ndarray, _has_border: bool = True) -> Verdict:
        """Compares an answer [batch, height, width, channels] with the reference; zeros around the
        map belong to a layer, so that there are no answers without them."""
        if answer.shape != self._case.out_shape:
            expected_shape = self._case.out_shape
            return Verdict("wrong", np.inf, f"shape {answer.shape}; expected {expected_shape}")
        if not np.isfinite(answer).all():
            return Verdict(
                "wrong", np.inf, "off by inf: some values were not written, or no number"
            )
        worst, place = 0.0, ()
        for patch, right in self._patches:
            error = np.abs(answer[patch] - right)
            if error.max() > worst:
                worst = float(error.max())
                y, x, channel = np.unravel_index(error.argmax(), error.shape)
                image, rows, columns = patch
                place = tuple(map(int, (image, rows.start + y, columns.start + x, channel)))
        part = worst / self._largest
        if part <= EXACT_PART:
            return Verdict("exact", worst)
        message = f"off by {worst:.3g} at {place}, {part:.1g} of the largest value"
        return Verdict("approximate" if part <= APPROXIMATE_PART else "wrong", worst, message)
