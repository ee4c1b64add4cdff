"""Networks read from ONNX files."""

from .session import Network, NetworkValue

__all__ = ["Network", "NetworkValue"]
