# What a person does twice. `make` alone lists the targets; each installs what it needs first.
.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin

# The distribution's Python before another on the path, if we support it and it makes environments: a version manager builds without
# profile-guided optimisation unless told to, and the intake then runs at little more than half the speed. PYTHON=… chooses another.
PYTHON ?= $(shell for python in /usr/bin/python3 python3.13 python3.12 python3.11 python3; do \
	if $$python -c 'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; then echo $$python; break; fi; done)

PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# A lock is whole, so nothing is to be resolved; compiling on all cores afterwards is faster than pip's own.
INSTALL := $(PIP) install --no-deps --no-compile --require-hashes -r
EDITABLE := $(PIP) install --no-deps --no-build-isolation -e .
COMPILE := $(BIN)/python -m compileall -qq -j 0 -x '/(pip|setuptools|pkg_resources|holidays|pygments/lexers)/' $(VENV)/lib
RESOLVE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
LOCK := $(RESOLVE) pyproject.toml
LOCK_BENCH := $(RESOLVE) --group bench

.PHONY: help install install-dev demo demo-check up down test check format lock schemas bench-chain bench-monitoring bench-rebuilding sim sim-conformance sim-mutants nemesis badinput screenshots clean

help: ## list the targets (this list)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.run-installed ## what `jixiao` needs to run, into .venv, by the hashes in requirements/run.lock

install-dev: $(VENV)/.dev-installed ## the same and the tools of the tests and checks

demo: install ## play a county's whole year on real Kafka and PostgreSQL, and open the public page
	$(BIN)/jixiao demo

demo-check: install ## play the year, compare every figure with what was planted, and exit
	$(BIN)/jixiao demo --check

up: install ## start Kafka, PostgreSQL and the four services here; Ctrl-C stops all of it
	$(BIN)/jixiao up

down: install ## stop what `make up` started; the data stay in .jixiao/
	$(BIN)/jixiao down

test: install-dev ## all tests
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

check: install-dev ## format, lint, types, direction of imports, shape of the house, generated files: all that needs no server
	$(PIP) check
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/basedpyright --level error
	$(BIN)/lint-imports
	$(BIN)/python -m contracts.generate --check
	$(BIN)/pytest tests/shape tests/contracts

format: install-dev ## format the code, and mend what lint can mend
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

lock: install-dev ## write requirements/*.lock anew from pyproject.toml (hashes, no index address)
	$(LOCK) --output-file requirements/run.lock
	$(LOCK) --extra dev --output-file requirements/dev.lock
	$(LOCK_BENCH) --output-file requirements/bench.lock

schemas: install-dev ## write contracts/schemas/ anew from the events, and a golden sample of each new version
	$(BIN)/python -m contracts.generate

bench-chain: install-dev ## time from a voucher in Kafka to the recommendation at monitoring's API, as JSON
	$(BIN)/python -m benchmarks.chain

EVENTS ?= 1000000
bench-monitoring: install-dev $(VENV)/bench/.installed ## Jixiao and its peers drain EVENTS=1000000 vouchers, RUNS=3 times each, as JSON
	$(BIN)/python -m benchmarks.monitoring --events $(EVENTS) --runs $(or $(RUNS),3)

bench-rebuilding: install-dev ## how long commands and pages wait while read models are rebuilt, PROJECTS=5000, as JSON
	$(BIN)/python -m benchmarks.rebuilding --projects $(or $(PROJECTS),5000)

sim: install-dev ## break the services RUNS=4000 times in a simulation, seeds from FIRST=1 on; SEED=k plays one run again, step by step
	$(BIN)/python -m tests.simulation $(if $(SEED),--seed $(SEED),--runs $(or $(RUNS),4000) --first $(or $(FIRST),1))

sim-conformance: install-dev ## the same seeded calls against the model of Kafka and a real broker give the same results
	$(BIN)/python -m tests.simulation.conformance --seed $(or $(SEED),1)

sim-mutants: install-dev ## plant faults into production code, one at a time, and find each in the simulation
	$(BIN)/python -m tests.simulation --mutants

nemesis: install-dev ## harm the real thing under load for MINUTES=10, faults dealt by SEED=1, then prove that nothing is lost or doubled, as JSON
	@$(BIN)/python -m tests.nemesis --seed $(or $(SEED),1) --minutes $(or $(MINUTES),10)

badinput: install-dev ## bad input at every door, N=10000 mutations each by SEED=1; ONLY=door:number sends one again; the last line is JSON
	@$(BIN)/python -m tests.badinput --seed $(or $(SEED),1) --mutations $(or $(N),10000) $(if $(ONLY),--only $(ONLY))

screenshots: install-dev ## a picture of each page, in both languages, wide and narrow, into docs/images/
	$(BIN)/python -m tests.browser.screenshots

clean: ## remove the environment and every cache; the data in .jixiao/ stay
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './.jixiao/*' -prune -exec rm -rf {} +

# A stamp newer than the lock says that nothing is to be installed; the editable install is what gives the command `jixiao`.
$(VENV)/.run-installed: requirements/run.lock | $(BIN)/python
	@echo "installing what runs, about 400 MB, into $(VENV)" >&2
	@$(INSTALL) requirements/run.lock
	@$(EDITABLE)
	@$(COMPILE) || true
	@touch $@

$(VENV)/.dev-installed: requirements/dev.lock | $(BIN)/python
	@echo "installing what runs and what tests, about 700 MB, into $(VENV)" >&2
	@$(INSTALL) requirements/dev.lock
	@$(EDITABLE)
	@$(COMPILE) || true
	@touch $@ $(VENV)/.run-installed

# A peer of the benchmark holds older versions of what Jixiao needs, hence an environment of its own.
$(VENV)/bench/.installed: requirements/bench.lock | $(BIN)/python
	@echo "installing what only the benchmark compares with, about 130 MB, into $(VENV)/bench" >&2
	@$(BIN)/python -m venv $(VENV)/bench
	@$(VENV)/bench/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --require-hashes -r requirements/bench.lock
	@touch $@

$(BIN)/python:
	@python="$(PYTHON)"; test -n "$$python" || { echo "Jixiao needs Python 3.11, 3.12 or 3.13, with its module venv (Debian: python3-venv), and none is on the path. Install one, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }; \
	echo "making $(VENV) with $$($$python --version)" >&2; \
	"$$python" -m venv $(VENV)
