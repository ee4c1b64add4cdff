"""Blocks of MobileNetV2: pointwise, depthwise, pointwise, and the input added where it fits."""

from collections.abc import Iterator

from ...scenarios import Goal
from ..case import LayerCase, depthwise, pointwise

TITLE = "Inverted residuals of MobileNetV2"
GOALS = (Goal(("f32",), mean=1.25, any_case=1.05, share=0.91),)
NOTE = "One block of ours against the three layers, and the sum, of a peer."
# Side of the map, channels in, expanded and out, stride.
BLOCKS = (
    (112, 16, 96, 24, 2),
    (56, 24, 144, 24, 1),
    (56, 24, 144, 32, 2),
    (28, 32, 192, 32, 1),
    (14, 64, 384, 64, 1),
    (14, 96, 576, 96, 1),
    (7, 160, 960, 160, 1),
)


def cases() -> Iterator[LayerCase]:
    for side, inputs, wide, outputs, stride in BLOCKS:
        stages = (
            pointwise(wide, inputs),
            depthwise(wide, strides=(stride, stride)),
            pointwise(outputs, wide, is_linear=True),
        )
        name = f"{side}x{side} {inputs}>{wide}>{outputs}" + (" s2" if stride == 2 else "")
        yield LayerCase(
            name,
            stages,
            (1, side, side, inputs),
            adds_input=stride == 1 and inputs == outputs,
            is_quick=side == 28,
        )
