"""What gradients of layers take beside their arrays: rows in scratch, and no map between stages."""

import subprocess
import sys

# Runs in a process of its own; arrays are touched before the peak is reset.
PROGRAM = """
import numpy as np
import sepconv

def status(key):
    for line in open("/proc/self/status"):
        if line.startswith(key):
            return int(line.split()[1]) * 1024

layer = sepconv.SeparableConv2d(
    np.ones((24, 3, 3)), np.ones((16, 24)), activations=("swish", "relu6"), threads=2
)
layer.backward(np.ones((1, 32, 32, 24), np.float32), np.ones((1, 32, 32, 16), np.float32))
x, gy = np.ones((2, 512, 512, 24), np.float32), np.ones((2, 512, 512, 16), np.float32)
open("/proc/self/clear_refs", "w").write("5")
before = status("VmRSS")
gx, *_ = layer.backward(x, gy)
print(status("VmHWM") - before - gx.nbytes, x.nbytes)
"""


def test_no_map_between_stages_is_in_memory():
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    grown, between = map(int, result.stdout.split())  # the map between has as many values as x
    assert grown < between / 6
