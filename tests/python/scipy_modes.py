"""The names that borders have here and in scipy, for tests that compare the two."""

# zero is scipy's constant with cval 0.
SCIPY_MODES = {
    "zero": "constant",
    "constant": "constant",
    "replicate": "nearest",
    "symmetric": "reflect",
    "reflect101": "mirror",
    "wrap": "wrap",
}
