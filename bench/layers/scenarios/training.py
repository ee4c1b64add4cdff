"""Training steps of blocks in batches of 8: forward and all gradients."""

from collections.abc import Iterator

from ...scenarios import Goal
from ..training import TrainingCase, block

TITLE = "Training steps, batches of 8"
GOALS = (
    Goal(("f32",), mean=1.8, any_case=1.8, against=("torch",)),
    Goal(("f32",), mean=1.25, any_case=1.05, against=("onednn",)),
)
NOTE = (
    "Depthwise 3x3, then pointwise, each with bias and ReLU6: the output, and the gradients in "
    "input, weights and biases. The limit is three times the forward run's multiply-adds."
)
BLOCKS = ((56, 64, 64), (56, 128, 128), (14, 512, 512))


def cases() -> Iterator[TrainingCase]:
    for side, inputs, outputs in BLOCKS:
        name = f"{side}x{side} {inputs}>{outputs} batch 8"
        yield TrainingCase(
            name, block(inputs, outputs), (8, side, side, inputs), is_quick=inputs == 64
        )
