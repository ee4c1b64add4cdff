"""The classes of layers that are measured, one module each, as bench/scenarios has them."""
