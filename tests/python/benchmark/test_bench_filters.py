"""The benchmark's harness on tiny cases: no time is looked at, only what becomes of answers."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import ndimage

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from bench import (  # noqa: E402
    case,
    check,
    masked,
    measure,
    operations,
    peers,
    plans,
    report,
    scenarios,
    store,
)
from bench.operations import any_taps  # noqa: E402
from bench.report import goals, markdown  # noqa: E402

TINY = (33, 47)
ONE_ROUND = 1


def tiny_case(type="f32", operation=None, shape=TINY):
    return case.Case(
        operation or operations.Separable((any_taps(5, 1), any_taps(7, 2))), type, shape
    )


def wrong_peer(spoil, is_approximate=False):
    """A peer whose answer is scipy's with something done to it."""
    scipy = peers.load(["scipy"])[0][0]

    def prepare(problem):
        way = scipy.prepare(problem)

        def call():
            way.call()
            spoil(problem.out)
            return problem.out

        return peers.Way(call, is_approximate=is_approximate)

    return SimpleNamespace(NAME="wrong", HAS_THREADS=True, prepare=prepare)


def contests(one_case, *more, threads=(1,)):
    loaded, missing = peers.load(["sepconv", "scipy"])
    assert not missing
    return list(
        measure.Measurement([*loaded, *more], ONE_ROUND).contests("tiny", one_case, threads)
    )


