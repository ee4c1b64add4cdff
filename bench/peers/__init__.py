"""The libraries that sepconv is measured against, one module each.

A peer module has NAME, `version()`, HAS_THREADS (False where the library uses one thread only)
and `prepare(problem)`, which gives the Way to solve a problem, None where the library has none, or
raises TooSlow. Importing it fails where the library is not installed; then it is reported and left
out.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from ..case import Problem

OURS = "sepconv"
ALL = (OURS, "opencv", "ipp", "halide", "vips", "scipy", "skimage", "pillow")


@dataclass(frozen=True)
class Way:
    """How a peer solves a problem: `call` is what is timed, `answer` makes its result an array.

    Without `has_border` only samples that do not see the border are compared. Where
    `is_approximate` is true the library itself promises no more, and its time is shown but never
    stands for the best exact peer.
    """

    call: Callable[[], Any]
    answer: Callable[[Any], np.ndarray] = np.asarray
    has_border: bool = True
    is_approximate: bool = False


class TooSlow(Exception):
    """Raised by `prepare`: a call would take many seconds, and never come near the fastest."""


def refuse_work(problem: Problem, most: float) -> None:
    """TooSlow where all multiply-adds, separated if that is known, are more than `most`."""
    operation = problem.operation
    work = operation.kernel.size if operation.factors is None else sum(map(len, operation.factors))
    if work * problem.x.size > most:
        raise TooSlow


def load(names: list[str], package: str = __name__) -> tuple[list[ModuleType], dict[str, str]]:
    """The peers that can be used, and why the others cannot."""
    loaded, missing = [], {}
    for name in names:
        try:
            module = importlib.import_module(f"{package}.{name}_peer")
            module.version()
        except (ImportError, OSError, RuntimeError, ValueError) as error:
            missing[name] = (str(error).strip() or type(error).__name__).splitlines()[0]
        else:
            loaded.append(module)
    return loaded, missing
