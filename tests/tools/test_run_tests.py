"""Tests of tools/run_tests.py: counting over several runners."""

import os
import sys

import run_tests

REPORT = """<testsuites><testsuite>
<testcase name="a"/>
<testcase name="b"><failure/></testcase>
<testcase name="c"><skipped/></testcase>
<testcase name="d"/>
</testsuite></testsuites>"""


def run(tmp_path, script: str) -> run_tests.Counts:
    report = tmp_path / "report.xml"
    command = [sys.executable, "-c", script, str(report)]
    return run_tests.run_part("part", command, report, dict(os.environ))


def test_a_report_is_counted(tmp_path):
    path = tmp_path / "report.xml"
    path.write_text(REPORT)
    assert run_tests.read_junit(path) == run_tests.Counts(2, 1, 1)


def test_counts_add_up_and_print_as_ci_reads_them():
    total = run_tests.Counts(2, 0, 0) + run_tests.Counts(3, 1, 0)
    assert str(total) == "5 passed, 1 failed"
    assert str(total + run_tests.Counts(0, 0, 2)) == "5 passed, 1 failed, 2 skipped"


def test_a_runner_that_writes_no_report_has_failed(tmp_path):
    assert run(tmp_path, "").failed == 1


def test_a_runner_that_ends_badly_has_failed_even_if_its_tests_passed(tmp_path):
    write = "import sys; open(sys.argv[1], 'w').write('<s><testcase/></s>'); "
    assert run(tmp_path, write + "sys.exit(3)") == run_tests.Counts(1, 1, 0)
    assert run(tmp_path, write) == run_tests.Counts(1, 0, 0)
