"""ONNX Runtime on the CPU, NCHW, the output bound to memory that is there."""

import numpy as np
import onnxruntime as ort

from ...case import Problem, aligned_empty
from ...peers import Way
from .onnx_model import nchw, onnx_model

NAME = "onnxruntime"
HAS_THREADS = True


def version() -> str:
    return ort.__version__


def session_for(model: bytes, threads: int) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Threads spin while a call runs, not into the time of the next peer.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def prepare_network(problem: Problem) -> Way:
    session = session_for(problem.case.model, problem.threads)
    feeds = problem.case.feeds
    return Way(lambda: session.run(None, feeds), answer=list)


def prepare(problem: Problem) -> Way:
    session = session_for(onnx_model(problem.case), problem.threads)
    x = np.ascontiguousarray(problem.x.transpose(0, 3, 1, 2))
    out = aligned_empty(tuple(nchw(problem.case.out_shape)), np.float32)
    binding = session.io_binding()
    for bind, name, array in (
        (binding.bind_input, "x", x),
        (binding.bind_output, "y", out),
    ):
        bind(name, "cpu", 0, np.float32, array.shape, array.ctypes.data)
    out.fill(np.nan)

    def call() -> np.ndarray:
        session.run_with_iobinding(binding)
        return out

    call.input = x  # its memory is bound
    return Way(call, answer=lambda result: result.transpose(0, 2, 3, 1))
