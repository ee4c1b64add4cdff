"""SeparablePlan: filters of one factor an axis, as one C++ plan or as several in turn."""

import math
from dataclasses import dataclass, replace

import numpy as np

from . import _arguments as arguments
from . import _arrays as arrays
from . import sepconv_ext as ext
from ._request import Request, border_of, fill_common

MOST_AXES = 3  # that an ArrayPlan filters
SHORT_ROW = 16  # samples: three axes across such rows are fastest together, measured
EXACT_IN_FLOAT = 2.0**24  # whole sums below
LARGEST_FLOAT = float(np.finfo(np.float32).max)
DOUBLE_TYPES = {np.dtype(np.float64), np.dtype(np.int32)}  # summed in double


@dataclass(frozen=True)
class Term:
    """A kernel as one outer product: a factor an axis as it is correlated, over a divisor."""

    axes: tuple[int, ...]
    factors: tuple[np.ndarray, ...]
    anchors: tuple[int, ...]
    divisor: int = 1
    residual: float = 0.0  # what the kernel differs by, for inputs of magnitude 1

    @property
    def gain(self) -> float:
        """The largest result for inputs of magnitude 1."""
        return math.prod(math.fsum(np.abs(taps)) for taps in self.factors) / self.divisor


def separated(request: Request) -> Term | None:
    """The kernel as one outer product; None if it takes more, or more than max_error allows."""
    factors, divisor, residual = request.factors, 1, 0.0
    if factors is None:
        max_error = arguments.as_real(request.options.max_error, "filter: max_error")
        separation = ext.separate(request.kernel._core, max_error, None)
        if len(separation.terms) != 1:
            return None
        factors, divisor = separation.terms[0], separation.divisor
        residual = separation.residual_l1
    anchors = request.anchor
    if arguments.as_flag(request.options.convolve, "filter: convolve"):
        anchors = tuple(f.size - 1 - at for f, at in zip(factors, anchors, strict=True))
        factors = tuple(taps[::-1] for taps in factors)
    return _without_single_taps(Term(request.axes, factors, anchors, divisor, residual))


def _without_single_taps(term: Term) -> Term:
    """The term in the order of its axes, single taps multiplied into another factor."""
    by_axis = sorted(zip(term.axes, term.factors, term.anchors, strict=True), key=lambda f: f[0])
    single = [factor for factor in by_axis if factor[1].size == 1]
    longer = [factor for factor in by_axis if factor[1].size > 1] or [single.pop(0)]
    axes, factors, anchors = zip(*longer, strict=True)
    gain = math.prod(taps.item() for _, taps, _ in single)
    return replace(term, axes=axes, factors=(factors[0] * gain, *factors[1:]), anchors=anchors)


def array_request(request: Request, term: Term) -> ext.ArrayRequest:
    """What an ArrayPlan of the term is made from."""
    target = fill_common(ext.ArrayRequest(), request)
    target.border, target.border_value = border_of(request)
    target.shape = request.shape
    target.divisor = term.divisor
    target.factors = [
        ext.Factor(axis, taps.tolist(), anchor)
        for axis, taps, anchor in zip(term.axes, term.factors, term.anchors, strict=True)
    ]
    return target


def _largest(request: Request, largest_float: float) -> float:
    """The largest magnitude of samples, those beyond the edges included."""
    if request.dtype.kind == "f":
        return max(largest_float, abs(border_of(request)[1]))
    limits = np.iinfo(request.dtype)
    return float(max(-int(limits.min), int(limits.max)))


def _needs_double(request: Request, term: Term) -> bool:
    """True where sums of whole samples and taps are exact in double only."""
    if request.dtype.kind == "f" or not all((f == np.rint(f)).all() for f in term.factors):
        return False
    quotient_bits = 1 if term.divisor == 1 else 2  # one near a tie needs a bit more
    return _largest(request, 0.0) * term.gain * term.divisor * quotient_bits >= EXACT_IN_FLOAT


def _axes_of_plans(axes: tuple[int, ...], shape: tuple[int, ...]) -> list[slice]:
    """Which axes are filtered together, the last ones last, by as few plans as are fast.

    Where three axes are filtered and the last one is not among them, an ArrayPlan gathers its rows
    sample by sample: two axes at a time, in whole rows, are faster unless rows are short.
    """
    last = len(shape) - 1
    groups = []
    end = len(axes)
    while end > 0:
        has_rows = axes[end - 1] == last or shape[last] < SHORT_ROW
        start = max(end - (MOST_AXES if has_rows else MOST_AXES - 1), 0)
        groups.insert(0, slice(start, end))
        end = start
    return groups


