"""Networks of packages, built by tools/models.py: onnxruntime's answers, and the right ones."""

import sys
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import sepconv
from PIL import Image

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))
import models  # noqa: E402

SIDES = {"mobilenet_v2": 224, "efficientnet_lite0": 224, "blazeface": 128}
TEXT = {"ppocr_cls": (48, 192), "ppocr_rec": (48, 320), "ppocr_det": (320, 480)}


def _model(name: str) -> Path:
    try:
        return models.build(name)
    except (RuntimeError, OSError) as error:
        pytest.skip(f"{name} is missing: {error}")


def _photographs() -> dict[int, Image.Image]:
    """foolbox's photographs of ImageNet by their number; the label is in each one's name."""
    try:
        package = models.FOOLBOX.fetch(models.ROOT / "build/models/packages")
    except (RuntimeError, OSError) as error:
        pytest.skip(f"photographs are missing: {error}")
    with zipfile.ZipFile(package) as archive:
        names = [name for name in archive.namelist() if "/imagenet_" in name]
        return {name: Image.open(BytesIO(archive.read(name))).convert("RGB") for name in names}


def _skimage_photo(name: str) -> np.ndarray:
    """One of scikit-image's photographs, in colour."""
    try:
        content = models.SKIMAGE.member(models.ROOT / "build/models/packages", name)
    except (RuntimeError, OSError) as error:
        pytest.skip(f"photographs are missing: {error}")
    return np.asarray(Image.open(BytesIO(content)).convert("RGB"))


def _likeliest_face(photo: np.ndarray) -> tuple[float, np.ndarray]:
    """BlazeFace's surest face: its probability, and its centre as parts of the picture's sides."""
    network = sepconv.Network(_model("blazeface"))
    levels = sepconv.PhotoOptions(part=1, mean=(127.5,) * 3, deviation=(127.5,) * 3)
    x = sepconv.photo_input(photo, network.inputs[0].shape, levels)
    fine, coarse, *boxes = network.run(None, {network.inputs[0].name: x})
    scores = np.concatenate([fine.ravel(), coarse.ravel()])
    best = int(scores.argmax())
    # Offsets in 128ths from the middles of cells: 16x16 with two faces each, 8x8 with six.
    middles = [
        ((x + 0.5) / side, (y + 0.5) / side)
        for side, faces in ((16, 2), (8, 6))
        for y, x in np.ndindex(side, side)
        for _ in range(faces)
    ]
    offset = np.concatenate([box[0] for box in boxes])[best, :2] / 128
    return float(1 / (1 + np.exp(-scores[best]))), np.array(middles[best]) + offset


def _prepared(photo: Image.Image, side: int, mean, deviation) -> np.ndarray:
    """The middle of a photograph, [1, 3, side, side]."""
    scale = side * 256 / 224 / min(photo.size)
    width, height = (round(length * scale) for length in photo.size)
    left, top = (width - side) // 2, (height - side) // 2
    levels = photo.resize((width, height), Image.Resampling.BICUBIC)
    levels = levels.crop((left, top, left + side, top + side))
    values = (np.asarray(levels, np.float32) - np.float32(mean)) / np.float32(deviation)
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None])


def _of_imagenet(name: str, photo: Image.Image) -> np.ndarray:
    if name == "mobilenet_v2":
        return _prepared(photo, 224, [123.675, 116.28, 103.53], [58.395, 57.12, 57.375])
    return _prepared(photo, 224, 127, 128)


def _judge(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("name", list(models.MODELS))
def test_outputs_are_those_of_onnxruntime(name, threads, photo):
    path = _model(name)
    network, judge = sepconv.Network(path, threads=threads), _judge(path)
    height, width = TEXT.get(name, (SIDES.get(name),) * 2)
    levels = Image.fromarray(photo).resize((width, height), Image.Resampling.BICUBIC)
    x = np.asarray(levels, np.float32)[None] / 127.5 - 1
    if name != "blazeface":
        x = np.ascontiguousarray(x.transpose(0, 3, 1, 2))
    inputs = {network.inputs[0].name: x}
    for made, expected in zip(network.run(None, inputs), judge.run(None, inputs), strict=True):
        assert made.shape == expected.shape
        assert np.abs(made - expected).max() <= 1e-4 * np.abs(expected).max()


@pytest.mark.parametrize("name", ["mobilenet_v2", "efficientnet_lite0"])
def test_photographs_are_named(name):
    network = sepconv.Network(_model(name))
    photographs = _photographs()
    right = 0
    for file, photo in photographs.items():
        (logits,) = network.run(None, {"image": _of_imagenet(name, photo)})
        right += int(logits.argmax()) == int(Path(file).stem.split("_")[-1])
    assert len(photographs) == 20
    assert right >= 17


def test_a_face_is_found_where_there_is_one():
    probability, centre = _likeliest_face(_skimage_photo("skimage/data/astronaut.png"))
    assert probability > 0.75
    assert np.abs(centre - (0.44, 0.24)).max() < 0.05
    probability, _ = _likeliest_face(_skimage_photo("skimage/data/coffee.png"))
    assert probability < 0.5


def test_threads_and_batches_give_the_same_bits():
    path = _model("mobilenet_v2")
    x = np.random.default_rng(3).normal(size=(2, 3, 96, 128)).astype(np.float32)
    one, two = (sepconv.Network(path, threads=threads) for threads in (1, 2))
    (both,) = two.run(None, {"image": x})
    for i in range(2):
        (alone,) = one.run(None, {"image": x[i : i + 1]})
        assert np.array_equal(alone[0], both[i])
