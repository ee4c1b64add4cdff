"""oneDNN in C++ through a small shim: tensors start and end in the layouts that it prefers.

The last version whose packages compute with OpenMP threads; in later ones the processor is a device
of SYCL's queues.
"""

import ctypes
import sysconfig
import weakref
from collections.abc import Callable
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
    pointer, number = ctypes.c_void_p, ctypes.c_int
    shim.shim_make.restype = shim.shim_make_training.restype = pointer
    shim.shim_make.argtypes = [pointer, number, pointer, ctypes.c_bool, number, pointer]
    shim.shim_make_training.argtypes = [pointer, pointer, number, pointer, pointer]
    shim.shim_run.restype = ctypes.c_bool
    shim.shim_run.argtypes = shim.shim_free.argtypes = [pointer]
    shim.shim_read.argtypes = [pointer, number, pointer]
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


def requests_of(problem: Problem) -> ctypes.Array:
    case = problem.case
    requests = [request_of(*pair) for pair in zip(case.stages, case.shapes, strict=False)]
    return (StageRequest * len(requests))(*requests)


def call_of(made: int | None, problem: Problem) -> Callable[[], None]:
    """What runs a chain, and ends it when it is dropped."""
    if not made:
        raise RuntimeError(SHIM.shim_error().decode())

    def call() -> None:
        if not SHIM.shim_run(made):
            raise RuntimeError(SHIM.shim_error().decode())

    call.problem = problem  # biases, and input in its layout, are read where they are
    weakref.finalize(call, SHIM.shim_free, made)
    return call


def result(made: int, number: int, out: np.ndarray) -> np.ndarray:
    SHIM.shim_read(made, number, out.ctypes.data)
    return out


def prepare(problem: Problem) -> Way:
    case, requests = problem.case, requests_of(problem)
    made = SHIM.shim_make(
        requests,
        len(requests),
        (ctypes.c_int * 4)(*case.shape),
        case.adds_input,
        problem.threads,
        problem.x.ctypes.data,
    )
    return Way(call_of(made, problem), lambda _: result(made, 0, problem.out))


def prepare_training(problem: Problem) -> Way:
    case, gy = problem.case, problem.case.gy
    (first, last), shape = case.stages, (ctypes.c_int * 4)(*case.shape)
    made = SHIM.shim_make_training(
        requests_of(problem), shape, problem.threads, problem.x.ctypes.data, gy.ctypes.data
    )
    shapes = [case.out_shape, case.shape, first.weights.shape, last.weights.shape]
    shapes += [first.bias.shape, last.bias.shape]

    def answer(_) -> list[np.ndarray]:
        outs = [np.empty(shape, np.float32) for shape in shapes]
        return [result(made, number, out) for number, out in enumerate(outs)]

    return Way(call_of(made, problem), answer)
