"""What type checkers see: the stub of the extension module as it was stored, and mypy's opinion."""

import difflib
import subprocess
import sys
from pathlib import Path

import pytest
import sepconv

HERE = Path(__file__).resolve().parent


def test_the_stub_is_the_one_that_was_stored():
    stored = HERE / "sepconv_ext.pyi.ref"
    built = Path(sepconv.__file__).with_name("sepconv_ext.pyi")
    before, now = (path.read_text().splitlines() for path in (stored, built))
    diff = "\n".join(difflib.unified_diff(before, now, "stored", "built", lineterm=""))
    if diff:
        pytest.fail(f"the bindings have changed; if so intended, run: make stubs\n{diff}", False)


def test_mypy_understands_typical_uses(tmp_path):
    # --strict reports the line that must fail if its error is not there to be ignored.
    command = [sys.executable, "-m", "mypy", "--strict", str(HERE / "typing_uses.py")]
    command += ["--cache-dir", str(Path(sys.prefix) / "mypy_cache")]
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
