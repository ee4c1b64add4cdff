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


def request_for(model: bytes, threads: int) -> ov.InferRequest:
    core = ov.Core()
    settings = {
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": 1,
        "INFERENCE_PRECISION_HINT": "f32",
        # Else the calling thread, and the threads that other peers start from it, keep to one core.
        "ENABLE_CPU_PINNING": False,
    }
    return core.compile_model(core.read_model(model), "CPU", settings).create_infer_request()


def prepare_network(problem: Problem) -> Way:
    request = request_for(problem.case.model, problem.threads)
    x = problem.x.copy()
    request.set_input_tensor(ov.Tensor(x, shared_memory=True))

    def call() -> list[np.ndarray]:
        request.infer()
        return [tensor.data for tensor in request.output_tensors]

    call.input = x  # its memory is shared
    return Way(call, answer=list)


def prepare(problem: Problem) -> Way:
    request = request_for(onnx_model(problem.case), problem.threads)
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
