"""Plan: which C++ plan takes a kernel, and arrays in and out of it."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _arguments as arguments
from . import _arrays as arrays
from . import _missing, _options
from . import sepconv_ext as ext
from ._arguments import SupportsDLPack
from ._request import Request, border_of, fill_common
from ._separable import MOST_AXES, SeparablePlan, array_request, separated

MOST_IMAGE_CHANNELS = 4  # what FilterPlan interleaves
KERNELS_ANCHOR = -1  # of a CorrelationAxis: the one that the kernel has
SEPARABLE_METHODS = ("auto", "separable")  # what SeparablePlan does
DIRECT_METHODS = ("auto", "direct")  # what CorrelationPlan does


def _image_axes(request: Request) -> int | None:
    """2 or 3 where a FilterPlan takes the kernel, the number of axes of its images."""
    if request.kernel is None or len(request.axes) != 2:
        return None
    dimensions = len(request.shape)
    channel = _options.channel_index(request.options, dimensions)
    if channel == dimensions - 1:
        is_few = request.shape[-1] <= MOST_IMAGE_CHANNELS
        last = (dimensions - 3, dimensions - 2)
        return 3 if is_few and request.axes == last else None
    return 2 if request.axes == (dimensions - 2, dimensions - 1) else None


def _image_plan(request: Request, image_axes: int) -> ext.StackPlan:
    target = fill_common(ext.ImageRequest(), request)
    target.border, target.border_value = border_of(request)
    target.height, target.width = request.shape[-image_axes:][:2]
    target.has_channel_axis = image_axes == 3
    target.channels = request.shape[-1] if image_axes == 3 else 1
    target.convolve = arguments.as_flag(request.options.convolve, "filter: convolve")
    target.method = request.options.method
    target.max_error = arguments.as_real(request.options.max_error, "filter: max_error")
    return ext.StackPlan(target, request.kernel._core.with_anchor(request.anchor))


def _array_plan(request: Request) -> SeparablePlan | None:
    """The plan of one factor an axis; None if the kernel or the method is not of that kind."""
    if request.options.method not in SEPARABLE_METHODS:
        return None
    term = separated(request)
    return term and SeparablePlan(request, term)


def _correlation_plan(request: Request) -> ext.CorrelationPlan | None:
    """The plan of a dense kernel tap by tap; None if the kernel or the method is not of that
    kind."""
    if request.kernel is None or request.options.method not in DIRECT_METHODS:
        return None
    target = fill_common(ext.CorrelationRequest(), request)
    target.shape = request.shape
    target.axes = [
        ext.CorrelationAxis(axis, KERNELS_ANCHOR, *border_of(request)) for axis in request.axes
    ]
    kernel = request.kernel._core.with_anchor(request.anchor)
    if arguments.as_flag(request.options.convolve, "filter: convolve"):
        kernel = kernel.flipped()
    return ext.CorrelationPlan(target, kernel)


def _missing_plan(request: Request, missing: str) -> ext.ArrayPlan:
    """The plan for arrays with missing samples, "masked" or "nan"."""
    if request.options.method not in SEPARABLE_METHODS:
        raise ValueError(
            f"filter: method is {request.options.method!r}; with a mask expected one of "
            f"{', '.join(SEPARABLE_METHODS)}"
        )
    term = separated(request)
    if term is None:
        raise ValueError(
            f"filter: kernel of shape {request.kernel.shape} is not one outer product; a mask "
            "needs one, or a max_error that one term meets"
        )
    if len(term.axes) > MOST_AXES:
        raise ValueError(
            f"filter: kernel runs along {len(term.axes)} axes; with a mask expected at most "
            f"{MOST_AXES}"
        )
    factors = _missing.positive_factors(term.factors, request.kernel)
    target = array_request(request, replace(term, factors=factors))
    target.missing = missing
    target.min_weight = _options.checked_min_weight(request.options)
    target.fill = _options.checked_fill(request.options, request.out_dtype)
    return ext.ArrayPlan(target)


def _why_no_plan(request: Request) -> str:
    method = request.options.method
    if method == "separable":
        return (
            f"filter: kernel of shape {request.kernel.shape} is not one outer product; method "
            "'separable' needs one, or a max_error that one term meets"
        )
    if request.kernel is None:
        expected = "auto, separable: kernel is a tuple of factors"
    else:
        expected = (
            "auto, direct, separable: others need a kernel along the last two axes (before "
            f"channel_axis=-1 of at most {MOST_IMAGE_CHANNELS} channels)"
        )
    return f"filter: method is {method!r}; expected one of {expected}"


class Plan:
    """A filter of arrays of one shape and dtype, decided before any array arrives.

    `plan` makes it. It does not change: any number of threads may run it at once, and Python's
    lock is released meanwhile.

    Attributes
    ----------
    shape : tuple of int
    dtype, out_dtype : numpy.dtype
    """

    def __init__(self, request: Request):
        self.shape = request.shape
        self.dtype = request.dtype
        self.out_dtype = request.out_dtype
        self._request = request
        image_axes = _image_axes(request)
        self._complete = (
            _image_plan(request, image_axes)
            if image_axes
            else _array_plan(request) or _correlation_plan(request)
        )
        self._missing: dict[str, ext.ArrayPlan] = {}  # those that runs with a mask have needed
        if self._complete is None:
            raise ValueError(_why_no_plan(request))

    def run(
        self,
        x: ArrayLike | SupportsDLPack,
        out: NDArray[Any] | SupportsDLPack | None = None,
        *,
        mask: ArrayLike | SupportsDLPack | str | None = None,
    ) -> NDArray[Any]:
        """Filters x.

        Parameters
        ----------
        x : array_like or anything with DLPack
            Of the plan's shape and dtype, any strides. It is read in place, unless its strides
            are no multiples of its items: then a copy is. The result does not depend on them.
        out : ndarray or anything with DLPack, optional
            Where to write; it may not overlap mask, nor x, but be x itself where
            `allows_in_place`.
        mask : array_like of bool or uint8, or 'nan', optional
            As in `filter`; kernels then have to be one outer product of taps that are not
            negative.

        Returns
        -------
        ndarray
            `out` (an array of its memory if it is no ndarray), or a new array.

        Raises
        ------
        TypeError, ValueError
            Naming `x`, `out` or `mask`; nothing is written.
        """
        if mask is None and arrays.are_ordinary(self, x, out):
            self._complete.run(x, out)
            return out
        x, valid = _missing.samples_and_mask(x, mask)
        in_place = self.allows_in_place and valid is None
        out = arrays.output_of_run(self, x, out, "filter", in_place)
        if isinstance(valid, np.ndarray) and np.may_share_memory(out, valid):
            raise ValueError("filter: out overlaps mask; expected separate memory")

        def run(source: np.ndarray, target: np.ndarray) -> None:
            if valid is None:
                self._complete.run(source, target)
            elif isinstance(valid, str):
                self._missing_plan("nan").run(source, target)
            else:
                self._missing_plan("masked").run_masked(source, valid, target)

        return arrays.run_in_samples(run, x, out)

    def _missing_plan(self, missing: str) -> ext.ArrayPlan:
        """The plan for arrays with missing samples, made when it is first asked for."""
        if missing not in self._missing:
            self._missing[missing] = _missing_plan(self._request, missing)
        return self._missing[missing]

    def explain(self, *, masked: bool = False) -> ext.Explanation:
        """What was chosen and rejected, and the costs; print() it, or take its json().

        Parameters
        ----------
        masked : bool, default False
            Of runs with a mask.
        """
        if arguments.as_flag(masked, "explain: masked"):
            return self._missing_plan("masked").explain()
        return self._complete.explain()

    @property
    def scratch_bytes(self) -> int:
        """The most scratch memory of one thread, whatever the strides of the arrays; no mask."""
        return self._complete.scratch_bytes

    @property
    def allows_in_place(self) -> bool:
        """True where out may be x: dtype and out_dtype are one, and only the last axis is filtered
        (rows are short enough for a single strip), or more than three are; without a mask."""
        return isinstance(self._complete, SeparablePlan) and self._complete.allows_in_place

    @property
    def temporary_bytes(self) -> int:
        """What a run takes beside scratch: the arrays between plans that run in turn, else 0."""
        return self._complete.temporary_bytes if isinstance(self._complete, SeparablePlan) else 0

    def error_bound(self, largest_float: float = 1.0, *, masked: bool = False) -> float:
        """The proven largest difference from the exact value, rounding to out_dtype included.

        Parameters
        ----------
        largest_float : float, default 1.0
            The largest magnitude in inputs of floats; integers have their own.
        masked : bool, default False
            Of runs with a mask: of the outputs that are not fill_value.
        """
        largest = arguments.as_real(largest_float, "error_bound: largest_float")
        if not 0 <= largest < np.inf:
            raise ValueError(f"error_bound: largest_float is {largest:g}; expected 0 or more")
        if arguments.as_flag(masked, "error_bound: masked"):
            return self._missing_plan("masked").error_bound(largest)
        return self._complete.error_bound(largest)

    def __repr__(self) -> str:
        return f"Plan of {self.shape} {self.dtype} -> {self.out_dtype}; explain() says how"
