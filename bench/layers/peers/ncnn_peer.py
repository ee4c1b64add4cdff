"""ncnn on the CPU in f32, NCHW, one image at a time."""

import tempfile

import ncnn
import numpy as np

from ...case import Problem
from ...peers import Way
from ..case import LayerCase, Stage

NAME = "ncnn"
HAS_THREADS = True
MAGIC = "7767517"  # first line of a network's text
F32_FLAG = b"\0\0\0\0"  # before weights that are stored as they are
HALF = ("use_fp16_packed", "use_fp16_storage", "use_fp16_arithmetic", "use_bf16_storage")


def version() -> str:
    return ncnn.__version__


def line_of(stage: Stage, shape: tuple[int, ...], names: tuple[str, str]) -> str:
    """A layer of the network's text, its parameters by their numbers."""
    rows, columns = stage.axes(*shape[1:3])
    parameters = {
        0: stage.outputs,
        1: stage.kernel[1],
        11: stage.kernel[0],
        2: stage.dilation[1],
        12: stage.dilation[0],
        3: stage.strides[1],
        13: stage.strides[0],
        4: columns.zeros[0],
        15: columns.zeros[1],
        14: rows.zeros[0],
        16: rows.zeros[1],
        5: 1,  # a bias
        6: stage.weights.size,
    }
    if stage.groups > 1:
        parameters[7] = stage.groups
    kind = "ConvolutionDepthWise" if stage.groups > 1 else "Convolution"
    text = [kind, names[1], "1 1", *names, *(f"{k}={v}" for k, v in parameters.items())]
    if not stage.is_linear:
        text.append("9=3 -23310=2,0.0,6.0")  # clipped
    return " ".join(text)


def text_of(case: LayerCase) -> str:
    """The network: x in, y out."""
    lines, name, blobs = ["Input x 0 1 x"], "x", 1
    if case.adds_input:
        lines.append("Split fork 1 2 x kept forked")
        name, blobs = "forked", 3
    for place, (stage, shape) in enumerate(zip(case.stages, case.shapes, strict=False)):
        is_last = place + 1 == len(case.stages)
        after = "y" if is_last and not case.adds_input else f"m{place}"
        lines.append(line_of(stage, shape, (name, after)))
        name, blobs = after, blobs + 1
    if case.adds_input:
        lines.append(f"BinaryOp sum 2 1 {name} kept y 0=0")
        blobs += 1
    return "\n".join([MAGIC, f"{len(lines)} {blobs}", *lines, ""])


def weights_of(case: LayerCase) -> bytes:
    parts = [(F32_FLAG, stage.weights.tobytes(), stage.bias.tobytes()) for stage in case.stages]
    return b"".join(part for of_stage in parts for part in of_stage)


def prepare(problem: Problem) -> Way | None:
    case = problem.case
    batch, height, width, channels = case.shape
    if batch > 1:
        return None
    net = ncnn.Net()
    net.opt.num_threads = problem.threads
    for name in HALF:
        setattr(net.opt, name, False)
    if net.load_param_mem(text_of(case)):
        raise RuntimeError("the network's text is refused")
    # Weights from memory would stay where they are, and Python's binding drops them.
    with tempfile.NamedTemporaryFile() as file:
        file.write(weights_of(case))
        file.flush()
        if net.load_model(file.name):
            raise RuntimeError("the network's weights are refused")
    x = ncnn.Mat(width, height, channels)
    np.array(x, copy=False)[...] = problem.x[0].transpose(2, 0, 1)

    def call() -> ncnn.Mat:
        extractor = net.create_extractor()
        extractor.input("x", x)
        status, y = extractor.extract("y")
        if status:
            raise RuntimeError(f"extract gives {status}")
        return y

    return Way(call, answer=lambda y: np.array(y).transpose(1, 2, 0)[None])
