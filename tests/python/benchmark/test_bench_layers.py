"""The benchmark's harness on tiny layers: no time is looked at, only what becomes of answers."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from bench import measure, peers, report, scenarios  # noqa: E402
from bench.layers import (  # noqa: E402
    check,
    memory,
    training,  # noqa: E402
)
from bench.layers import peers as layers  # noqa: E402
from bench.layers.case import Axis, LayerCase, depthwise, pointwise, stage  # noqa: E402
from bench.report import goals, markdown, plots  # noqa: E402

ONE_ROUND = 1
SHAPE = (2, 11, 14, 6)
CHAINS = {
    "depthwise": (depthwise(6, (3, 5), strides=(2, 1)),),
    "multiplier": (depthwise(6, (4, 4), multiplier=2, dilation=(1, 2)), pointwise(5, 12)),
    "valid": (depthwise(6, is_same=False), pointwise(7, 6)),
    "dense": (stage(4, 6, (1, 3)), stage(5, 4, (3, 1), seed=2)),
    "inverted": (pointwise(9, 6), depthwise(9), pointwise(6, 9, is_linear=True)),
}


def tiny_case(name="valid", **fields):
    return LayerCase(name, CHAINS[name], SHAPE, **fields)


def by_definition(one_case, x):
    """The whole answer, a sum a value: slower than the reference, and with nothing of it."""
    for one in one_case.stages:
        rows, columns = one.axes(*x.shape[1:3])
        before, after = zip(rows.zeros, columns.zeros, strict=True)
        padded = np.pad(x, ((0, 0), *zip(before, after, strict=True), (0, 0)))
        out = np.zeros(one.shape_after(x.shape))
        inputs, outputs = one.weights.shape[1], one.outputs // one.groups
        for (n, y, z, o), _ in np.ndenumerate(out):
            first = o // outputs * inputs
            top, left = y * rows.stride, z * columns.stride
            window = padded[
                n,
                top : top + rows.extent : rows.dilation,
                left : left + columns.extent : columns.dilation,
                first : first + inputs,
            ]
            out[n, y, z, o] = (window * one.weights[o].transpose(1, 2, 0)).sum() + one.bias[o]
        x = out if one.is_linear else np.clip(out, 0.0, 6.0)
    return x


def contest_of(one_case, *more):
    loaded, missing = layers.load(["sepconv"])
    assert not missing
    (contest,) = measure.Measurement([*loaded, *more], ONE_ROUND).contests("tiny", one_case, (1,))
    return contest


def wrong_peer(spoil):
    ours = layers.load(["sepconv"])[0][0]

    def prepare(problem):
        way = ours.prepare(problem)

        def call():
            way.call()
            spoil(problem.out)
            return problem.out

        return peers.Way(call)

    return SimpleNamespace(NAME="wrong", HAS_THREADS=True, prepare=prepare)


@pytest.mark.parametrize(
    ("axis", "outputs", "zeros"),
    [
        (Axis(112, 3, 2, 1, True), 56, (0, 1)),
        (Axis(7, 3, 1, 1, False), 5, (0, 0)),
        (Axis(65, 3, 1, 2, True), 65, (2, 2)),
        (Axis(10, 3, 3, 1, False), 3, (0, 0)),
    ],
)
def test_axes_are_those_of_tensorflow(axis, outputs, zeros):
    assert (axis.outputs, axis.zeros) == (outputs, zeros)


@pytest.mark.parametrize("name", CHAINS)
def test_the_reference_is_the_definition_and_ours_agrees(name):
    one_case = tiny_case(name, adds_input=name == "inverted")
    x = one_case.input()
    right = by_definition(one_case, x.astype(np.float64)) + (x if one_case.adds_input else 0.0)
    assert check.LayerReference(one_case, x).judge(right).error < 1e-13
    entry = contest_of(one_case).entries["sepconv"]
    assert entry.is_exact and entry.seconds, entry


def test_multiply_adds_are_those_of_the_direct_way():
    stages = depthwise(3, is_same=False), pointwise(128, 3)
    assert LayerCase("seed", stages, (1, 7, 7, 3)).multiply_adds == 675 + 9600


def spoil_one(out):
    out[-1, -1, -1, -1] += 1e-3


@pytest.mark.parametrize(
    "spoil",
    [spoil_one, lambda out: out.fill(0.0), lambda out: out[0, 5, 7, 2:3].fill(np.nan)],
    ids=["one value", "zeros", "NaN"],
)
def test_a_wrong_answer_is_an_error_and_has_no_time(spoil):
    entry = contest_of(tiny_case(), wrong_peer(spoil)).entries["wrong"]
    assert entry.note.startswith("error: off by") and not entry.seconds


def test_peers_that_are_not_installed_are_reported():
    loaded, missing = layers.load(["sepconv", "nobody"])
    assert [peer.NAME for peer in loaded] == ["sepconv"]
    assert "nobody" in missing["nobody"]


def peer_of(name):
    ours = layers.load(["sepconv"])[0][0]
    return SimpleNamespace(NAME=name, HAS_THREADS=True, prepare=ours.prepare)


@pytest.mark.parametrize("name", layers.ALL)
def test_a_peer_that_is_installed_is_exact(name):
    loaded, missing = layers.load([name])
    if missing:
        pytest.skip(missing[name])
    for chain in CHAINS:
        entry = contest_of(tiny_case(chain, adds_input=chain == "inverted"), *loaded).entries[name]
        assert entry.is_exact or entry.note == "-", (chain, entry)


def test_every_layer_scenario_has_quick_and_distinct_cases():
    for scenario in scenarios.load(scenarios.LAYERS):
        names = [one.name for one in scenario.cases()]
        assert len(set(names)) == len(names)
        assert any(one.is_quick for one in scenario.cases())


def rows_of(seconds: dict[str, float]) -> list[report.Row]:
    """One contest of MobileNetV1's scenario, with times of these peers."""
    contest = contest_of(tiny_case(), *(peer_of(name) for name in seconds if name != peers.OURS))
    stored = contest.to_json() | {"scenario": "mobilenet_v1", "limit_seconds": 0.9}
    for name, entry in stored["peers"].items():
        entry["min_seconds"] = seconds[name]
    return [report.Row(stored)]


