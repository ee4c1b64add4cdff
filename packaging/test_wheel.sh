#!/bin/bash
# Runs tests/python and the examples of docstrings on the wheel that packaging/wheel.sh installed;
# arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/../build-wheel"  # where no source of the package can be imported
exec venv/bin/python -m pytest -q --rootdir=.. -p no:cacheprovider --doctest-modules \
  --pyargs sepconv ../tests/python "$@"
