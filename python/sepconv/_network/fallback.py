"""Networks with operators that are unknown here: those run with onnxruntime, the others with ours.

A model is cut into parts, each as large as the order of the data allows; every part is a model of
its own, and the values between parts are numpy arrays.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from .. import sepconv_ext as ext
from .values import NetworkValue

Arrays = dict[str, NDArray[Any]]
Run = Callable[[list[str], Arrays], list[NDArray[Any]]]


@dataclass(frozen=True)
class Part:
    """Nodes that run as one, and the values that go in and out."""

    inputs: list[str]
    outputs: list[str]
    run: Run
    network: ext.Network | None  # null: onnxruntime's


class PartedNetwork:
    """A model some of whose nodes run with onnxruntime.

    Attributes
    ----------
    fallback : tuple of str
        Those nodes, as "node 'name' (Operator)".
    parts : list of Part
        In the order in which they run.
    inputs, outputs : tuple of NetworkValue
    """

    def __init__(self, path: str | bytes, folder: str, threads: int):
        onnx, self._runtime = _libraries()
        self._onnx, self._threads = onnx, threads
        try:
            model = onnx.load(path) if isinstance(path, str) else onnx.load_from_string(path)
            if isinstance(path, bytes) and folder:
                onnx.load_external_data_for_model(model, folder)
            # Parts say the types of what goes in.
            self._model = onnx.shape_inference.infer_shapes(model)
        except Exception as error:  # protobuf's, onnx's and the system's have nothing in common
            raise ext.ModelError(f"Network: onnx cannot read the model: {error}") from error
        graph = self._model.graph
        self._constants = {tensor.name: tensor for tensor in graph.initializer}
        self._types = {info.name: info for info in (*graph.value_info, *graph.input, *graph.output)}
        self.fallback = tuple(
            f"node {node.name!r} ({node.op_type})" for node in graph.node if not is_ours(node)
        )
        self.inputs = tuple(
            self._public(info) for info in graph.input if info.name not in self._constants
        )
        self.outputs = tuple(self._public(info) for info in graph.output)
        self.parts = list(self._parts()) if self.fallback else []

    def run(self, names: list[str], inputs: Arrays) -> list[NDArray[Any]]:
        """The outputs called `names`, all if there are none."""
        self._check(names, inputs)
        values = self._constant_outputs() | inputs
        for part in self.parts:
            values |= self._made_by(part, values)
        return [values[name] for name in names or [output.name for output in self.outputs]]

    def profile(self, inputs: Arrays, runs: int) -> str:
        """A table of the steps of each part that is ours, and the nodes that are not."""
        self._check([], inputs)
        texts, values = [], self._constant_outputs() | inputs
        for part in self.parts:
            taken = {name: values[name] for name in part.inputs}
            if part.network:
                texts.append(part.network.profile(taken, runs))
            values |= self._made_by(part, values)
        return "".join([*texts, *(f"onnxruntime: {node}\n" for node in self.fallback)])

    def explain(self, _shapes: dict[str, list[int]], _runs: int) -> str:
        raise ValueError("explain: onnxruntime runs a part of the network; give inputs to profile")

    def _made_by(self, part: Part, values: Arrays) -> Arrays:
        made = part.run(part.outputs, {name: values[name] for name in part.inputs})
        return dict(zip(part.outputs, made, strict=True))

    def _check(self, names: list[str], inputs: Arrays) -> None:
        for kind, given, known in (
            ("input", inputs, {value.name for value in self.inputs}),
            ("output", names, {value.name for value in self.outputs}),
        ):
            for name in given:
                if name not in known:
                    raise ValueError(f"network: there is no {kind} {name!r}")
        for value in self.inputs:
            if value.name not in inputs:
                raise ValueError(f"network: input {value.name!r} is missing")

    def _constant_outputs(self) -> Arrays:
        return {
            output.name: self._onnx.numpy_helper.to_array(self._constants[output.name])
            for output in self.outputs
            if output.name in self._constants
        }

    def _public(self, info: Any) -> NetworkValue:
        tensor = info.type.tensor_type
        sizes = (
            axis.dim_value if axis.HasField("dim_value") else None for axis in tensor.shape.dim
        )
        dtype = self._onnx.helper.tensor_dtype_to_np_dtype(tensor.elem_type)
        return NetworkValue(info.name, dtype, tuple(sizes) if tensor.HasField("shape") else None)

    def _parts(self) -> Iterator[Part]:
        segments = list(segments_of(self._model.graph))
        asked = [{name for node in segment for name in taken_by(node)} for segment in segments]
        asked.append({output.name for output in self._model.graph.output})
        for number, segment in enumerate(segments):
            made = {name for node in segment for name in node.output if name}
            later = set().union(*asked[number + 1 :])
            inputs = sorted(asked[number] - made - self._constants.keys())
            outputs = sorted(made & later)
            if not outputs:
                continue
            model = self._submodel(segment, inputs, outputs)
            if is_ours(segment[0]):
                network = ext.Network.from_bytes(model, "", self._threads)
                yield Part(inputs, outputs, network.run, network)
            else:
                yield Part(inputs, outputs, self._theirs(model), None)

    def _submodel(self, nodes: list[Any], inputs: list[str], outputs: list[str]) -> bytes:
        onnx = self._onnx
        unknown = [name for name in inputs if not self._types.get(name, None)]
        if unknown:
            raise ext.ModelError(
                f"Network: the type of {unknown[0]!r} between two parts is unknown"
            )
        taken = {name for node in nodes for name in taken_by(node)}
        graph = onnx.helper.make_graph(
            nodes,
            "part",
            [self._types[name] for name in inputs],
            [self._types.get(name, onnx.ValueInfoProto(name=name)) for name in outputs],
            [tensor for name, tensor in self._constants.items() if name in taken],
        )
        whole = self._model
        model = onnx.helper.make_model(graph, opset_imports=list(whole.opset_import))
        model.ir_version = whole.ir_version
        model.functions.extend(whole.functions)
        return model.SerializeToString()

    def _theirs(self, model: bytes) -> Run:
        options = self._runtime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.log_severity_level = 3
        return self._runtime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"]
        ).run


def _libraries() -> tuple[Any, Any]:
    try:
        import onnx
        import onnxruntime
    except ImportError as error:
        raise ImportError(
            f"Network: fallback='onnxruntime' needs the packages onnx and onnxruntime: {error}"
        ) from error
    return onnx, onnxruntime


def is_ours(node: Any) -> bool:
    """Whether a node's operator is one that networks know here."""
    return node.domain in ("", "ai.onnx") and node.op_type in _known()


