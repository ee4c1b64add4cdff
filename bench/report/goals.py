"""The goals of each class: what was reached, and why where it is less."""

from collections.abc import Iterator
from types import ModuleType

from ..scenarios import Goal, name_of
from . import Row, geometric_mean, percent, times

USUAL = "1920x1080"
NOTE = f"""\
Geometric means, with goals in parentheses; of the limit: with one thread, filters at {USUAL}."""


class Reached:
    """The cases of one goal, and what came of it."""

    def __init__(self, scenario: ModuleType, goal: Goal, rows: list[Row]):
        name = name_of(scenario)
        self.goal = goal
        self.rows = [
            row
            for row in rows
            if row["scenario"] == name
            and row["type"] in goal.types
            and row["case"].startswith(goal.cases)
        ]
        self.title = scenario.TITLE
        if len(scenario.GOALS) > 1:
            kinds = goal.against or (() if goal.cases else goal.types)
            self.title += f": {', '.join(filter(None, (goal.cases, *kinds)))}"
        self.link = f"[{self.title}](#{name})"
        self.compared = [row for row in self.rows if self.ratio(row)]

    def rival(self, row: Row) -> str | None:
        """The best of the peers that count."""
        return row.best_of(self.goal.against)

    def ratio(self, row: Row) -> float | None:
        return row.ratio_to(self.rival(row))

    @property
    def mean(self) -> float | None:
        return geometric_mean([self.ratio(row) for row in self.compared])

    @property
    def worst(self) -> Row | None:
        return min(self.compared, key=self.ratio, default=None)

    @property
    def share(self) -> float | None:
        return geometric_mean(
            [
                row.share
                for row in self.rows
                if row.share and row["threads"] == 1 and (row.is_time or row["size"] == USUAL)
            ]
        )

    def cells(self) -> Iterator[str]:
        """A line of the summary."""
        worst = self.ratio(self.worst) if self.worst else None
        yield from (self.link, str(len(self.rows)))
        yield f"{times(self.mean)} ({times(self.goal.mean)})"
        yield f"{times(worst)} ({times(self.goal.any_case)})"
        yield percent(self.share) + (f" ({percent(self.goal.share)})" if self.goal.share else "")

    def misses(self) -> Iterator[str]:
        """Sentences about what is missed and what stands in the way; none where nothing is."""
        if self.mean < self.goal.mean:
            yield f"{times(self.mean)} of {times(self.goal.mean)} on average"
        below = [row for row in self.compared if self.ratio(row) < self.goal.any_case]
        if below:
            worst = self.worst
            yield (
                f"{len(below)} of {len(self.compared)} cases below {times(self.goal.any_case)}, "
                f"the least {times(self.ratio(worst))} ({worst['case']}, {worst['threads']} T, "
                f"{self.rival(worst)})"
            )
        if self.goal.share and self.share and self.share < self.goal.share:
            yield f"{percent(self.share)} of {percent(self.goal.share)} of the limit"

    def beyond_limit(self) -> int:
        """In how many cases the goal for any case is more than the limit lets through."""
        needed = (
            (row, self.goal.any_case * row.megapixels(self.rival(row))) for row in self.compared
        )
        return sum(1 for row, speed in needed if row.limit and speed > row.limit)


def reached(scenarios: list[ModuleType], rows: list[Row]) -> list[Reached]:
    """Every goal that has cases."""
    found = [Reached(scenario, goal, rows) for scenario in scenarios for goal in scenario.GOALS]
    return [one for one in found if one.rows]


def summary_lines(goals: list[Reached]) -> Iterator[str]:
    """A line a goal."""
    yield "| class | cases | against the best exact peer | no case below | of limit |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for one in goals:
        yield f"| {' | '.join(one.cells())} |"
    yield from ("", NOTE)


def missed_lines(goals: list[Reached]) -> Iterator[str]:
    """What is missed, a line a goal."""
    for one in goals:
        misses = list(one.misses()) if one.compared else []
        if not misses:
            continue
        text = f"- {one.link}: {'; '.join(misses)}."
        if beyond := one.beyond_limit():
            text += (
                f" In {beyond} of {len(one.compared)} cases {times(one.goal.any_case)} the best "
                "peer is beyond the limit."
            )
        yield text
