"""Separable convolutions of images and arrays of any dimension.

>>> import numpy as np, sepconv
>>> blurred = sepconv.filter(np.zeros((480, 640), np.uint8), sepconv.gaussian(2.0))
"""

from . import _html
from ._filter import filter, plan
from ._gaussian import GaussianPlan, gaussian_filter, gaussian_plan
from ._kernels import (
    Kernel,
    binomial,
    box,
    disk,
    gaussian,
    laplacian,
    parse,
    prewitt,
    read_kernel,
    scharr,
    sobel,
)
from ._layers import BatchNorm, Conv2d, DepthwiseConv2d, InvertedResidual, SeparableConv2d
from ._network import Class, Network, NetworkValue, PhotoOptions, photo_input, top_classes
from ._plan import Plan
from ._separate import separate
from .sepconv_ext import Explanation, FormatError, InvalidArgument, ModelError, SeparationResult

SeparationResult._repr_html_ = _html.separation_html
Explanation._repr_html_ = _html.explanation_html
Plan._repr_html_ = _html.plan_html

__version__ = "0.1.0"

__all__ = [
    "BatchNorm",
    "Class",
    "Conv2d",
    "DepthwiseConv2d",
    "Explanation",
    "FormatError",
    "GaussianPlan",
    "InvalidArgument",
    "InvertedResidual",
    "Kernel",
    "ModelError",
    "Network",
    "NetworkValue",
    "PhotoOptions",
    "Plan",
    "SeparableConv2d",
    "SeparationResult",
    "binomial",
    "box",
    "disk",
    "filter",
    "gaussian",
    "gaussian_filter",
    "gaussian_plan",
    "laplacian",
    "parse",
    "photo_input",
    "plan",
    "prewitt",
    "read_kernel",
    "scharr",
    "separate",
    "sobel",
    "top_classes",
]
