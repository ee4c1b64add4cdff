"""Tests that plans of several threads run in children of fork."""

import multiprocessing

import numpy as np
import sepconv

IMAGE = np.random.default_rng(1).random((200, 300), dtype=np.float32)
PLAN = sepconv.plan(IMAGE.shape, IMAGE.dtype, sepconv.gaussian(2.0), threads=2)


def blurred(factor: int) -> np.ndarray:
    return PLAN.run(IMAGE * factor)


def test_children_of_fork_filter_with_threads():
    expected = [blurred(factor) for factor in range(1, 5)]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        found = pool.map_async(blurred, range(1, 5)).get(timeout=60)
    assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))
    assert np.array_equal(blurred(1), expected[0])
