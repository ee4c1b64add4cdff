"""OpenCV: a call of its own for each operation, reflect101 everywhere, outputs preallocated."""

import cv2
import numpy as np

from ..case import Problem
from ..operations import Box, Dense, Derivative, Gaussian
from . import Way

NAME = "opencv"
HAS_THREADS = True
BORDER = cv2.BORDER_REFLECT_101
SAME_DEPTH = -1


def version() -> str:
    return cv2.__version__


def prepare(problem: Problem) -> Way | None:
    cv2.setNumThreads(problem.threads)
    x, out, operation = problem.x, problem.out, problem.operation
    if len(problem.case.axes) != 2:
        return None
    depth = cv2.CV_16S if out.dtype == np.int16 else SAME_DEPTH
    match operation:
        case Box():
            side = (operation.side, operation.side)
            return Way(lambda: cv2.blur(x, side, out, borderType=BORDER))
        case Derivative(kind="sobel"):
            return Way(lambda: cv2.Sobel(x, depth, 1, 0, out, 3, borderType=BORDER))
        case Derivative(kind="scharr"):
            return Way(lambda: cv2.Scharr(x, depth, 1, 0, out, borderType=BORDER))
        case Dense():
            kernel = operation.kernel.astype(np.float32)
            return Way(lambda: cv2.filter2D(x, depth, kernel, out, borderType=BORDER))
        case Gaussian():
            size = (operation.factors[0].size,) * 2
            sigma = operation.sigma
            return Way(lambda: cv2.GaussianBlur(x, size, sigma, out, sigma, BORDER))
    column, row = (factor.astype(np.float32) for factor in operation.factors)
    return Way(lambda: cv2.sepFilter2D(x, depth, row, column, out, borderType=BORDER))
