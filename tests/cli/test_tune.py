"""sepconv tune: what is measured, where it is kept, and what later runs say about it."""

import json

import program
import pytest


@pytest.fixture
def profile(tmp_path, monkeypatch):
    """Where the profile is kept during a test; nothing is there yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "sepconv" / "profile.json"


def rates_of_a_plan(tmp_path) -> str:
    command = ("filter", program.PHOTO, tmp_path / "out.png", "--kernel", "box:size=3")
    return program.run_json(*command)["plan"]["rates"]


def test_what_was_measured_is_kept_and_used(profile, tmp_path):
    measured = program.run_json("tune")
    assert measured["path"] == str(profile)
    kept = json.loads(profile.read_text())
    assert kept["rates"].keys() == measured["rates"].keys()
    for name, rate in measured["rates"].items():
        assert kept["rates"][name] == pytest.approx(rate["measured"])
    assert rates_of_a_plan(tmp_path) == f"measured {kept['measured']} by sepconv tune"
    assert "Forgot" in program.run("tune", "--forget").stdout
    assert rates_of_a_plan(tmp_path) == "built in"
    assert "no profile" in program.run("tune", "--forget").stdout


def test_a_dry_run_keeps_nothing(profile):
    text = program.run("tune", "--dry-run").stdout
    assert "f32_column_tap" in text
    assert "Kept" not in text
    assert not profile.exists()


def test_a_corrupt_profile_is_ignored_with_a_note(profile, tmp_path):
    profile.parent.mkdir()
    profile.write_text('{"profile_version": 1, "cpu"')
    assert "is ignored: it is not JSON" in rates_of_a_plan(tmp_path)
