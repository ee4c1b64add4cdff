"""Runs every test of a build and ends with one line that counts over all of them.

    python tools/run_tests.py build

The C++ tests and the README's examples run under ctest, the tests of the command line and of
tools/ under pytest, and those of the Python package under pytest where its wheel is installed. All
parts run even if one fails; the exit code is 1 if anything failed.
"""

import argparse
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTEST_FOLDERS = ("tests/cli", "tests/tools")


@dataclass
class Counts:
    """How many tests passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped
        )

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def read_junit(path: Path) -> Counts:
    """The counts of a JUnit file, as ctest and pytest write it."""
    counts = Counts()
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            counts.failed += 1
        elif case.find("skipped") is not None:
            counts.skipped += 1
        else:
            counts.passed += 1
    return counts


def run_part(name: str, command: list[str], report: Path, environment: dict[str, str]) -> Counts:
    """Runs one test runner and counts its report; a runner that fails counts at least one."""
    print(f"--- {name}", flush=True)
    report.unlink(missing_ok=True)
    code = subprocess.run(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False
    ).returncode
    counts = read_junit(report) if report.exists() else Counts()
    if counts.passed + counts.failed == 0:
        print(f"{name}: ran no test (exit code {code})")
        counts.failed = 1
    elif code != 0 and counts.failed == 0:
        print(f"{name}: exit code {code} although no test failed")
        counts.failed = 1
    return counts


def test_all(build: Path) -> Counts:
    """Runs ctest, then pytest here, then pytest where packaging/wheel.sh installed the wheel."""
    # No profile of whoever runs the tests decides which plans they see.
    environment = os.environ | {
        "SEPCONV": str(build / "sepconv"),
        "XDG_CACHE_HOME": str(build / "cache"),
    }
    report = build / "ctest.xml"
    ctest = ["ctest", "--test-dir", str(build), "-j2", "--output-on-failure", "--timeout", "300"]
    ctest += ["--no-tests=error", "--output-junit", str(report)]
    total = run_part("C++ (ctest)", ctest, report, environment)
    report = build / "pytest.xml"
    pytest = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}"]
    pytest += [folder for folder in PYTEST_FOLDERS if (ROOT / folder).is_dir()]
    total += run_part("Python (pytest)", pytest, report, environment)
    report = build / "wheel.xml"
    pytest = [str(ROOT / "packaging/test_wheel.sh"), f"--junitxml={report}"]
    return total + run_part("The wheel (pytest)", pytest, report, environment)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path, help="a folder that cmake has built in")
    total = test_all(parser.parse_args().build.resolve())
    print(f"\ntotal: {total}")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
