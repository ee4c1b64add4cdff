"""The classes of filters that are measured, one module each.

A scenario module has TITLE, GOALS, NOTE (what a reader of its table has to know, for example why a
goal is missed) and `cases()`.
"""

import importlib
from dataclasses import dataclass
from types import ModuleType

ALL = (
    "separable_f32",
    "separable_integer",
    "symmetric",
    "box",
    "derivative",
    "dense_low_rank",
    "dense_full_rank",
    "wide_gaussian",
    "large_image",
    "volume",
)


@dataclass(frozen=True)
class Goal:
    """How many times the best exact peer: the geometric mean of the cases of `types`, and any case.

    `share` is the part of the limit to reach at 1920x1080 with one thread, where there is one.
    """

    types: tuple[str, ...]
    mean: float
    any_case: float
    share: float | None = None


def load(names: list[str]) -> list[ModuleType]:
    return [importlib.import_module(f"{__name__}.{name}") for name in names]


def name_of(scenario: ModuleType) -> str:
    return scenario.__name__.rpartition(".")[2]
