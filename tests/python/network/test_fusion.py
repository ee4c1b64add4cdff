"""Networks whose nodes come together give onnxruntime's answers."""

import numpy as np
import onnxruntime
import pytest
import sepconv
from onnx import TensorProto, helper, numpy_helper

random = np.random.default_rng(11)


class Net:
    """Nodes in a row, from x on, and their constants."""

    def __init__(self):
        self.nodes = []
        self.constants = {}

    def constant(self, values) -> str:
        name = f"c{len(self.constants)}"
        self.constants[name] = np.asarray(values, np.float32)
        return name

    def add(self, operator: str, *inputs: str, **attributes) -> str:
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        return name

    def conv(self, x: str, shape, bias=True, **attributes) -> str:
        weights = self.constant(random.normal(size=shape))
        inputs = [x, weights] + ([self.constant(random.normal(size=shape[0]))] if bias else [])
        return self.add("Conv", *inputs, **attributes)

    def depthwise(self, x: str, channels: int, stride: int = 1) -> str:
        window = {"pads": [1] * 4, "strides": [stride] * 2}
        return self.conv(x, (channels, 1, 3, 3), group=channels, **window)

    def norm(self, x: str, channels: int) -> str:
        parts = [self.constant(random.uniform(0.5, 2, channels)) for _ in range(4)]
        return self.add("BatchNormalization", x, *parts)

    def model(self, shape) -> bytes:
        """The network of all nodes, serialized."""
        y = self.nodes[-1].output[0]
        graph = helper.make_graph(
            self.nodes,
            "net",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None] * len(shape))],
            [helper.make_tensor_value_info(y, TensorProto.FLOAT, None)],
            [numpy_helper.from_array(values, name) for name, values in self.constants.items()],
        )
        imports = [helper.make_operatorsetid("", 13)]
        return helper.make_model(graph, opset_imports=imports, ir_version=8).SerializeToString()

    def check(self, shape, tolerance: float = 1e-5):
        """Holds the network's answer for an array of this shape against onnxruntime's."""
        model = self.model(shape)
        x = random.normal(size=shape).astype(np.float32)
        (expected,) = onnxruntime.InferenceSession(model).run(None, {"x": x})
        (made,) = sepconv.Network(model).run(None, {"x": x})
        assert made.shape == expected.shape
        assert np.abs(made - expected).max() <= tolerance * max(1, np.abs(expected).max())


def _activation(net: Net, x: str, kind: str) -> str:
    number = net.constant
    match kind:
        case "relu6":
            return net.add("Min", net.add("Max", x, number(0)), number(6))
        case "clip":
            return net.add("Clip", net.add("Clip", x, number(-1)), "", number(2))
        case "prelu":
            return net.add("PRelu", x, number(random.uniform(0, 1, (4, 1, 1))))
        case "hard_swish":
            gate = net.add("Clip", net.add("Add", x, number(3)), number(0), number(6))
            return net.add("Div", net.add("Mul", x, gate), number(6))
        case "hard_sigmoid":
            return net.add("HardSigmoid", x, alpha=1 / 6, beta=0.5)
        case "swish":
            return net.add("Mul", x, net.add("Sigmoid", x))
        case "gelu":
            erf = net.add("Erf", net.add("Div", x, number(np.sqrt(2))))
            return net.add("Mul", net.add("Mul", x, net.add("Add", erf, number(1))), number(0.5))
        case _:
            return net.add(kind, x)


KINDS = ["relu6", "clip", "prelu", "hard_swish", "hard_sigmoid", "swish", "gelu", "LeakyRelu"]


@pytest.mark.parametrize("kind", [*KINDS, "Relu", "Tanh", "Sigmoid"])
def test_an_activation_after_a_convolution(kind):
    net = Net()
    _activation(net, net.norm(net.conv("x", (4, 3, 3, 3), pads=[0, 1, 1, 0]), 4), kind)
    net.check((2, 3, 9, 7), tolerance=1e-4 if kind == "hard_sigmoid" else 1e-5)


