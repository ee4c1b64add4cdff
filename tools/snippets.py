"""Takes the examples out of a document, so that they are tests.

    python tools/snippets.py cpp README.md OUT.cc       the ```cpp blocks as one program
    python tools/snippets.py console README.md FOLDER   runs the ```console blocks

In a console block a line `$ command` is run in FOLDER, and the lines after it are what it prints;
`...` there stands for anything, up to the end of the line or, alone on a line, any lines.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import tree


@dataclass
class Command:
    """One command of a document and what the document says it prints."""

    line: int
    command: str
    expected: list[str]


def blocks(document: str, language: str) -> list[tuple[int, list[str]]]:
    """The fenced blocks of a language: the line number of each one's first line, and its lines."""
    found: list[tuple[int, list[str]]] = []
    fence = None
    for number, line in enumerate(document.splitlines(), 1):
        if line.startswith("```"):
            if fence is None:
                fence = line[3:].strip()
                if fence == language:
                    found.append((number + 1, []))
            else:
                fence = None
        elif fence == language:
            found[-1][1].append(line)
    return found


def program(document: str) -> str:
    """The C++ blocks of a document, one after another."""
    return "\n\n".join("\n".join(lines) for _, lines in blocks(document, "cpp")) + "\n"


def commands(document: str) -> list[Command]:
    """The commands of the console blocks of a document."""
    found: list[Command] = []
    for first, lines in blocks(document, "console"):
        for number, line in enumerate(lines, first):
            if line.startswith("$ "):
                found.append(Command(number, line[2:], []))
            elif found:
                found[-1].expected.append(line)
    return found


def agrees(expected: list[str], printed: str) -> bool:
    """Whether what was printed is as expected, where ... stands for anything."""
    pattern = "".join(
        r"(?:.*\n)*" if line.strip() == "..." else _line_pattern(line) for line in expected
    )
    lines = "".join(line.rstrip() + "\n" for line in printed.splitlines())
    return re.fullmatch(pattern, lines) is not None


def _line_pattern(line: str) -> str:
    return re.escape(line.rstrip()).replace(r"\.\.\.", "[^\n]*") + "\n"


def run(command: Command, folder: Path) -> str | None:
    """Runs one command in folder; what is wrong, or None."""
    done = subprocess.run(
        ["bash", "-c", command.command],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    printed = done.stdout + done.stderr
    if done.returncode != 0:
        return f"line {command.line}: `{command.command}` gave {done.returncode}:\n{printed}"
    if command.expected and not agrees(command.expected, printed):
        expected = "\n".join(command.expected)
        return f"line {command.line}: `{command.command}` printed\n{printed}expected\n{expected}"
    return None


def run_all(document: Path, folder: Path) -> int:
    """Runs every command of a document beside a copy of data/; the exit code of the program."""
    shutil.copytree(tree.ROOT / "data", folder / "data", dirs_exist_ok=True)
    os.environ["COLUMNS"] = "100"
    problems = [run(command, folder) for command in commands(document.read_text())]
    messages = [f"{document.name}: {problem}" for problem in problems if problem]
    return tree.finish("snippets", messages, f"{len(problems)} commands")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=["cpp", "console"])
    parser.add_argument("document", type=Path)
    parser.add_argument("out", type=Path, help="the program to write, or the folder to run in")
    arguments = parser.parse_args()
    if arguments.kind == "cpp":
        arguments.out.write_text(program(arguments.document.read_text()))
        return 0
    arguments.out.mkdir(parents=True, exist_ok=True)
    return run_all(arguments.document, arguments.out)


if __name__ == "__main__":
    sys.exit(main())
