"""Tests of tools/snippets.py: blocks out of a document, and how their output is compared."""

import pytest
import snippets

DOCUMENT = """text
```cpp
int a;
```
```console
$ echo one two
one ...
$ true
```
```sh
$ not this
```
"""


def test_cpp_blocks_make_one_program():
    assert snippets.program(DOCUMENT) == "int a;\n"
    assert snippets.program(DOCUMENT + "```cpp\nint b;\n```\n") == "int a;\n\nint b;\n"


def test_console_blocks_give_commands_and_what_they_print():
    first, second = snippets.commands(DOCUMENT)
    assert (first.line, first.command, first.expected) == (6, "echo one two", ["one ..."])
    assert (second.command, second.expected) == ("true", [])


@pytest.mark.parametrize(
    ("expected", "printed", "answer"),
    [
        (["a", "b"], "a\nb\n", True),
        (["a", "b"], "a\nc\n", False),
        (["a"], "a\nb\n", False),
        (["a", "..."], "a\nb\nc\n", True),
        (["...", "c"], "a\nb\nc\n", True),
        (["took ... ms"], "took 1.5 ms\n", True),
        (["took ... ms"], "took 1.5 s\n", False),
        (["1+1 (sum)"], "1+1 (sum)  \n", True),
    ],
)
def test_dots_stand_for_anything(expected, printed, answer):
    assert snippets.agrees(expected, printed) is answer


def test_a_command_that_fails_or_prints_something_else_is_reported(tmp_path):
    assert snippets.run(snippets.Command(1, "echo a", ["a"]), tmp_path) is None
    assert "printed" in snippets.run(snippets.Command(1, "echo a", ["b"]), tmp_path)
    assert "gave 3" in snippets.run(snippets.Command(1, "exit 3", []), tmp_path)
