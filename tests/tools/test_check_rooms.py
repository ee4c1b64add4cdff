"""Tests of tools/check_rooms.py: which includes and calls it lets through, and this project."""

import check_rooms
import pytest
import tree


@pytest.mark.parametrize(
    ("name", "included"),
    [
        ("src/filter/plan.cc", "simd/strip.h"),
        ("src/filter/plan.cc", "cost/count.h"),
        ("src/kernel/kernel.cc", "sepconv/kernel.h"),
        ("src/kernel/kernel.cc", "vector"),
        ("src/simd/row-inl.h", "hwy/highway.h"),
        ("src/filter/fft/transform.cc", "kissfft/kissfft.hh"),
        ("src/reference/filter.cc", "sepconv/filter.h"),
        ("include/sepconv/filter.h", "sepconv/image.h"),
        ("cli/filter.cc", "io/image_file.h"),
        ("cli/verify.cc", "reference/filter.h"),
        ("tests/simd/row_test.cc", "simd/strip.h"),
        ("tests/cost/cost_test.cc", "reference/filter.h"),
    ],
)
def test_includes_may_go_down(name, included):
    assert check_rooms.problems_of_file(name, f"#include <{included}>\n") == {}


@pytest.mark.parametrize(
    ("name", "included"),
    [
        ("src/base/check.h", "kernel/kernel.h"),
        ("src/kernel/kernel.cc", "sepconv/filter.h"),
        ("src/kernel/kernel.cc", "cost/count.h"),
        ("src/simd/strip.cc", "filter/plan.h"),
        ("src/filter/plan.cc", "layer/plan.h"),
        ("src/filter/plan.cc", "reference/filter.h"),
        ("src/filter/plan.cc", "hwy/aligned_allocator.h"),
        ("src/filter/fft/run.cc", "kissfft/kissfft.hh"),
        ("src/io/png.cc", "filter/plan.h"),
        ("cli/filter.cc", "filter/plan.h"),
        ("cli/filter.cc", "base/check.h"),
        ("cli/filter.cc", "reference/filter.h"),
        ("include/sepconv/filter.h", "base/check.h"),
        ("src/filter/plan.cc", "sepconv/unknown.h"),
    ],
)
def test_other_includes_are_reported(name, included):
    problems = check_rooms.problems_of_file(name, f'// one line\n#include "{included}"\n')
    assert list(problems) == [f"{name} -> {included}"]
    assert problems[f"{name} -> {included}"].startswith(f"{name}:2: ")


@pytest.mark.parametrize(
    "call",
    [
        "std::cout << 1;",
        "printf(1);",
        "std::fprintf(stderr, 1);",
        "abort();",
        "std::exit(1);",
        "fmt::print(1);",
        "std::terminate();",
    ],
)
def test_the_library_does_not_print_or_exit(call):
    assert len(check_rooms.problems_of_file("src/base/a.cc", f"void f() {{ {call} }}\n")) == 1
    assert check_rooms.problems_of_file("cli/main.cc", f"void f() {{ {call} }}\n") == {}


@pytest.mark.parametrize(
    "text",
    ["// calls abort()", 'throw Error("exit(1)");', "snprintf(p, 3, 1);", "plan.abort();"],
)
def test_comments_texts_and_other_calls_are_not_reported(text):
    assert check_rooms.problems_of_file("src/base/a.cc", f"void f() {{ {text}\n}}\n") == {}


def test_an_unknown_room_is_reported():
    assert "src/attic/a.cc" in check_rooms.problems_of_file("src/attic/a.cc", "")


def test_a_source_without_a_test_is_reported(tmp_path):
    for name in (
        "src/base/a.cc",
        "src/base/b.cc",
        "tests/base/a_test.cc",
        "src/base/inner/c.cc",
        "tests/base/inner/c_test.cc",
        "src/base/inner/d.cc",
        "tests/base/d_test.cc",
        "src/base/inner/e.cc",
        "tests/e_test.cc",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert list(check_rooms.missing_tests(tmp_path)) == ["src/base/b.cc", "src/base/inner/e.cc"]


def test_an_exception_needs_a_reason_and_a_problem(tmp_path):
    path = tmp_path / "exceptions.txt"
    path.write_text("# a comment\nsrc/a.cc: tested by b\n")
    exceptions = tree.read_exceptions(path)
    assert tree.without_excepted({"src/a.cc": "bad"}, exceptions) == []
    assert tree.without_excepted({}, exceptions) == ["exception for src/a.cc is no longer needed"]
    path.write_text("src/a.cc\n")
    with pytest.raises(SystemExit, match="expected `what: reason`"):
        tree.read_exceptions(path)
