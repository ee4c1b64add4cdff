"""sepconv run: networks on photographs, prepared as Pillow does it, and on arrays."""

import json

import numpy as np
import pytest
from onnx import TensorProto, helper
from PIL import Image
from program import PHOTO, fails, run


def _save(path, nodes, shape, type_=TensorProto.FLOAT):
    """A model from x of this shape to y."""
    graph = helper.make_graph(
        nodes,
        "test",
        [helper.make_tensor_value_info("x", type_, shape)],
        [helper.make_tensor_value_info("y", type_, None)],
    )
    imports = [helper.make_operatorsetid("", 13)]
    path.write_bytes(helper.make_model(graph, opset_imports=imports).SerializeToString())
    return path


@pytest.fixture
def same(tmp_path):
    """A model whose output is its input."""
    return lambda shape, **kind: _save(
        tmp_path / "same.onnx", [helper.make_node("Identity", ["x"], ["y"])], shape, **kind
    )


def _prepared(side: int, preset: str) -> np.ndarray:
    """What Pillow and numpy make of the photograph, [3, side, side]."""
    photo = Image.open(PHOTO)
    scale = side * 256 / 224 / min(photo.size)
    size = tuple(round(length * scale) for length in photo.size)
    way = Image.Resampling.BICUBIC if preset == "tf" else Image.Resampling.BILINEAR
    left, top = ((length - side) // 2 for length in size)
    levels = photo.resize(size, way).crop((left, top, left + side, top + side))
    values = np.asarray(levels, np.float32).transpose(2, 0, 1)
    if preset == "tf":
        return values / 127.5 - 1
    mean = np.float32([0.485, 0.456, 0.406])[:, None, None]
    return (values / 255 - mean) / np.float32([0.229, 0.224, 0.225])[:, None, None]


@pytest.mark.parametrize("preset", ["imagenet", "tf"])
@pytest.mark.parametrize(("layout", "side"), [("nchw", 224), ("nhwc", 128), ("nchw", 480)])
def test_photographs_are_prepared_as_pillow_does_it(same, tmp_path, preset, layout, side):
    model = same([1, 3, "h", "w"] if side == 224 else [1, 3, side, side])
    if layout == "nhwc":
        model = same([1, side, side, 3])
    run("run", model, PHOTO, "--preset", preset, "--out", tmp_path / "y.npy")
    made = np.load(tmp_path / "y.npy")[0]
    made = made.transpose(2, 0, 1) if layout == "nhwc" else made
    expected = _prepared(side, preset)
    assert made.shape == expected.shape
    level = 1 / 127.5 if preset == "tf" else 1 / (255 * 0.224)
    assert np.abs(made - expected).max() < 1.6 * level  # Pillow rounds between rows and columns


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "int32", "int8", "uint8", "bool"])
@pytest.mark.parametrize("shape", [(2, 3), (5,), (1, 2, 3, 4)])
def test_arrays_go_in_and_out_as_they_are(same, tmp_path, dtype, shape):
    array = (np.arange(np.prod(shape)).reshape(shape) % 2).astype(dtype)
    np.save(tmp_path / "x.npy", array)
    type_ = helper.np_dtype_to_tensor_dtype(array.dtype)
    run("run", same(shape, type_=type_), tmp_path / "x.npy", "--out", tmp_path / "y.npy")
    made = np.load(tmp_path / "y.npy")
    assert made.dtype == array.dtype
    assert np.array_equal(made, array)


def test_classes_are_listed_by_their_probability(same, tmp_path):
    np.save(tmp_path / "x.npy", np.log(np.float32([[1, 4, 3, 2]])))
    labels = tmp_path / "labels.txt"
    labels.write_text("one\nfour\nthree\ntwo\n")
    model = same([1, 4])
    text = run("run", model, tmp_path / "x.npy", "--labels", labels, "--top", 2).stdout
    assert text == " 40.00 %     1  four\n 30.00 %     2  three\n"
    listed = json.loads(run("run", model, tmp_path / "x.npy", "--labels", labels, "--json").stdout)
    assert [one["label"] for one in listed] == ["four", "three", "two", "one"]
    assert sum(one["probability"] for one in listed) == pytest.approx(1)


def test_wrong_use_is_told(same, tmp_path):
    model = same([1, 4])
    np.save(tmp_path / "x.npy", np.zeros((1, 4), np.float32))
    (tmp_path / "labels.txt").write_text("one\n")
    labels = ["--labels", tmp_path / "labels.txt"]
    assert "1 names; the network has 4" in fails("run", model, tmp_path / "x.npy", *labels, code=2)
    assert "the input is 1x4; expected" in fails("run", model, PHOTO, code=2)
    assert "missing.onnx" in fails("run", tmp_path / "missing.onnx", PHOTO, code=1)
    np.save(tmp_path / "wide.npy", np.zeros((1, 5), np.float32))
    assert "1x5 f32; expected 1x4 f32" in fails("run", model, tmp_path / "wide.npy", code=2)
    np.save(tmp_path / "half.npy", np.zeros((1, 4), np.float16))
    assert "half.npy: elements of type f2" in fails("run", model, tmp_path / "half.npy", code=1)
    (tmp_path / "no.npy").write_bytes(b"no array")
    assert "no.npy: no .npy file" in fails("run", model, tmp_path / "no.npy", code=1)
