#!/bin/bash
# Runs the benchmark on the wheel in dist/, which packaging/wheel.sh makes; arguments go to it.
# Its Python environment, .venv-bench, is made anew when bench/requirements.txt changes.
set -euo pipefail
cd "$(dirname "$0")/.."
export PIP_DISABLE_PIP_VERSION_CHECK=1
venv=.venv-bench
python=$venv/bin/python
install=("$python" -m pip install --quiet --only-binary :all: --no-binary pyvips --no-deps)

stamp=$venv/requirements.installed
if ! cmp -s bench/requirements.txt "$stamp"; then
  echo "Making $venv from bench/requirements.txt"
  rm -rf "$venv"
  python3 -m venv "$venv"
  # One by one: a peer that cannot be had here is reported by the benchmark, and left out.
  while read -r package _; do
    "${install[@]}" "$package" </dev/null || echo "$package is not to be had" >&2
  done < <(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' bench/requirements.txt)
  cp bench/requirements.txt "$stamp"
fi
"${install[@]}" --force-reinstall dist/*.whl </dev/null

# IPP looks for the code of each processor under names that its packages do not have.
links=$PWD/$venv/ipp
mkdir -p "$links"
for library in "$venv"/lib/libipp*.so.12; do
  [[ -e $library ]] && ln -sf "$PWD/$library" "$links/$(basename "$library").1"
done
export LD_LIBRARY_PATH=$links:$PWD/$venv/lib
# Threads that wait for work by spinning would slow down whoever is measured next.
export OMP_WAIT_POLICY=passive
exec "$python" -m bench "$@"
