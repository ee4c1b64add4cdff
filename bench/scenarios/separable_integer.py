"""u8 images of one and three channels and u16 images, a factor an axis, any taps."""

from collections.abc import Iterator

from ..case import SIZES, Case
from . import Goal
from .separable_f32 import TAPS, factors

TITLE = "u8 x1, u8 x3 and u16 x1, separable, any taps"
GOALS = (
    Goal(("u8",), mean=2.5, any_case=1.8, share=0.68),
    Goal(("u16",), mean=2.0, any_case=1.8, share=0.75),
)
NOTE = (
    "The limit of u16 is that of f32, in which both it and its best peers are filtered. That of u8 "
    "counts multiplications alone: a multiplication and an addition together issue 1.74 times a "
    "cycle where AVX-512 is double pumped, so 28 of 32 multiply-adds a cycle can be had."
)
KINDS = (("u8", ()), ("u8", (3,)), ("u16", ()))


def cases() -> Iterator[Case]:
    for type, channels in KINDS:
        for size, shape in SIZES.items():
            for taps in TAPS:
                is_quick = size == "1920x1080" and (taps == 9 or (taps == 31 and type == "u8"))
                yield Case(factors(taps), type, (*shape, *channels), is_quick)
