"""Images whose rows are 8 kB and 32 kB apart, so that lines fall into the same cache sets."""

from collections.abc import Iterator

from ..case import Case
from . import Goal
from .separable_f32 import factors

TITLE = "8192x8192, separable, k 31"
GOALS = (Goal(("f32", "u8"), mean=3.0, any_case=2.0),)
NOTE = ""


def cases() -> Iterator[Case]:
    for type in ("f32", "u8"):
        yield Case(factors(31), type, (8192, 8192))
