"""scipy's own tests of its filters, with sepconv's filters in their place."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import scipy

FILTERS = {
    "convolve",
    "convolve1d",
    "correlate",
    "correlate1d",
    "gaussian_filter",
    "gaussian_filter1d",
    "gaussian_gradient_magnitude",
    "gaussian_laplace",
    "laplace",
    "prewitt",
    "sobel",
    "uniform_filter",
    "uniform_filter1d",
}
# Of scipy 1.17.1; the others are of minimum_filter, median_filter and the like.
ALL_TESTS = 2478
TESTS_OF_OURS = 1830


@pytest.fixture(scope="module")
def suite(tmp_path_factory):
    """The finished pytest of scipy's test_filters.py, and what the plugin counted."""
    folder = tmp_path_factory.mktemp("suite")
    counts = folder / "counts.json"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "scipy_ndimage_plugin"]
    command += ["-p", "no:cacheprovider", f"--sepconv-counts={counts}"]
    command += ["--pyargs", "scipy.ndimage.tests.test_filters"]
    paths = [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
    finished = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    print(finished.stdout[-4000:], finished.stderr[-1000:])
    assert counts.exists()
    return finished, json.loads(counts.read_text())


def test_scipys_tests_pass(suite):
    finished, counted = suite
    assert finished.returncode == 0, finished.stdout[-4000:]
    assert f"{ALL_TESTS} passed" in finished.stdout, f"scipy is {scipy.__version__}"
    assert counted["tests"] == {"run": ALL_TESTS, "reached_us": TESTS_OF_OURS}


def test_no_plan_outlives_python(suite):
    finished, _ = suite
    assert "leaked" not in finished.stdout + finished.stderr


def test_each_filter_is_called(suite):
    _, counted = suite
    assert set(counted["calls"]) == FILTERS
    assert min(counted["calls"].values()) > 0, counted["calls"]


def test_no_call_reaches_scipys_own_filters(suite):
    _, counted = suite
    assert set(counted["calls_of_scipy"].values()) == {0}, counted["calls_of_scipy"]
