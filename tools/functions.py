"""Finds the functions of C++ and Python files: where they lie, how long, how many parameters.

C++ is read by counting brackets, without a compiler: enough for code that clang-format lays out.
"""

import ast
import re
from dataclasses import dataclass

import tree


@dataclass
class Function:
    """One function, defined or declared."""

    name: str
    line: int  # of its first word
    length: int  # lines from the first word to the closing brace; 0 for a declaration
    parameters: int


CLOSING = {"(": ")", "{": "}", "[": "]", "<": ">"}
SCOPE = re.compile(r"(?:inline\s+)?namespace\b|(?:class|struct|union)\b|extern\s*\"")
ACCESS = re.compile(r"\s*(?:public|private|protected)\s*")
NAME = re.compile(r"(operator\b[^()]*|[~\w:]*\w)\s*$")
NOT_NAMES = {"requires", "decltype", "noexcept", "alignas", "explicit", "__attribute__"}


def functions_in_cpp(source: str) -> list[Function]:
    """The functions at namespace and class level; a lambda counts to the function around it."""
    code = _without_directives(tree.cpp_without_text(source))
    found: list[Function] = []
    start = position = 0  # of the piece being read, and in it
    while position < len(code):
        character = code[position]
        piece = code[start:position]
        ends_piece = character in ";}" or (character == ":" and ACCESS.fullmatch(piece) is not None)
        if character in "([":
            position = _end_of_bracket(code, position)
        elif character == ";":
            found += _read(code, start, position, None)
        elif character == "{":
            if SCOPE.match(_without_template(piece)):
                ends_piece = True
            else:
                end = _end_of_bracket(code, position)
                if not _is_initializer(piece):
                    found += _read(code, start, position, end)
                    ends_piece = True
                position = end
        position += 1
        if ends_piece:
            start = position
    return found


def functions_in_python(source: str) -> list[Function]:
    """Every function and method; self and cls are not counted."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
            names = [argument.arg for argument in arguments]
            count = len(names) - (names[:1] in (["self"], ["cls"]))
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            found.append(Function(node.name, node.lineno, length, count))
    return found


def _without_directives(code: str) -> str:
    """Preprocessor lines blanked, their continuation lines too."""
    return re.sub(
        r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*",
        lambda match: re.sub(r"[^\n]", " ", match.group()),
        code,
        flags=re.MULTILINE,
    )


def _end_of_bracket(code: str, position: int) -> int:
    """Where the bracket that opens at position closes; the end of the code if it never does."""
    opening, closing = code[position], CLOSING[code[position]]
    depth = 0
    for at in range(position, len(code)):
        if code[at] == opening:
            depth += 1
        elif code[at] == closing:
            depth -= 1
            if depth == 0:
                return at
    return len(code)


def _without_template(piece: str) -> str:
    """A piece without the template <...> it may start with."""
    piece = piece.strip()
    while piece.startswith("template"):
        piece = piece[_end_of_bracket(piece, piece.find("<")) + 1 :].strip()
    return piece


def _parameter_list(piece: str) -> tuple[str, int, int] | None:
    """Name, and where the parentheses open and close, of the function that a piece declares."""
    position = piece.find("(")
    while position >= 0:
        end = _end_of_bracket(piece, position)
        before = piece[:position]
        name = NAME.search(before)
        if name and name[1] == "operator":  # operator()(...): the second pair has the parameters
            second = piece.find("(", end)
            return ("operator()", second, _end_of_bracket(piece, second)) if second > 0 else None
        if "=" in before and "operator" not in before:
            return None
        if name and name[1] not in NOT_NAMES:
            return name[1].strip(), position, end
        position = piece.find("(", end)
    return None


def _is_initializer(piece: str) -> bool:
    """Whether the brace after this piece holds values: of a variable, an enum or a member."""
    text = _without_template(piece)
    parameters = _parameter_list(text)
    if parameters is None:
        return True
    after = text[parameters[2] + 1 :].rstrip()
    has_member_list = re.search(r"(?<!:):(?!:)", after) is not None
    return has_member_list and re.search(r"[\w>]$", after) is not None


def _count_parameters(text: str) -> int:
    """How many parameters a parameter list has, commas inside brackets aside."""
    if text.strip() in ("", "void"):
        return 0
    text = text.replace("->", "  ")
    depth, count = 0, 1
    for character in text:
        depth += (character in "<([{") - (character in ">)]}")
        count += character == "," and depth == 0
    return count


def _read(code: str, start: int, stop: int, end: int | None) -> list[Function]:
    """The function whose head is code[start:stop] and whose body closes at end, if it is one."""
    text = _without_template(code[start:stop])
    parameters = _parameter_list(text)
    if parameters is None:
        return []
    name, opens, closes = parameters
    first = start + len(code[start:stop]) - len(code[start:stop].lstrip())
    line = code.count("\n", 0, first) + 1
    length = 0 if end is None else code.count("\n", first, end) + 1
    return [Function(name, line, length, _count_parameters(text[opens + 1 : closes]))]
