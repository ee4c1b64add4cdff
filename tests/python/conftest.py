"""Fixtures of tests/python."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture(scope="session")
def photo() -> np.ndarray:
    """A part of the photograph, (height, width, 3) uint8."""
    return np.asarray(Image.open(DATA / "china.jpg").convert("RGB"))[100:180, 200:290]
