"""Checks the sizes that keep the code readable: files, functions, parameters, folders, lines.

    python tools/check_sizes.py

The limits are those of CONTRIBUTING.md. Exceptions: tools/sizes_exceptions.txt.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import functions
import tree

SOURCE_LINES = 400
PUBLIC_HEADER_LINES = 250
TEST_LINES = 500
FUNCTION_LINES = 60
PARAMETERS = 5
FILES_IN_A_FOLDER = 15
LINE_LENGTH = 100

CODE_SUFFIXES = (".h", ".cc", ".py", ".sh", ".cmake", "CMakeLists.txt", "Makefile", ".ci/run")
Problem = tuple[str, str]  # what an exception would name, and the message


def file_limit(name: str) -> int:
    """The most lines that the file called name may have."""
    if name.startswith("include/"):
        return PUBLIC_HEADER_LINES
    return TEST_LINES if name.startswith("tests/") else SOURCE_LINES


def problems_of_lines(name: str, source: str) -> Iterator[Problem]:
    """Too many lines, and lines that are too long."""
    lines = source.splitlines()
    if len(lines) > file_limit(name):
        yield f"{name} lines", f"{name}: {len(lines)} lines; at most {file_limit(name)}"
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_LENGTH:
            where = f"{name}:{number}"
            yield f"{name} long line", f"{where}: {len(line)} columns; at most {LINE_LENGTH}"


def problems_of_text(name: str, source: str) -> Iterator[Problem]:
    """Characters beyond ASCII, and macros of our own in headers."""
    for number, line in enumerate(source.splitlines(), 1):
        if not line.isascii():
            yield f"{name} ASCII", f"{name}:{number}: a character that is not ASCII"
        if name.endswith(".h") and not name.endswith("-inl.h") and line.startswith("#define"):
            yield f"{name} macro", f"{name}:{number}: a macro in a header"


def problems_of_functions(name: str, found: list[functions.Function]) -> Iterator[Problem]:
    """Functions that are too long or take too many parameters."""
    for function in found:
        where = f"{name}:{function.line}: {function.name}"
        what = f"{name} {function.name}"
        if function.length > FUNCTION_LINES:
            yield what, f"{where} has {function.length} lines; at most {FUNCTION_LINES}"
        if function.parameters > PARAMETERS:
            yield (
                what,
                f"{where} takes {function.parameters} parameters; at most {PARAMETERS}, "
                "then a struct",
            )


def problems_of_file(name: str, source: str) -> Iterator[Problem]:
    """Everything that is too large in one file."""
    yield from problems_of_lines(name, source)
    if name.endswith((".h", ".cc", ".py")):
        yield from problems_of_text(name, source)
    if name.endswith((".h", ".cc")):
        yield from problems_of_functions(name, functions.functions_in_cpp(source))
    elif name.endswith(".py"):
        yield from problems_of_functions(name, functions.functions_in_python(source))


def crowded_folders(names: list[str]) -> Iterator[Problem]:
    """Folders that hold too many files."""
    for folder, count in Counter(str(Path(name).parent) for name in names).items():
        if count > FILES_IN_A_FOLDER:
            yield f"{folder} files", f"{folder}: {count} files; at most {FILES_IN_A_FOLDER}"


def check(root: Path) -> tuple[dict[str, str], int]:
    """All problems of the tree at root, and how many files were looked at."""
    names = [tree.relative(path, root) for path in tree.project_files(root)]
    problems = dict(crowded_folders(names))
    code = [name for name in names if name.endswith(CODE_SUFFIXES)]
    for name in code:
        problems |= dict(problems_of_file(name, (root / name).read_text()))
    return problems, len(code)


def main() -> int:
    problems, count = check(tree.ROOT)
    exceptions = tree.read_exceptions(tree.ROOT / "tools/sizes_exceptions.txt")
    messages = tree.without_excepted(problems, exceptions)
    return tree.finish("check_sizes", messages, f"{count} files")


if __name__ == "__main__":
    sys.exit(main())
