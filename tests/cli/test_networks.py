"""sepconv explain and bench of networks: tables for people, JSON for programs."""

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from program import fails, run, run_json


@pytest.fixture
def model(tmp_path):
    """Conv > Relu, 3 to 4 channels, of any batch and size."""
    weights = numpy_helper.from_array(np.ones((4, 3, 3, 3), np.float32), "w")
    graph = helper.make_graph(
        [helper.make_node("Conv", ["x", "w"], ["a"]), helper.make_node("Relu", ["a"], ["y"])],
        "test",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3, "h", "w"])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [weights],
    )
    imports = [helper.make_operatorsetid("", 13)]
    path = tmp_path / "net.onnx"
    path.write_bytes(helper.make_model(graph, opset_imports=imports).SerializeToString())
    return path


def test_explain_lists_steps_with_what_was_fused(model):
    text = run("explain", model, "--shape", "1x3x10x12").stdout
    heading, line, planes, total = text.splitlines()
    assert heading.split() == ["us", "predicted", "MMAC", "GMAC/s", "KiB", "step"]
    assert "layer of Conv, Relu: 1x10x12x3 -> 1x8x10x4" in line
    assert planes.endswith("layout: 1x4x8x10 -> 1x4x8x10")
    assert "values between steps share" in total
    (step, _) = run_json("explain", model, "--shape", "1x3x10x12")["steps"]
    assert step["multiplications"] == 8 * 10 * 4 * 27
    assert step["bytes"] == 4 * (3 * 10 * 12 + 4 * 8 * 10)
    assert step["seconds"] > 0
    assert step["predicted_seconds"] > 0


def test_bench_counts_images_and_multiplications(model):
    quick = ["--shape", "x=1x3x10x12", "--batch", "5", "--seconds", "0"]
    report = run_json("bench", model, *quick)
    assert report["inputs"] == "x 5x3x10x12"
    assert report["images"] == 5
    assert report["multiplications"] == 5 * 8 * 10 * 4 * 27
    assert 0 < report["minimum_seconds"] <= report["median_seconds"]
    assert report["runs"] >= 5
    text = run("bench", model, *quick, "--threads", "1").stdout
    assert "x 5x3x10x12, 1 thread\n" in text
    assert "images/s  GMAC/s" in text
    assert "values between steps share" in text


def test_sizes_that_cannot_be_are_told(model):
    assert "expected sizes as 1x3x224x224" in fails("bench", model, "--shape", "1x3y", code=2)
    assert "there is no input 'z'" in fails("explain", model, "--shape", "z=1x3", code=2)
    assert "1x2x9x9 f32; expected ?x3x?x?" in fails("bench", model, "--shape", "1x2x9x9", code=2)
    assert "--map WxH[xC] is needed" in fails("explain", "sobel:x", code=2)
    assert "missing.onnx" in fails("bench", "missing.onnx", code=1)
