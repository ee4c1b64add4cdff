"""Pillow: u8 images only, 3x3 and 5x5 kernels and boxes; other borders, outputs of its own."""

import numpy as np
import PIL
from PIL import Image, ImageFilter

from ..case import Problem
from ..operations import Box, Dense, Gaussian
from . import Way

NAME = "pillow"
HAS_THREADS = False
KERNEL_SIDES = (3, 5)


def version() -> str:
    return PIL.__version__


def prepare(problem: Problem) -> Way | None:
    case, operation = problem.case, problem.operation
    if case.type != "u8" or len(case.axes) != 2:
        return None
    is_approximate = False
    match operation:
        case Box():
            chosen = ImageFilter.BoxBlur(operation.side // 2)
        case Gaussian():
            chosen, is_approximate = ImageFilter.GaussianBlur(operation.sigma), True  # three boxes
        case Dense() if operation.size in KERNEL_SIDES:
            taps = operation.kernel[::-1]  # its rows run upwards
            chosen = ImageFilter.Kernel(taps.shape, taps.ravel().tolist(), scale=1.0)
        case _:
            return None
    image = Image.fromarray(problem.x)
    return Way(
        lambda: image.filter(chosen), np.asarray, has_border=False, is_approximate=is_approximate
    )
