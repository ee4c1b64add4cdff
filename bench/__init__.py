"""sepconv against its peers in one process, every answer checked before it is timed.

`make bench` runs all of it; `make bench-quick` one case of each kind. By hand:
`bench/run.sh --scenario box --peers sepconv,opencv`.
"""