@pytest.mark.parametrize("type", ["f32", "u8"])
@pytest.mark.parametrize(
    "operation",
    [
        None,
        operations.Gaussian(1.5),
        operations.Box(5),
        operations.Derivative("sobel"),
        operations.Dense(np.outer(any_taps(5, 1), any_taps(3, 2)), 1),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_ours_and_scipy_are_exact(type, operation):
    (contest,) = contests(tiny_case(type, operation))
    for name in ("sepconv", "scipy"):
        entry = contest.entries[name]
        assert entry.is_exact and entry.seconds, entry


def test_u16_channels_and_volumes_are_judged():
    volume = operations.Separable((any_taps(3, 1), any_taps(5, 2), any_taps(3, 3)))
    for one in (
        tiny_case("u16"),
        tiny_case("u8", shape=(*TINY, 3)),
        tiny_case("f32", volume, (9, 12, 20)),
    ):
        (contest,) = contests(one)
        assert contest.entries["sepconv"].is_exact
        assert contest.entries["scipy"].is_exact


def spoil_one(out):
    out[3, -1] += 1.0


def spoil_little(out):
    out += np.float32(1e-3)


@pytest.mark.parametrize(
    "spoil",
    [spoil_one, spoil_little, lambda out: out.fill(0.0), lambda out: out.fill(np.nan)],
    ids=["one sample", "a thousandth", "zeros", "NaN"],
)
def test_a_wrong_answer_is_an_error_and_has_no_time(spoil):
    (contest,) = contests(tiny_case(), wrong_peer(spoil))
    entry = contest.entries["wrong"]
    assert entry.note.startswith("error: off by") and not entry.seconds
    row = report.Row(contest.to_json())
    assert row.cell("wrong") == "error"
    assert row.best_peer == "scipy"
    assert "wrong error: off by" in report.line(row)


def test_an_approximate_answer_is_never_the_best_exact_peer():
    (contest,) = contests(tiny_case(), wrong_peer(spoil_little, is_approximate=True))
    entry = contest.entries["wrong"]
    assert entry.seconds and not entry.is_exact
    assert report.Row(contest.to_json()).cell("wrong").startswith("~")
    assert list(contest.exact_peers()) == ["scipy"]


def test_what_is_raised_is_an_error():
    def prepare(problem):
        raise ValueError(f"no {problem.operation.name}")

    broken = SimpleNamespace(NAME="broken", HAS_THREADS=True, prepare=prepare)
    (contest,) = contests(tiny_case(), broken)
    assert contest.entries["broken"].note == "error: ValueError: no k 7"


def test_a_peer_may_be_too_slow_or_have_fewer_rounds():
    def prepare(problem):
        peers.refuse_work(problem, most=10.0)

    slow = SimpleNamespace(NAME="slow", HAS_THREADS=True, prepare=prepare)
    (contest,) = contests(tiny_case(), slow)
    stored = contest.to_json()
    assert report.Row(stored).cell("slow") == "slow"
    assert "(" not in report.Row(stored).cell("scipy")
    stored["rounds"] = ONE_ROUND + 1
    assert report.Row(stored).cell("scipy").startswith("(")


@pytest.mark.parametrize(("seconds", "rounds"), [(0.01, 7), (0.5, 6), (2.0, 1), (5.0, 0)])
def test_long_calls_have_fewer_rounds(seconds, rounds):
    assert measure.rounds_for(seconds, fastest=seconds, rounds=7) == rounds
    assert measure.rounds_for(seconds, fastest=seconds / 10, rounds=7) == min(7, int(0.3 / seconds))


def test_a_peer_without_threads_keeps_its_time():
    one, two = contests(tiny_case(), threads=(1, 2))
    assert two.entries["scipy"] is one.entries["scipy"]
    assert two.entries["sepconv"] is not one.entries["sepconv"]


def test_peers_that_cannot_be_loaded_are_reported():
    loaded, missing = peers.load(["scipy", "nobody"])
    assert [peer.NAME for peer in loaded] == ["scipy"]
    assert "nobody" in missing["nobody"]


@pytest.mark.parametrize("shape", [(300, 500), (40, 41, 42), (200, 300, 3)])
def test_the_reference_on_tiles_is_scipy_in_double(shape):
    x = np.random.default_rng(5).random(shape).astype(np.float32)
    volume = operations.Separable((any_taps(7, 1), any_taps(5, 2), any_taps(3, 3)))
    flat = operations.Separable(volume.factors[:2])
    one = tiny_case("f32", volume if shape[-1] == 42 else flat, shape)
    right = x.astype(np.float64)
    for axis, taps in enumerate(one.operation.factors):
        right = ndimage.correlate1d(right, taps, axis, mode="mirror")
    reference = check.Reference(one, x)
    assert reference.judge(right).error < 1e-14
    for place in ((0, 0), (-1, -1), (shape[0] // 2, 3)):
        spoiled = right.copy()
        spoiled[place] += 1.0
        assert reference.judge(spoiled).kind == "wrong"
    inner = right.copy()
    inner[0] = inner[:, -1] = np.nan
    assert reference.judge(inner, has_border=False).kind == "exact"


def test_every_scenario_has_quick_and_distinct_cases():
    for scenario in scenarios.load(scenarios.ALL):
        names = [one.name for one in scenario.cases()]
        assert len(set(names)) == len(names)
        assert any(one.is_quick for one in scenario.cases()) or "8192" in scenario.TITLE


HEAD = {"rounds": ONE_ROUND, "machine": {"commit": "a"}, "versions": {"scipy": "1"}}
LIMIT = {"limit": "f32", "bytes": None, "threads": 1, "rate": 10.0, "unit": "G multiply-adds/s"}


def test_a_run_that_was_ended_goes_on(tmp_path):
    path = tmp_path / "bench.json"
    one, two = (contest.to_json() for contest in contests(tiny_case(), threads=(1, 2)))
    store.Store(path, HEAD).add(one, [LIMIT])
    again = store.Store(path, HEAD, goes_on=True)
    assert again.done == {store.key_of(one)}
    again.add(two, [LIMIT | {"threads": 2}])
    again.add(one | {"pixels": 7}, [LIMIT | {"rate": 11.0}])
    run = store.Store(path, HEAD, goes_on=True).run
    assert [contest["threads"] for contest in run["contests"]] == [2, 1]
    assert run["contests"][1]["pixels"] == 7
    assert [limit["rate"] for limit in run["limits"]] == [11.0, 10.0]
    assert not store.Store(path, HEAD).done


@pytest.mark.parametrize("name", store.SAME)
def test_a_run_of_something_else_does_not_go_on(tmp_path, name):
    path = tmp_path / "bench.json"
    store.Store(path, HEAD).write()
    with pytest.raises(store.Mismatch, match=name):
        store.Store(path, HEAD | {name: "another"}, goes_on=True)


def rows_of(seconds: dict[str, float], limit: float) -> list[report.Row]:
    """One contest of the volumes' scenario."""
    (contest,) = contests(tiny_case())
    stored = contest.to_json() | {"scenario": "volume", "limit_seconds": limit}
    for name, entry in stored["peers"].items():
        entry["min_seconds"] = seconds[name]
    return [report.Row(stored)]


def test_missed_goals_are_told_with_their_reasons():
    modules = scenarios.load(scenarios.ALL)
    (met,) = goals.reached(modules, rows_of({"sepconv": 1.0, "scipy": 20.0}, 0.5))
    assert not list(goals.missed_lines([met]))
    (missed,) = goals.reached(modules, rows_of({"sepconv": 1.0, "scipy": 2.0}, 0.5))
    (line,) = goals.missed_lines([missed])
    assert "2.00x of 15.00x on average; 1 of 1 cases below 8.00x" in line
    assert "In 1 of 1 cases 8.00x the best peer is beyond the limit" in line


def test_the_document_has_every_section():
    machine = {"cpu": "a CPU", "family": "1", "processors": 2, "flags": [], "commit": "a"}
    loop = {"name": "a loop", "unit": "FMA", "goal": 1.9, "targets": {"AVX2": 1.5, "SSE4": 1.5}}
    plan = {"case": "a filter", "small": 1.0, "large": 2.0}
    run = HEAD | {
        "date": "today",
        "machine": machine,
        "missing": {},
        "contests": [row.data for row in rows_of({"sepconv": 1.0, "scipy": 2.0}, 0.5)],
        "limits": [LIMIT],
        "strips": [loop],
        "plans": [plan | {"scratch_bytes": 2 << 20, "first_seconds": 1e-4}],
        "masked": [{"case": "u8 box 3", "seconds": {"unmasked": 1.0, "1 % missing": 2.6}}],
        "memory": [],
    }
    text = markdown.document(run, ["plot.svg"])
    assert "| u8 box 3 | **2.60** |" in text
    assert "| a loop | FMA | 1.9 | **1.50** | 1.50 |" in text
    assert "| a filter | 1 | 2 | **50 %** | **2048 KiB** | 0.10 ms |" in text
    assert "[f32 volumes, k 9 along each axis](#volume)" in text


def test_plans_on_small_images_are_measured():
    assert {kind.shape[:2] for kind in plans.kinds()} == {plans.SMALL}
    speeds = plans.speeds({"small": tiny_case(), "large": tiny_case(shape=(50, 60))}, ONE_ROUND)
    assert speeds.keys() == {"small", "large"}


@pytest.mark.parametrize("operation", [operations.Box(3), masked.gaussian(9)])
@pytest.mark.parametrize("type", ["u8", "f32"])
def test_masks_are_measured_and_their_answers_checked(operation, type):
    tiny = tiny_case(type, operation, (40, 70))
    seconds = masked.measured(tiny, ONE_ROUND)["seconds"]
    assert list(seconds) == [masked.UNMASKED, *(name for name, _ in masked.masks(tiny.shape))]
    x, mask = tiny.input(), next(masked.masks(tiny.shape))[1]
    with pytest.raises(RuntimeError, match="gaussian|box|sigma"):
        masked.check(tiny, x, mask, np.roll(x, 1))
