"""Networks read from ONNX files."""

from .photo import Class, PhotoOptions, photo_input, top_classes
from .session import Network
from .values import NetworkValue

__all__ = ["Class", "Network", "NetworkValue", "PhotoOptions", "photo_input", "top_classes"]
