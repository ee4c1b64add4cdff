"""Layers as modules of PyTorch, on the CPU in float32: trained like torch's own, and as fast as
sepconv's.

>>> pair = nn.Conv2d(32, 32, 3, padding=1, groups=32), nn.Conv2d(32, 64, 1)  # doctest: +SKIP
>>> layer = sepconv.torch.SeparableConv2d.from_torch(*pair)  # doctest: +SKIP
"""

from ._modules import DepthwiseConv2d, SeparableConv2d

__all__ = ["DepthwiseConv2d", "SeparableConv2d"]
