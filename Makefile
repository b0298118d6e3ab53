# What one does with Policytrail. Everything sets up what it needs in .venv, from Python 3.11 or newer.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
COMMA := ,
PORT ?= 8001
# Whether visitors may ask in SQL of their own: for yourself only.
SQL ?=
# The corpora to look at: yours, or the demo's as long as there is no other.
CORPUS ?=
# Each file of tests in one process: some tests of a file go on from where the one before ended. One more than there are
# cores, since many tests wait.
PYTESTFLAGS ?= --numprocesses $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)') --dist loadfile
# What there is to add, with commas between: browser, cluster, notify, parquet. What tests take is added where they run.
EXTRAS ?=
# More or fewer captures to measure with, or a folder to look at afterwards.
BENCH ?=

# Python's own pip installs into the environment, which takes 2 s of 22 less, and 14 MB of 257, than to set up a pip there
# first (2026-11). Where Python has none, the environment gets its own.
HAS_PIP = $(shell $(PYTHON) -m pip --version >/dev/null 2>&1 && echo yes)
PIP = $(if $(HAS_PIP),$(PYTHON) -m pip --python $(BIN)/python,$(BIN)/python -m pip)
# Python compiles what it imports, so nobody waits for pip to compile all the rest, which takes 80 MB (2026-11). It has
# to keep that: where a container tells it not to, each command compiles 1,500 modules anew, a second of its two.
unexport PYTHONDONTWRITEBYTECODE
INSTALL = $(PIP) install --quiet --disable-pip-version-check --no-compile --constraint constraints.txt --editable

# Names joined by commas, from names with spaces between.
joined = $(subst $() $(),$(COMMA),$(strip $(1)))
NAMES := $(subst $(COMMA), ,$(EXTRAS))
# A file that says which extras are installed: .ready-runtime, .ready-runtime-notify, .ready-runtime-dev-browser.
ready = $(VENV)/.ready-runtime$(subst $() $(),,$(addprefix -,$(1)))

# pip only warns of an extra that there is not.
CHECK_EXTRAS = import sys, tomllib; \
	known = tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]; \
	wrong = [name for name in sys.argv[1:] if name not in known]; \
	sys.exit(f"EXTRAS={wrong[0]}: no such extra; expected some of " + ",".join(known) + "." if wrong else 0)

.PHONY: help setup setup-dev demo serve test test-fast bench docs lint format clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(call ready,$(NAMES)) ## the virtual environment with what Policytrail runs on (EXTRAS=parquet,notify)

setup-dev: $(call ready,dev $(filter-out dev,$(NAMES))) ## and with what its tests take

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(if $(HAS_PIP),--without-pip )$(VENV)

$(VENV)/.ready-runtime%: pyproject.toml constraints.txt | $(BIN)/python
	@$(BIN)/python -c '$(CHECK_EXTRAS)' $(subst -, ,$*)
	$(INSTALL) '.[$(call joined,$(subst -, ,$*))]'
	@touch $@ $(VENV)/.ready-runtime

$(VENV)/.ready-runtime: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) .
	@touch $@

demo: setup ## a corpus from the sample archive that ships with the project: no network needed
	@$(BIN)/scrapy demo

serve: setup ## look at corpora in a browser (PORT=8001, CORPUS="a.db b.db", SQL=1)
	@$(BIN)/scrapy serve $(CORPUS) --port $(PORT) $(if $(SQL),--sql)

# Some tests measure time or wait for processes, and a busy machine can fail what holds on a calm one. So files with
# failures run once more, alone: what fails again fails the run; what passes then is printed, and the test is to be mended.
test: setup-dev ## the tests, on all cores; files with failures once more, alone
	$(BIN)/python -m pytest $(PYTESTFLAGS) || { [ $$? = 1 ] && $(BIN)/python tests/once_more.py; }

test-fast: setup-dev ## the tests that take no processes, browser or seconds each: under a minute
	$(BIN)/python -m pytest -m "not slow" $(PYTESTFLAGS)

bench: setup-dev ## how fast it is here, beside a bare download and bare trafilatura (BENCH="--captures 300")
	$(BIN)/python tests/benchmark/bench.py $(BENCH)

docs: setup-dev ## the documentation, as pages in output/docs
	$(BIN)/mkdocs build --strict

lint: setup-dev ## ruff, mypy, the layers of imports, and the documentation's links
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/mkdocs build --strict --site-dir build/docs

format: setup-dev ## let ruff format the code
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

clean: ## remove the virtual environment and the demo's corpus
	rm -rf $(VENV) output/demo output/docs build