def test_goals_are_against_the_peers_that_they_name():
    rows = rows_of({"sepconv": 1.0, "onednn": 1.1, "onnxruntime": 1.04})
    best, usual = goals.reached(scenarios.load(scenarios.ALL), rows)
    assert not list(best.misses()) or "of the limit" in "".join(best.misses())
    assert "1.04x of 1.25x on average" in next(usual.misses())
    assert "onnxruntime)" in list(usual.misses())[1]


def test_the_document_gives_microseconds():
    (row,) = rows_of({"sepconv": 12e-6, "onnxruntime": 24e-6})
    text = "\n".join(markdown.class_lines([row]))
    assert "## Layers of networks" in text
    assert not list(plots.charts({"contests": [row.data], "limits": []}))
    assert "| valid | 1 | 12 | 2.00x |" in text and "| **24** |" in text


def test_memory_is_measured_and_told():
    one_case = tiny_case()
    for order in set(memory.PEERS.values()):
        assert memory.tensor(SHAPE, order).shape == SHAPE
    assert memory.tensor(SHAPE, "NCHW").transpose(0, 3, 1, 2).flags.c_contiguous
    assert memory.growth("sepconv", one_case) >= 0
    assert len(memory.cases()) == memory.CASES
    grown = {"sepconv": 30 << 20, "onnxruntime": 40 << 20, "torch": None}
    lines = markdown.memory_lines([{"case": "a map", "tensors": 20 << 20, "peers": grown}])
    assert "| a map | 20 | **0.75x** | 30 | 40 | - |" in list(lines)


TRAINING = training.TrainingCase("step", training.block(6, 7), (2, 5, 8, 6))


def test_gradients_of_the_reference_are_slopes():
    """Steps of less than half a unit cross no corner: differences are exact but for rounding."""
    x, step = TRAINING.input().astype(np.float64), 2.0**-12
    (y, gx), gy = training.GradientReference(TRAINING, x).right[:2], TRAINING.gy
    assert 0.2 < ((y > 0) & (y < 6)).mean() < 0.9
    for place in ((0, 0, 0, 0), (1, 2, 3, 4), (1, 4, 7, 5)):
        moved = x.copy()
        moved[place] += step
        after = training.GradientReference(TRAINING, moved).right[0]
        assert ((after - y) * gy).sum() / step == pytest.approx(gx[place], abs=1e-9)


@pytest.mark.parametrize("name", layers.ALL)
def test_gradients_of_a_peer_that_is_installed_are_exact(name):
    loaded, missing = layers.load([name])
    if missing:
        pytest.skip(missing[name])
    entry = contest_of(TRAINING, *loaded).entries[name]
    assert entry.is_exact or entry.note == "-", entry


def test_wrong_gradients_are_an_error():
    ours = layers.load(["sepconv"])[0][0]

    def prepare_training(problem):
        way = ours.prepare_training(problem)

        def answer(found):
            found[3][0, 0] += 1.0
            return found

        return peers.Way(way.call, lambda found: answer(way.answer(found)))

    wrong = SimpleNamespace(NAME="wrong", HAS_THREADS=True, prepare_training=prepare_training)
    entry = contest_of(TRAINING, wrong).entries["wrong"]
    assert entry.note.startswith("error: gpw is off by") and not entry.seconds
