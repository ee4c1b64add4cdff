"""The plots of docs/benchmarks.md: speed over the number of taps, and rooflines."""

from collections.abc import Iterator

from ..peers import ALL, OURS
from . import Row
from .svg import Chart, Series

SIZE = "1920x1080"
OVER_TAPS = (
    ("separable_f32", "f32", 1),
    ("separable_integer", "u8", 1),
    ("separable_integer", "u8", 3),
    ("separable_integer", "u16", 1),
)


def chosen(rows: list[Row], scenario: str, type: str, channels: int) -> list[Row]:
    """Contests of one thread at the usual size, in the order of their taps."""
    found = [
        row
        for row in rows
        if row["scenario"] == scenario
        and (row["type"], row["channels"]) == (type, channels)
        and row["threads"] == 1
        and row["size"] == SIZE
    ]
    return sorted(found, key=lambda row: row["taps"])


def over_taps(rows: list[Row], title: str) -> Chart:
    """Megapixels per second of every peer, and the limit."""
    chart = Chart(f"{title}, {SIZE}, 1 thread", "taps along each axis", "Mpixel/s")
    for peer in ALL:
        points = [(row["taps"], row.megapixels(peer)) for row in rows if row.megapixels(peer)]
        if points:
            chart.series.append(Series(peer, points))
    limits = [(row["taps"], row.limit) for row in rows if row.limit]
    if limits:
        chart.series.append(Series("limit", limits, is_limit=True))
    return chart


def roofline(rows: list[Row], rates: dict[str, float], kind: str, title: str) -> Chart:
    """Multiply-adds per second over multiply-adds per byte, ours and the best exact peer's."""

    def points(peer_of) -> list[tuple[float, float]]:
        found = []
        for row in rows:
            peer = peer_of(row)
            if peer and (speed := row.megapixels(peer)):
                work = row["work"] * row["channels"]
                found.append((work * row["pixels"] / row["bytes"], work * speed / 1e3))
        return found

    chart = Chart(f"{title}, {SIZE}, 1 thread", "multiply-adds / byte", "G multiply-adds/s")
    ours, best = points(lambda _: OURS), points(lambda row: row.best_peer)
    for name, where in ((OURS, ours), ("best exact peer", best)):
        if where:
            chart.series.append(Series(name, where))
    if ours and kind in rates:
        low, high = ours[0][0] / 2, ours[-1][0] * 1.5
        knee = min(max(rates[kind] / rates["copy"], low), high)
        roof = [(at, min(at * rates["copy"], rates[kind])) for at in (low, knee, high)]
        chart.series.append(Series("limits", roof, is_limit=True))
    return chart


def roof_rates(run: dict, bytes: int) -> dict[str, float]:
    """The limits of one thread in 1e9 per second: copies of so many bytes, multiply-adds."""
    return {
        entry["limit"]: entry["rate"]
        for entry in run["limits"]
        if entry["threads"] == 1 and entry["bytes"] in (None, bytes)
    }


def charts(run: dict) -> Iterator[tuple[str, Chart]]:
    """File names and charts."""
    rows = [Row(data) for data in run["contests"]]
    for scenario, type, channels in OVER_TAPS:
        own = chosen(rows, scenario, type, channels)
        if not own:
            continue
        title = f"{type} x{channels}"
        yield f"taps_{type}_x{channels}.svg", over_taps(own, title)
        rates = roof_rates(run, own[0]["bytes"])
        if "copy" in rates:
            kind = "i16" if type == "u8" else "f32"
            yield f"roofline_{type}_x{channels}.svg", roofline(own, rates, kind, title)
