"""Runs the Python blocks of README.md."""

import re
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```$", README.read_text(), re.DOTALL | re.MULTILINE)


def test_python_blocks_run_one_after_the_other(capsys):
    assert BLOCKS
    names = {}
    for block in BLOCKS:
        exec(compile(block, str(README), "exec"), names)
    assert "max error" in capsys.readouterr().out
    assert names["soft"].shape == names["photo"].shape
    assert names["edges"].dtype == names["volume"].dtype
