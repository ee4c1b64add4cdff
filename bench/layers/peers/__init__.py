"""The libraries that our layers are measured against, one module each, as bench/peers has them.

A peer gets tensors in the order of axes that it computes in, and its answer is in NHWC. Outputs are
allocated beforehand where it allows that. `prepare_training`, where there is one, gets training
steps, and its answer is what bench/layers/training.py lists. `prepare_network` gets a network of
bench/layers/networks.py, and its answer is the list of outputs.
"""

from types import ModuleType

from ... import peers
from ...peers import OURS

ALL = (OURS, "onednn", "litert", "onnxruntime", "openvino", "ncnn", "torch")


def load(names: list[str]) -> tuple[list[ModuleType], dict[str, str]]:
    """The peers that can be used, and why the others cannot."""
    return peers.load(names, __name__)
