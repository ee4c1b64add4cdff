"""The help texts teach by example, and the examples work as printed."""

import re
import shlex

import numpy as np
import onnx
import program
import pytest
import tifffile
from onnx import TensorProto, helper
from PIL import Image

SUBCOMMANDS = ("filter", "separate", "explain", "verify")


def help_text(*subcommand: str) -> str:
    return program.run(*subcommand, "--help").stdout


def examples(*subcommand: str) -> list[str]:
    """The example commands of a help text: every indented line that begins with sepconv."""
    return re.findall(r"^ +sepconv (.+)$", help_text(*subcommand), re.MULTILINE)


def _halving() -> onnx.ModelProto:
    """A model that halves pictures; its file's name is that of a real one."""
    x, y = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 3, "h", "w"]) for name in "xy"
    )
    node = helper.make_node("AveragePool", ["x"], ["y"], kernel_shape=[2, 2], strides=[2, 2])
    graph = helper.make_graph([node], "halving", [x], [y])
    return helper.make_model(graph, opset_imports=[helper.make_operatorsetid("", 13)])


@pytest.fixture
def folder(tmp_path, photo):
    """What the examples name: photo.jpg, photo.png, scan.tif, kernel.npy and a network."""
    small = photo[:90, :120]
    Image.fromarray(small).save(tmp_path / "photo.jpg")
    Image.fromarray(small).save(tmp_path / "photo.png")
    tifffile.imwrite(tmp_path / "scan.tif", small.astype(np.uint16) * 257, photometric="rgb")
    np.save(tmp_path / "kernel.npy", np.arange(12.0).reshape(3, 4))
    (tmp_path / "mobilenet_v2.onnx").write_bytes(_halving().SerializeToString())
    return tmp_path


@pytest.mark.parametrize("subcommand", SUBCOMMANDS)
def test_each_help_has_three_to_five_examples(subcommand):
    found = examples(subcommand)
    assert 3 <= len(found) <= 5
    assert all(example.startswith(subcommand) for example in found)


@pytest.mark.parametrize("subcommand", SUBCOMMANDS)
def test_examples_work_as_printed(folder, subcommand):
    for example in examples(subcommand):
        program.run(*shlex.split(example), cwd=folder)


def test_examples_of_the_program_work_as_printed(folder):
    found = [line for line in examples() if "SUBCOMMAND" not in line]
    assert len(found) == 5
    for example in found:
        program.run(*shlex.split(example), cwd=folder)


@pytest.mark.parametrize("subcommand", SUBCOMMANDS)
def test_each_help_has_the_table_of_kernels_whose_examples_parse(subcommand):
    table = help_text(subcommand).split("Kernels (SPEC):\n")[1]
    specs = re.findall(r"^  (\S+:\S+|\w+|\".*\"\S*) ", table, re.MULTILINE)
    assert len(specs) >= 12
    for spec in specs:
        if not spec.startswith("file:"):
            program.run("separate", *shlex.split(spec) if spec[0] != '"' else [spec])
