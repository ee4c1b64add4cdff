#!/bin/bash
# Runs tests/python and the examples of docstrings on the wheel that packaging/wheel.sh installed;
# arguments go to pytest. sepconv.torch cannot be imported where there is no torch.
set -euo pipefail
cd "$(dirname "$0")/../build-wheel"  # where no source of the package can be imported
exec venv/bin/python -m pytest -q --rootdir=.. -p no:cacheprovider --doctest-modules \
  --doctest-ignore-import-errors \
  --pyargs sepconv ../tests/python "$@"
