"""Tests of tools/check_docs.py: which names in a document it follows."""

import check_docs
import pytest


@pytest.fixture
def project(tmp_path):
    for name in ("src/base/check.h", "src/base/a.cc", "docs/guide.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


def problems(project, text: str) -> list[str]:
    (project / "README.md").write_text(text)
    return check_docs.check(project)[0]


@pytest.mark.parametrize(
    "text",
    [
        "see src/base/check.h.",
        "`src/base/*.cc` and src/base/{a.cc,check.h}",
        "    src/base/   the lowest room",
        "`check.h` has it; `k.npy` is the reader's own",
        "[guide](docs/guide.md#top) and [web](https://example.org/x.md)",
        "either/or, and/or, https://example.org/src/none.cc",
        "build/sepconv and build-asan",
    ],
)
def test_names_that_exist_pass(project, text):
    assert problems(project, text) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("see src/base/none.h.", "README.md:1: src/base/none.h does not exist"),
        ("src/base/{a,b}.cc", "README.md:1: src/base/{a,b}.cc does not exist"),
        ("a\n```\nsrc/none/\n```\n", "README.md:3: src/none/ does not exist"),
        ("`none.h`", "README.md:1: no file is called none.h"),
        ("[guide](guide.md)", "README.md:1: the link to guide.md leads nowhere"),
    ],
)
def test_names_that_do_not_exist_are_reported(project, text, message):
    assert problems(project, text) == [message]
