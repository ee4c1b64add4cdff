"""What large maps take in memory: by how much a process grows for a layer and its tensors.

`python -m bench.layers.memory PEER NUMBER` prints the bytes; a process each, since memory that was
freed may stay with one.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np

from ..case import Problem
from . import peers
from .case import LayerCase
from .scenarios import large_maps

NAME = "memory"  # among the scenarios of the command line
CASES = 3  # of large_maps: those whose maps are large
# Peers that read their input where it is, and its order of axes.
PEERS = {"sepconv": "NHWC", "onnxruntime": "NCHW", "openvino": "NCHW", "torch": "NHWC"}
CALLS = 2
STATUS = Path("/proc/self/status")


def status(field: str) -> int:
    """Bytes that the system reports of this process."""
    lines = (line.split() for line in STATUS.read_text().splitlines())
    return next(int(words[1]) << 10 for words in lines if words[0] == f"{field}:")


def tensor(shape: tuple[int, ...], order: str) -> np.ndarray:
    """Ones [batch, height, width, channels], in memory in this order of axes."""
    batch, height, width, channels = shape
    if order == "NHWC":
        return np.ones(shape, np.float32)
    return np.ones((batch, channels, height, width), np.float32).transpose(0, 2, 3, 1)


def growth(peer_name: str, case: LayerCase) -> int:
    """Bytes by which this process grows at most: input, output, weights and what lies between."""
    (peer,), _ = peers.load([peer_name])
    before = status("VmRSS")
    x = tensor(case.shape, PEERS[peer_name])
    # Untouched, an output of which there is one already takes nothing.
    way = peer.prepare(Problem(case, x, np.empty(case.out_shape, np.float32), threads=1))
    for _ in range(CALLS):
        way.call()
    return status("VmHWM") - before


def cases() -> list[LayerCase]:
    return list(large_maps.cases())[:CASES]


def growth_in_a_process(peer_name: str, number: int) -> int | None:
    """None where it fails: what else is measured does not end with it."""
    command = [sys.executable, "-m", __name__, peer_name, str(number)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return int(done.stdout.split()[-1]) if done.returncode == 0 else None


def measure_all(names: list[str]) -> list[dict]:
    """What the JSON file holds: a line a case, for those of these peers that can be measured."""
    return [
        {
            "case": case.name,
            "tensors": case.bytes,
            "peers": {name: growth_in_a_process(name, number) for name in PEERS if name in names},
        }
        for number, case in enumerate(cases())
    ]


if __name__ == "__main__":
    print(growth(sys.argv[1], cases()[int(sys.argv[2])]))
