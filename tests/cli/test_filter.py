"""sepconv filter: methods, depths, regions, alpha, formats, reports and progress."""

import os
import pty
import time

import numpy as np
import program
import pytest
import tifffile
from PIL import Image


def filtered(tmp_path, *arguments, name: str = "out.png") -> np.ndarray:
    program.run("filter", arguments[0], tmp_path / name, *arguments[1:])
    return program.read(tmp_path / name)


@pytest.mark.parametrize("kernel", ["sobel:x", "binomial:size=5", "box:size=9x4", "laplacian:8"])
def test_methods_agree_bit_for_bit_on_integer_kernels(files, tmp_path, kernel):
    results = [
        filtered(tmp_path, files / "photo.png", "-k", kernel, "--method", method, "--exact")
        for method in ("auto", "direct", "low-rank")
    ]
    assert np.array_equal(results[0], results[1])
    assert np.array_equal(results[0], results[2])


def test_threads_change_no_bit(files, tmp_path):
    one = filtered(tmp_path, files / "photo.png", "-k", "gaussian:sigma=3", "--threads", 1)
    four = filtered(tmp_path, files / "photo.png", "-k", "gaussian:sigma=3", "--threads", 4)
    assert np.array_equal(one, four)


def test_a_region_is_that_part_of_the_whole(files, tmp_path):
    arguments = (files / "photo.png", "-k", "gaussian:sigma=3")
    whole = filtered(tmp_path, *arguments)
    part = filtered(tmp_path, *arguments, "--roi", "590,0,50,427")
    assert np.array_equal(part, whole[:, 590:640])


def test_scale_and_offset_show_negative_results(files, tmp_path):
    signed = filtered(tmp_path, files / "crop.png", "-k", "sobel:x", "--depth", "f32", name="a.tif")
    shown = filtered(
        tmp_path, files / "crop.png", "-k", "sobel:x", "--scale", 0.25, "--offset", 128
    )
    assert signed.min() < 0
    assert np.abs(shown - np.clip(signed / 4 + 128, 0, 255)).max() <= 0.51


def test_a_derivative_into_u8_says_what_is_lost(files, tmp_path):
    def notes(*more) -> str:
        arguments = ("filter", files / "crop.png", tmp_path / "a.tif", *more)
        return program.run(*arguments).stderr

    assert "--depth f32" in notes("-k", "sobel:x")
    assert notes("-k", "sobel:x", "--depth", "f32") == ""
    assert notes("-k", "sobel:x", "--offset", 128) == ""
    assert notes("-k", "sharpen") == ""


@pytest.mark.parametrize("depth", ["u8", "u16", "i16", "i32", "f32", "f64"])
def test_tiff_takes_every_depth(files, tmp_path, depth):
    got = filtered(tmp_path, files / "crop.png", "-k", "1", "--depth", depth, name="a.tif")
    kind = {"u": "uint", "i": "int", "f": "float"}[depth[0]]
    assert got.dtype == kind + depth[1:]
    assert np.array_equal(got, program.read(files / "crop.png"))


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_every_number_of_channels_goes_from_png_to_png(tmp_path, photo, channels):
    samples = np.concatenate([photo, 255 - photo[:, :, :1]], axis=2)[:50, :60, :channels]
    Image.fromarray(samples.squeeze()).save(tmp_path / "in.png")
    got = filtered(tmp_path, tmp_path / "in.png", "-k", "1")
    assert np.array_equal(got, samples)


def rgba(photo, alpha) -> Image.Image:
    return Image.fromarray(np.dstack([photo[:40, :60], np.broadcast_to(alpha, (40, 60))]))


def test_an_opaque_picture_stays_opaque(tmp_path, photo):
    rgba(photo, np.uint8(255)).save(tmp_path / "in.png")
    result = program.run(
        "filter", tmp_path / "in.png", tmp_path / "out.png", "-k", "sobel:x", "--offset", 128
    )
    assert (program.read(tmp_path / "out.png")[:, :, 3] == 255).all()
    assert result.stderr == ""


def test_alpha_is_kept_and_said_or_filtered_when_asked(tmp_path, photo):
    alpha = (np.arange(60) * 4).astype(np.uint8)
    rgba(photo, alpha).save(tmp_path / "in.png")
    arguments = ("filter", tmp_path / "in.png", tmp_path / "out.png", "-k", "box:size=9")
    assert "alpha is kept" in program.run(*arguments).stderr
    assert (program.read(tmp_path / "out.png")[:, :, 3] == alpha).all()
    assert program.run(*arguments, "--alpha", "filter").stderr == ""
    assert not (program.read(tmp_path / "out.png")[:, :, 3] == alpha).all()


