#!/bin/bash
# Makes .venv with the pinned packages of tests/requirements.txt, anew when that list changes.
set -euo pipefail
cd "$(dirname "$0")/.."

stamp=.venv/requirements.installed
if cmp -s tests/requirements.txt "$stamp" && .venv/bin/python -c '' 2>/dev/null; then
  exit 0
fi
echo "Making .venv from tests/requirements.txt"
rm -rf .venv
python3 -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: \
  -r tests/requirements.txt </dev/null
cp tests/requirements.txt "$stamp"  # last, so that a broken installation is made anew
