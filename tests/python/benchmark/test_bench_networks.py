"""The benchmark on a whole network: no time is looked at, only what becomes of answers."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from bench import measure, report  # noqa: E402
from bench.layers import networks, peers  # noqa: E402
from bench.layers.networks import NetworkCase, NetworkReference  # noqa: E402
from bench.layers.scenarios import networks as scenario  # noqa: E402
from bench.report import goals  # noqa: E402

CASE = NetworkCase("MobileNetV1 224", networks.RANDOM_NET, (1, 3, 224, 224))
MULTIPLY_ADDS = 568_740_352  # "569 million" of Howard et al., 2017, table 4


@pytest.fixture(scope="module")
def reference():
    return NetworkReference(CASE, CASE.input())


def test_mobilenet_has_the_published_multiply_adds():
    assert CASE.multiply_adds == MULTIPLY_ADDS


def test_networks_are_run_by_ours_and_by_a_peer_and_compared():
    loaded, missing = peers.load(["sepconv", "onnxruntime"])
    assert not missing
    (contest,) = measure.Measurement(loaded, 1).contests("networks", CASE, (1,))
    assert all(entry.is_exact and entry.seconds for entry in contest.entries.values())
    rows = [report.Row(contest.to_json())]
    named = {one.title: one for one in goals.reached([scenario], rows)}
    assert list(named) == ["Networks: MobileNetV1", "Networks: MobileNetV1, onnxruntime"]
    assert all(one.ratio(rows[0]) == rows[0].ratio for one in named.values())


@pytest.mark.parametrize(("factor", "kind"), [(1.001, "approximate"), (2.0, "wrong")])
def test_answers_that_are_off_are_not_exact(reference, factor, kind):
    assert reference.judge([factor * right for right in reference._right]).kind == kind


def test_answers_that_are_no_numbers_are_wrong(reference):
    assert reference.judge([np.nan * right for right in reference._right]).kind == "wrong"


def test_a_network_that_cannot_be_had_is_named(monkeypatch):
    def no_package(_name):
        raise RuntimeError("the-package==1.0 cannot be had")

    monkeypatch.setattr(networks.models, "build", no_package)
    with pytest.raises(networks.Missing, match="the-package"):
        _ = NetworkCase("net", "mobilenet_v2", (1, 3, 224, 224)).model
