"""PyTorch on the CPU, channels last; zeros that are not the same on both sides cost a pad."""

import warnings

import torch
import torch.nn.functional as F

from ...case import Problem
from ...peers import Way
from ..case import Stage

NAME = "torch"
HAS_THREADS = True

torch.set_num_interop_threads(1)
warnings.filterwarnings("ignore", message="The given NumPy array is not writable")  # inputs are not


def version() -> str:
    return torch.__version__


def channels_last(array) -> torch.Tensor:
    """NHWC as torch sees it: NCHW with the strides of NHWC."""
    return torch.from_numpy(array).permute(0, 3, 1, 2)


def parameter(values) -> torch.Tensor:
    made = torch.from_numpy(values)
    if made.ndim == 4:
        made = made.contiguous(memory_format=torch.channels_last)
    return made.requires_grad_()


def step_of(stage: Stage, shape: tuple[int, ...]):
    """The stage as a function of a tensor."""
    weights = torch.from_numpy(stage.weights).contiguous(memory_format=torch.channels_last)
    bias = torch.from_numpy(stage.bias)
    rows, columns = (axis.zeros for axis in stage.axes(*shape[1:3]))
    is_even = rows[0] == rows[1] and columns[0] == columns[1]
    options = {
        "stride": stage.strides,
        "dilation": stage.dilation,
        "groups": stage.groups,
        "padding": (rows[0], columns[0]) if is_even else 0,
    }

    def step(map_in: torch.Tensor) -> torch.Tensor:
        padded = map_in if is_even else F.pad(map_in, (*columns, *rows))
        sums = F.conv2d(padded, weights, bias, **options)
        return sums if stage.is_linear else sums.clamp_(0.0, 6.0)

    return step


def prepare_training(problem: Problem) -> Way:
    torch.set_num_threads(problem.threads)
    x = channels_last(problem.x).requires_grad_()
    gy = channels_last(problem.case.gy)
    pairs = [(parameter(one.weights), parameter(one.bias)) for one in problem.case.stages]
    (taps, first_bias), (mix, last_bias) = pairs
    first, _ = problem.case.stages
    # As the tuple of gradients is ordered: all weights, then all biases.
    read = [x, taps, mix, first_bias, last_bias]

    def call() -> list[torch.Tensor]:
        sums = F.conv2d(x, taps, first_bias, padding="same", groups=first.groups)
        y = F.relu6(F.conv2d(F.relu6(sums), mix, last_bias))
        return [y.detach(), *torch.autograd.grad(y, read, gy)]

    def answer(found: list[torch.Tensor]) -> list:
        maps = [one.permute(0, 2, 3, 1).numpy() for one in found[:2]]
        return maps + [one.numpy() for one in found[2:]]

    return Way(call, answer)


def prepare(problem: Problem) -> Way:
    case = problem.case
    torch.set_num_threads(problem.threads)
    x = channels_last(problem.x)
    steps = [step_of(*pair) for pair in zip(case.stages, case.shapes, strict=False)]

    def call() -> torch.Tensor:
        with torch.inference_mode():
            between = x
            for step in steps:
                between = step(between)
            return between.add_(x) if case.adds_input else between

    return Way(call, answer=lambda result: result.permute(0, 2, 3, 1).numpy())
