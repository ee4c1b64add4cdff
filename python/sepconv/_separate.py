"""separate(): a kernel as a sum of outer products."""

from numpy.typing import ArrayLike

from . import sepconv_ext as ext
from ._arguments import as_index, as_real
from ._kernels import Kernel, as_kernel

MOST_TERMS = 2**24  # as many as a kernel has taps


def separate(
    kernel: Kernel | ArrayLike, max_error: float = 0.0, rank: int | None = None
) -> ext.SeparationResult:
    """Finds the fewest outer products that add up to a kernel.

    Parameters
    ----------
    kernel : Kernel or array_like
        1 to 8 axes.
    max_error : float, default 0.0
        The accepted sum of absolute differences of all taps; 0 is exact.
    rank : int, optional
        Keep this many terms, whatever the error.

    Returns
    -------
    SeparationResult
        Its text says what was found; `terms` has tuples of 1-D arrays, rows last.

    Raises
    ------
    ValueError
        Negative or NaN `max_error`, or `rank` below 1.

    Examples
    --------
    >>> import sepconv
    >>> [(column, row)] = sepconv.separate(sepconv.sobel("x")).terms
    >>> column, row
    (array([1., 2., 1.]), array([-1.,  0.,  1.]))
    """
    limit = as_real(max_error, "separate: max_error")
    # No kernel has more terms than taps, so that a larger rank than C++ counts with is no other.
    kept = None if rank is None else min(as_index(rank, "separate: rank"), MOST_TERMS)
    return ext.separate(as_kernel(kernel)._core, limit, kept)
