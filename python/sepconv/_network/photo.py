"""Photographs as inputs of networks, and what networks say of them."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _arguments as arguments
from .. import sepconv_ext as ext


@dataclass(frozen=True)
class PhotoOptions:
    """How a photograph becomes an input; as torchvision's networks have it, unless told.

    Attributes
    ----------
    part : float
        Of the photograph's shorter side that the input shows.
    cubic : bool
        Bicubic; else bilinear. Both are wide enough not to alias when they shrink, as Pillow's are.
    mean, deviation : 3 floats
        Of levels from 0 to 255: the input is (level - mean) / deviation.
    """

    part: float = 224 / 256
    cubic: bool = False
    mean: Sequence[float] = (123.675, 116.28, 103.53)
    deviation: Sequence[float] = (58.395, 57.12, 57.375)


def photo_input(
    photo: ArrayLike,
    shape: Sequence[int | None] = (1, 3, 224, 224),
    preset: str | PhotoOptions = "imagenet",
) -> NDArray[np.float32]:
    """The middle of a photograph, resized, its levels scaled, as a network's input.

    Parameters
    ----------
    photo : array_like, (height, width) or (height, width, channels)
        Of uint8 or uint16: grey or colour, alpha left out. What `numpy.asarray` makes of a Pillow
        image will do.
    shape : sequence of 4 sizes
        [1, 3, height, width] or [1, height, width, 3], as the network's input says; None and -1
        stand for 1 and 224.
    preset : "imagenet", "tf" or PhotoOptions
        As torchvision's networks have it; bicubic with levels from -1 to 1; or as these say.

    Raises
    ------
    ValueError, TypeError
        A photograph, shape or options that cannot be; another preset.

    Examples
    --------
    >>> import numpy as np, sepconv
    >>> sepconv.photo_input(np.zeros((480, 640, 3), np.uint8), preset="tf").shape
    (1, 3, 224, 224)
    """
    levels = np.asarray(photo)
    if levels.dtype not in (np.uint8, np.uint16):
        raise TypeError(f"photo_input: photo is {levels.dtype}; expected uint8 or uint16")
    if levels.ndim not in (2, 3) or levels.size == 0:
        raise ValueError(
            f"photo_input: photo has shape {levels.shape}; expected (height, width, channels)"
        )
    name = "photo_input: shape"
    sizes = [-1 if size is None else arguments.as_index(size, name) for size in shape]
    levels = np.ascontiguousarray(levels if levels.ndim == 3 else levels[:, :, np.newaxis])
    return ext.photo_input(levels, sizes, _options(preset))


def _options(preset: str | PhotoOptions) -> ext.PhotoOptions:
    if not isinstance(preset, PhotoOptions):
        return ext.photo_options(arguments.as_text(preset, "photo_input: preset"))
    options = ext.photo_options("imagenet")
    options.part = arguments.as_real(preset.part, "photo_input: part")
    options.cubic = arguments.as_flag(preset.cubic, "photo_input: cubic")
    options.mean = _of_channels(preset.mean, "photo_input: mean")
    options.deviation = _of_channels(preset.deviation, "photo_input: deviation")
    if not all(options.deviation):
        raise ValueError(f"photo_input: deviation is {options.deviation}; expected no zero")
    return options


def _of_channels(values: Sequence[float], name: str) -> list[float]:
    numbers = [arguments.as_real(value, name) for value in values]
    if len(numbers) != 3 or not np.isfinite(numbers).all():
        raise ValueError(f"{name} is {numbers}; expected 3 finite numbers")
    return numbers


@dataclass(frozen=True)
class Class:
    """One of the classes that a network tells apart."""

    number: int
    label: str
    probability: float


def top_classes(
    scores: ArrayLike,
    labels: Sequence[str] | str | os.PathLike[str] | None = None,
    count: int = 5,
) -> list[Class]:
    """The likeliest classes of one picture, the likeliest first.

    Parameters
    ----------
    scores : array_like, [classes] or [1, classes]
        Probabilities; or logits, whose softmax then is.
    labels : sequence of str, or the path of a file with a name a line, optional
        The first one is that of class 0.
    count : int

    Raises
    ------
    ValueError
        More pictures than one, or other labels than classes.
    """
    values = np.asarray(scores, np.float64)
    if values.size == 0 or values.ndim == 0 or values.shape[-1] != values.size:
        raise ValueError(f"top_classes: scores have shape {values.shape}; expected (classes,)")
    values = values.ravel()
    names = _names(labels)
    if names and len(names) != len(values):
        raise ValueError(f"top_classes: {len(names)} labels; the network has {len(values)} classes")
    if abs(values.sum() - 1) >= 1e-3 or values.min() < 0:
        values = np.exp(values - values.max())
        values /= values.sum()
    first = np.argsort(-values, kind="stable")[: arguments.as_index(count, "top_classes: count")]
    return [Class(int(i), names[i] if names else "", float(values[i])) for i in first]


def _names(labels: Sequence[str] | str | os.PathLike[str] | None) -> list[str]:
    if labels is None:
        return []
    if isinstance(labels, (str, os.PathLike)):
        return Path(labels).read_text().splitlines()
    return list(labels)
