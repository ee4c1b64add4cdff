"""Fixtures of tests/cli: the shipped photograph as other programs read and write it."""

import numpy as np
import program
import pytest
import tifffile
from PIL import Image


@pytest.fixture(scope="session", autouse=True)
def built_program():
    if not program.program_path().exists():
        pytest.exit(f"{program.program_path()} is missing; run make build", returncode=1)


@pytest.fixture(scope="session")
def photo() -> np.ndarray:
    """The photograph, (height, width, 3) uint8."""
    return np.asarray(Image.open(program.PHOTO).convert("RGB"))


@pytest.fixture(scope="session")
def files(photo, tmp_path_factory):
    """A folder with the photograph as photo.png, as floats in photo.tif, and a 60x40 crop.png."""
    folder = tmp_path_factory.mktemp("files")
    Image.fromarray(photo).save(folder / "photo.png")
    tifffile.imwrite(folder / "photo.tif", photo.astype(np.float32) / 8, photometric="rgb")
    Image.fromarray(photo[100:140, 200:260]).save(folder / "crop.png")
    return folder
