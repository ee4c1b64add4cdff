"""Whole networks, from their ONNX files."""

from collections.abc import Iterator

from ...scenarios import Goal
from ..networks import RANDOM_NET, NetworkCase

TITLE = "Networks"
RATIOS = {  # against the best peer, and against onnxruntime
    "MobileNetV2 224": (1.25, 1.35),
    "EfficientNet-Lite0": (1.2, 1.3),
    "MobileNetV1": (1.1, 1.15),
    "BlazeFace": (1.3, 1.3),
    "PP-OCRv4": (1.0, 1.1),
    "MobileNetV2 1920x1080": (1.3, 1.5),
}
GOALS = tuple(
    Goal(("f32",), mean=ratio, any_case=ratio, against=against, cases=net)
    for net, ratios in RATIOS.items()
    for ratio, against in zip(ratios, ((), ("onnxruntime",)), strict=True)
)
NOTE = (
    "Files of packages, of random weights for MobileNetV1; input and output as the file has them, "
    "answers within 1e-4 of the largest value of what onnxruntime gives without optimisation. Of "
    "MobileNetV2 at 1920x1080 the part that works on maps. The limit counts convolutions and dense "
    "layers. LiteRT and ncnn read files of their own, which nothing here makes of these."
)


def cases() -> Iterator[NetworkCase]:
    square = (1, 3, 224, 224)
    yield NetworkCase("MobileNetV2 224", "mobilenet_v2", square, is_quick=True)
    yield NetworkCase("EfficientNet-Lite0 224", "efficientnet_lite0", square)
    yield NetworkCase("MobileNetV1 224", RANDOM_NET, square)
    yield NetworkCase("BlazeFace front 128", "blazeface", (1, 128, 128, 3))
    yield NetworkCase("PP-OCRv4 cls 48x192", "ppocr_cls", (1, 3, 48, 192))
    yield NetworkCase("PP-OCRv4 rec 48x320", "ppocr_rec", (1, 3, 48, 320))
    yield NetworkCase("PP-OCRv4 det 640x640", "ppocr_det", (1, 3, 640, 640))
    yield NetworkCase("MobileNetV2 1920x1080", "mobilenet_v2", (1, 3, 1080, 1920), is_cut=True)
