"""The texts that the docstrings of the filters share."""

import inspect

TEXTS = {
    "input": """
input : array_like
    Any number of axes; booleans, integers, float32, float64 and complex numbers of these.""",
    "axis": """
axis : int, default -1
    The axis along which it runs.""",
    "output": """
output : ndarray or dtype, optional
    Where to store the result, which may be `input`, or its dtype; that of `input` by default.
    Values of integer dtypes are cut off, modulo 2^n.""",
    "mode": """
mode : {'reflect', 'constant', 'nearest', 'mirror', 'wrap'}, default 'reflect'
    What lies beyond the edges; also 'grid-mirror', 'grid-constant' and 'grid-wrap', scipy's other
    names of 'reflect', 'constant' and 'wrap'.""",
    "modes": """
mode : str or sequence of str, default 'reflect'
    What lies beyond the edges, for all axes or each: 'reflect', 'constant', 'nearest', 'mirror'
    or 'wrap'.""",
    "cval": """
cval : scalar, default 0.0
    What lies beyond the edges where the mode is 'constant'.""",
    "origin": """
origin : int, default 0
    Moves the tap on the output sample to ``size // 2 + origin``.""",
    "origins": """
origin : int or sequence of int, default 0
    Moves the tap on the output sample to ``size // 2 + origin``, for all axes or each.""",
    "axes": """
axes : int or tuple of int, optional
    The axes that are filtered; all by default.""",
    "truncate": """
truncate : float, default 4.0
    The radius is this many `sigma`, rounded.""",
    "returned": """
ndarray
    `output`, or a new array of the shape of `input`.""",
}


def documented(function):
    """Puts the shared texts where the docstring of a function names them in braces."""
    document = inspect.cleandoc(function.__doc__)
    for name, text in TEXTS.items():
        document = document.replace("{" + name + "}", text.strip())
    function.__doc__ = document
    return function
