#!/bin/bash
# Installs the packages of packaging/apt.txt that are missing; says nothing when there are none.
# Without root it prints the command for somebody who has it, and fails.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

is_installed() {
  [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null) == ii* ]]
}

missing=()
# These may have come from elsewhere than Debian, so the command is what counts.
for tool in g++ cmake python3; do
  command -v "$tool" >/dev/null || missing+=("$tool")
done

if ! command -v dpkg-query >/dev/null; then
  echo "sepconv: this is not Debian; install by hand what packaging/apt.txt lists" >&2
  exit 0
fi
while read -r package _; do
  is_installed "$package" || missing+=("$package")
done < <(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$here/apt.txt")

if [[ ${#missing[@]} -eq 0 ]]; then
  exit 0
fi
if [[ $(id -u) -ne 0 ]]; then
  echo "sepconv needs packages that are not installed, and root to install them. Run:" >&2
  echo "sudo apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 1
fi
echo "Installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get -qq -o Acquire::Retries=3 update
apt-get -qq -y -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 install --no-install-recommends \
  "${missing[@]}" </dev/null >/dev/null
