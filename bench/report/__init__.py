"""What is written about contests: lines while they run, docs/benchmarks.md and its plots.

All of it works on what the JSON file holds, so that a stored run can be written anew.
"""

from dataclasses import dataclass
from math import exp, log

from ..peers import OURS


@dataclass(frozen=True)
class Row:
    """One contest as it was stored, and the ratios that matter."""

    data: dict

    def __getitem__(self, key: str):
        return self.data[key]

    def megapixels(self, peer: str, which: str = "min_seconds") -> float | None:
        """Megapixels per second of a peer with a right answer, or None."""
        seconds = self.data["peers"].get(peer, {}).get(which)
        return self.data["pixels"] / seconds / 1e6 if seconds else None

    @property
    def is_time(self) -> bool:
        """Whether tables give microseconds, not megapixels per second."""
        return self.data["unit"] == "us"

    def text(self, megapixels: float) -> str:
        """A speed in the unit of the tables."""
        return number(self.data["pixels"] / megapixels if self.is_time else megapixels)

    @property
    def ours(self) -> float | None:
        return self.megapixels(OURS)

    @property
    def limit(self) -> float | None:
        seconds = self.data["limit_seconds"]
        return self.data["pixels"] / seconds / 1e6 if seconds else None

    def best_of(self, names: tuple[str, ...] = ()) -> str | None:
        """The fastest of these peers, or of all, whose answer is exact."""
        exact = [
            name
            for name, entry in self.data["peers"].items()
            if name != OURS and entry.get("exact") and (not names or name in names)
        ]
        return max(exact, key=lambda name: self.megapixels(name) or 0.0, default=None)

    @property
    def best_peer(self) -> str | None:
        return self.best_of()

    def ratio_to(self, peer: str | None) -> float | None:
        """Our speed over that of a peer."""
        return self.ours / self.megapixels(peer) if self.ours and peer else None

    @property
    def ratio(self) -> float | None:
        return self.ratio_to(self.best_peer)

    @property
    def share(self) -> float | None:
        """Our speed over the limit."""
        return self.ours / self.limit if self.ours and self.limit else None

    def cell(self, peer: str) -> str:
        """The speed in the unit of the tables as text, or why there is none.

        With ~ where approximate, in parentheses where there were fewer rounds than asked for.
        """
        entry = self.data["peers"].get(peer, {"note": "-"})
        if (speed := self.megapixels(peer)) is None:
            return "error" if entry["note"].startswith("error") else entry["note"]
        text = ("" if entry["exact"] else "~") + self.text(speed)
        return text if entry["rounds"] >= self.data["rounds"] else f"({text})"


def number(value: float) -> str:
    """Three digits or more, without a fraction that says nothing."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def times(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio:.2f}x"


def percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"


def geometric_mean(values: list[float]) -> float | None:
    return exp(sum(map(log, values)) / len(values)) if values else None


def line(row: Row) -> str:
    """One contest on one line of the terminal."""
    ours = row["peers"].get(OURS)
    parts = [f"{row['case']:34} {row['threads']} T"]
    if ours is not None:
        parts.append(f"{OURS} {row.cell(OURS)}")
        parts.append(f"{times(row.ratio)} {row.best_peer or 'no exact peer'}")
        parts.append(f"{percent(row.share)} of limit")
    for peer, entry in row["peers"].items():
        if entry["note"].startswith("error"):
            parts.append(f"{peer} {entry['note']}")
        elif peer != OURS and entry["note"] != "-":
            parts.append(f"{peer} {row.cell(peer)}")
    return " | ".join(parts)