def _parts(term: Term, shape: tuple[int, ...]) -> list[Term]:
    """The term as those of the plans that run in turn, of which the last one divides."""
    groups = [slice(None)] if len(term.axes) <= MOST_AXES else _axes_of_plans(term.axes, shape)
    parts = [Term(term.axes[g], term.factors[g], term.anchors[g]) for g in groups]
    parts[-1] = replace(parts[-1], divisor=term.divisor)
    return parts


class SeparablePlan:
    """One factor an axis: an ArrayPlan, or several in turn where more than three axes are filtered.

    Between them the array is float64 where sums are double, else float32. A constant beyond the
    edges of the input is, for a plan that follows, what the plans before make of it.

    Attributes
    ----------
    temporary_bytes : int
        Of the arrays between, of which there are two at a time at most.
    """

    def __init__(self, request: Request, term: Term):
        self._request = request
        self._residual = term.residual
        parts = _parts(term, request.shape)
        cvals = [border_of(request)[1]]
        for part in parts[:-1]:
            cvals.append(cvals[-1] * math.prod(math.fsum(taps) for taps in part.factors))
        in_double = _needs_double(request, term)
        is_double = (
            in_double
            or not DOUBLE_TYPES.isdisjoint((request.dtype, request.out_dtype))
            or max(map(abs, cvals)) > LARGEST_FLOAT
        )
        self._between = np.dtype(np.float64 if is_double else np.float32)
        dtypes = [request.dtype, *[self._between] * (len(parts) - 1), request.out_dtype]
        self._gains = [part.gain for part in parts]
        self._plans = []
        for k, (part, cval) in enumerate(zip(parts, cvals, strict=True)):
            options = replace(request.options, cval=cval)
            own = replace(request, dtype=dtypes[k], out_dtype=dtypes[k + 1], options=options)
            target = array_request(own, part)
            target.in_double = in_double
            self._plans.append(ext.ArrayPlan(target))
        arrays_between = min(len(parts) - 1, 2)
        self.temporary_bytes = arrays_between * math.prod(request.shape) * self._between.itemsize

    def run(self, x: np.ndarray, out: np.ndarray) -> None:
        """Filters x into out."""
        for plan in self._plans[:-1]:
            between = np.empty(x.shape, self._between)
            plan.run(x, between)
            x = between
        self._plans[-1].run(x, out)

    @property
    def allows_in_place(self) -> bool:
        """True where out may be x: of several plans the first one has read all of x."""
        if self._request.dtype != self._request.out_dtype:
            return False
        return len(self._plans) > 1 or self._plans[0].allows_in_place

    @property
    def scratch_bytes(self) -> int:
        """The most scratch memory of one thread."""
        return max(plan.scratch_bytes for plan in self._plans)

    def error_bound(self, largest_float: float = 1.0) -> float:
        """The proven largest difference from the exact value."""
        largest = _largest(self._request, largest_float)
        residual = self._residual * largest
        error = 0.0
        # Each plan errs by itself on what it reads, and passes on what went wrong before. What
        # lies beyond the edges is rounded less often than what lies within.
        for plan, gain in zip(self._plans, self._gains, strict=True):
            error = plan.error_bound(largest + error) + gain * error
            largest *= gain
        return error + residual

    def explain(self) -> ext.Explanation:
        """All passes as one way to run the filter."""
        request = self._request
        in_type, out_type = (arrays.TYPE_NAMES[d] for d in (request.dtype, request.out_dtype))
        shape = ", ".join(map(str, request.shape))
        summary = f"{len(request.shape)}-D filter of an array ({shape}), {in_type} -> {out_type}"
        reason = "one factor an axis"
        if self.temporary_bytes:
            reason += (
                f", by {len(self._plans)} plans in turn: {self.temporary_bytes:,} temporary bytes "
                f"of {self._between}"
            )
        passes = [plan.explain() for plan in self._plans]
        return ext.explain_passes(passes, summary, reason, self.error_bound())
