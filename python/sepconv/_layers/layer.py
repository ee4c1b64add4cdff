"""A layer of networks: a plan of its stages for every shape that arrives, forward and backward."""

from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import _arguments as arguments
from .. import _arrays as arrays
from .. import sepconv_ext as ext

MOST_PLANS = 8  # the shapes whose plans a layer keeps
TO_NHWC = {"NHWC": (0, 1, 2, 3), "NCHW": (0, 2, 3, 1)}  # axes of an array in the plan's order


class _LastRun(NamedTuple):
    """What a layer was run on last; the next tensors are mostly like it, and small ones take less
    time than checks of all that may be amiss."""

    x_shape: tuple[int, ...]
    out_shape: tuple[int, ...]
    plan: ext.LayerPlan

    def is_repeated_by(self, x, out) -> bool:
        """True for arrays that need no other check."""
        return (
            arrays.are_packed(x, out)
            and x.dtype == out.dtype == np.float32
            and x.shape == self.x_shape
            and out.shape == self.out_shape
        )


class Layer:
    """Stages that run as one, for tensors of any size and a fixed number of channels."""

    def __init__(self, stages: list[ext.LayerStage], channels: int, layout: str, threads: int):
        self._name = type(self).__name__
        arguments.as_text(layout, f"{self._name}: layout")
        if layout not in TO_NHWC:
            raise ValueError(f"{self._name}: layout is {layout!r}; expected 'NHWC' or 'NCHW'")
        threads = arguments.as_threads(threads, f"{self._name}: threads")
        self.channels = channels
        self.layout = layout
        self._last: _LastRun | None = None
        self._weights_shapes: list[tuple[int, ...]] = []  # as they were given, one a stage
        self._scales: list[np.ndarray | None] = []  # of norms that weights took in, one a stage
        self._bias_sizes = [stage.out_channels for stage in stages]
        self._slope_sizes = [stage.slope_count for stage in stages]
        make = partial(_make_plan, stages=tuple(stages), threads=threads)
        self._plan = lru_cache(MOST_PLANS)(partial(make, ext.LayerPlan))
        self._gradient = lru_cache(MOST_PLANS)(partial(make, ext.LayerGradient))

    def __call__(
        self, x: NDArray[np.float32], out: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Runs the layer on x; the plan is kept for the next tensor of its shape.

        Parameters
        ----------
        x : ndarray of float32
            [batch, height, width, channels], or [batch, channels, height, width] if the layer's
            layout is "NCHW"; any strides. Anything with DLPack is read in place, too.
        out : ndarray of float32, optional
            Where to write, of the output's shape and apart from x.

        Returns
        -------
        ndarray of float32
            `out`, or a new array in the layer's layout. Its bits do not depend on the number of
            threads, nor on the layout.

        Raises
        ------
        TypeError, ValueError
            Naming the argument; nothing is written.
        """
        order = TO_NHWC[self.layout]
        last = self._last
        if last is not None and last.is_repeated_by(x, out):
            last.plan.run(x.transpose(order), out.transpose(order))
            return out
        x = arguments.as_array(x, f"{self._name}: x")
        self._check(x, "x")
        plan = self._plan(x.transpose(order).shape)
        shape = tuple(plan.out_shape[order.index(axis)] for axis in range(4))
        self._last = _LastRun(x.shape, shape, plan)
        if out is None:
            out = arrays.empty_in_lines(shape)
        self._check_out(out, x, shape)

        def run(source: np.ndarray, target: np.ndarray) -> None:
            plan.run(source.transpose(order), target.transpose(order))

        return arrays.run_in_samples(run, x, out)

    def backward(
        self,
        x: NDArray[np.float32],
        gy: NDArray[np.float32],
        y: NDArray[np.float32] | None = None,
        *,
        slopes: bool = False,
    ) -> tuple[NDArray[np.float32], ...]:
        """The gradients of a loss in x, and in all weights and biases.

        What lay between the stages is computed again, band by band: nothing has to be kept from
        the forward run, and no map is ever in memory.

        Parameters
        ----------
        x : ndarray of float32
            What the layer was run on, as it was then.
        gy : ndarray of float32
            The gradient in its output, of the output's shape.
        y : ndarray of float32, optional
            The output, if it was kept: gradients behind relu, relu6 and the like are then faster,
            by a forward run of the last stage. The bits are the same.
        slopes : bool, default False
            Whether those in prelu's slopes follow, one array a stage that has it.

        Returns
        -------
        tuple of ndarray of float32
            The gradients in x, in the weights of every stage, and in the bias of every stage,
            whether or not there is one: (gx, gw, gb) of a convolution, (gx, gdw, gpw, gbd, gbp) of
            `SeparableConv2d`. Each has the shape of what it belongs to. The derivatives of relu,
            relu6, clip and hard_sigmoid are 0 at their corners, those of leaky_relu and prelu at 0
            the slope. Norms are constants: weights and biases are those that were given, before a
            norm was taken in. The bits do not depend on the number of threads, nor on the layout.

        Raises
        ------
        TypeError, ValueError
            Naming the argument.
        """
        x = arguments.as_array(x, f"{self._name}: x")
        self._check(x, "x")
        order = TO_NHWC[self.layout]
        plan = self._gradient(x.transpose(order).shape)
        shape = tuple(plan.out_shape[order.index(axis)] for axis in range(4))
        given = [x, self._checked_as_out(gy, "gy", shape)]
        if y is not None:
            given.append(self._checked_as_out(y, "y", shape))
        given = [a if arrays.in_samples(a) else a.copy(order="C") for a in given]
        gx = arrays.empty_in_lines(x.shape)
        slopes = arguments.as_flag(slopes, f"{self._name}: slopes")
        of_slopes = self._slope_sizes if slopes else [0] * len(self._slope_sizes)
        shapes = self._weights_shapes + [(size,) for size in self._bias_sizes + of_slopes]
        gradients = [np.empty(shape, np.float32) for shape in shapes]
        plan.run([a.transpose(order) for a in given], gx.transpose(order), gradients)
        for gradient, scale in zip(gradients, self._scales * 2, strict=False):  # slopes have none
            if scale is not None:
                gradient.reshape(len(scale), -1)[...] *= scale[:, None]
        return gx, *(gradient for gradient in gradients if gradient.size)

    def explain(self, shape: tuple[int, ...] | None = None) -> ext.LayerExplanation:
        """What is fused, and the costs for x of this shape, in the layer's layout; print() it.

        Without a shape: for that of the last x. ValueError if there was none.
        """
        name = f"{self._name}: shape"
        if shape is None and self._last is not None:
            shape = self._last.x_shape
        if shape is None:
            raise ValueError(f"{name} is not given; expected one, as no tensor was run yet")
        sizes = arguments.as_shape(shape, name)
        if len(sizes) != 4:
            raise ValueError(f"{name} is {sizes}; expected four axes, {self.layout}")
        return self._plan(tuple(sizes[axis] for axis in TO_NHWC[self.layout])).explain()

    def _check(self, x: np.ndarray, name: str) -> None:
        """TypeError or ValueError naming the tensor unless it may enter the layer."""
        if x.dtype != np.float32:
            raise TypeError(f"{self._name}: {name} is {x.dtype}; expected float32")
        if x.ndim != 4 or x.size == 0:
            raise ValueError(
                f"{self._name}: {name} has shape {x.shape}; expected four axes, {self.layout}, "
                "of size 1 or more"
            )
        channels = x.shape[self.layout.index("C")]
        if channels != self.channels:
            raise ValueError(
                f"{self._name}: {name} has {channels} channels (shape {x.shape}, {self.layout}); "
                f"the layer's weights are for {self.channels}"
            )

    def _checked_as_out(self, value, name: str, shape: tuple[int, ...]) -> np.ndarray:
        """value as an array; TypeError or ValueError naming it unless it is as the output."""
        array = arguments.as_array(value, f"{self._name}: {name}")
        if array.dtype != np.float32:
            raise TypeError(f"{self._name}: {name} is {array.dtype}; expected float32")
        if array.shape != shape:
            raise ValueError(
                f"{self._name}: {name} has shape {array.shape}; expected {shape}, the output's"
            )
        return array

    def _check_out(self, out: np.ndarray, x: np.ndarray, shape: tuple[int, ...]) -> None:
        """TypeError or ValueError naming out unless it may take what becomes of x."""
        if not isinstance(out, np.ndarray) or out.dtype != np.float32:
            got = out.dtype if isinstance(out, np.ndarray) else type(out).__name__
            raise TypeError(f"{self._name}: out is {got}; expected a numpy array of float32")
        if out.shape != shape:
            raise ValueError(f"{self._name}: out has shape {out.shape}; expected {shape}")
        arrays.check_writable(out, self._name)
        if np.may_share_memory(out, x):
            raise ValueError(f"{self._name}: out overlaps x; expected separate memory")


def _make_plan(kind, shape: tuple[int, ...], stages, threads: int):
    return kind(shape, stages, threads)
