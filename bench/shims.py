"""Small C++ libraries for what Python cannot call: compiled when used, kept in build-bench."""

import ctypes
import os
import subprocess
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
BUILT = FOLDER.parent / "build-bench" / "shims"
COMPILE = ("g++", "-std=c++20", "-O3", "-march=native", "-shared", "-fPIC", "-pthread")


def load(source: str, *options: str) -> ctypes.CDLL:
    """The library of a source file in this folder; OSError saying why there is none."""
    path = FOLDER / source
    library = BUILT / f"{path.stem}.so"
    if not library.exists() or library.stat().st_mtime < path.stat().st_mtime:
        BUILT.mkdir(parents=True, exist_ok=True)
        fresh = library.with_suffix(f".{os.getpid()}")  # renamed when whole
        command = [*COMPILE, str(path), "-o", str(fresh), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            errors = [line for line in done.stderr.splitlines() if "error" in line]
            raise OSError(f"{source} does not compile: {(errors or ['?'])[0]}")
        fresh.replace(library)
    return ctypes.CDLL(str(library))