def test_alpha_keeps_its_meaning_at_another_depth(tmp_path, photo):
    rgba(photo, np.uint8(255)).save(tmp_path / "in.png")
    got = filtered(
        tmp_path, tmp_path / "in.png", "-k", "1", "--depth", "u16", "--scale", 257, name="a.tif"
    )
    assert (got[:, :, 3] == 65535).all()
    assert np.array_equal(got[:, :, :3], photo[:40, :60].astype(np.uint16) * 257)


def test_premultiplied_tiff_is_filtered_as_a_whole(tmp_path, photo):
    samples = np.dstack([photo[:40, :60] // 2, np.full((40, 60), 128, np.uint8)])
    samples[:, 30:] = 0
    tifffile.imwrite(tmp_path / "in.tif", samples, photometric="rgb", extrasamples=["assocalpha"])
    got = filtered(tmp_path, tmp_path / "in.tif", "-k", "box:size=9", name="out.tif")
    assert 0 < got[20, 30, 3] < 128
    with tifffile.TiffFile(tmp_path / "out.tif") as tiff:
        assert tiff.pages[0].extrasamples == (tifffile.EXTRASAMPLE.ASSOCALPHA,)


def test_the_output_may_be_the_input(tmp_path, files):
    samples = program.read(files / "crop.png")
    Image.fromarray(samples).save(tmp_path / "a.png")
    got = filtered(tmp_path, tmp_path / "a.png", "-k", "0 0 1", name="a.png")
    assert np.array_equal(got[:, :-1], samples[:, 1:])


def test_the_text_names_plan_and_result(files, tmp_path):
    out = tmp_path / "out.png"
    lines = program.run("filter", files / "crop.png", out, "-k", "gaussian:sigma=3").stdout
    plan, result = lines.splitlines()
    assert plan.startswith("separable, 1 term, sums in ")
    assert "error at most 0.5" in plan
    assert result == f"{out}: 60x40x3 u8"


def test_explain_prints_every_way(files, tmp_path):
    text = program.run(
        "filter", files / "crop.png", tmp_path / "o.png", "-k", "gaussian:sigma=3", "--explain"
    ).stdout
    assert "* separable" in text
    assert "  direct" in text


def test_json_reports_the_plan(files, tmp_path):
    report = program.run_json(
        "filter", files / "crop.png", tmp_path / "o.tif", "-k", "gaussian:sigma=3",
        "--depth", "f32", "--threads", 3,
    )  # fmt: skip
    assert report["out_shape"] == {"width": 60, "height": 40, "channels": 3}
    assert report["out_type"] == "f32"
    assert report["method"] == "separable"
    assert report["plan"]["threads"] == 3
    assert [m["method"] for m in report["plan"]["methods"]] == ["separable", "direct"]


def test_json_is_valid_whatever_the_name(files, tmp_path):
    out = os.fsencode(tmp_path) + b'/"\xff\n.png'
    report = program.run_json("filter", files / "crop.png", os.fsdecode(out), "-k", "1")
    assert report["out"].endswith("\n.png")
    assert os.path.exists(out)


LONG = ("-k", "gaussian:sigma=24", "--method", "direct", "--threads", "1")


def run_on_terminal(*arguments) -> str:
    """What a run writes to a terminal that is its stderr."""
    ours, theirs = pty.openpty()
    try:
        program.run(*arguments, stderr_is=theirs)
    finally:
        os.close(theirs)
        time.sleep(0.05)
    os.set_blocking(ours, False)
    try:
        return os.read(ours, 1 << 16).decode()
    except OSError:
        return ""
    finally:
        os.close(ours)


def test_progress_on_a_terminal_changes_no_bit_and_leaves_no_trace_elsewhere(files, tmp_path):
    quiet = program.run("filter", files / "photo.png", tmp_path / "a.png", *LONG)
    assert quiet.stderr == ""
    shown = run_on_terminal("filter", files / "photo.png", tmp_path / "b.png", *LONG)
    assert np.array_equal(program.read(tmp_path / "a.png"), program.read(tmp_path / "b.png"))
    if shown:  # a machine may be fast enough for no bar
        assert "s left" in shown
        assert shown.endswith("\r\033[K")


def test_short_work_shows_no_progress(files, tmp_path):
    assert run_on_terminal("filter", files / "crop.png", tmp_path / "a.png", "-k", "1") == ""
