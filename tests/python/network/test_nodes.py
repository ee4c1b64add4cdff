"""ONNX's own cases of single operators, against the outputs stored with them."""

from pathlib import Path

import numpy as np
import onnx
import pytest
import sepconv
from onnx import numpy_helper

DATA = Path(onnx.__file__).parent / "backend/test/data/node"

OPERATORS = set(
    [
        "Add",
        "AveragePool",
        "BatchNormalization",
        "Cast",
        "Clip",
        "Concat",
        "Constant",
        "ConstantOfShape",
        "Conv",
        "ConvTranspose",
        "Div",
        "Dropout",
        "Erf",
        "Exp",
        "Expand",
        "Flatten",
        "Gather",
        "Gelu",
        "Gemm",
        "GlobalAveragePool",
        "HardSigmoid",
        "HardSwish",
        "Identity",
        "LeakyRelu",
        "MatMul",
        "Max",
        "MaxPool",
        "Min",
        "Mul",
        "Neg",
        "PRelu",
        "Pad",
        "Pow",
        "ReduceMean",
        "Relu",
        "Reshape",
        "Resize",
        "Shape",
        "Sigmoid",
        "Slice",
        "Softmax",
        "Split",
        "Sqrt",
        "Squeeze",
        "Sub",
        "Tanh",
        "Transpose",
        "Unsqueeze",
    ]
)
TYPES = {onnx.TensorProto.DataType.Value(name) for name in ["FLOAT", "DOUBLE", "INT64", "INT32"]}
TYPES |= {onnx.TensorProto.DataType.Value(name) for name in ["INT8", "UINT8", "BOOL"]}
LEAST = 230  # cases, so that none are lost on the way

# Cases whose answer is not that of inference, or of inputs that networks do not have.
LEFT_OUT = {
    "test_batchnorm_epsilon_training_mode": "training",
    "test_batchnorm_example_training_mode": "training",
    "test_training_dropout": "training: drawn at random",
    "test_training_dropout_default": "training: drawn at random",
    "test_training_dropout_default_mask": "training: drawn at random",
    "test_training_dropout_mask": "training: drawn at random",
    "test_training_dropout_zero_ratio": "training",
    "test_training_dropout_zero_ratio_mask": "training",
}


def _is_ours(model: onnx.ModelProto) -> bool:
    if any(node.domain not in ("", "ai.onnx") for node in model.graph.node):
        return False
    values = [*model.graph.input, *model.graph.output]
    types = {value.type.tensor_type.elem_type for value in values}
    return {node.op_type for node in model.graph.node} <= OPERATORS and types <= TYPES


def _cases() -> list[Path]:
    cases = [path.parent for path in sorted(DATA.glob("*/model.onnx"))]
    return [
        case
        for case in cases
        if case.name not in LEFT_OUT and _is_ours(onnx.load(case / "model.onnx"))
    ]


CASES = _cases()


def _tensors(folder: Path, kind: str) -> list[np.ndarray]:
    """The stored inputs or outputs, in order."""
    paths = sorted(folder.glob(f"{kind}_*.pb"), key=lambda path: int(path.stem.split("_")[1]))
    return [numpy_helper.to_array(onnx.load_tensor(path)) for path in paths]


def test_there_are_enough_cases():
    print(f"{len(CASES)} of ONNX's node cases")
    assert len(CASES) >= LEAST


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_node(case):
    network = sepconv.Network(case / "model.onnx")
    for folder in sorted(case.glob("test_data_set_*")):
        inputs = dict(zip([i.name for i in network.inputs], _tensors(folder, "input"), strict=True))
        outputs = network.run(None, inputs)
        for made, expected in zip(outputs, _tensors(folder, "output"), strict=True):
            assert made.dtype == expected.dtype
            assert made.shape == expected.shape
            np.testing.assert_allclose(made, expected, rtol=1e-3, atol=1e-6)
