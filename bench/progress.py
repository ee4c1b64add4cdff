"""How far a run is, and how long the rest may take."""

import time

from .layers.case import AnyCase

# What making all peers ready takes, as if it were pixels: those of a Full HD image.
READY_PIXELS = 2_000_000


def expected_length(case: AnyCase) -> float:
    """Of a contest, in proportion to those of other cases."""
    return READY_PIXELS + case.pixels


def minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


class Progress:
    """Counts steps whose lengths are known in proportion."""

    def __init__(self, expected: list[float]):
        self._expected = expected
        self._done = 0
        self._start = time.monotonic()

    def step(self) -> str:
        """One more is done: "12/340 3:10, 41:00 left"."""
        self._done += 1
        spent = time.monotonic() - self._start
        left = spent / sum(self._expected[: self._done]) * sum(self._expected[self._done :])
        count = f"{self._done}/{len(self._expected)}"
        return f"{count} {minutes(spent)}, {minutes(left)} left |"
