"""3x3 derivatives along x: f32 to f32 and u8 to i16."""

from collections.abc import Iterator

from ..case import SIZES, Case
from ..operations import SMOOTHING, Derivative
from . import Goal

TITLE = "Sobel, Scharr, Prewitt 3x3"
GOALS = (Goal(("u8", "f32"), mean=1.05, any_case=0.95),)
NOTE = (
    "What bounds bytes is widening, loading and storing, not multiplications: Sobel, Scharr and "
    "Prewitt run at one speed, within 5 %. Stores past the caches halve it while the third cache "
    "holds inputs and outputs, and are 1.3 times as fast at 3840x2160."
)


def cases() -> Iterator[Case]:
    for type in ("u8", "f32"):
        for size, shape in SIZES.items():
            for kind in SMOOTHING:
                yield Case(Derivative(kind), type, shape, size == "1920x1080" and kind == "sobel")
