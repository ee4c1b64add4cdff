"""A case as an ONNX model of NCHW, for whoever reads such models."""

from onnx import TensorProto, helper, numpy_helper

from ..case import LayerCase, Stage

OPSET = 17
IR_VERSION = 8


def conv(stage: Stage, shape: tuple[int, ...], names: tuple[str, str], place: int):
    """The nodes and the weights of a stage that makes names[1] of names[0]."""
    rows, columns = stage.axes(*shape[1:3])
    weights, bias, sum_name = f"w{place}", f"b{place}", f"s{place}"
    tensors = [
        numpy_helper.from_array(stage.weights, weights),
        numpy_helper.from_array(stage.bias, bias),
    ]
    node = helper.make_node(
        "Conv",
        [names[0], weights, bias],
        [names[1] if stage.is_linear else sum_name],
        kernel_shape=stage.kernel,
        strides=stage.strides,
        dilations=stage.dilation,
        group=stage.groups,
        pads=[rows.zeros[0], columns.zeros[0], rows.zeros[1], columns.zeros[1]],
    )
    if stage.is_linear:
        return [node], tensors
    return [node, helper.make_node("Clip", [sum_name, "low", "high"], [names[1]])], tensors


def nchw(shape: tuple[int, ...]) -> list[int]:
    batch, height, width, channels = shape
    return [batch, channels, height, width]


def onnx_model(case: LayerCase) -> bytes:
    """x in, y out."""
    scalars = {"low": 0.0, "high": 6.0}
    tensors = [helper.make_tensor(k, TensorProto.FLOAT, [], [v]) for k, v in scalars.items()]
    nodes, name = [], "x"
    for place, (stage, shape) in enumerate(zip(case.stages, case.shapes, strict=False)):
        is_last = place + 1 == len(case.stages)
        after = "y" if is_last and not case.adds_input else f"m{place}"
        more_nodes, more_tensors = conv(stage, shape, (name, after), place)
        nodes, tensors, name = nodes + more_nodes, tensors + more_tensors, after
    if case.adds_input:
        nodes.append(helper.make_node("Add", [name, "x"], ["y"]))
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, nchw(shape))
        for name, shape in (("x", case.shape), ("y", case.out_shape))
    ]
    graph = helper.make_graph(nodes, "case", ends[:1], ends[1:], tensors)
    opset = helper.make_opsetid("", OPSET)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)
    return model.SerializeToString()
