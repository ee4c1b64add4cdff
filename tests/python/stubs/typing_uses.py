"""Typical uses of the package, for mypy: test_typing.py checks this file and never runs it."""

from typing import Any

import numpy as np
import sepconv
from numpy.typing import NDArray


def kernels() -> list[sepconv.Kernel]:
    written = sepconv.Kernel([[1, 2, 1], [2, 4, 2], [1, 2, 1]], divisor=16, anchor=(1, 1))
    return [
        written.with_anchor((0, 0)).flipped(),
        sepconv.gaussian(2.0),
        sepconv.gaussian((1.0, 2.0), truncate=4.0),
        sepconv.box((3, 5)),
        sepconv.sobel("x"),
        sepconv.laplacian(8),
        sepconv.disk(3),
        sepconv.parse("gaussian:sigma=3"),
    ]


def filtered(image: NDArray[np.uint8]) -> NDArray[Any]:
    out = np.empty(image.shape, np.float32)
    sepconv.filter(image, sepconv.sobel("x"), out=out, out_dtype=np.float32)
    sepconv.filter(image, [[0.0, 1.0], [1.0, 0.0]], border="constant", cval=3, method="direct")
    return sepconv.filter(image, (np.ones(3), np.ones(5)), axes=(0, 1), threads=2)


def planned(frames: list[NDArray[np.uint8]]) -> tuple[float, str, int]:
    plan = sepconv.plan((480, 640, 3), "uint8", sepconv.gaussian(2.0), channel_axis=-1)
    for frame in frames:
        plan.run(frame)
    shape: tuple[int, ...] = plan.shape
    return plan.error_bound(), plan.explain().json(), plan.scratch_bytes + len(shape)


def separated() -> NDArray[np.float64]:
    found = sepconv.separate(np.ones((3, 3)), max_error=0.1)
    column, row = found.terms[0]
    return np.outer(column, row) * float(found.exact) + found.reconstruct()


def networks(image: NDArray[np.float32]) -> list[NDArray[Any]]:
    network = sepconv.Network("model.onnx", threads=2)
    names: list[str] = [output.name for output in network.outputs]
    return network.run(names, {network.inputs[0].name: image})


def wrong() -> None:
    # mypy complains of an ignore in vain if it does not see this error.
    sepconv.filter(np.zeros((3, 3)), sepconv.box(3), border=3)  # type: ignore[arg-type]
