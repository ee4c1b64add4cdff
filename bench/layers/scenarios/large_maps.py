"""Separable layers whose maps, or windows, are large."""

from collections.abc import Iterator

from ...scenarios import Goal
from ..case import LayerCase, depthwise, pointwise

TITLE = "Large maps and windows, and a batch of 8"
GOALS = (Goal(("f32",), mean=1.3, any_case=1.15),)
NOTE = "Depthwise, then pointwise, each with bias and ReLU6."
# Batch, height, width, channels in and out, side of the window.
BLOCKS = (
    (1, 512, 512, 32, 64, 3),
    (1, 1080, 1920, 24, 24, 3),
    (1, 1080, 1920, 16, 16, 5),
    (1, 256, 256, 128, 128, 7),
    (1, 256, 256, 96, 96, 3),
    (8, 56, 56, 128, 128, 3),
)


def cases() -> Iterator[LayerCase]:
    for batch, height, width, inputs, outputs, side in BLOCKS:
        stages = depthwise(inputs, (side, side)), pointwise(outputs, inputs)
        name = f"{height}x{width} {inputs}>{outputs} {side}x{side}"
        if batch > 1:
            name += f" batch {batch}"
        yield LayerCase(name, stages, (batch, height, width, inputs), is_quick=inputs == 96)
