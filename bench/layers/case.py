"""One chain of convolutions to measure, on a tensor of a shape, with weights from a seed."""

from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from ..case import Case, aligned_empty

F32 = np.dtype(np.float32)


@dataclass(frozen=True)
class Axis:
    """One axis of a stage's window; zeros stand before and after the map."""

    size: int
    taps: int
    stride: int
    dilation: int
    is_same: bool

    @property
    def extent(self) -> int:
        return (self.taps - 1) * self.dilation + 1

    @property
    def outputs(self) -> int:
        covered = self.size - 1 if self.is_same else self.size - self.extent
        return covered // self.stride + 1

    @property
    def zeros(self) -> tuple[int, int]:
        """As TensorFlow has it: an odd one stands after the map."""
        if not self.is_same:
            return 0, 0
        total = max(0, (self.outputs - 1) * self.stride + self.extent - self.size)
        return total // 2, total - total // 2


@dataclass(frozen=True, eq=False)
class Stage:
    """A convolution in groups with bias, then ReLU6 unless `is_linear`.

    weights [outputs, inputs / groups, kh, kw]; padding is that of TensorFlow's "same", or none.
    """

    weights: np.ndarray
    bias: np.ndarray
    groups: int = 1
    strides: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    is_same: bool = True
    is_linear: bool = False

    @property
    def outputs(self) -> int:
        return self.weights.shape[0]

    @property
    def inputs(self) -> int:
        return self.weights.shape[1] * self.groups

    @property
    def kernel(self) -> tuple[int, int]:
        return self.weights.shape[2:]

    @property
    def is_depthwise(self) -> bool:
        return self.groups == self.inputs > 1

    @property
    def multiplier(self) -> int:
        """Outputs of a channel, where the stage is depthwise."""
        return self.outputs // self.inputs

    def axes(self, height: int, width: int) -> tuple[Axis, Axis]:
        rows, columns = (
            Axis(*values, self.is_same)
            for values in zip(
                (height, width), self.kernel, self.strides, self.dilation, strict=True
            )
        )
        return rows, columns

    def shape_after(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        batch, height, width, _ = shape
        return (batch, *(axis.outputs for axis in self.axes(height, width)), self.outputs)


def stage(outputs: int, inputs: int, kernel=(1, 1), groups: int = 1, seed: int = 1, **fields):
    """A stage of random weights, such that sums of inputs of variance one have about that, too."""
    random = np.random.default_rng([seed, outputs, inputs, *kernel])
    shape = (outputs, inputs // groups, *kernel)
    scale = 1.5 / np.sqrt(np.prod(shape[1:]))
    weights = (scale * random.standard_normal(shape)).astype(F32)
    return Stage(weights, random.uniform(-0.5, 1.0, outputs).astype(F32), groups, **fields)


def depthwise(channels: int, kernel=(3, 3), multiplier: int = 1, **fields) -> Stage:
    return stage(channels * multiplier, channels, kernel, channels, **fields)


def pointwise(outputs: int, inputs: int, **fields) -> Stage:
    return stage(outputs, inputs, **fields)


class TensorCase:
    """What is measured on one tensor of f32 of a shape, in microseconds.

    Whoever derives from it has `shape`, `pixels`, `bytes` and `multiply_adds`.
    """

    type = "f32"

    def input(self) -> np.ndarray:
        return random_tensor(self.shape)

    def facts(self) -> dict:
        """What the JSON file says of the case."""
        return {
            "type": self.type,
            "unit": "us",
            "pixels": self.pixels,
            "bytes": self.bytes,
            "multiply_adds": self.multiply_adds,
        }


@dataclass(frozen=True, eq=False)
class LayerCase(TensorCase):
    """Stages on a tensor [batch, height, width, channels] of f32; `is_quick` cases run always.

    With `adds_input` the tensor is added to what comes out.
    """

    name: str
    stages: tuple[Stage, ...]
    shape: tuple[int, ...]
    adds_input: bool = False
    is_quick: bool = False
    step: str = field(default="prepare", init=False)

    @cached_property
    def shapes(self) -> list[tuple[int, ...]]:
        """Of the input and of what every stage gives."""
        shapes = [self.shape]
        for one in self.stages:
            shapes.append(one.shape_after(shapes[-1]))
        return shapes

    @property
    def out_shape(self) -> tuple[int, ...]:
        return self.shapes[-1]

    @property
    def pixels(self) -> int:
        """Of input and output: what they take."""
        return int(np.prod(self.shape) + np.prod(self.out_shape)) // 2

    @property
    def bytes(self) -> int:
        """What has to be read and written at least: tensors, weights and biases."""
        values = sum(one.weights.size + one.bias.size for one in self.stages)
        return F32.itemsize * (int(np.prod(self.shape) + np.prod(self.out_shape)) + values)

    @property
    def multiply_adds(self) -> int:
        """Of the direct way, those with zeros around the map included."""
        return sum(
            int(np.prod(shape[:3])) * one.weights.size
            for one, shape in zip(self.stages, self.shapes[1:], strict=True)
        )

    def output(self) -> np.ndarray:
        return shared_tensor(self.out_shape)


AnyCase = Case | TensorCase


@lru_cache(maxsize=2)
def random_tensor(shape: tuple[int, ...]) -> np.ndarray:
    """Uniform noise of variance one, the same every time."""
    x = aligned_empty(shape, F32)
    np.random.default_rng(1).random(out=x, dtype=np.float32)
    x -= 0.5
    x *= 12**0.5
    x.flags.writeable = False
    return x


@lru_cache(maxsize=1)
def shared_tensor(shape: tuple[int, ...]) -> np.ndarray:
    return aligned_empty(shape, F32)
