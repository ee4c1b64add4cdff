"""Layers of networks in the harness of the filters: cases, their reference, peers and scenarios."""
