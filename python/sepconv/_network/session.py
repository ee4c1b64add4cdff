"""Networks read from ONNX files, used as onnxruntime's InferenceSession is."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _arguments as arguments
from .. import sepconv_ext as ext
from .fallback import PartedNetwork
from .values import NetworkValue, public_value


class Network:
    """A trained network, read from an ONNX file (opset 7 or newer).

    Parameters
    ----------
    path : path, or bytes
        The file; or the model itself, whose external data would then be in `folder`.
    threads : int, default 1
    folder : path, optional
    fallback : "onnxruntime", optional
        What runs the nodes whose operators are unknown here; they are refused without. Needs the
        packages onnx and onnxruntime.

    Attributes
    ----------
    inputs, outputs : tuple of NetworkValue
    fallback : tuple of str
        The nodes that onnxruntime runs, as "node 'name' (Operator)": none as a rule.

    Raises
    ------
    ModelError
        Naming node, operator and opset: the file is no model, or holds what is unknown.
    FormatError
        The file cannot be read.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | bytes,
        *,
        threads: int = 1,
        folder: str | os.PathLike[str] | None = None,
        fallback: str | None = None,
    ):
        threads = arguments.as_threads(threads, "Network: threads")
        if fallback not in (None, "onnxruntime"):
            raise ValueError(f"Network: fallback is {fallback!r}; expected 'onnxruntime' or None")
        model = path if isinstance(path, bytes) else os.fspath(path)
        place = "" if folder is None else os.fspath(folder)
        self._network: ext.Network | PartedNetwork
        self.fallback: tuple[str, ...] = ()
        try:
            if isinstance(model, bytes):
                self._network = ext.Network.from_bytes(model, place, threads)
            else:
                self._network = ext.Network(model, threads)
            self.inputs = tuple(public_value(value) for value in self._network.inputs)
            self.outputs = tuple(public_value(value) for value in self._network.outputs)
        except ext.ModelError:
            if fallback is None:
                raise
            parted = PartedNetwork(model, place, threads)
            if not parted.fallback:
                raise
            self._network, self.fallback = parted, parted.fallback
            self.inputs, self.outputs = parted.inputs, parted.outputs

    def get_inputs(self) -> tuple[NetworkValue, ...]:
        """`inputs`, under onnxruntime's name."""
        return self.inputs

    def get_outputs(self) -> tuple[NetworkValue, ...]:
        """`outputs`, under onnxruntime's name."""
        return self.outputs

    def run(
        self, output_names: Sequence[str] | None, inputs: Mapping[str, ArrayLike]
    ) -> list[NDArray[Any]]:
        """The outputs called `output_names`, or all if None, for arrays by the inputs' names.

        Plans are made once for each set of shapes and kept. Any number of threads may call this.

        Parameters
        ----------
        output_names : sequence of str, or None
        inputs : mapping of str to array_like
            Of the dtypes that `inputs` says.

        Returns
        -------
        list of ndarray

        Raises
        ------
        ValueError, TypeError
            A name that the network does not have; an array missing, or of another dtype or shape.
        ModelError
            Sizes that do not fit inside the network.
        """
        names = [] if output_names is None else list(output_names)
        return self._network.run(names, self._arrays(inputs, "run"))

    def profile(self, inputs: Mapping[str, ArrayLike], runs: int = 10) -> str:
        """A table of the steps that a run takes on `inputs`: time, multiplications, bytes.

        Nodes that run as one are one line. Times are the shortest of `runs` runs.
        """
        count = arguments.as_index(runs, "profile: runs")
        return self._network.profile(self._arrays(inputs, "profile"), count)

    def explain(self, shapes: Mapping[str, Sequence[int]] | None = None, runs: int = 10) -> str:
        """`profile` of inputs that are made up: what each step is, fused and takes.

        A line a step: microseconds measured and predicted, multiplications, bytes, its kind, the
        operators that became it, and its shapes; then all together, and the bytes that the values
        between steps share. `sepconv explain model.onnx` prints the same.

        Parameters
        ----------
        shapes : mapping of str to sequence of int, optional
            By the inputs' names; others are as declared, sizes that are open 1 along the first
            axis and 224 along others.
        runs : int, default 10
        """
        sizes = {
            arguments.as_text(name, "explain: name of an input"): [
                arguments.as_index(size, f"explain: shape of {name!r}") for size in shape
            ]
            for name, shape in (shapes or {}).items()
        }
        return self._network.explain(sizes, arguments.as_index(runs, "explain: runs"))

    def _arrays(self, inputs: Mapping[str, ArrayLike], caller: str) -> dict[str, NDArray[Any]]:
        """Arrays as C++ reads them, packed and of the network's types."""
        known = {value.name: value.dtype for value in self.inputs}
        arrays = {}
        for name, given in inputs.items():
            array = np.asarray(given)
            if name in known and array.dtype != known[name]:
                raise TypeError(
                    f"{caller}: input {name!r} is {array.dtype}; expected {known[name]}"
                )
            # ascontiguousarray would give scalars an axis.
            arrays[arguments.as_text(name, f"{caller}: name of an input")] = np.require(
                array, requirements="C"
            )
        return arrays
