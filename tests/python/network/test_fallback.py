"""Networks some of whose operators only onnxruntime has: its answers, and what it ran."""

import numpy as np
import onnxruntime
import pytest
import sepconv
from onnx import TensorProto, helper, numpy_helper


def _model(nodes, weights=(), outputs=("y",)) -> bytes:
    graph = helper.make_graph(
        nodes,
        "test",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, "h", "w"])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        [numpy_helper.from_array(values, name) for name, values in weights],
    )
    imports = [helper.make_operatorsetid("", 13)]
    return helper.make_model(graph, opset_imports=imports, ir_version=7).SerializeToString()


def _conv(x: str, y: str, weights: str):
    return helper.make_node("Conv", [x, weights], [y], name=f"conv_{y}", pads=[1, 1, 1, 1])


@pytest.fixture
def model() -> bytes:
    """Convolutions with a Cos and a Sin between them, and a sum over the gap."""
    random = np.random.default_rng(5)
    weights = [
        ("w", random.normal(size=(4, 3, 3, 3)).astype(np.float32)),
        ("v", random.normal(size=(4, 4, 3, 3)).astype(np.float32)),
    ]
    nodes = [
        _conv("x", "a", "w"),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("Cos", ["b"], ["c"], name="wave"),
        helper.make_node("Sin", ["c"], ["d"], name="other"),
        _conv("d", "e", "v"),
        helper.make_node("Add", ["e", "b"], ["y"]),
    ]
    return _model(nodes, weights, ("y", "c"))


def test_answers_are_those_of_onnxruntime(model):
    network = sepconv.Network(model, fallback="onnxruntime")
    assert network.fallback == ("node 'wave' (Cos)", "node 'other' (Sin)")
    assert network.inputs == (sepconv.NetworkValue("x", np.dtype(np.float32), (1, 3, None, None)),)
    x = np.random.default_rng(1).normal(size=(1, 3, 17, 19)).astype(np.float32)
    judge = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    for names in (None, ["c"], ["c", "y"]):
        for made, expected in zip(
            network.run(names, {"x": x}), judge.run(names, {"x": x}), strict=True
        ):
            assert np.abs(made - expected).max() <= 1e-4 * np.abs(expected).max()
    text = network.profile({"x": x}, 1)
    assert text.count("values between steps share") == 2
    assert text.endswith("onnxruntime: node 'wave' (Cos)\nonnxruntime: node 'other' (Sin)\n")
    with pytest.raises(ValueError, match="give inputs to profile"):
        network.explain()


def test_inner_graphs_take_values_from_outside(model):
    branch = [
        helper.make_graph(
            [helper.make_node("Mul", ["b", factor], [name])],
            name,
            [],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, None)],
        )
        for name, factor in (("then", "two"), ("else", "three"))
    ]
    nodes = [
        helper.make_node("Relu", ["x"], ["b"]),
        helper.make_node("ReduceMax", ["x"], ["m"], keepdims=0),
        helper.make_node("Greater", ["m", "three"], ["is_large"]),
        helper.make_node("If", ["is_large"], ["c"], then_branch=branch[0], else_branch=branch[1]),
        helper.make_node("Neg", ["c"], ["y"]),
    ]
    model = _model(nodes, [("two", np.float32(2)), ("three", np.float32(3))])
    network = sepconv.Network(model, fallback="onnxruntime")
    x = np.full((1, 3, 2, 2), 1.5, np.float32)
    assert np.array_equal(network.run(None, {"x": x})[0], -3 * x)
    assert np.array_equal(network.run(None, {"x": 4 * x})[0], -2 * 4 * x)


def test_what_needs_no_fallback_has_none():
    network = sepconv.Network(
        _model([helper.make_node("Relu", ["x"], ["y"])]), fallback="onnxruntime"
    )
    assert network.fallback == ()
    assert "Relu" in network.explain({"x": (1, 3, 4, 4)})


def test_wrong_use_is_told(model):
    with pytest.raises(sepconv.ModelError, match="the operator is unknown"):
        sepconv.Network(model)
    with pytest.raises(ValueError, match="'torch'; expected 'onnxruntime' or None"):
        sepconv.Network(model, fallback="torch")
    network = sepconv.Network(model, fallback="onnxruntime")
    with pytest.raises(ValueError, match="input 'x' is missing"):
        network.run(None, {})
    with pytest.raises(ValueError, match="there is no output 'z'"):
        network.run(["z"], {"x": np.zeros((1, 3, 4, 4), np.float32)})
    with pytest.raises(sepconv.ModelError):
        sepconv.Network(b"no model", fallback="onnxruntime")
