# The commands of README.md. Each installs what is missing first; a second run takes seconds.
.DEFAULT_GOAL := help
.PHONY: help run test build python wheel stubs lint format asan tsan bench bench-quick \
  bench-strips clean packages venv

# What one checkout has compiled, ccache knows in any other.
export CCACHE_BASEDIR ?= $(CURDIR)
export CCACHE_NOHASHDIR ?= 1

PYTHON := .venv/bin/python
PHOTO := data/china.jpg
RESULT := build/china_gaussian.png
CXX_FILES = $(shell find include src cli bench python tests -name '*.h' -o -name '*.cc' | sort)
PYTHON_FOLDERS := tools tests python bench examples

help:  ## This text
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' \
	  | expand -t 22

run: build  ## Build, filter the shipped photograph and print the plan
	build/sepconv filter $(PHOTO) $(RESULT) --kernel gaussian:sigma=3 --explain
	@echo "The blurred photograph is $(RESULT)"

build: packages  ## Build the program: build/sepconv
	@cmake --preset release --log-level=WARNING
	@cmake --build --preset release --target sepconv_cli

test: build venv  ## Build and run every test
	@cmake --build --preset release
	@packaging/wheel.sh
	@$(PYTHON) tools/run_tests.py build

python: packages venv  ## Build the Python package into .venv
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps \
	  -C build-dir=$(CURDIR)/build-python . </dev/null

wheel: packages venv  ## Build a wheel for other machines, dist/*.whl, and test it
	@packaging/wheel.sh
	@packaging/test_wheel.sh

stubs: python  ## Store the types of the extension module, after a change of its bindings
	@cp build-python/sepconv_ext.pyi tests/python/stubs/sepconv_ext.pyi.ref

lint: packages venv  ## Check formatting, rooms, sizes and documents
	@clang-format --dry-run -Werror $(CXX_FILES)
	@$(PYTHON) -m ruff check --config tools/ruff.toml $(PYTHON_FOLDERS)
	@$(PYTHON) -m ruff format --check --config tools/ruff.toml $(PYTHON_FOLDERS)
	@$(PYTHON) tools/check_rooms.py
	@$(PYTHON) tools/check_sizes.py
	@$(PYTHON) tools/check_docs.py

format: packages venv  ## Format the C++ and Python files
	@clang-format -i $(CXX_FILES)
	@$(PYTHON) -m ruff check --fix --config tools/ruff.toml $(PYTHON_FOLDERS)
	@$(PYTHON) -m ruff format --config tools/ruff.toml $(PYTHON_FOLDERS)

asan: packages  ## C++ tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@cmake --workflow --preset asan

tsan: packages  ## Tests of what runs in threads under ThreadSanitizer
	@cmake --workflow --preset tsan

bench: bench-strips venv  ## Speed against other libraries, docs/benchmarks.md: 20 minutes
	@packaging/wheel.sh
	@bench/run.sh --docs docs

bench-quick: packages venv  ## One case of each kind: 3 minutes
	@packaging/wheel.sh
	@bench/run.sh --quick

bench-strips: packages  ## What inner loops do in a cycle, beside the goals: 10 seconds
	@cmake --preset bench --log-level=WARNING
	@cmake --build --preset bench --target strip_bench
	build-bench/strip_bench build-bench/strips.json

clean:  ## Remove the build folders and .venv
	rm -rf build build-dev build-asan build-tsan build-bench build-python build-wheel dist \
	  .venv .venv-bench

packages:
	@packaging/install_apt.sh

venv: packages
	@packaging/venv.sh
