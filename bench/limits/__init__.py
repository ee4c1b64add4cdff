"""What this machine can do at most, measured in the same run: copies and multiply-adds.

Every case has to read and write its bytes once, and to do its multiply-adds. Whatever takes longer
is the limit.
"""

import ctypes

from .. import shims
from ..layers.case import AnyCase

# Integer types are filtered by multiply-adds of this kind; see limits.cc.
KIND_OF_TYPE = {"f32": "f32", "u8": "i16", "u16": "f32"}
LEAST_BYTES = 1 << 20  # copies of less are mostly threads that wait for each other


class Limits:
    """The limits, each measured when it is first asked for and kept."""

    def __init__(self):
        self._library = shims.load("limits/limits.cc")
        for name in ("copy_bytes_per_second", "f32_rate", "i16_rate"):
            getattr(self._library, name).restype = ctypes.c_double
        self._known: dict[tuple, float] = {}

    def copy(self, bytes: int, threads: int) -> float:
        """Bytes read and written per second by copies that move this many in all, or more."""
        bytes = max(bytes, LEAST_BYTES)
        key = ("copy", bytes, threads)
        if key not in self._known:
            half = ctypes.c_size_t(bytes // 2)
            self._known[key] = self._library.copy_bytes_per_second(half, threads)
        return self._known[key]

    def multiply_adds(self, kind: str, threads: int) -> float:
        """Multiply-adds per second, of f32 or of i16 pairs."""
        key = (kind, threads)
        if key not in self._known:
            self._known[key] = getattr(self._library, f"{kind}_rate")(threads)
        return self._known[key]

    def seconds(self, case: AnyCase, threads: int) -> float:
        """The least seconds that a case can take."""
        least = case.bytes / self.copy(case.bytes, threads)
        if case.multiply_adds is not None:
            rate = self.multiply_adds(KIND_OF_TYPE[case.type], threads)
            least = max(least, case.multiply_adds / rate)
        return least

    def to_json(self) -> list[dict]:
        names = {"copy": "GB/s", "f32": "G multiply-adds/s", "i16": "G multiply-adds/s"}
        return [
            {
                "limit": key[0],
                "bytes": key[1] if len(key) == 3 else None,
                "threads": key[-1],
                "rate": round(rate / 1e9, 2),
                "unit": names[key[0]],
            }
            for key, rate in sorted(self._known.items(), key=str)
        ]
