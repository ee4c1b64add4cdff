"""The project's files and exception lists, for the checks beside this file."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def project_files(root: Path, *suffixes: str) -> Iterator[Path]:
    """Every file of the project that nobody built, or those whose names end in one of suffixes."""
    for folder, folders, names in os.walk(root):
        at_top = Path(folder) == root
        folders[:] = sorted(
            name
            for name in folders
            if not (name.startswith(".") and name != ".ci")
            and name != "__pycache__"
            and not (at_top and name.startswith(("build", "dist")))
        )
        for name in sorted(names):
            if not suffixes or name.endswith(suffixes):
                yield Path(folder) / name


def relative(path: Path, root: Path) -> str:
    """path from root, with slashes."""
    return path.relative_to(root).as_posix()


def read_exceptions(path: Path) -> dict[str, str]:
    """The exceptions of a list: lines `what: reason`, # for comments. No reason, no exception."""
    exceptions = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        what, colon, reason = text.partition(": ")
        if not colon or not reason.strip():
            raise SystemExit(f"{path.name}:{number}: expected `what: reason`, got {text!r}")
        exceptions[what.strip()] = reason.strip()
    return exceptions


def without_excepted(problems: dict[str, str], exceptions: dict[str, str]) -> list[str]:
    """The messages of problems that no exception covers, and the exceptions that cover none."""
    messages = [message for what, message in problems.items() if what not in exceptions]
    messages += [
        f"exception for {what} is no longer needed" for what in exceptions if what not in problems
    ]
    return messages


def finish(check: str, messages: list[str], looked_at: str) -> int:
    """Prints what a check found; the exit code of its program."""
    for message in messages:
        print(f"{check}: {message}")
    if messages:
        return 1
    print(f"{check}: {looked_at}, nothing to object")
    return 0


_CPP_TOKEN = re.compile(
    r"""//[^\n]*                          # comment to the end of the line
      | /\*.*?\*/                         # comment
      | R"(?P<tag>[^()\s]*)\(.*?\)(?P=tag)"  # raw string
      | "(?:\\.|[^"\\\n])*"               # string
      | (?<![0-9a-zA-Z_])'(?:\\.|[^'\\\n])+'  # character; not the ' of 1'000
    """,
    re.VERBOSE | re.DOTALL,
)


def cpp_without_text(source: str) -> str:
    """C++ with comments and the insides of strings blanked; every line keeps its number."""

    def blank(match: re.Match) -> str:
        text = match.group()
        if text.startswith("/"):
            return re.sub(r"[^\n]", " ", text)
        return '"' + re.sub(r"[^\n]", " ", text[1:-1]) + '"'

    return _CPP_TOKEN.sub(blank, source)