def _known() -> frozenset[str]:
    return frozenset(ext.known_operators())


def taken_by(node: Any) -> set[str]:
    """What a node takes, the nodes of its inner graphs too."""
    names = {name for name in node.input if name}
    for attribute in node.attribute:
        graphs = [attribute.g] if attribute.HasField("g") else []
        for graph in (*graphs, *attribute.graphs):
            inner = set().union(*(taken_by(one) for one in graph.node))
            inner |= {output.name for output in graph.output}
            made = {name for one in graph.node for name in one.output}
            made |= {value.name for value in (*graph.input, *graph.initializer)}
            names |= inner - made
    return names


def segments_of(graph: Any) -> Iterator[list[Any]]:
    """Nodes in an order of their data, cut where ours and theirs change: as seldom as can be."""
    waiting = list(graph.node)
    made: set[str] = {tensor.name for tensor in graph.initializer}
    made |= {value.name for value in graph.input}
    turn = bool(waiting) and is_ours(waiting[0])
    idle = 0
    while waiting and idle < 2:
        segment = list(_take_ready(waiting, made, turn))
        idle = 0 if segment else idle + 1
        if segment:
            yield segment
        turn = not turn
    if waiting:
        raise ext.ModelError(f"Network: node {waiting[0].name!r} takes what nothing makes")


def _take_ready(waiting: list[Any], made: set[str], ours: bool) -> Iterable[Any]:
    """Takes from waiting, one after the other, those of one kind whose inputs are made."""
    left = []
    for node in waiting:
        if is_ours(node) == ours and taken_by(node) <= made:
            made.update(name for name in node.output if name)
            yield node
        else:
            left.append(node)
    waiting[:] = left
