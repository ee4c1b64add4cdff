"""Models and arrays that are refused, with errors that name what is wrong."""

import numpy as np
import onnx
import pytest
import sepconv
from onnx import TensorProto, helper

F32, I64 = TensorProto.FLOAT, TensorProto.INT64


def _model(nodes, inputs=(("x", F32, [1, 3]),), outputs=("y",), initializers=(), opset=13):
    """A serialized model of these nodes."""
    graph = helper.make_graph(
        list(nodes),
        "test",
        [helper.make_tensor_value_info(*one) for one in inputs],
        [helper.make_tensor_value_info(name, F32, None) for name in outputs],
        list(initializers),
    )
    imports = [helper.make_operatorsetid("", opset)]
    return helper.make_model(graph, opset_imports=imports).SerializeToString()


def _node(operator, inputs=("x",), outputs=("y",), **attributes):
    return helper.make_node(operator, list(inputs), list(outputs), name="it", **attributes)


def _refusal(model: bytes) -> str:
    with pytest.raises(sepconv.ModelError) as caught:
        sepconv.Network(model)
    return str(caught.value)


def test_a_small_model_runs():
    network = sepconv.Network(_model([_node("Relu")]))
    assert network.inputs == (sepconv.NetworkValue("x", np.dtype("float32"), (1, 3)),)
    assert network.get_outputs()[0].name == "y"
    (y,) = network.run(None, {"x": np.float32([[1, -2, 3]])})
    assert y.tolist() == [[1, 0, 3]]


def test_an_unknown_operator_is_named_with_its_opset():
    assert _refusal(_model([_node("Bernoulli", ["x"])])) == (
        "node 'it' (Bernoulli, opset 13): the operator is unknown"
    )
    message = _refusal(_model([_node("Relu", domain="com.somebody")]))
    assert "(com.somebody.Relu, opset 13)" in message


@pytest.mark.parametrize("content", [b"", b"no model", b"\x08\x07", b"\xff" * 1000])
def test_what_is_no_model_is_refused(content):
    _refusal(content)


def test_truncated_models_are_refused():
    weights = helper.make_tensor("w", F32, [3, 5], np.ones(15, np.float32).tobytes(), raw=True)
    model = _model([_node("MatMul", ["x", "w"])], initializers=[weights])
    for size in range(len(model)):
        try:
            sepconv.Network(model[:size])
        except sepconv.ModelError:
            continue


def test_nodes_in_a_circle_are_named():
    nodes = [_node("Add", ["x", "y"], ["z"]), _node("Relu", ["z"], ["y"])]
    assert "'it' (Add, opset 13)" in _refusal(_model(nodes))


def test_weights_that_are_missing_are_named():
    assert "'w', which nothing makes" in _refusal(_model([_node("MatMul", ["x", "w"])]))


def test_sizes_that_do_not_fit_name_the_node():
    weights = helper.make_tensor("w", F32, [4, 5], np.ones(20, np.float32))
    message = _refusal(_model([_node("MatMul", ["x", "w"])], initializers=[weights]))
    assert message.startswith("node 'it' (MatMul, opset 13): ")


def test_a_tensor_that_claims_more_than_it_holds_is_refused():
    weights = TensorProto(name="w", data_type=F32, dims=[1 << 20, 1 << 9], raw_data=b"1234")
    assert "expected 536870912" in _refusal(
        _model([_node("Add", ["x", "w"])], initializers=[weights])
    )
    weights = TensorProto(name="w", data_type=F32, dims=[1 << 40, 1 << 40])
    assert "overflows" in _refusal(_model([_node("Add", ["x", "w"])], initializers=[weights]))


@pytest.mark.parametrize("shape", [[1 << 31], [1 << 14] * 4, [1 << 40] * 2, [-5]])
def test_small_models_do_not_take_much_memory(shape):
    initializers = [helper.make_tensor("shape", I64, [len(shape)], shape)]
    for operator in ("ConstantOfShape", "Expand", "Reshape"):
        inputs = ["shape"] if operator == "ConstantOfShape" else ["x", "shape"]
        _refusal(_model([_node(operator, inputs)], initializers=initializers))


def test_old_opsets_are_refused():
    assert "opset 6; expected 7 or newer" in _refusal(_model([_node("Relu")], opset=6))


def test_a_file_is_named(tmp_path):
    path = tmp_path / "broken.onnx"
    path.write_bytes(b"no model")
    with pytest.raises(sepconv.ModelError, match=r"broken\.onnx: "):
        sepconv.Network(path)
    with pytest.raises(sepconv.FormatError, match="missing"):
        sepconv.Network(tmp_path / "missing.onnx")


def test_external_data_is_read_from_beside_the_model(tmp_path):
    weights = helper.make_tensor("w", F32, [3, 2], np.arange(6, dtype=np.float32).tobytes(), True)
    model = onnx.load_from_string(_model([_node("MatMul", ["x", "w"])], initializers=[weights]))
    path = tmp_path / "model.onnx"
    onnx.save(model, path, save_as_external_data=True, location="w.bin", size_threshold=0)
    (y,) = sepconv.Network(path).run(None, {"x": np.float32([[1, 0, 1]])})
    assert y.tolist() == [[4, 6]]
    (tmp_path / "w.bin").unlink()
    with pytest.raises(sepconv.ModelError, match=r"w\.bin"):
        sepconv.Network(path)


@pytest.mark.parametrize(
    ("names", "inputs", "error"),
    [
        (None, {}, "input 'x' is missing"),
        (None, {"x": np.zeros((1, 3), np.float32), "z": np.float32(0)}, "no input 'z'"),
        (["z"], {"x": np.zeros((1, 3), np.float32)}, "no output 'z'"),
        (None, {"x": np.zeros((2, 3), np.float32)}, "input 'x' is 2x3 f32; expected 1x3 f32"),
        (None, {"x": np.zeros(3, np.float32)}, "input 'x' is 3 f32; expected 1x3 f32"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(names, inputs, error):
    network = sepconv.Network(_model([_node("Relu")]))
    with pytest.raises(ValueError, match=error):
        network.run(names, inputs)


def test_another_dtype_is_refused():
    network = sepconv.Network(_model([_node("Relu")]))
    with pytest.raises(TypeError, match="input 'x' is float64; expected float32"):
        network.run(None, {"x": np.zeros((1, 3))})


def test_strided_arrays_are_read_as_they_are():
    network = sepconv.Network(_model([_node("Relu")], [("x", F32, [None, 3])]))
    x = np.arange(-6, 6, dtype=np.float32).reshape(3, 4).T[::2]
    (y,) = network.run(["y"], {"x": x})
    assert np.array_equal(y, np.maximum(x, 0))
