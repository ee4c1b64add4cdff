"""Whole networks to measure, as ONNX models with inputs of one shape."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

from tools import models

from ..check import Verdict
from .case import F32, LayerCase, Stage, TensorCase, depthwise, pointwise, stage
from .check import APPROXIMATE_PART
from .peers.onnx_model import onnx_model

EXACT_PART = 1e-4  # of the largest value, which rounding amounts to through some fifty layers
CLASSES = 1000
RANDOM_NET = "mobilenet_v1"  # the one that is not of tools/models.py


class Missing(RuntimeError):
    """A network that cannot be had; the message says why."""


def mobilenet_v1_stages() -> Iterator[Stage]:
    """The convolutions of MobileNetV1 1.0."""
    yield stage(32, 3, (3, 3), strides=(2, 2))
    channels = 32
    for outputs, stride in zip(
        (64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024),
        (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1),
        strict=True,
    ):
        yield depthwise(channels, strides=(stride, stride))
        yield pointwise(outputs, channels)
        channels = outputs


def mobilenet_v1() -> onnx.ModelProto:
    """MobileNetV1 1.0 at 224 with random weights."""
    trunk = LayerCase("", tuple(mobilenet_v1_stages()), (1, 224, 224, 3))
    last = stage(CLASSES, trunk.out_shape[-1])
    model = onnx.load_model_from_string(onnx_model(trunk))
    graph = model.graph
    for name, values in (("dense", last.weights[:, :, 0, 0]), ("offset", last.bias)):
        graph.initializer.append(numpy_helper.from_array(values, name))
    graph.node.extend(
        [
            helper.make_node("GlobalAveragePool", ["y"], ["pooled"]),
            helper.make_node("Flatten", ["pooled"], ["flat"]),
            helper.make_node("Gemm", ["flat", "dense", "offset"], ["logits"], transB=1),
        ]
    )
    graph.output[0].CopyFrom(
        helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, CLASSES])
    )
    return model


def cut_before_pool(graph: onnx.GraphProto) -> None:
    """Leaves the part that works on maps of any size."""
    place = next(i for i, node in enumerate(graph.node) if node.op_type == "GlobalAveragePool")
    last = graph.node[place].input[0]
    del graph.node[place:]
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info(last, TensorProto.FLOAT, None))


@dataclass(frozen=True, eq=False)
class NetworkCase(TensorCase):
    """A network of tools/models.py, or of random weights, on an input of a shape.

    With `is_cut` without what follows its last map.
    """

    name: str
    net: str
    shape: tuple[int, ...]
    is_cut: bool = False
    is_quick: bool = False
    step: str = field(default="prepare_network", init=False)

    @cached_property
    def _proto(self) -> onnx.ModelProto:
        if self.net == RANDOM_NET:
            model = mobilenet_v1()
        else:
            try:
                model = onnx.load(models.build(self.net))
            except (RuntimeError, OSError) as error:
                raise Missing(str(error)) from error
        if self.is_cut:
            cut_before_pool(model.graph)
        sizes = model.graph.input[0].type.tensor_type.shape.dim
        for size, value in zip(sizes, self.shape, strict=True):
            size.dim_value = value
        return model

    @cached_property
    def model(self) -> bytes:
        """errors     Missing"""
        return self._proto.SerializeToString()

    @cached_property
    def _weights(self) -> dict[str, list[int]]:
        """Shapes of what the file holds, by name."""
        graph = self._proto.graph
        shapes = {one.name: list(one.dims) for one in graph.initializer}
        for node in graph.node:
            if node.op_type == "Constant" and node.attribute[0].name == "value":
                shapes[node.output[0]] = list(node.attribute[0].t.dims)
        return shapes

    @property
    def feeds(self) -> dict[str, np.ndarray]:
        """The input by its name."""
        return {self._proto.graph.input[0].name: self.input()}

    @property
    def pixels(self) -> int:
        return int(np.prod(self.shape))

    @property
    def bytes(self) -> int:
        """Input and weights: what has to be read at least."""
        values = sum(int(np.prod(shape)) for shape in self._weights.values())
        return F32.itemsize * (int(np.prod(self.shape)) + values)

    @cached_property
    def multiply_adds(self) -> int:
        """Of convolutions and dense layers, those with zeros around maps included."""
        graph = onnx.shape_inference.infer_shapes(self._proto, data_prop=True).graph
        known = (*graph.value_info, *graph.output)
        shapes = {
            one.name: [size.dim_value for size in one.type.tensor_type.shape.dim] for one in known
        }
        total = 0
        for node in graph.node:
            if node.op_type in ("Conv", "Gemm") and node.input[1] in self._weights:
                outputs = int(np.prod(shapes[node.output[0]]))
                of_one = self._weights[node.input[1]]
                depth = np.prod(of_one[1:]) if node.op_type == "Conv" else np.prod(of_one) / CLASSES
                total += outputs * int(depth)
        return total

    def output(self) -> np.ndarray:
        """Nothing: peers bring their own."""
        return np.zeros(1, F32)


class NetworkReference:
    """What onnxruntime gives when it runs a file's nodes one by one, as they are."""

    def __init__(self, case: NetworkCase, _x: np.ndarray):
        options = ort.SessionOptions()
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.log_severity_level = 3
        session = ort.InferenceSession(case.model, options, providers=["CPUExecutionProvider"])
        self._right = session.run(None, case.feeds)

    def judge(self, answer: list[np.ndarray], _has_border: bool = True) -> Verdict:
        """Compares all outputs, each within a part of its largest value."""
        worst, message = 0.0, ""
        for number, (got, right) in enumerate(zip(answer, self._right, strict=True)):
            if got.shape != right.shape:
                return Verdict("wrong", np.inf, f"shape {got.shape}; expected {right.shape}")
            part = float(np.abs(got - right).max() / np.abs(right).max())
            if not part <= worst:
                worst, message = part, f"output {number} is off by {part:.1g} of its largest value"
        if worst <= EXACT_PART:
            return Verdict("exact", worst)
        return Verdict("approximate" if worst <= APPROXIMATE_PART else "wrong", worst, message)
