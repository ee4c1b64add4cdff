"""LiteRT with XNNPACK, NHWC, on a model that is put together here from the format's schema."""

from importlib import metadata

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

from ...case import Problem
from ...peers import Way
from ..case import LayerCase, Stage

NAME = "litert"
HAS_THREADS = True
SCHEMA_VERSION = 3
OPERATORS = schema.BuiltinOperator
ACTIVATIONS = schema.ActivationFunctionType


def version() -> str:
    return metadata.version("ai-edge-litert")


class Model:
    """A graph in the making: tensors, the buffers of those that are known, and operators."""

    def __init__(self):
        self.model = schema.ModelT()
        self.model.version = SCHEMA_VERSION
        self.model.buffers = [schema.BufferT()]  # of tensors that are not known
        self.model.operatorCodes = []
        self.graph = schema.SubGraphT()
        self.graph.tensors, self.graph.operators = [], []
        self.model.subgraphs = [self.graph]

    def tensor(self, shape: tuple[int, ...], values: np.ndarray | None = None) -> int:
        made = schema.TensorT()
        made.shape, made.type = list(shape), schema.TensorType.FLOAT32
        made.name = f"t{len(self.graph.tensors)}"
        if values is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(np.ascontiguousarray(values).tobytes(), np.uint8)
            made.buffer = len(self.model.buffers)
            self.model.buffers.append(buffer)
        self.graph.tensors.append(made)
        return len(self.graph.tensors) - 1

    def operator(self, code: int, inputs: list[int], output: int, kind: str, options) -> None:
        known = schema.OperatorCodeT()
        known.builtinCode = known.deprecatedBuiltinCode = code
        known.version = 1
        made = schema.OperatorT()
        made.opcodeIndex = len(self.model.operatorCodes)
        made.inputs, made.outputs = inputs, [output]
        made.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
        made.builtinOptions = options
        self.model.operatorCodes.append(known)
        self.graph.operators.append(made)

    def convolve(self, stage: Stage, shape: tuple[int, ...], source: int) -> int:
        """Appends a stage on a tensor of this shape."""
        is_depthwise = stage.is_depthwise
        kind = "DepthwiseConv2DOptions" if is_depthwise else "Conv2DOptions"
        options = getattr(schema, f"{kind}T")()
        options.strideH, options.strideW = stage.strides
        options.dilationHFactor, options.dilationWFactor = stage.dilation
        options.padding = schema.Padding.SAME if stage.is_same else schema.Padding.VALID
        options.fusedActivationFunction = ACTIVATIONS.NONE if stage.is_linear else ACTIVATIONS.RELU6
        # Outputs first, or last where each has one input.
        order = (1, 2, 3, 0) if is_depthwise else (0, 2, 3, 1)
        weights = stage.weights.transpose(order)
        if is_depthwise:
            options.depthMultiplier = stage.multiplier
        inputs = [
            source,
            self.tensor(weights.shape, weights),
            self.tensor(stage.bias.shape, stage.bias),
        ]
        output = self.tensor(stage.shape_after(shape))
        code = OPERATORS.DEPTHWISE_CONV_2D if is_depthwise else OPERATORS.CONV_2D
        self.operator(code, inputs, output, kind, options)
        return output

    def packed(self, source: int, output: int) -> bytes:
        self.graph.inputs, self.graph.outputs = [source], [output]
        builder = flatbuffers.Builder(1 << 20)
        builder.Finish(self.model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def model_of(case: LayerCase) -> bytes:
    model = Model()
    source = output = model.tensor(case.shape)
    for stage, shape in zip(case.stages, case.shapes, strict=False):
        output = model.convolve(stage, shape, output)
    if case.adds_input:
        total = model.tensor(case.out_shape)
        model.operator(OPERATORS.ADD, [output, source], total, "AddOptions", schema.AddOptionsT())
        output = total
    return model.packed(source, output)


def prepare(problem: Problem) -> Way:
    interpreter = Interpreter(model_content=model_of(problem.case), num_threads=problem.threads)
    interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]["index"]
    result = interpreter.get_output_details()[0]["index"]
    interpreter.set_tensor(source, problem.x)
    return Way(interpreter.invoke, answer=lambda _: interpreter.get_tensor(result))
