"""Halide, by hand: a ring of row results that slides down bands of rows, one band a thread.

Rows are filtered over the whole width into the ring, then columns in blocks of four rows by two
vectors; everything is vectorised. Short kernels are written out, longer ones run over their taps
with all sums of a block in registers. Inputs have their borders added beforehand, untimed, and so
is compiling. u8 and u16 are filtered in f32. Dense kernels run over their taps with such blocks.
"""

from functools import lru_cache

import halide as hl
import numpy as np

from ..case import Problem
from ..operations import Dense
from . import Way

NAME = "halide"
HAS_THREADS = True

BLOCK_ROWS, BLOCK_VECTORS, ROW_VECTORS = 4, 2, 4
WRITTEN_OUT = 9  # taps; more do not stay in registers
PADDING = 128  # samples to the right, where whole blocks read beyond the image
TARGET = hl.get_host_target()
LANES = TARGET.natural_vector_size(hl.Float(32))
TYPES = {"f32": hl.Float(32), "u8": hl.UInt(8), "u16": hl.UInt(16)}


def version() -> str:
    from importlib.metadata import version as version_of

    return version_of("halide")


class Pass:
    """One direction: `sums` holds the correlation of `source` with taps `step` samples apart."""

    def __init__(self, source, taps: np.ndarray, step: tuple[int, int], variables: tuple):
        x, y = variables
        dx, dy = step
        self.is_written_out = len(taps) <= WRITTEN_OUT
        self.sums = hl.Func()
        if self.is_written_out:
            terms = [
                hl.f32(float(tap)) * source(x + i * dx, y + i * dy) for i, tap in enumerate(taps)
            ]
            self.sums[x, y] = sum(terms[1:], terms[0])
        else:
            self.taps = hl.Buffer(taps)
            self.along = hl.RDom([(0, len(taps))])
            self.sums[x, y] = hl.f32(0.0)
            at = source(x + self.along * dx, y + self.along * dy)
            self.sums[x, y] += self.taps[self.along] * at

    def keep_in_registers(self, user, loop, variables: tuple) -> None:
        """Sums of one block of user, over all taps before the next block."""
        if self.is_written_out:
            return
        x, y = variables
        self.sums.compute_at(user, loop).vectorize(x, LANES).unroll(x).unroll(y)
        update = self.sums.update().reorder(x, y, self.along.x)
        update.vectorize(x, LANES).unroll(x).unroll(y)


def rounded(total, type: str):
    """A sum as a sample of the type."""
    return total if type == "f32" else hl.cast(TYPES[type], total + 0.5)


def in_blocks(result, source, shape: tuple[int, int, int, int], variables: tuple) -> None:
    """Schedules the result in blocks of rows and vectors, one band of rows a thread."""
    height, samples, _, threads = shape
    x, y, band, block_x, block_y = variables
    source.dim(0).set_min(0)
    source.dim(1).set_min(0)
    bounds = result.output_buffer()
    bounds.dim(0).set_bounds(0, samples)
    bounds.dim(1).set_bounds(0, height)
    result.split(y, band, y, -(-height // threads)).split(y, block_y, y, BLOCK_ROWS)
    result.split(x, block_x, x, LANES * BLOCK_VECTORS, hl.TailStrategy.ShiftInwards)
    result.reorder(x, y, block_x, block_y, band).vectorize(x, LANES).unroll(y)
    if threads > 1:
        result.parallel(band)


@lru_cache(maxsize=8)
def compiled(type: str, factors: tuple[bytes, bytes], shape: tuple[int, int, int, int]):
    """The filter of rows of `samples` with taps `step` apart, as a function of two buffers."""
    step = shape[2]
    column, row = (np.frombuffer(taps, np.float32).copy() for taps in factors)
    x, y, band, block_y, block_x, row_block = (hl.Var() for _ in range(6))
    source, result, ring = hl.ImageParam(TYPES[type], 2), hl.Func(), hl.Func()
    along_row = Pass(lambda a, b: hl.f32(source[a, b]), row, (step, 0), (x, y))
    ring[x, y] = along_row.sums[x, y]
    along_column = Pass(lambda a, b: ring[a, b], column, (0, 1), (x, y))
    result[x, y] = rounded(along_column.sums[x, y], type)
    in_blocks(result, source, shape, (x, y, band, block_x, block_y))
    along_column.keep_in_registers(result, block_x, (x, y))
    ring.store_at(result, band).compute_at(result, block_y).align_storage(x, LANES)
    ring.split(x, row_block, x, LANES * ROW_VECTORS, hl.TailStrategy.RoundUp)
    ring.reorder(x, row_block, y).vectorize(x, LANES)
    along_row.keep_in_registers(ring, row_block, (x, y))
    return result.compile_to_callable([source], TARGET)


@lru_cache(maxsize=4)
def compiled_dense(type: str, taps: bytes, side: int, shape: tuple[int, int, int, int]):
    """The filter with a dense kernel, all sums of a block in registers."""
    x, y, band, block_y, block_x = (hl.Var() for _ in range(5))
    source, result, sums = hl.ImageParam(TYPES[type], 2), hl.Func(), hl.Func()
    kernel = hl.Buffer(np.frombuffer(taps, np.float32).reshape(side, side).copy())
    over = hl.RDom([(0, side), (0, side)])
    sums[x, y] = hl.f32(0.0)
    sums[x, y] += kernel[over.x, over.y] * hl.f32(source[x + over.x * shape[2], y + over.y])
    result[x, y] = rounded(sums[x, y], type)
    in_blocks(result, source, shape, (x, y, band, block_x, block_y))
    sums.compute_at(result, block_x).vectorize(x, LANES).unroll(x).unroll(y)
    update = sums.update().reorder(x, y, over.x, over.y)
    update.vectorize(x, LANES).unroll(x).unroll(y)
    return result.compile_to_callable([source], TARGET)


def prepare(problem: Problem) -> Way | None:
    case, operation = problem.case, problem.operation
    if len(case.axes) != 2 or case.out_dtype != problem.x.dtype:
        return None
    height, width = case.shape[:2]
    (ry, rx), step = operation.radii, case.channels
    margins = [(ry, ry), (rx, rx)] + [(0, 0)] * (problem.x.ndim - 2)
    bordered = np.pad(problem.x, margins, mode="reflect").reshape(height + 2 * ry, -1)
    bordered = np.pad(bordered, ((0, 0), (0, PADDING)))
    shape = (height, width * step, step, problem.threads)
    if isinstance(operation, Dense):
        taps = operation.kernel.astype(np.float32).tobytes()
        run = compiled_dense(case.type, taps, operation.size, shape)
    else:
        factors = tuple(taps.astype(np.float32).tobytes() for taps in operation.factors)
        run = compiled(case.type, factors, shape)
    source, target = hl.Buffer(bordered), hl.Buffer(problem.out.reshape(height, -1))

    def call() -> np.ndarray:
        run(source, target)
        return problem.out

    call.bordered = bordered  # read in place
    return Way(call)
