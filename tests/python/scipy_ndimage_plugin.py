"""A pytest plugin: scipy.ndimage's filters become sepconv's, so that scipy's tests judge ours.

    pytest -p scipy_ndimage_plugin --pyargs scipy.ndimage.tests.test_filters

The functions of sepconv.ndimage are put wherever scipy keeps those of the same names, and their
calls are counted. The C functions below scipy's are replaced by ones that fail, so that a call
that reached scipy after all is an error. --sepconv-counts=FILE writes what was counted.
"""

import functools
import inspect
import json
from pathlib import Path

import pytest
import scipy.ndimage
from scipy._lib import _array_api
from scipy.ndimage import _filters, _nd_image, _ndimage_api, _support_alternative_backends
from sepconv import ndimage

NAMES = sorted(set(ndimage.__all__) & set(scipy.ndimage.__all__))
HOLDERS = (scipy.ndimage, _filters, _ndimage_api, _support_alternative_backends)
SCIPY_C_FUNCTIONS = ("correlate1d", "correlate", "uniform_filter1d")

calls = dict.fromkeys(NAMES, 0)
calls_of_scipy = dict.fromkeys(SCIPY_C_FUNCTIONS, 0)
tests = {"run": 0, "reached_us": 0}


def _counted(name: str, function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        calls[name] += 1
        return function(*args, **kwargs)

    return wrapper


def _tripwire(name: str):
    def fail(*_args, **_kwargs):
        calls_of_scipy[name] += 1
        raise AssertionError(f"scipy's own {name} was called")

    return fail


def _replace(name: str) -> None:
    original = getattr(scipy.ndimage, name)
    ours = getattr(ndimage, name)
    expected, found = inspect.signature(original), inspect.signature(ours)
    assert found == expected, f"{name}{found}; scipy has {name}{expected}"
    wrapper = _counted(name, ours)
    table = _array_api.xp_capabilities_table
    table[wrapper] = table[original]
    for holder in HOLDERS:
        setattr(holder, name, wrapper)


def pytest_addoption(parser):
    parser.addoption("--sepconv-counts", type=Path, help="a file for the counts, JSON")


def pytest_configure():
    # Not when this file is imported: a search for doctests does that, in the process whose tests
    # compare sepconv with scipy.
    for name in NAMES:
        _replace(name)
    for name in SCIPY_C_FUNCTIONS:
        setattr(_nd_image, name, _tripwire(name))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call():
    before = sum(calls.values())
    try:
        return (yield)
    finally:
        tests["run"] += 1
        tests["reached_us"] += sum(calls.values()) > before


def pytest_sessionfinish(session):
    path = session.config.getoption("--sepconv-counts")
    if path:
        counted = {"tests": tests, "calls": calls, "calls_of_scipy": calls_of_scipy}
        path.write_text(json.dumps(counted))


def pytest_terminal_summary(terminalreporter):
    terminalreporter.section("calls that reached sepconv")
    terminalreporter.line(f"{tests['reached_us']} of {tests['run']} tests")
    for name in NAMES:
        terminalreporter.line(f"{calls[name]:6} {name}")
    terminalreporter.line(f"{sum(calls_of_scipy.values()):6} calls of scipy's own functions")
