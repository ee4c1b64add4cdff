"""Tests of tools/check_sizes.py: each limit, just met and just passed."""

import check_sizes
import pytest


def problems(name: str, source: str) -> list[str]:
    return [what for what, _ in check_sizes.problems_of_file(name, source)]


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("src/base/a.cc", 400),
        ("include/sepconv/a.h", 250),
        ("tests/base/a_test.cc", 500),
        ("tools/a.py", 400),
    ],
)
def test_files_have_a_limit(name, limit):
    assert problems(name, "\n" * limit) == []
    assert problems(name, "\n" * (limit + 1)) == [f"{name} lines"]


def test_lines_have_100_columns():
    assert problems("src/base/a.cc", "/" * 100) == []
    assert problems("src/base/a.cc", "/" * 101) == ["src/base/a.cc long line"]


def test_functions_have_60_lines():
    def source(lines: int) -> str:
        return "void f() {\n" + "  g();\n" * (lines - 2) + "}\n"

    assert problems("src/base/a.cc", source(60)) == []
    assert problems("src/base/a.cc", source(61)) == ["src/base/a.cc f"]


def test_functions_take_5_parameters():
    assert problems("src/base/a.h", "void f(int, int, int, int, int);\n") == []
    assert problems("src/base/a.h", "void f(int, int, int, int, int, int);\n") == ["src/base/a.h f"]
    assert problems("tools/a.py", "def f(a, b, c, d, e, f):\n    pass\n") == ["tools/a.py f"]


def test_code_is_ascii_and_headers_define_no_macros():
    assert problems("src/base/a.cc", "// \u00b5\n") == ["src/base/a.cc ASCII"]
    assert problems("src/base/a.h", "#define A 1\n") == ["src/base/a.h macro"]
    assert problems("src/simd/a-inl.h", "#define A_GUARD\n") == []


def test_folders_hold_15_files():
    names = [f"src/base/{i}.cc" for i in range(15)]
    assert list(check_sizes.crowded_folders(names)) == []
    crowded = dict(check_sizes.crowded_folders([*names, "src/base/x.cc", "src/kernel/x.cc"]))
    assert list(crowded) == ["src/base files"]
