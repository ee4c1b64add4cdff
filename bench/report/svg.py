"""Plain SVG charts: two logarithmic axes, lines and points."""

from dataclasses import dataclass, field
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 130, 36, 48
COLOURS = ("#c02020", "#2060c0", "#208040", "#a06000", "#7030a0", "#008090", "#606060", "#b04080")
DASHED = "#000000"


@dataclass(frozen=True)
class Series:
    """Points of one name; `is_line` joins them, `is_limit` draws them as a dashed roof."""

    name: str
    points: list[tuple[float, float]]
    is_line: bool = True
    is_limit: bool = False


@dataclass
class Chart:
    """A chart of series over axes with titles."""

    title: str
    x_title: str
    y_title: str
    series: list[Series] = field(default_factory=list)

    def svg(self) -> str:
        xs = [x for series in self.series for x, _ in series.points]
        ys = [y for series in self.series for _, y in series.points]
        self._x = Scale(min(xs) / 1.1, max(xs) * 1.1, LEFT, WIDTH - RIGHT)
        self._y = Scale(min(ys) / 1.2, max(ys) * 1.2, HEIGHT - BOTTOM, TOP)
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            'font-family="sans-serif" font-size="12">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
            text(LEFT, 20, self.title, 'font-weight="bold"'),
            text((LEFT + WIDTH - RIGHT) // 2, HEIGHT - 10, self.x_title, 'text-anchor="middle"'),
            text(8, TOP - 4, self.y_title, 'font-size="11"'),
        ]
        parts += self._grid()
        colours = iter(COLOURS * 4)
        for place, series in enumerate(self.series):
            colour = DASHED if series.is_limit else next(colours)
            parts += self._drawn(series, colour)
            parts.append(text(WIDTH - RIGHT + 24, TOP + 12 + 18 * place, series.name))
            y = TOP + 8 + 18 * place
            parts.append(line((WIDTH - RIGHT + 6, y), (WIDTH - RIGHT + 20, y), colour, 3))
        return "\n".join([*parts, "</svg>", ""])

    def _grid(self) -> list[str]:
        parts = []
        for value in self._x.ticks():
            x = self._x.place(value)
            parts.append(line((x, TOP), (x, HEIGHT - BOTTOM), "#dddddd"))
            parts.append(text(x, HEIGHT - BOTTOM + 16, f"{value:g}", 'text-anchor="middle"'))
        for value in self._y.ticks():
            y = self._y.place(value)
            parts.append(line((LEFT, y), (WIDTH - RIGHT, y), "#dddddd"))
            parts.append(text(LEFT - 6, y + 4, f"{value:g}", 'text-anchor="end"'))
        return parts

    def _drawn(self, series: Series, colour: str) -> list[str]:
        places = [(self._x.place(x), self._y.place(y)) for x, y in series.points]
        parts = []
        if series.is_line:
            joined = " ".join(f"{x:g},{y:g}" for x, y in places)
            dash = ' stroke-dasharray="5 4"' if series.is_limit else ""
            parts.append(
                f'<polyline points="{joined}" fill="none" stroke="{colour}" '
                f'stroke-width="2"{dash}/>'
            )
        if not series.is_limit:
            parts += [f'<circle cx="{x:g}" cy="{y:g}" r="3" fill="{colour}"/>' for x, y in places]
        return parts


class Scale:
    """A logarithmic axis from values to places on the page."""

    def __init__(self, low: float, high: float, start: int, end: int):
        self._low, self._high = log10(low), log10(high)
        self._start, self._end = start, end

    def place(self, value: float) -> float:
        part = (log10(value) - self._low) / (self._high - self._low)
        return round(self._start + part * (self._end - self._start), 1)

    def ticks(self) -> list[float]:
        """1, 2 and 5 times the powers of ten that the axis spans."""
        powers = range(floor(self._low), ceil(self._high) + 1)
        values = (step * 10.0**power for power in powers for step in (1, 2, 5))
        return [value for value in values if self._low <= log10(value) <= self._high]


def text(x: float, y: float, words: str, style: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" {style}>{escape(words)}</text>'


def line(start: tuple[float, float], end: tuple[float, float], colour: str, width: int = 1) -> str:
    (x1, y1), (x2, y2) = start, end
    return (
        f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" '
        f'stroke="{colour}" stroke-width="{width}"/>'
    )
