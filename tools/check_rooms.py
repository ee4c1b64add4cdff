"""Checks that includes go strictly downwards through the rooms of ARCHITECTURE.md.

    python tools/check_rooms.py

Also that only the doors open outwards (Highway in src/simd, kissfft in
src/filter/fft/transform.cc), that the library never prints, aborts or exits, and that every
src/ROOM/X.cc has a tests/ROOM/X_test.cc. Exceptions: tools/rooms_exceptions.txt.
"""

import re
import sys
from pathlib import Path

import tree

# The rooms that the files of each room may include, their own among them.
ALLOWED = {
    "base": {"base"},
    "kernel": {"kernel", "base"},
    "cost": {"cost", "base"},
    "reference": {"reference", "base"},
    "simd": {"simd", "kernel", "cost", "base"},
    "filter": {"filter", "simd", "kernel", "cost", "base"},
    "layer": {"layer", "simd", "kernel", "cost", "base"},
    "network": {"network", "filter", "layer", "simd", "kernel", "cost", "base"},
    "io": {"io", "base"},
    "cli": {"cli", "io"},
    "examples": {"examples"},
    "python": {"python"},
}
# The only file outside src/reference, tests and bench that compares with the reference.
REFERENCE_USER = "cli/verify.cc"
# The door to kissfft.
KISSFFT_USER = "src/filter/fft/transform.cc"

# The room that implements each public header; a room may include those of the rooms it may use.
PUBLIC_HEADERS = {
    "error.h": "base",
    "context.h": "base",
    "image.h": "base",
    "tensor.h": "base",
    "kernel.h": "kernel",
    "separation.h": "kernel",
    "cost.h": "cost",
    "explanation.h": "filter",
    "filter.h": "filter",
    "array.h": "filter",
    "tune.h": "filter",
    "correlation.h": "filter",
    "gaussian_filter.h": "filter",
    "layer.h": "layer",
    "layer_gradient.h": "layer",
    "nd_array.h": "network",
    "photo.h": "network",
    "operators.h": "network",
    "network.h": "network",
    "sepconv.h": "network",
}
# These take every public header: the callers, and the reference, which answers public questions.
SEES_ALL_PUBLIC = {"cli", "io", "examples", "python", "reference"}

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)
FORBIDDEN = re.compile(
    r"\bstd::(?:cout|cerr|clog)\b|\bfmt::print\b"
    r"|(?<![\w.>])(?:printf|fprintf|puts|putchar|abort|exit|_Exit|quick_exit|terminate)\s*\("
)


def room_of(name: str) -> str | None:
    """The room of a file by its path, or None for one that no rule covers."""
    parts = name.split("/")
    if parts[0] == "src" and len(parts) > 2:
        return parts[1]
    if parts[0] == "include":
        return "public"
    return parts[0] if parts[0] in ALLOWED and len(parts) > 1 else None


def include_problem(name: str, included: str) -> str | None:
    """What is wrong with the file called name including included, or None."""
    room = room_of(name)
    head, _, tail = included.partition("/")
    if head == "hwy":
        return None if room == "simd" else "only src/simd includes Highway"
    if head in ("kissfft", "kiss_fft.h", "kiss_fftr.h", "kissfft.hh"):
        return None if name == KISSFFT_USER else f"only {KISSFFT_USER} includes it"
    if room == "public":
        return None if head == "sepconv" or not tail else "public headers include only public ones"
    if head == "sepconv":
        return public_problem(room, tail)
    if head not in ALLOWED or not tail:
        return None  # the standard library, or somebody else's
    if head == "reference" and name == REFERENCE_USER:
        return None
    return None if head in ALLOWED[room] else f"{room} may not know {head}"


def public_problem(room: str, header: str) -> str | None:
    """What is wrong with room including sepconv/header, or None."""
    if room in SEES_ALL_PUBLIC:
        return None
    owner = PUBLIC_HEADERS.get(header)
    if owner is None:
        return f"no room is known to implement it; add it to {Path(__file__).name}"
    return None if owner in ALLOWED[room] else f"{room} may not know {owner}, which it belongs to"


def line_of(source: str, position: int) -> int:
    return source.count("\n", 0, position) + 1


def problems_of_file(name: str, source: str) -> dict[str, str]:
    """The wrong includes and forbidden calls of one file, by what an exception would name."""
    room = room_of(name)
    if room is None:
        return {}
    if room != "public" and room not in ALLOWED:
        return {name: f"{name}: room {room} is unknown; add it to {Path(__file__).name}"}
    problems = {}
    for match in INCLUDE.finditer(source):
        if problem := include_problem(name, match[1]):
            where = f"{name}:{line_of(source, match.start(1))}"
            problems[f"{name} -> {match[1]}"] = f"{where}: includes {match[1]}; {problem}"
    if name.startswith(("src/", "include/")):
        code = tree.cpp_without_text(source)
        for match in FORBIDDEN.finditer(code):
            call = match[0].rstrip("( ")
            where = f"{name}:{line_of(code, match.start())}"
            problems[f"{name} {call}"] = f"{where}: {call}; the library never prints or exits"
    return problems


def missing_tests(root: Path) -> dict[str, str]:
    """Sources of src/ whose test is neither in the folder that mirrors theirs nor above it."""
    problems = {}
    for path in tree.project_files(root / "src", ".cc"):
        name = tree.relative(path, root)
        folder = Path("tests") / path.parent.relative_to(root / "src")
        test = f"{path.stem}_test.cc"
        if not any((root / place / test).exists() for place in (folder, *folder.parents[:-2])):
            problems[name] = f"{name} has no {folder.as_posix()}/{test}"
    return problems


def check(root: Path) -> tuple[dict[str, str], int]:
    """All problems of the tree at root, and how many files were looked at."""
    problems = missing_tests(root)
    count = 0
    for path in tree.project_files(root, ".h", ".cc"):
        count += 1
        problems |= problems_of_file(tree.relative(path, root), path.read_text())
    return problems, count


def main() -> int:
    problems, count = check(tree.ROOT)
    exceptions = tree.read_exceptions(tree.ROOT / "tools/rooms_exceptions.txt")
    messages = tree.without_excepted(problems, exceptions)
    return tree.finish("check_rooms", messages, f"{count} C++ files")


if __name__ == "__main__":
    sys.exit(main())
