# make demo   the main job: installs what is missing, builds, integrates to tolerances from C++ and from Python
# make test   every test
# make wheel  the package to pass on: dist/korobov-*-manylinux_*.whl, installed and run without a compiler
# make setup | bench | bench-peers | mutants | lint | format | clean
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.NOTPARALLEL:
.PHONY: help setup build python wheel demo test test-cpp test-no-fftw test-python environment bench bench-peers mutants lint format clean

JOBS ?= $(shell nproc 2> /dev/null || echo 2)
# Taken when they are there and work, needed by nothing.
ninja := $(shell ninja --version > /dev/null 2>&1 && echo Ninja)
ccache := $(shell command -v ccache)
export CMAKE_GENERATOR ?= $(or $(ninja),Unix Makefiles)
export CMAKE_CXX_COMPILER_LAUNCHER ?= $(ccache)
export CMAKE_BUILD_PARALLEL_LEVEL ?= $(JOBS)
export CTEST_PARALLEL_LEVEL ?= $(JOBS)
export PIP_DISABLE_PIP_VERSION_CHECK ?= 1

py := .venv/bin/python
library_files := $(shell find include src cmake data python -type f -not -name '*.pyc' 2> /dev/null) CMakeLists.txt pyproject.toml

help:
	@sed -n '/^#/!q; s/^# //p' Makefile

setup:
	@tools/setup

# The Python package, installed into .venv; what builds it is there too, at paths that stay, so that ninja and a compiler
# cache find the bindings of the last build.
build_requires = $(shell sed -n 's/^requires = \[\(.*\)\].*/\1/p' pyproject.toml | tr -d ',')
.venv/korobov.installed: $(library_files) | setup
	$(py) -m pip install --quiet $(build_requires)
	$(py) -m pip install --quiet --no-build-isolation '.[test]'
	@touch $@
python: .venv/korobov.installed

wheel: python
	tools/wheel

demo: python
	cmake --preset release
	cmake --build build/release --target example_main_job
	build/release/examples/cpp/example_main_job
	$(py) examples/python/main_job.py

test: test-cpp test-no-fftw test-python
	@echo 'make test: all passed'

test-cpp: setup
	cmake --preset release
	cmake --build build/release
	ctest --preset release

# Without FFTW everything but the transforms of other lengths than powers of two must work as before.
test-no-fftw: setup test-cpp
	cmake --preset release -B build/no-fftw -DKOROBOV_WITH_FFTW=OFF -DKOROBOV_EXAMPLES=OFF
	cmake --build build/no-fftw
	ctest --test-dir build/no-fftw --output-on-failure

test-python: python
	$(py) -m pytest --quiet

# Every ratio that the documents claim; a single program runs by hand from build/bench/tests/bench.
bench: python
	cmake --preset bench
	cmake --build build/bench
	@for run in bench_generators bench_transforms bench_gram bench_measures 'bench_cubature --table decay' \
	    'bench_cubature --table auto' 'bench_cubature --overhead'; do echo "== $$run"; build/bench/tests/bench/$$run; done
	$(py) -m pip install --quiet '.[bench]'
	@for program in tests/bench/bench_vs_*.py tests/bench/bench_information.py; do echo "== $$program"; $(py) $$program; done

# The installed peers, timed in one run, into docs/performance.md. Put a CPU build of torch into .venv first if the
# index's own is more than you want to download.
bench-peers: python
	$(py) -m pip install --quiet '.[peers]'
	$(py) tests/bench/bench_peers.py --write docs/performance.md

mutants: setup
	tests/mutants/run

# For scripts that build without make: eval "$(make --silent environment)".
environment:
	@export -p | grep -E ' (CMAKE|CTEST|PIP)_'

lint:
	@tools/setup --lint
	tools/lint

format:
	@tools/setup --lint
	git ls-files '*.cpp' '*.hpp' | xargs clang-format -i

clean:
	rm -rf build dist
