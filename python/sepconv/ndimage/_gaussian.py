"""Gaussian filters, their derivatives, and what is made of these."""

import numbers
from functools import lru_cache

import numpy as np

from . import _arguments as arguments
from ._correlation import correlate1d
from ._derivatives import gradient_magnitude, sum_of_derivatives
from ._docs import documented
from ._passes import one_pass, run_real_parts

KEPT_KERNELS = 128
SMALLEST_SIGMA = 1e-15  # axes of less are not filtered


@lru_cache(KEPT_KERNELS, typed=True)
def gaussian_taps(sigma, order: int, radius: int) -> tuple[float, ...]:
    """The taps of a Gaussian's derivative, as correlated; the same bits as scipy's."""
    if order < 0:
        raise ValueError("order must be non-negative")
    variance = sigma * sigma
    x = np.arange(-radius, radius + 1)
    gaussian = np.exp(-0.5 / variance * x**2)
    gaussian = gaussian / gaussian.sum()
    if order == 0:
        return tuple(gaussian.tolist())
    # The derivative of q(x) g(x) is (q'(x) - q(x) x / variance) g(x): a matrix takes the
    # coefficients of q to the next ones.
    powers = np.arange(order + 1)
    derive = np.diag(powers[1:], 1) + np.diag(np.ones(order) / -variance, -1)
    q = np.zeros(order + 1)
    q[0] = 1
    for _ in range(order):
        q = derive.dot(q)
    taps = (x[:, None] ** powers).dot(q) * gaussian
    return tuple(taps[::-1].tolist())


def _taps(sigma, order, radius, truncate) -> tuple[float, ...]:
    reach = int(truncate * float(sigma) + 0.5) if radius is None else radius
    if not isinstance(reach, numbers.Integral) or reach < 0:
        raise ValueError("Radius must be a nonnegative integer.")
    if isinstance(sigma, np.ndarray):
        sigma = sigma[()]  # which has a hash
    return gaussian_taps(sigma, order, int(reach))


@documented
def gaussian_filter1d(
    input,
    sigma,
    axis=-1,
    order=0,
    output=None,
    mode="reflect",
    cval=0.0,
    truncate=4.0,
    *,
    radius=None,
):
    """A Gaussian filter along one axis.

    Parameters
    ----------
    {input}
    sigma : float
        In samples.
    {axis}
    order : int, default 0
        Of the derivative.
    {output}
    {mode}
    {cval}
    {truncate}
    radius : int, optional
        Of the kernel, in place of `truncate`.

    Returns
    -------
    {returned}

    Examples
    --------
    >>> gaussian_filter1d([1.0, 2.0, 3.0, 4.0, 5.0], 1)
    array([1.42704095, 2.06782203, 3.        , 3.93217797, 4.57295905])
    """
    taps = _taps(sigma, order, radius, truncate)
    return correlate1d(input, taps, axis, output, mode, cval)


@documented
def gaussian_filter(
    input,
    sigma,
    order=0,
    output=None,
    mode="reflect",
    cval=0.0,
    truncate=4.0,
    *,
    radius=None,
    axes=None,
):
    """A Gaussian filter along several axes.

    Parameters
    ----------
    {input}
    sigma : float or sequence of float
        In samples, for all axes or each; an axis of 0 is not filtered.
    order : int or sequence of int, default 0
        Of the derivative, for all axes or each.
    {output}
    {modes}
    {cval}
    {truncate}
    radius : int or sequence of int, optional
        Of the kernel, in place of `truncate`.
    {axes}

    Returns
    -------
    {returned}
    """
    input = np.asarray(input)
    output = arguments.output_for(output, input)
    axes = arguments.checked_axes(axes, input.ndim)
    orders, sigmas, modes, radii = (
        arguments.one_each(value, len(axes)) for value in (order, sigma, mode, radius)
    )
    given = zip(axes, sigmas, orders, modes, radii, strict=True)
    wanted = [one for one in given if one[1] > SMALLEST_SIGMA]

    def passes(real_cval):
        for axis, sigma, order, mode, radius in wanted:
            taps = _taps(sigma, order, radius, truncate)
            yield one_pass(axis, taps, len(taps) // 2, mode, real_cval)

    run_real_parts(input, output, passes, cval)
    return output


@documented
def gaussian_laplace(input, sigma, output=None, mode="reflect", cval=0.0, *, axes=None, **kwargs):
    """The Laplacian of a Gaussian: the sum of second derivatives.

    Parameters
    ----------
    {input}
    sigma : float or sequence of float
        In samples, for all axes or each.
    {output}
    {modes}
    {cval}
    {axes}
    **kwargs
        More arguments of `gaussian_filter`.

    Returns
    -------
    {returned}
    """
    input = np.asarray(input)
    checked = arguments.checked_axes(axes, input.ndim)
    sigmas = [0] * input.ndim
    for axis, one in zip(checked, arguments.one_each(sigma, len(checked)), strict=True):
        sigmas[axis] = one
    derivative = _derivative(2, sigmas, cval, kwargs)
    return sum_of_derivatives(input, derivative, output, mode, checked)


@documented
def gaussian_gradient_magnitude(
    input, sigma, output=None, mode="reflect", cval=0.0, *, axes=None, **kwargs
):
    """The length of the gradient of a Gaussian filter.

    Parameters
    ----------
    {input}
    sigma : float or sequence of float
        In samples, for all axes of `input` or each.
    {output}
    {modes}
    {cval}
    axes : int or tuple of int, optional
        The axes whose derivatives count; all are smoothed.
    **kwargs
        More arguments of `gaussian_filter`.

    Returns
    -------
    {returned}
    """
    input = np.asarray(input)
    derivative = _derivative(1, sigma, cval, kwargs)
    return gradient_magnitude(input, derivative, output, mode, axes)


def _derivative(order, sigma, cval, options):
    """What gives the Gaussian derivative of that order along an axis."""

    def derivative(input, axis, output, mode):
        orders = [0] * input.ndim
        orders[axis] = order
        return gaussian_filter(input, sigma, orders, output, mode, cval, **options)

    return derivative
