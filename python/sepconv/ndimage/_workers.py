"""How many threads the filters of this subpackage use: set_workers() and get_workers()."""

import contextlib
import contextvars
import operator

MOST_WORKERS = 1024

_workers = contextvars.ContextVar("sepconv.ndimage.workers", default=1)


def get_workers() -> int:
    """The number of threads that a filter called here would use; 1 unless `set_workers` says.

    Examples
    --------
    >>> get_workers()
    1
    """
    return _workers.get()


@contextlib.contextmanager
def set_workers(workers: int):
    """A context in which filters use that many threads, as in `scipy.fft.set_workers`.

    Results do not depend on it. It counts for the calling thread or asyncio task only.

    Parameters
    ----------
    workers : int
        1 to 1024.

    Raises
    ------
    ValueError
        Another number.

    Examples
    --------
    >>> with set_workers(4):
    ...     get_workers()
    4
    """
    workers = operator.index(workers)
    if not 1 <= workers <= MOST_WORKERS:
        raise ValueError(f"set_workers: workers is {workers}; expected 1 to {MOST_WORKERS}")
    token = _workers.set(workers)
    try:
        yield
    finally:
        _workers.reset(token)
