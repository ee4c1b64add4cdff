"""OpenVINO on the CPU in f32, NCHW, input and output set once."""

import numpy as np
import openvino as ov

from ...case import Problem, aligned_empty
from ...peers import Way
from .onnx_model import nchw, onnx_model

NAME = "openvino"
HAS_THREADS = True


def version() -> str:
    return ov.get_version().partition("-")[0]


def prepare(problem: Problem) -> Way:
    core = ov.Core()
    settings = {
        "INFERENCE_NUM_THREADS": problem.threads,
        "NUM_STREAMS": 1,
        "INFERENCE_PRECISION_HINT": "f32",
        # Else the calling thread, and the threads that other peers start from it, keep to one core.
        "ENABLE_CPU_PINNING": False,
    }
    model = core.read_model(onnx_model(problem.case))
    request = core.compile_model(model, "CPU", settings).create_infer_request()
    x = np.ascontiguousarray(problem.x.transpose(0, 3, 1, 2))
    out = aligned_empty(tuple(nchw(problem.case.out_shape)), np.float32)
    request.set_input_tensor(ov.Tensor(x, shared_memory=True))
    request.set_output_tensor(ov.Tensor(out, shared_memory=True))
    out.fill(np.nan)

    def call() -> np.ndarray:
        request.infer()
        return out

    call.input = x  # its memory is shared
    return Way(call, answer=lambda result: result.transpose(0, 2, 3, 1))
