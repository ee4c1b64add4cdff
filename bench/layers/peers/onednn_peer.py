"""oneDNN in C++ through a small shim: tensors start and end in the layouts that it prefers.

The last version whose packages compute with OpenMP threads; in later ones the processor is a device
of SYCL's queues.
"""

import ctypes
import sysconfig
import weakref
from pathlib import Path

import numpy as np

from ... import shims
from ...case import Problem
from ...peers import Way
from ..case import Stage

NAME = "onednn"
HAS_THREADS = True

Pair = ctypes.c_int * 2


class StageRequest(ctypes.Structure):
    """As in onednn_shim.cc."""

    _fields_ = [
        *[(name, ctypes.c_int) for name in ("outputs", "inputs", "groups", "is_linear")],
        *[(name, Pair) for name in ("kernel", "strides", "dilation", "before", "after")],
        *[(name, ctypes.c_void_p) for name in ("weights", "bias")],
    ]


def load_shim() -> ctypes.CDLL:
    root = Path(sysconfig.get_path("data"))
    folders = [f"-I{root}/include", f"-L{root}/lib", f"-Wl,-rpath,{root}/lib"]
    shim = shims.load("layers/peers/onednn_shim.cc", *folders, "-l:libdnnl.so.3", "-fopenmp")
    shim.shim_make.restype = ctypes.c_void_p
    shim.shim_run.restype = ctypes.c_bool
    shim.shim_run.argtypes = shim.shim_free.argtypes = [ctypes.c_void_p]
    shim.shim_read.argtypes = [ctypes.c_void_p] * 2
    shim.shim_error.restype = shim.shim_version.restype = ctypes.c_char_p
    return shim


SHIM = load_shim()


def version() -> str:
    return SHIM.shim_version().decode()


def request_of(stage: Stage, shape: tuple[int, ...]) -> StageRequest:
    rows, columns = stage.axes(*shape[1:3])
    before, after = zip(rows.zeros, columns.zeros, strict=True)
    return StageRequest(
        outputs=stage.outputs,
        inputs=stage.inputs,
        groups=stage.groups,
        is_linear=stage.is_linear,
        kernel=Pair(*stage.kernel),
        strides=Pair(*stage.strides),
        dilation=Pair(*stage.dilation),
        before=Pair(*before),
        after=Pair(*after),
        weights=stage.weights.ctypes.data,
        bias=stage.bias.ctypes.data,
    )


def prepare(problem: Problem) -> Way:
    case, x, out = problem.case, problem.x, problem.out
    requests = [request_of(*pair) for pair in zip(case.stages, case.shapes, strict=False)]
    made = SHIM.shim_make(
        (StageRequest * len(requests))(*requests),
        len(requests),
        (ctypes.c_int * 4)(*x.shape),
        ctypes.c_bool(case.adds_input),
        problem.threads,
        ctypes.c_void_p(x.ctypes.data),
    )
    if not made:
        raise RuntimeError(SHIM.shim_error().decode())

    def call() -> None:
        if not SHIM.shim_run(made):
            raise RuntimeError(SHIM.shim_error().decode())

    def answer(_) -> np.ndarray:
        SHIM.shim_read(made, out.ctypes.data)
        return out

    call.case = case  # its biases are read where they are
    weakref.finalize(call, SHIM.shim_free, made)
    return Way(call, answer)
