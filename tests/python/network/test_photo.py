"""Photographs as inputs, as Pillow prepares them, and the likeliest classes."""

import numpy as np
import pytest
import sepconv
from PIL import Image


@pytest.mark.parametrize("preset", ["imagenet", "tf"])
def test_photographs_are_prepared_as_pillow_does_it(photo, preset):
    image = Image.fromarray(photo)
    side = 96
    scale = side * 256 / 224 / min(image.size)
    size = tuple(round(length * scale) for length in image.size)
    way = Image.Resampling.BICUBIC if preset == "tf" else Image.Resampling.BILINEAR
    left, top = ((length - side) // 2 for length in size)
    levels = np.asarray(image.resize(size, way).crop((left, top, left + side, top + side)))
    mean, deviation = (127.5, 127.5)
    if preset == "imagenet":
        mean = np.float32([123.675, 116.28, 103.53])
        deviation = np.float32([58.395, 57.12, 57.375])
    expected = (levels - mean) / deviation
    made = sepconv.photo_input(photo, (None, side, side, 3), preset)
    assert made.shape == (1, side, side, 3)
    assert made.dtype == np.float32
    assert np.abs(made[0] - expected).max() < 1.6 / 57  # Pillow rounds between rows and columns
    planes = sepconv.photo_input(photo[:, ::1], (1, 3, side, side), preset)
    assert np.array_equal(planes[0].transpose(1, 2, 0), made[0])


def test_options_take_the_place_of_presets():
    options = sepconv.PhotoOptions(part=1, mean=(0, 0, 0), deviation=(1, 2, 4))
    made = sepconv.photo_input(np.full((50, 70), 200, np.uint8), (1, 3, 8, 8), options)
    assert np.allclose(made[0, :, 0, 0], [200, 100, 50])
    deep = sepconv.photo_input(np.full((50, 70, 3), 200 * 257, np.uint16), (1, 3, 8, 8), options)
    assert np.allclose(deep, made, rtol=1e-5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"photo": np.zeros((4, 4, 3))}, "float64; expected uint8 or uint16"),
        ({"photo": np.zeros(4, np.uint8)}, r"\(4,\); expected \(height, width, channels\)"),
        ({"preset": "keras"}, "'keras'; expected imagenet or tf"),
        ({"shape": (1, 4, 4, 4)}, "1x4x4x4; expected 1x3x"),
        ({"preset": sepconv.PhotoOptions(deviation=(1, 0, 1))}, "expected no zero"),
        ({"preset": sepconv.PhotoOptions(mean=(1, 2))}, "expected 3 finite numbers"),
        ({"preset": sepconv.PhotoOptions(part=2)}, "part is 2; expected up to 1"),
    ],
)
def test_what_cannot_be_is_told(change, message):
    given = {"photo": np.zeros((4, 4, 3), np.uint8)} | change
    with pytest.raises((ValueError, TypeError), match=message):
        sepconv.photo_input(**given)


def test_classes_are_listed_by_their_probability(tmp_path):
    logits = np.log([[1.0, 4.0, 3.0, 2.0]])
    (tmp_path / "labels.txt").write_text("one\nfour\nthree\ntwo\n")
    for labels in (["one", "four", "three", "two"], tmp_path / "labels.txt"):
        first, second = sepconv.top_classes(logits, labels, 2)
        assert (first.number, first.label) == (1, "four")
        assert first.probability == pytest.approx(0.4)
        assert second.label == "three"
    assert sepconv.top_classes([0.25, 0.75])[0] == sepconv.Class(1, "", 0.75)
    with pytest.raises(ValueError, match="1 labels; the network has 4 classes"):
        sepconv.top_classes(logits, ["one"])
    with pytest.raises(ValueError, match=r"\(2, 2\); expected"):
        sepconv.top_classes(np.ones((2, 2)))
