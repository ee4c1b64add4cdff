"""A training step to measure: a block's forward run, and all its gradients.

Every sum before a ReLU6 is a number of halves of a small unit, an odd one, and exact in f32: none
falls on a corner, or on its other side, by the order in which it is added up.
"""

from dataclasses import dataclass, field

import numpy as np

from ..check import Verdict
from .case import F32, LayerCase, Stage, random_tensor
from .check import EXACT_PART

UNIT = 2.0**-3  # of inputs and weights
MOST_UNITS = 4

Gradients = list[np.ndarray]


def on_grid(shape: tuple[int, ...], seed: int, unit: float = UNIT) -> np.ndarray:
    """Random whole numbers of units, up to MOST_UNITS either way."""
    units = np.random.default_rng(seed).integers(-MOST_UNITS, MOST_UNITS, shape, endpoint=True)
    return (units * unit).astype(F32)


def block(channels: int, outputs: int) -> tuple[Stage, Stage]:
    """Depthwise 3x3 and pointwise, of weights and biases that keep sums off the corners."""
    after = UNIT**2  # the unit of the first sums, and so on
    first_bias = on_grid((channels,), 2) + np.float32(after / 2)
    last_bias = on_grid((outputs,), 3) + np.float32(after / 2 * UNIT / 2)
    return (
        Stage(on_grid((channels, 1, 3, 3), 4), first_bias, groups=channels),
        Stage(on_grid((outputs, channels, 1, 1), 5), last_bias),
    )


@dataclass(frozen=True, eq=False)
class TrainingCase(LayerCase):
    """The output of a block, and gradients in its input, in all weights, and in all biases."""

    step: str = field(default="prepare_training", init=False)

    @property
    def multiply_adds(self) -> int:
        """Of the forward run, and of as many again in the input and in the weights."""
        return 3 * super().multiply_adds

    @property
    def bytes(self) -> int:
        """Everything of the forward run, and gradients of all of it."""
        return 2 * super().bytes

    def input(self) -> np.ndarray:
        return on_grid(self.shape, 1)

    @property
    def gy(self) -> np.ndarray:
        """The gradient in the output."""
        return random_tensor(self.out_shape)


def padded_of(stage: Stage, x: np.ndarray) -> np.ndarray:
    rows, columns = stage.axes(*x.shape[1:3])
    return np.pad(x, ((0, 0), rows.zeros, columns.zeros, (0, 0)))


def depthwise_sums(stage: Stage, x: np.ndarray) -> np.ndarray:
    _, height, width, _ = stage.shape_after(x.shape)
    padded = padded_of(stage, x)
    sums = np.zeros((x.shape[0], height, width, stage.outputs)) + stage.bias
    for v, u in np.ndindex(stage.kernel):
        sums += padded[:, v : v + height, u : u + width] * stage.weights[:, 0, v, u]
    return sums


def depthwise_gradients(
    stage: Stage, x: np.ndarray, g: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """In the input and in the weights, from that in the sums."""
    _, height, width, _ = g.shape
    padded, weights = padded_of(stage, x), np.zeros(stage.weights.shape)
    gradient = np.zeros(padded.shape)
    for v, u in np.ndindex(stage.kernel):
        window = np.s_[:, v : v + height, u : u + width]
        weights[:, 0, v, u] = (padded[window] * g).sum(axis=(0, 1, 2))
        gradient[window] += g * stage.weights[:, 0, v, u]
    rows, columns = (axis.zeros[0] for axis in stage.axes(*x.shape[1:3]))
    return gradient[:, rows : rows + x.shape[1], columns : columns + x.shape[2]], weights


def is_between(sums: np.ndarray) -> np.ndarray:
    """Where ReLU6 lets gradients through."""
    return (sums > 0.0) & (sums < 6.0)


class GradientReference:
    """A training step in double."""

    NAMES = ("y", "gx", "gdw", "gpw", "gbd", "gbp")

    def __init__(self, case: TrainingCase, x: np.ndarray):
        first, last = case.stages
        mix = last.weights[:, :, 0, 0].astype(np.float64)
        sums = depthwise_sums(first, x.astype(np.float64))
        between = np.clip(sums, 0.0, 6.0)
        last_sums = between @ mix.T + last.bias
        g_last = case.gy * is_between(last_sums)
        g_first = (g_last @ mix) * is_between(sums)
        gx, gdw = depthwise_gradients(first, x, g_first)
        gpw = np.tensordot(g_last, between, axes=((0, 1, 2),) * 2)
        biases = [g.sum(axis=(0, 1, 2)) for g in (g_first, g_last)]
        self.right = [np.clip(last_sums, 0.0, 6.0), gx, gdw, gpw, *biases]

    def judge(self, answer: Gradients, _has_border: bool = True) -> Verdict:
        """Compares y, gx, gdw, gpw, gbd and gbp; each within a part of its largest value."""
        worst, message = 0.0, ""
        for name, got, right in zip(self.NAMES, answer, self.right, strict=True):
            if got.size != right.size:
                return Verdict("wrong", np.inf, f"{name} has shape {got.shape}; {right.shape}")
            part = float(np.abs(got.reshape(right.shape) - right).max() / np.abs(right).max())
            if not part <= worst:
                worst, message = part, f"{name} is off by {part:.1g} of its largest value"
        return Verdict("exact" if worst <= EXACT_PART else "wrong", worst, message)
