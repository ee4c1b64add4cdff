"""The classes of what is measured, one module each: filters here, layers in bench/layers.

A scenario module has TITLE, GOALS, NOTE (what a reader of its table has to know, for example why a
goal is missed) and `cases()`.
"""

import importlib
from dataclasses import dataclass
from types import ModuleType

FILTERS = (
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
LAYERS = (
    "depthwise_alone",
    "mobilenet_v1",
    "large_maps",
    "inverted_residual",
    "odd_shapes",
    "other_shapes",
    "training",
    "networks",
)
ALL = FILTERS + LAYERS
LAYERS_PACKAGE = "bench.layers.scenarios"


@dataclass(frozen=True)
class Goal:
    """How many times the best exact peer: the geometric mean of the cases of `types`, and any case.

    `share` is the part of the limit to reach with one thread, of filters at 1920x1080, where there
    is one. `against` names the peers that count, all if it is empty. `cases` is how the names of
    the cases that count begin.
    """

    types: tuple[str, ...]
    mean: float
    any_case: float
    share: float | None = None
    against: tuple[str, ...] = ()
    cases: str = ""


def load(names: list[str]) -> list[ModuleType]:
    packages = {name: LAYERS_PACKAGE if name in LAYERS else __name__ for name in names}
    return [importlib.import_module(f"{packages[name]}.{name}") for name in names]


def name_of(scenario: ModuleType) -> str:
    return scenario.__name__.rpartition(".")[2]
