"""Intel IPP through a small C++ shim: one band of rows a thread, outputs preallocated.

Its mirror border is reflect101. The u8 separable filter takes i16 taps only; Sobel and Prewitt have
the other sign.
"""

import ctypes
import sysconfig
import weakref
from dataclasses import replace
from pathlib import Path

import numpy as np

from .. import shims
from ..case import Problem
from ..operations import Box, Dense, Derivative, Gaussian
from . import Way

NAME = "ipp"
HAS_THREADS = True

KINDS = ("separable", "gaussian", "box", "sobel", "scharr", "prewitt", "dense")
IPP_TYPES = {"u8": 1, "u16": 5, "f32": 13}
MIRROR = 3
SHORT_BITS = 14


class Request(ctypes.Structure):
    """As in ipp_shim.cc."""

    _fields_ = [
        ("source", ctypes.c_void_p),
        ("target", ctypes.c_void_p),
        *[(name, ctypes.c_int) for name in ("source_step", "target_step")],
        *[(name, ctypes.c_int) for name in ("width", "height", "channels")],
        *[(name, ctypes.c_int) for name in ("type", "border", "threads", "kind")],
        *[(name, ctypes.c_int) for name in ("kernel_width", "kernel_height")],
        *[(name, ctypes.c_void_p) for name in ("row", "column", "short_row", "short_column")],
        ("divisor", ctypes.c_int),
        ("sigma", ctypes.c_float),
    ]


def load_shim() -> ctypes.CDLL:
    root = Path(sysconfig.get_path("data"))
    libraries = [f"-l:libipp{part}.so.12" for part in ("cv", "i", "s", "core")]
    folders = [f"-I{root}/include", f"-L{root}/lib", f"-Wl,-rpath,{root}/lib"]
    shim = shims.load("peers/ipp_shim.cc", *folders, *libraries, "-fopenmp")
    shim.shim_make.restype = ctypes.c_void_p
    shim.shim_run.argtypes = shim.shim_free.argtypes = [ctypes.c_void_p]
    shim.shim_error.restype = shim.shim_version.restype = ctypes.c_char_p
    return shim


SHIM = load_shim()


def version() -> str:
    return SHIM.shim_version().decode()


def short_taps(taps: np.ndarray) -> np.ndarray:
    """The taps times 2^14, the middle one such that the sum is exact."""
    short = np.rint(taps * 2**SHORT_BITS).astype(np.int16)
    short[len(short) // 2] += 2**SHORT_BITS - short.sum(dtype=int)
    return short


def way_for(problem: Problem, kind: str, taps: dict[str, np.ndarray], **fields) -> Way:
    """A filter of the shim; arrays of taps are kept for as long as it is."""
    case, x, out = problem.case, problem.x, problem.out
    height, width = problem.operation.radii
    request = Request(
        source=x.ctypes.data,
        target=out.ctypes.data,
        source_step=x.strides[0],
        target_step=out.strides[0],
        width=x.shape[1],
        height=x.shape[0],
        channels=case.channels,
        type=IPP_TYPES[case.type],
        border=MIRROR,
        threads=problem.threads,
        kind=KINDS.index(kind),
        kernel_width=2 * width + 1,
        kernel_height=2 * height + 1,
        **{name: values.ctypes.data for name, values in taps.items()},
        **fields,
    )
    made = SHIM.shim_make(ctypes.byref(request))
    if not made:
        raise RuntimeError(SHIM.shim_error().decode())

    def call() -> np.ndarray:
        if status := SHIM.shim_run(made):
            raise RuntimeError(f"IppStatus {status}")
        return out

    call.taps = taps  # IPP reads dense kernels while it runs
    weakref.finalize(call, SHIM.shim_free, made)
    return Way(call)


def prepare(problem: Problem) -> Way | None:
    case, operation = problem.case, problem.operation
    if len(case.axes) != 2:
        return None
    match operation:
        case Box():
            return way_for(problem, "box", {})
        case Derivative():
            way = way_for(problem, operation.kind, {})
            return way if operation.kind == "scharr" else replace(way, answer=np.negative)
        case Dense():
            return way_for(problem, "dense", {"row": operation.kernel.astype(np.float32)})
        case Gaussian() if case.type == "u8":
            return way_for(problem, "gaussian", {}, sigma=operation.sigma)
    column, row = operation.factors
    if case.type == "u8":
        taps = {"short_row": short_taps(row), "short_column": short_taps(column)}
        return way_for(problem, "separable", taps, divisor=2**SHORT_BITS)
    taps = {"row": row.astype(np.float32), "column": column.astype(np.float32)}
    return way_for(problem, "separable", taps)
