"""libvips: replicated borders, outputs of its own; integer masks of u8 are a level or two off."""

import numpy as np
import pyvips

from ..case import Problem
from ..operations import Box, Derivative, Operation
from . import Way, refuse_work

NAME = "vips"
HAS_THREADS = True
INTEGER_SCALE = 1 << 12
MOST_WORK = 2e9  # multiply-adds of floats: two to five seconds a call


def version() -> str:
    return ".".join(str(pyvips.version(part)) for part in range(3))


def masks_of(operation: Operation, scale: int) -> list[pyvips.Image]:
    """A mask a pass; of whole numbers over scale, where that is not 1."""
    kernels = [operation.kernel] if operation.factors is None else list(operation.factors)
    if len(kernels) == 2:
        kernels = [kernels[1][np.newaxis, :], kernels[0][:, np.newaxis]]
    if scale != 1:
        kernels = [np.rint(kernel * scale) for kernel in kernels]
        return [
            pyvips.Image.new_from_array(kernel.tolist(), scale=kernel.sum()) for kernel in kernels
        ]
    return [pyvips.Image.new_from_array(kernel.tolist()) for kernel in kernels]


def prepare(problem: Problem) -> Way | None:
    case, x, operation = problem.case, problem.x, problem.operation
    if len(case.axes) != 2 or isinstance(operation, Box):
        return None
    if isinstance(operation, Derivative) and case.type != "f32":
        return None
    pyvips.cache_set_max(0)  # each call computes
    pyvips.vips_lib.vips_concurrency_set(problem.threads)
    is_approximate = case.type == "u8"
    image = pyvips.Image.new_from_array(x)
    masks = masks_of(operation, INTEGER_SCALE if is_approximate else 1)
    precision = "integer" if is_approximate else "float"
    if not is_approximate:
        refuse_work(problem, MOST_WORK)

    def call() -> bytes:
        result = image
        for mask in masks:
            result = result.conv(mask, precision=precision)
        if result.format != image.format:
            result = result.rint().cast(image.format)
        return result.write_to_memory()

    def answer(memory: bytes) -> np.ndarray:
        return np.frombuffer(memory, x.dtype).reshape(x.shape)

    return Way(call, answer, has_border=False, is_approximate=is_approximate)
