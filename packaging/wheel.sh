#!/bin/bash
# Builds a wheel with every library it needs inside, into dist/, and installs it into an empty
# environment, build-wheel/venv; packaging/test_wheel.sh then runs the tests there.
set -euo pipefail
cd "$(dirname "$0")/.."
export PIP_DISABLE_PIP_VERSION_CHECK=1
readonly most_bytes=$((6 << 20))  # half more than today: beyond it would be symbols or a copy

raw=build-wheel/raw
rm -rf "$raw" dist
.venv/bin/python -m pip wheel --quiet --no-build-isolation --no-deps --wheel-dir "$raw" \
  -C build-dir="$PWD/build-python" . </dev/null
log=build-wheel/repair.log
PATH=$PWD/.venv/bin:$PATH auditwheel repair --wheel-dir dist "$raw"/*.whl 2>"$log" || {
  cat "$log" >&2
  exit 1
}
wheel=$(echo dist/*.whl)
bytes=$(stat --format=%s "$wheel")
if [[ $bytes -gt $most_bytes ]]; then
  echo "$wheel has $bytes bytes; expected at most $most_bytes" >&2
  exit 1
fi

# The environment of a user first: the wheel and what it asks for, nothing of the build.
venv=build-wheel/venv
stamp=$venv/requirements.installed
install=("$venv/bin/python" -m pip install --quiet --only-binary :all: -c tests/requirements.txt)
if cmp -s tests/requirements.txt "$stamp"; then
  "${install[@]}" --force-reinstall --no-deps "$wheel" </dev/null
else
  rm -rf "$venv"
  python3 -m venv "$venv"
  "${install[@]}" "$wheel" </dev/null
fi
(cd build-wheel && venv/bin/python -c 'import sepconv; sepconv.filter([0.0, 1.0], [1, 2, 1])')

# Only what every Linux has may come from outside the wheel.
extension=$(echo "$venv"/lib/python3*/site-packages/sepconv/sepconv_ext.*.so)
system='linux-vdso|ld-linux|lib(stdc\+\+|gcc_s|m|c|pthread|dl|rt)\.so'
libraries=$(ldd "$extension")
if grep -vE "/sepconv\.libs/|$system" <<<"$libraries"; then
  echo "$wheel needs the libraries above, which are not in it" >&2
  exit 1
fi

if [[ ! -e $stamp ]]; then
  "${install[@]}" hypothesis mypy onnx onnxruntime pillow pytest scipy </dev/null
  cp tests/requirements.txt "$stamp"  # last, so that a broken installation is made anew
fi
echo "$wheel: $((bytes / 1024)) KiB, nothing needed from outside"
