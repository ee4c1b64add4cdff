"""The nine blocks that MobileNetV1 at 224 is made of."""

from collections.abc import Iterator

from ...scenarios import Goal
from ..case import LayerCase, depthwise, pointwise

TITLE = "Blocks of MobileNetV1"
GOALS = (
    Goal(("f32",), mean=1.06, any_case=0.99, share=0.94, against=("onednn", "litert")),
    Goal(("f32",), mean=1.25, any_case=1.08, against=("onnxruntime",)),
)
NOTE = "Depthwise 3x3, then pointwise, each with bias and ReLU6."
# Side of the map, channels in and out, stride.
BLOCKS = (
    (112, 32, 64, 1),
    (112, 64, 128, 2),
    (56, 128, 128, 1),
    (56, 128, 256, 2),
    (28, 256, 256, 1),
    (28, 256, 512, 2),
    (14, 512, 512, 1),
    (14, 512, 1024, 2),
    (7, 1024, 1024, 1),
)


def cases() -> Iterator[LayerCase]:
    for side, inputs, outputs, stride in BLOCKS:
        stages = (
            depthwise(inputs, strides=(stride, stride)),
            pointwise(outputs, inputs),
        )
        name = f"{side}x{side} {inputs}>{outputs}" + (" s2" if stride == 2 else "")
        yield LayerCase(name, stages, (1, side, side, inputs), is_quick=side == 56 and stride == 1)
