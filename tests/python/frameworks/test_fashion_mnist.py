"""The example that trains: an epoch on a few pictures of noise, which reach no goal."""

import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch, 3 GB for Linux, is not installed")
EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "fashion_mnist.py"


def write_idx(path, array):
    head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    path.write_bytes(gzip.compress(head + array.tobytes()))


def test_the_example_trains_and_plots(tmp_path):
    random = np.random.default_rng(1)
    for name, count in (("train", 300), ("t10k", 50)):
        pictures = random.integers(0, 256, (count, 28, 28), np.uint8)
        write_idx(tmp_path / f"{name}-images-idx3-ubyte.gz", pictures)
        classes = random.integers(0, 10, count, np.uint8)
        write_idx(tmp_path / f"{name}-labels-idx1-ubyte.gz", classes)
    plot = tmp_path / "loss.svg"
    command = [sys.executable, str(EXAMPLE), "--data", str(tmp_path), "--epochs", "1"]
    command += ["--threads", "1", "--plot", str(plot)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "1/1 [##############################] loss" in done.stdout
    assert "% of the test pictures are right" in done.stdout
    assert "<polyline" in plot.read_text() and "3 batches of 128" in plot.read_text()
