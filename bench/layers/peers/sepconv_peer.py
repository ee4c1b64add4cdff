"""sepconv's layers through its Python package, NHWC; the plan is kept from call to call."""

import sepconv

from ...case import Problem
from ...peers import Way
from ..case import LayerCase, Stage

NAME = "sepconv"
HAS_THREADS = True


def version() -> str:
    return sepconv.__version__


def options_of(stage: Stage) -> dict:
    return {
        "strides": stage.strides,
        "dilation": stage.dilation,
        "padding": "same" if stage.is_same else "valid",
    }


def activation_of(stage: Stage) -> str | None:
    return None if stage.is_linear else "relu6"


def depthwise_weights(stage: Stage):
    """[C, M, kh, kw]."""
    return stage.weights.reshape(stage.inputs, stage.multiplier, *stage.kernel)


def matrix(stage: Stage):
    return stage.weights[:, :, 0, 0]


def single(stage: Stage, threads: int):
    options = options_of(stage) | {"activation": activation_of(stage), "threads": threads}
    if stage.is_depthwise:
        return sepconv.DepthwiseConv2d(depthwise_weights(stage), stage.bias, **options)
    return sepconv.Conv2d(stage.weights, stage.bias, groups=stage.groups, **options)


def layer_for(case: LayerCase, threads: int):
    """The layer that a user would make; None where no one layer has these stages."""
    stages = case.stages
    options = {"activations": tuple(map(activation_of, stages)), "threads": threads}
    match [one.is_depthwise for one in stages]:
        case [_]:
            return single(stages[0], threads)
        case [True, False] if stages[1].kernel == (1, 1):
            first, last = stages
            weights = depthwise_weights(first), matrix(last), first.bias, last.bias
            return sepconv.SeparableConv2d(*weights, **options_of(first), **options)
        case [False, True, False]:
            wide, middle, narrow = stages
            weights = matrix(wide), depthwise_weights(middle), matrix(narrow)
            biases = [one.bias for one in stages]
            options |= {"residual": case.adds_input}
            return sepconv.InvertedResidual(*weights, *biases, **options_of(middle), **options)
    return None


def prepare_training(problem: Problem) -> Way:
    layer = layer_for(problem.case, problem.threads)
    x, gy, out = problem.x, problem.case.gy, problem.out
    return Way(lambda: (layer(x, out), *layer.backward(x, gy, out)), answer=list)


def prepare_network(problem: Problem) -> Way:
    network = sepconv.Network(problem.case.model, threads=problem.threads)
    feeds = problem.case.feeds
    return Way(lambda: network.run(None, feeds), answer=list)


def prepare(problem: Problem) -> Way:
    layer = layer_for(problem.case, problem.threads)
    if layer is None:
        layers = [single(stage, problem.threads) for stage in problem.case.stages]

        def call():
            between = problem.x
            for one in layers[:-1]:
                between = one(between)
            return layers[-1](between, problem.out)

        return Way(call)
    return Way(lambda: layer(problem.x, problem.out))
