# Digest. `make help` lists what there is. Needs Python 3.11 or later, git and make; all else is set up here.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
PROCESSES ?= 2
BIN := .venv/bin
UV := PYTHONPATH=.tools UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=1 UV_LINK_MODE=copy UV_NO_PROGRESS=1 .tools/bin/uv

.PHONY: help setup demo test browser check fmt bench lock clean

help:  ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/\1\t\2/' | expand -t 10

setup: .venv/.ready  ## make .venv with everything the program and its tests need (does nothing when it is there)

demo: setup  ## run the whole main job on a sample newsroom, with no server and nothing to set
	@$(BIN)/digest demo

test: check browser  ## every check, then every test, on real servers that the tests start themselves
	@$(BIN)/python -m pytest -n $(PROCESSES) tests

browser: setup  ## find a browser for the tests, or fetch one
	@$(BIN)/python -m tests.servers.browser.finding

check: setup  ## format, lint, types and import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

fmt: setup  ## format the code and mend what can be mended by machine
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: setup  ## measure: the figures of docs/measurements.md, each against a named peer in the same run
	@for b in feeds build closing message subscribers ledger send web scale; do $(BIN)/python -m benchmarks.$$b || exit 1; done

lock: .tools/bin/uv  ## choose the newest allowed version of each library anew and pin it with its hash
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade \
	  pyproject.toml --extra test --output-file requirements/all.txt

clean:  ## remove what setup made and what tools left behind
	@rm -rf .venv .tools .browser .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist

.tools/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'Digest needs Python 3.11 or later; set PYTHON=/path/to/python3.11 and try again.' >&2; exit 1; }
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m ensurepip --user >/dev/null 2>&1 || \
	  { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq python3-pip >/dev/null; } || \
	  { echo 'pip is missing: install it (on Debian and Ubuntu: sudo apt-get install python3-pip) and try again.' >&2; exit 1; }
	@PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0 PIP_ROOT_USER_ACTION=ignore $(PYTHON) -m pip install --quiet --disable-pip-version-check \
	  --target .tools uv

.venv/.ready: pyproject.toml requirements/all.txt | .tools/bin/uv
	@test -x $(BIN)/python || $(UV) venv --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/all.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch .venv/.ready