@pytest.mark.parametrize("operator", ["Add", "Sub", "Mul", "Div"])
@pytest.mark.parametrize("shape", [(), (1,), (4, 1, 1), (1, 4, 1, 1), (7,), (1, 1, 5, 7)])
def test_constants_of_any_shape_after_a_convolution(operator, shape):
    net = Net()
    y = net.conv("x", (4, 3, 1, 1), bias=False)
    net.add(operator, y, net.constant(random.uniform(0.5, 2, shape)))
    net.check((1, 3, 5, 7))


@pytest.mark.parametrize("operator", ["Sub", "Div"])
def test_a_constant_minus_a_map_stays_that(operator):
    net = Net()
    y = net.add("Relu", net.conv("x", (4, 3, 1, 1)))
    net.add(operator, net.constant(3), net.add("Add", y, net.constant(1)))
    net.check((1, 3, 5, 7))


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("shape", [(1, 8, 6, 5), (2, 8, 1, 1), (1, 8, 17, 33)])
def test_inverted_residuals(stride, shape):
    net = Net()
    x = net.add("Relu", "x")
    y = net.add("Relu", net.norm(net.conv(x, (24, 8, 1, 1)), 24))
    y = net.add("Relu", net.norm(net.depthwise(y, 24, stride), 24))
    y = net.norm(net.conv(y, (8, 24, 1, 1)), 8)
    if stride == 1:
        y = net.add("Relu", net.add("Add", x, y))
    net.conv(y, (3, 8, 1, 1))
    net.check(shape, tolerance=1e-4)


def test_maps_between_layouts():
    net = Net()
    y = net.conv(net.add("Transpose", "x", perm=[0, 3, 1, 2]), (8, 3, 3, 3), strides=[2, 2])
    y = net.add("Concat", y, net.add("MaxPool", y, kernel_shape=[3, 3], pads=[1] * 4), axis=1)
    pooled = net.add("GlobalAveragePool", y)
    y = net.add("Mul", y, net.add("Sigmoid", net.conv(pooled, (16, 16, 1, 1))))
    y = net.add("AveragePool", y, kernel_shape=[2, 3])
    y = net.add("Transpose", y, perm=[0, 2, 3, 1])
    net.add("Softmax", net.add("Flatten", y, axis=3))
    net.check((2, 12, 16, 3))


def test_one_spatial_axis():
    net = Net()
    y = net.add("Relu", net.conv("x", (6, 3, 5), pads=[2, 2]))
    y = net.norm(net.conv(y, (6, 1, 3), group=6, dilations=[2]), 6)
    net.conv(y, (4, 6, 1))
    net.check((2, 3, 20), tolerance=1e-4)


@pytest.mark.parametrize("strides", [(2, 2), (1, 3)])
def test_transposed_convolutions_whose_kernels_lie_side_by_side(strides):
    net = Net()
    weights = net.constant(random.normal(size=(3, 5, *strides)))
    y = net.add("ConvTranspose", "x", weights, net.constant(random.normal(size=5)), strides=strides)
    net.add("Relu", net.norm(y, 5))
    net.check((2, 3, 7, 6))


def test_a_profile_has_a_line_a_step():
    net = Net()
    y = net.add("Relu", net.conv("x", (8, 3, 1, 1)))
    net.conv(net.add("Relu", net.depthwise(y, 8)), (4, 8, 1, 1))
    net.check((1, 3, 9, 9), tolerance=1e-4)
    graph = net.model((1, 3, 9, 9))
    x = np.zeros((1, 3, 9, 9), np.float32)
    network = sepconv.Network(graph)
    lines = network.profile({"x": x}, 2).splitlines()
    assert len(lines) == 4  # a heading, the layer, its result as planes, and the sum
    assert "pointwise 1x1 > depthwise 3x3 > pointwise 1x1" in lines[1]
    assert "layer of Conv, Relu, Conv, Relu, Conv: " in lines[1]
    assert "values between steps share" in lines[-1]
    made_up = network.explain({"x": (1, 3, 9, 9)}, runs=1).splitlines()
    assert [line.split("  ")[-1] for line in made_up] == [line.split("  ")[-1] for line in lines]
    with pytest.raises(ValueError, match="there is no input 'z'"):
        network.explain({"z": (1, 3, 9, 9)})
