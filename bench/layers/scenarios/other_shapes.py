"""Layers without a goal: what has little room, and the smallest one."""

from collections.abc import Iterator

from ...scenarios import Goal
from ..case import LayerCase, depthwise, pointwise, stage

TITLE = "Other layers"
GOALS: tuple[Goal, ...] = ()
NOTE = (
    "Without goals: dilation, a 1x7 and a 7x1 that are not depthwise, and a dense 3x3 are near the "
    "limit with everyone (Winograd's algorithm passes it); the smallest is mostly the call from "
    "Python."
)


def cases() -> Iterator[LayerCase]:
    stages = depthwise(3, is_same=False), pointwise(128, 3)
    yield LayerCase("7x7 3>128 valid", stages, (1, 7, 7, 3), is_quick=True)
    stages = depthwise(256, dilation=(2, 2)), pointwise(256, 256)
    yield LayerCase("65x65 256>256 dilation 2", stages, (1, 65, 65, 256))
    stages = stage(64, 64, (1, 7)), stage(64, 64, (7, 1), seed=2)
    yield LayerCase("112x112 64>64 1x7, 7x1", stages, (1, 112, 112, 64))
    yield LayerCase("112x112 64>64 dense 3x3", (stage(64, 64, (3, 3)),), (1, 112, 112, 64))
