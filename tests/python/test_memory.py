"""What a run takes beside its arrays: the scratch that the plan names, and no copy of the array."""

import subprocess
import sys

import pytest

# Runs in a process of its own. Arrays are touched before the peak is reset, so that it grows by
# what the run allocates only.
PROGRAM = """
import sys
import numpy as np
import sepconv

def status(key):
    for line in open("/proc/self/status"):
        if line.startswith(key):
            return int(line.split()[1]) * 1024

shape, kernel, axes, dtype, threads = {case!r}
x = np.ones(shape, dtype)
out = np.full(shape, 7, dtype)
plan = sepconv.plan(shape, dtype, kernel, axes=axes, threads=threads)
small = sepconv.plan((64, 64), np.float32, sepconv.gaussian(1), threads=threads)
small.run(np.ones((64, 64), np.float32))  # the threads themselves exist before
open("/proc/self/clear_refs", "w").write("5")
before = status("VmRSS")
plan.run(x, out=out)
grown = status("VmHWM") - before
assert np.allclose(out, 1, rtol=1e-5)
print(grown, plan.scratch_bytes, x.nbytes)
"""

# What the allocator and the threads may take on their own.
SLACK = 3 << 20

TAPS = (0.25, 0.5, 0.25)
CASES = {
    "a float volume along all axes": ((160, 512, 512), (TAPS, TAPS, TAPS), None, "float32", 2),
    "a float volume along its first axis": ((160, 512, 512), (TAPS,), 0, "float32", 2),
    "doubles along the slab and the row": ((80, 512, 512), (TAPS, TAPS), (0, 2), "float64", 2),
    "a u8 image": ((8192, 16384), (TAPS, TAPS), None, "uint8", 2),
    "long columns of few samples": ((1 << 23, 2), (TAPS,), 0, "float32", 1),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_run_takes_no_more_than_its_scratch(case):
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(case=case)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    grown, scratch, array = map(int, result.stdout.split())
    threads = case[-1]
    assert grown <= threads * scratch + SLACK
    assert threads * scratch < array / 16


def test_the_first_call_imports_nothing():
    program = """
import sys
import numpy as np
import sepconv

x = np.zeros((8, 8), np.uint8)
before = set(sys.modules)
sepconv.filter(x, [1, 2, 1])
assert set(sys.modules) == before, set(sys.modules) - before
"""
    subprocess.run([sys.executable, "-c", program], check=True)
