"""Checks that every path and file name in the documents exists.

    python tools/check_docs.py

A path is what starts with a folder of the project (src/, tools/, ...), in text or in a block; a
file name is a word in backticks that ends like one of our files; and links must lead somewhere.
What is planned is named in words, without a path. Build folders are not looked at.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import tree

FOLDERS = (
    r"(?:include|src|cli|tests|tools|docs|data|packaging|cmake|bench|python|examples|fuzz|\.ci)"
)
PATH = re.compile(rf"(?<![\w./-])({FOLDERS}/[\w.*{{}},/-]*[\w*}}/])")
FILE_NAME = re.compile(r"`([\w-]+\.(?:h|cc|py|sh|md|txt|cmake|json|supp))`")
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


def alternatives(path: str) -> list[str]:
    """src/{a,b}.cc as src/a.cc and src/b.cc."""
    braces = re.search(r"\{([^{}]*)\}", path)
    if not braces:
        return [path]
    return [
        whole
        for part in braces[1].split(",")
        for whole in alternatives(path[: braces.start()] + part + path[braces.end() :])
    ]


def exists(root: Path, path: str) -> bool:
    """Whether path, which may have stars and braces, names something below root."""
    return all(any(root.glob(one.rstrip("/"))) for one in alternatives(path))


def problems_of_line(root: Path, document: Path, line: str, names: set[str]) -> Iterator[str]:
    """What one line of a document names that is not there."""
    for match in PATH.finditer(line):
        if not exists(root, match[1]) and not exists(document.parent, match[1]):
            yield f"{match[1]} does not exist"
    for match in FILE_NAME.finditer(line):
        if match[1] not in names:
            yield f"no file is called {match[1]}"
    for match in LINK.finditer(line):
        if not (document.parent / match[1]).exists():
            yield f"the link to {match[1]} leads nowhere"


def check(root: Path) -> tuple[list[str], int]:
    """All problems of the documents below root, and how many documents there are."""
    names = {path.name for path in tree.project_files(root)}
    documents = list(tree.project_files(root, ".md"))
    messages = [
        f"{tree.relative(document, root)}:{number}: {problem}"
        for document in documents
        for number, line in enumerate(document.read_text().splitlines(), 1)
        for problem in problems_of_line(root, document, line, names)
    ]
    return messages, len(documents)


def main() -> int:
    messages, count = check(tree.ROOT)
    return tree.finish("check_docs", messages, f"{count} documents")


if __name__ == "__main__":
    sys.exit(main())
