"""What notebooks show of separations, explanations and plans: tables, and factors as cells.

Nothing is loaded from elsewhere, colours are tints of whatever background the page has, and all
text is escaped. The package attaches these functions to its classes as _repr_html_.
"""

import html
import json
from collections.abc import Iterable, Sequence

import numpy as np

CELL_PIXELS = 14
MOST_TAPS = 48  # of a factor, as cells or as numbers
MOST_SIDE = 24  # of a kernel that is drawn whole
MOST_TERMS = 8
POSITIVE, NEGATIVE = "255,127,14", "31,119,180"  # orange and blue: told apart by all eyes

CELL = "vertical-align:middle;padding:2px 8px"
LEFT = f"text-align:left;{CELL}"
RIGHT = f"text-align:right;{CELL}"
WHOLE = f"{LEFT};white-space:nowrap"


def _element(name: str, content: str, style: str = "") -> str:
    """content is HTML already."""
    attribute = f' style="{style}"' if style else ""
    return f"<{name}{attribute}>{content}</{name}>"


def _table(head: Sequence[str], rows: Iterable[str]) -> str:
    titles = "".join(_element("th", html.escape(title), LEFT) for title in head)
    body = "".join(_element("tr", row) for row in rows)
    style = "border-collapse:collapse;color:inherit;font-size:inherit"
    return _element("table", _element("tr", titles) + body, style)


def _number(value: float) -> str:
    return f"{value:.5g}"


def _square(x: int, y: int, tap: float, largest: float) -> str:
    tint = POSITIVE if tap > 0 else NEGATIVE
    place = f'x="{x * CELL_PIXELS}" y="{y * CELL_PIXELS}"'
    size = f'width="{CELL_PIXELS}" height="{CELL_PIXELS}"'
    fill = f'fill="rgba({tint},{abs(tap) / largest:.2f})"'
    return f"<rect {place} {size} {fill}><title>{_number(tap)}</title></rect>"


def _cells(taps: np.ndarray, largest: float) -> str:
    """A matrix as an SVG of squares, tinted by value; the numbers show under the pointer."""
    height, width = taps.shape
    squares = (_square(x, y, tap, largest) for (y, x), tap in np.ndenumerate(taps))
    size = f'width="{width * CELL_PIXELS + 1}" height="{height * CELL_PIXELS + 1}"'
    lines = 'stroke="currentColor" stroke-opacity="0.25" style="vertical-align:middle"'
    return f"<svg {size} {lines}>{''.join(squares)}</svg>"


def _factor_cells(factor: np.ndarray, is_column: bool) -> str:
    shown = factor[:MOST_TAPS]
    cells = shown[:, None] if is_column else shown[None, :]
    return _cells(cells, np.abs(factor).max() or 1.0)


def _factor_text(factor: np.ndarray, axis: int, axes: int) -> str:
    label = ("down y", "along x")[axis] if axes == 2 else f"axis {axis}"
    taps = " ".join(_number(tap) for tap in factor[:MOST_TAPS])
    rest = f" ... ({factor.size} taps)" if factor.size > MOST_TAPS else ""
    return _element("div", html.escape(f"{label}: {taps}{rest}"))


def _term_row(index: int, factors: Sequence[np.ndarray]) -> str:
    axes = len(factors)
    pictures = [_factor_cells(f, axes == 2 and axis == 0) for axis, f in enumerate(factors)]
    numbers = [_factor_text(factor, axis, axes) for axis, factor in enumerate(factors)]
    return (
        _element("td", f"term {index + 1}", WHOLE)
        + _element("td", " &otimes; ".join(pictures), WHOLE)
        + _element("td", "".join(numbers), LEFT)
    )


def separation_html(separation) -> str:
    """A SeparationResult: what was found, the kernel, and the factors of each term."""
    first, *others = str(separation).splitlines()
    notes = [line for line in others if line.startswith(("  singular", "  multiplications"))]
    parts = [_element("div", html.escape(first))]
    if len(separation.shape) == 2 and max(separation.shape) <= MOST_SIDE:
        kernel = separation.reconstruct()
        parts.append(_element("div", _cells(kernel, np.abs(kernel).max() or 1.0), "margin:4px 0"))
    terms = separation.terms
    rows = [_term_row(index, factors) for index, factors in enumerate(terms[:MOST_TERMS])]
    if len(terms) > MOST_TERMS:
        rows.append(_element("td", f"{len(terms) - MOST_TERMS} more terms", LEFT))
    parts.append(_table(["", "factors", "taps"], rows))
    parts += [_element("div", html.escape(note.strip())) for note in notes]
    return _element("div", "".join(parts))


def _method_row(method: dict) -> str:
    numbers = [
        f"{method['terms']}",
        f"{method['multiplications']:,}",
        f"{method['additions']:,}",
        f"{method['bytes_read'] + method['bytes_written']:,}",
        f"{method['predicted_seconds'] * 1e3:.3f}",
        f"{method['error_bound']:.3g}",
    ]
    words = [html.escape(method[key]) for key in ("method", "arithmetic", "reason")]
    weight = ";font-weight:bold" if method["chosen"] else ""
    cells = [_element("td", word, LEFT + weight) for word in words]
    cells[2:2] = [_element("td", number, RIGHT + weight) for number in numbers]
    return "".join(cells)


def explanation_html(explanation) -> str:
    """An Explanation: a row for each way to run the filter, the chosen one bold."""
    found = json.loads(explanation.json())
    head = ["method", "sums", "terms", "multiplications", "additions", "bytes", "predicted ms"]
    where = (
        f"target {found['target']}, threads {found['threads']}, "
        f"scratch {found['scratch_bytes']:,} bytes a thread"
    )
    return _element(
        "div",
        _element("div", html.escape(found["summary"]))
        + _element("div", html.escape(where))
        + _table([*head, "max error", ""], map(_method_row, found["methods"])),
    )


def plan_html(plan) -> str:
    """A Plan: the arrays it takes, and its explanation."""
    arrays = f"Plan of {plan.shape} {plan.dtype} -> {plan.out_dtype}"
    return _element("div", _element("div", html.escape(arrays)) + explanation_html(plan.explain()))
