"""sepconv.ndimage against scipy.ndimage: times of one interleaved run, answers checked first.

    .venv/bin/python bench/micro/ndimage_bench.py [ROUNDS]

Prints, for each filter, the least time of each over the rounds and how many times scipy's ours is.
"""

import sys
import time

import numpy as np
import scipy.ndimage
from sepconv import ndimage

ROUNDS = 7
WORKERS = (1, 2)


def photograph(dtype) -> np.ndarray:
    """1080p of smooth noise over the range of uint8."""
    noise = np.random.default_rng(1).normal(size=(1080, 1920))
    return (128 + 400 * scipy.ndimage.gaussian_filter(noise, 2)).clip(0, 255).astype(dtype)


def cases():
    """Names, inputs and calls that take either module."""
    volume = np.random.default_rng(2).random((197, 233, 189), np.float32)
    yield "gaussian (2, 1, 1.5), f32 volume", volume, lambda m, x: m.gaussian_filter(x, (2, 1, 1.5))
    for dtype in ("u1", "f4", "f8"):
        x = photograph(dtype)
        name = x.dtype.name
        yield f"gaussian 2, {name}", x, lambda m, x: m.gaussian_filter(x, 2.0)
        yield f"uniform 9, {name}", x, lambda m, x: m.uniform_filter(x, 9)
        yield f"sobel, {name}", x, lambda m, x: m.sobel(x, 0)
        yield f"laplace, {name}", x, lambda m, x: m.laplace(x)
        yield f"correlate 7x7, {name}", x, lambda m, x: m.correlate(x, DENSE)
        yield f"correlate 7x7 of rank 1, {name}", x, lambda m, x: m.correlate(x, RANK_ONE)
    for size in (16, 64):
        x = photograph("f4")[:size, :size]
        yield f"gaussian 2, float32 {size}x{size}", x, lambda m, x: m.gaussian_filter(x, 2.0)
        x = photograph("u1")[:size, :size]
        yield f"gaussian 2, uint8 {size}x{size}", x, lambda m, x: m.gaussian_filter(x, 2.0)


DENSE = np.random.default_rng(3).normal(size=(7, 7))
RANK_ONE = np.outer(np.hanning(9)[1:-1], np.hamming(7))


def check(ours: np.ndarray, theirs: np.ndarray) -> None:
    """Bits for integers; floats as near as scipy's running sums are."""
    if ours.dtype.kind in "iu":
        np.testing.assert_array_equal(ours, theirs)
    else:
        limit = 64 * np.finfo(ours.dtype).eps * np.abs(theirs).max()
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=limit)


def seconds(call, module, x) -> float:
    started = time.perf_counter()
    call(module, x)
    return time.perf_counter() - started


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    print(f"{'':36} {'scipy':>10}" + "".join(f"{f'{w} worker(s)':>20}" for w in WORKERS))
    for name, x, call in cases():
        check(call(ndimage, x), call(scipy.ndimage, x))
        theirs, ours = [], {workers: [] for workers in WORKERS}
        for _ in range(rounds if x.size > 10000 else 200 * rounds):
            theirs.append(seconds(call, scipy.ndimage, x))
            for workers in WORKERS:
                with ndimage.set_workers(workers):
                    ours[workers].append(seconds(call, ndimage, x))
        best = min(theirs)
        columns = (f"{min(t) * 1e3:9.3f} ms {best / min(t):5.1f} x" for t in ours.values())
        print(f"{name:36} {best * 1e3:7.3f} ms " + " ".join(columns), flush=True)


if __name__ == "__main__":
    main()
