"""The program against scipy.ndimage in double, on the shipped photograph, for every border."""

import numpy as np
import program
import pytest
import tifffile
from scipy import ndimage

# Our names of borders, scipy's, and the value outside.
BORDERS = {
    "zero": ("constant", 0.0),
    "constant:77": ("constant", 77.0),
    "replicate": ("nearest", 0.0),
    "symmetric": ("reflect", 0.0),
    "reflect101": ("mirror", 0.0),
    "wrap": ("wrap", 0.0),
}

# The largest difference from the exact value that u8 results of photographs may have, in levels.
LARGEST_DIFFERENCE = 0.52


def gaussian_taps(sigma: float) -> np.ndarray:
    radius = int(np.ceil(3 * sigma))
    taps = np.exp(-(np.arange(-radius, radius + 1) ** 2) / (2 * sigma**2))
    return taps / taps.sum()


# A SPEC and its taps (height, width), written independently.
KERNELS = {
    "gaussian:sigma=3": np.outer(gaussian_taps(3), gaussian_taps(3)),
    "gaussian:sigma=2x1": np.outer(gaussian_taps(1), gaussian_taps(2)),
    "box:size=7x3": np.full((3, 7), 1 / 21),
    "sobel:x": np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], float),
    '"1 2 3; 4 5 6; 7 8 10; 0 1 0"/47': np.array(
        [[1, 2, 3], [4, 5, 6], [7, 8, 10], [0, 1, 0]], float
    )
    / 47,
    '"1 3 3 1; 2 0 1 5"/16': np.array([[1, 3, 3, 1], [2, 0, 1, 5]], float) / 16,
}


def expected(image: np.ndarray, taps: np.ndarray, border: str, flip: bool = False) -> np.ndarray:
    """Every channel filtered by scipy in double."""
    mode, value = BORDERS[border]
    run = ndimage.convolve if flip else ndimage.correlate
    planes = [
        run(image[:, :, c].astype(np.float64), taps, mode=mode, cval=value)
        for c in range(image.shape[2])
    ]
    return np.stack(planes, axis=2)


@pytest.fixture(scope="session")
def exact(photo):
    """expected() of the photograph, computed once for each kernel and border."""
    known = {}

    def compute(spec: str, border: str) -> np.ndarray:
        if (spec, border) not in known:
            known[spec, border] = expected(photo, KERNELS[spec], border)
        return known[spec, border]

    return compute


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("spec", KERNELS)
def test_u8_results_are_within_the_stated_bound(files, tmp_path, exact, spec, border):
    out = tmp_path / "out.png"
    report = program.run_json("filter", files / "photo.png", out, "-k", spec, "-b", border)
    difference = np.abs(program.read(out) - np.clip(exact(spec, border), 0, 255)).max()
    assert difference <= report["error_bound"] + 1e-9
    assert difference <= LARGEST_DIFFERENCE


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("spec", KERNELS)
def test_float_results_are_within_the_stated_bound(files, tmp_path, exact, spec, border):
    out = tmp_path / "out.tif"
    report = program.run_json(
        "filter", files / "photo.png", out, "-k", spec, "-b", border, "--depth", "f32"
    )
    got = program.read(out)
    assert got.dtype == np.float32
    difference = np.abs(got - exact(spec, border)).max()
    assert difference <= report["error_bound"]
    assert difference <= 255 * np.abs(KERNELS[spec]).sum() * 2**-20


@pytest.mark.parametrize("border", BORDERS)
def test_exact_results_are_correctly_rounded(files, tmp_path, exact, border):
    out = tmp_path / "out.png"
    program.run("filter", files / "photo.png", out, "-k", "gaussian:sigma=3", "-b", border,
                "--exact")  # fmt: skip
    wanted = exact("gaussian:sigma=3", border)
    is_tie = np.abs(wanted - np.floor(wanted) - 0.5) < 1e-9
    assert np.array_equal(program.read(out)[~is_tie], np.rint(wanted)[~is_tie])


@pytest.mark.parametrize("border", BORDERS)
def test_float_files_are_filtered_as_floats(files, tmp_path, photo, border):
    out = tmp_path / "out.tif"
    spec = "gaussian:sigma=2x1"
    report = program.run_json("filter", files / "photo.tif", out, "-k", spec, "-b", border)
    wanted = expected(photo.astype(np.float32) / 8, KERNELS[spec], border)
    difference = np.abs(program.read(out) - wanted).max()
    assert difference <= report["error_bound"]
    assert difference <= 77 * 2**-20


def test_convolution_flips_even_kernels_about_their_anchor(files, tmp_path, photo):
    spec = '"1 3 3 1; 2 0 1 5"/16'
    program.run("filter", files / "photo.png", tmp_path / "out.png", "-k", spec, "--convolve",
                "-b", "wrap")  # fmt: skip
    # scipy keeps the anchor of an even kernel at size // 2 of the kernel as given; flipping the
    # kernel with its anchor is the definition that both share.
    wanted = expected(photo, KERNELS[spec], "wrap", flip=True)
    assert np.abs(program.read(tmp_path / "out.png") - wanted).max() <= LARGEST_DIFFERENCE


def test_a_kernel_that_numpy_saved_is_the_kernel(files, tmp_path, photo):
    taps = np.random.default_rng(5).normal(size=(4, 5))
    np.save(tmp_path / "k.npy", taps)
    spec = f"file:{tmp_path / 'k.npy'}"
    out = tmp_path / "out.tif"
    program.run("filter", files / "photo.png", out, "-k", spec, "--depth", "f32")
    assert np.abs(program.read(out) - expected(photo, taps, "reflect101")).max() < 0.01


@pytest.mark.parametrize("border", BORDERS)
def test_kernels_larger_than_the_image(tmp_path, border):
    image = np.random.default_rng(6).integers(0, 256, (5, 4, 3), dtype=np.uint8)
    tifffile.imwrite(tmp_path / "small.tif", image, photometric="rgb")
    program.run("filter", tmp_path / "small.tif", tmp_path / "out.tif", "-k", "gaussian:sigma=3",
                "-b", border, "--depth", "f64")  # fmt: skip
    wanted = expected(image, KERNELS["gaussian:sigma=3"], border)
    assert np.abs(program.read(tmp_path / "out.tif") - wanted).max() < 1e-9


def test_u16_files(tmp_path, photo):
    deep = photo[:, :, 0].astype(np.uint16) * 257
    tifffile.imwrite(tmp_path / "deep.tif", deep)
    spec = "gaussian:sigma=3"
    program.run("filter", tmp_path / "deep.tif", tmp_path / "out.png", "-k", spec)
    got = program.read(tmp_path / "out.png")
    assert got.dtype in (np.uint16, np.int32)
    wanted = expected(deep[:, :, np.newaxis], KERNELS[spec], "reflect101")
    assert np.abs(got - wanted).max() <= LARGEST_DIFFERENCE


def test_jpeg_is_decoded_as_others_decode_it(tmp_path, photo):
    program.run("filter", program.PHOTO, tmp_path / "out.png", "-k", "1")
    assert np.abs(program.read(tmp_path / "out.png").astype(int) - photo).max() <= 1
