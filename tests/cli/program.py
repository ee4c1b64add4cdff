"""Runs the program for the tests of tests/cli, and reads what it wrote without its own code."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
PHOTO = ROOT / "data" / "china.jpg"


def program_path() -> Path:
    """SEPCONV_CLI, or SEPCONV as tools/run_tests.py sets it, or build/sepconv."""
    given = os.environ.get("SEPCONV_CLI") or os.environ.get("SEPCONV")
    return Path(given).resolve() if given else ROOT / "build" / "sepconv"


def run(
    *arguments, code: int = 0, stderr_is: int = subprocess.PIPE, **options
) -> subprocess.CompletedProcess:
    """Runs the program; its exit code must be code. stderr_is: a descriptor to use for stderr."""
    result = subprocess.run(
        [program_path(), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=stderr_is,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
        **options,
    )
    assert result.returncode == code, f"{arguments}\n{result.stdout}\n{result.stderr}"
    return result


def fails(*arguments, code: int, **options) -> str:
    """What a run that must fail says: one line on stderr, nothing on stdout."""
    result = run(*arguments, code=code, **options)
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    assert result.stderr.startswith("sepconv: ")
    return result.stderr.removeprefix("sepconv: ").rstrip("\n")


def run_json(*arguments, code: int = 0) -> dict:
    """The JSON that a run prints; nothing else may be on stdout."""
    return json.loads(run(*arguments, "--json", code=code).stdout)


def read(path: Path) -> np.ndarray:
    """The samples of an image file as (height, width, channels)."""
    if path.suffix in (".tif", ".tiff"):
        samples = tifffile.imread(path)
    else:
        samples = np.asarray(Image.open(path))
    return samples if samples.ndim == 3 else samples[:, :, np.newaxis]
