"""f32 images of one channel, a factor an axis, any taps."""

from collections.abc import Iterator

from ..case import SIZES, Case
from ..operations import Separable, any_taps
from . import Goal

TITLE = "f32 x1, separable, any taps"
GOALS = (Goal(("f32",), mean=2.0, any_case=1.4, share=0.80),)
NOTE = (
    "Few taps are bound by memory, from 15 taps on by multiply-adds, of which inner loops in cache "
    "do 80 to 95 % of what the processor can (the table of inner loops)."
)
TAPS = (3, 5, 7, 9, 15, 31, 63)
QUICK_TAPS = (3, 9, 31)


def factors(size: int) -> Separable:
    return Separable((any_taps(size, 1), any_taps(size, 2)))


def cases() -> Iterator[Case]:
    for size, shape in SIZES.items():
        for taps in TAPS:
            is_quick = size == "1920x1080" and taps in QUICK_TAPS
            yield Case(factors(taps), "f32", shape, is_quick)
