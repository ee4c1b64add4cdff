"""sepconv through its Python package: planned once, run many times."""

import sepconv

from ..case import Problem
from ..operations import Box, Dense, Derivative, Gaussian, Operation
from . import Way

NAME = "sepconv"
HAS_THREADS = True

# A Gaussian that is cut off at 4 sigma is no sum of exponentials; cut at 6 it is one within 1e-5 an
# axis, and both differ by the mass between them: 6.3e-5 an axis.
WIDE_TRUNCATE = 6.0
WIDE_MAX_ERROR = 5e-5


def version() -> str:
    return sepconv.__version__


def kernel_of(operation: Operation):
    """The kernel as a user would write it."""
    match operation:
        case Box():
            return sepconv.box(operation.side)
        case Derivative():
            return getattr(sepconv, operation.kind)("x")
        case Dense():
            return operation.kernel
        case _:
            return operation.factors


def plan_for(problem: Problem):
    """The plan that a user would keep."""
    case, operation = problem.case, problem.operation
    options = {"channel_axis": -1 if case.channels > 1 else None, "threads": problem.threads}
    if isinstance(operation, Gaussian) and operation.max_error:
        options |= {"truncate": WIDE_TRUNCATE, "max_error": WIDE_MAX_ERROR}
        return sepconv.gaussian_plan(problem.x.shape, problem.x.dtype, operation.sigma, **options)
    kernel = kernel_of(operation)
    return sepconv.plan(
        problem.x.shape, problem.x.dtype, kernel, out_dtype=case.out_dtype, **options
    )


def prepare(problem: Problem) -> Way:
    plan = plan_for(problem)
    return Way(lambda: plan.run(problem.x, problem.out))
