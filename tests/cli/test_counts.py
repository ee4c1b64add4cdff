"""sepconv separate, explain and verify: what they print and that JSON says the same."""

import program
import pytest

BINOMIAL = '"1 2 1; 2 4 2; 1 2 1"/16'
LAYER = ("layer", "--kernel", "3x3", "--map", "7x7x3", "--filters", "128")


def test_a_3x3_kernel_on_5x5_costs_81_at_once_and_45_plus_27_is_72_separated():
    text = program.run("explain", BINOMIAL, "--map", "5x5").stdout
    assert " 81 " in text
    assert "45 + 27 = 72" in text
    ordinary, separable = program.run_json("explain", BINOMIAL, "--map", "5x5")["ways"]
    assert ordinary["multiplications"] == 9 * 9
    assert [stage["multiplications"] for stage in separable["stages"]] == [15 * 3, 9 * 3]


def test_a_layer_costs_86400_ordinary_and_675_plus_9600_is_10275_depthwise_separable():
    text = program.run("explain", *LAYER).stdout
    assert "86,400" in text
    assert "675 + 9,600 = 10,275" in text
    ordinary, separable = program.run_json("explain", *LAYER)["ways"]
    assert ordinary["multiplications"] == 5 * 5 * 128 * 3 * 3 * 3
    assert separable["multiplications"] == 5 * 5 * 3 * 9 + 5 * 5 * 3 * 128
    assert separable["stages"][1]["out"] == [5, 5, 128]


def test_options_of_a_layer_change_its_counts():
    more = ("--stride", "2x1", "--padding", "same", "--multiplier", 2, "--type", "u8")
    ordinary = program.run_json("explain", *LAYER, *more)["ways"][0]
    assert ordinary["multiplications"] == 4 * 7 * 128 * 27
    assert ordinary["bytes_written"] == 4 * 7 * 128


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("explain", "sobel:x", "--map", "5"), "expected WIDTHxHEIGHT"),
        (("explain", "sobel:x", "--map", "2x2"), "window"),
        (("explain", "sobel:x", "--map", "5x5", "--filters", "3"), "explain layer"),
        (("explain", "layer", "--map", "5x5"), "--kernel WxH and --filters N are needed"),
        (("explain", *LAYER, "--stride", "0"), "stride"),
        (("explain", *LAYER, "--stride", "a"), "whole number"),
        (("explain", "layer", "--kernel", "3", "--map", "9000000000x9000000000", "--filters", "9"),
         "overflow"),
    ],
)  # fmt: skip
def test_wrong_counts_say_what_is_expected(arguments, expected):
    assert expected in program.fails(*arguments, code=2)


def test_sobel_separates_into_integers():
    text = program.run("separate", "sobel:x").stdout
    assert "1 2 1" in text
    assert "-1 0 1" in text
    separation = program.run_json("separate", "sobel:x")
    assert separation["rank"] == 1
    assert separation["integer"]
    assert separation["terms"][0]["factors"] == [[1, 2, 1], [-1, 0, 1]]


def test_a_kernel_written_with_a_leading_minus_is_no_option():
    text = program.run("separate", "-1 0 1; -2 0 2; -1 0 1").stdout
    assert text == program.run("separate", "sobel:x").stdout


def test_rank_and_error_of_a_disk():
    exact = program.run_json("separate", "disk:radius=5")
    assert exact["rank"] > 1
    two = program.run_json("separate", "disk:radius=5", "--rank", 2)
    assert len(two["terms"]) == 2
    assert two["residual_l1"] > 0
    within = program.run_json("separate", "disk:radius=5", "--max-error", 0.05)
    assert within["residual_l1"] <= 0.05
    assert len(within["terms"]) < exact["rank"]


@pytest.mark.parametrize("spec", ["gaussian:sigma=1.5", "laplacian:8", "disk:radius=2.5"])
def test_verify_finds_every_way_within_its_bound(files, spec):
    report = program.run_json("verify", files / "crop.png", "-k", spec, "-b", "wrap")
    assert report["ok"]
    assert all(result["ok"] for result in report["results"])
    assert {result["types"] for result in report["results"]} == {"u8 -> u8", "u8 -> f32"}
    exact = [result for result in report["results"] if result["rounding"] == "exact"]
    assert [result["differing"] for result in exact] == [0, 0, 0]
    assert {result["method"] for result in report["results"]} >= {"direct", "fft"}


def test_verify_says_what_fft_refuses(files):
    text = program.run("verify", files / "crop.png", "-k", "box:size=3x1100").stdout
    assert "not run: filter: method is fft, but the kernel is 3x1100; tiles are at most" in text


def test_verify_of_large_work_compares_tiles_and_says_so(files):
    text = program.run("verify", files / "photo.png", "-k", "gaussian:sigma=6").stdout
    assert "9 tiles of " in text
    assert "corners" in text
    assert "FAIL" not in text


def test_verify_takes_an_error_budget_and_float_files(files):
    program.run("verify", files / "photo.tif", "-k", "disk:radius=3", "--max-error", 0.01)


def test_version_names_target_and_libraries():
    text = program.run("--version").stdout
    assert text.startswith("sepconv ")
    assert "runs on this machine with " in text
    assert "Highway" in text
