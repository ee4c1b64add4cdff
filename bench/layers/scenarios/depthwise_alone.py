"""Depthwise layers without a pointwise one."""

from collections.abc import Iterator

from ...scenarios import Goal
from ..case import LayerCase, depthwise

TITLE = "Depthwise layers alone"
GOALS = (Goal(("f32",), mean=1.9, any_case=1.4),)
NOTE = "With bias and ReLU6."
# Height, width, channels, side of the window, stride.
LAYERS = (
    (112, 112, 32, 3, 1),
    (112, 112, 64, 3, 2),
    (56, 56, 128, 3, 1),
    (56, 56, 128, 5, 1),
    (56, 56, 128, 7, 1),
    (14, 14, 512, 3, 1),
    (14, 14, 512, 5, 1),
    (7, 7, 1024, 3, 1),
    (1080, 1920, 24, 3, 1),
    (1080, 1920, 16, 5, 1),
    (256, 256, 128, 7, 1),
)


def cases() -> Iterator[LayerCase]:
    for height, width, channels, side, stride in LAYERS:
        name = f"{height}x{width} {channels} {side}x{side}" + (" s2" if stride == 2 else "")
        stages = (depthwise(channels, (side, side), strides=(stride, stride)),)
        is_quick = (height, side) in ((14, 3), (56, 5))
        yield LayerCase(name, stages, (1, height, width, channels), is_quick=is_quick)
