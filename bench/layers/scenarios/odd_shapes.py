"""What libraries have no kernels of their own for."""

from collections.abc import Iterator

from ...scenarios import Goal
from ..case import LayerCase, depthwise, pointwise

TITLE = "Odd windows, strides, multipliers and numbers of channels"
GOALS = (Goal(("f32",), mean=2.0, any_case=1.0),)
NOTE = "Depthwise, then pointwise, each with bias and ReLU6, on maps of 56x56."
SIDE = 56


def block(name: str, inputs: int, outputs: int, kernel=(3, 3), multiplier=1, **fields):
    stages = (
        depthwise(inputs, kernel, multiplier, **fields),
        pointwise(outputs, inputs * multiplier),
    )
    shape = (1, SIDE, SIDE, inputs)
    return LayerCase(f"{inputs}>{outputs} {name}", stages, shape, is_quick=inputs == 17)


def cases() -> Iterator[LayerCase]:
    yield block("4x4", 64, 64, (4, 4))
    yield block("multiplier 2", 32, 64, multiplier=2)
    yield block("strides (2, 1)", 64, 64, strides=(2, 1))
    yield block("3x3", 17, 17)
    yield block("3x3", 35, 35)
    yield block("dilation 3", 64, 64, dilation=(3, 3))
