"""Networks read from ONNX files, used as onnxruntime's InferenceSession is."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _arguments as arguments
from .. import sepconv_ext as ext

DTYPES = {
    "f32": np.dtype(np.float32),
    "f64": np.dtype(np.float64),
    "i64": np.dtype(np.int64),
    "i32": np.dtype(np.int32),
    "i8": np.dtype(np.int8),
    "u8": np.dtype(np.uint8),
    "bool": np.dtype(np.bool_),
}


@dataclass(frozen=True)
class NetworkValue:
    """An input or output of a network.

    Attributes
    ----------
    name : str
    dtype : numpy.dtype
    shape : tuple of int or None, or None
        None stands for sizes that may be any; a shape of None for any number of axes.
    """

    name: str
    dtype: np.dtype[Any]
    shape: tuple[int | None, ...] | None


def _public(value: ext.NetworkValue) -> NetworkValue:
    sizes = tuple(None if size < 0 else size for size in value.sizes)
    return NetworkValue(value.name, DTYPES[value.type], sizes if value.has_shape else None)


class Network:
    """A trained network, read from an ONNX file (opset 7 or newer).

    Parameters
    ----------
    path : path, or bytes
        The file; or the model itself, whose external data would then be in `folder`.
    threads : int, default 1
    folder : path, optional

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
    ):
        threads = arguments.as_threads(threads, "Network: threads")
        if isinstance(path, bytes):
            place = "" if folder is None else os.fspath(folder)
            self._network = ext.Network.from_bytes(path, place, threads)
        else:
            self._network = ext.Network(os.fspath(path), threads)
        self.inputs = tuple(_public(value) for value in self._network.inputs)
        self.outputs = tuple(_public(value) for value in self._network.outputs)

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
