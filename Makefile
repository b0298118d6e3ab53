# What one does with Policytrail. Everything sets up what it needs in .venv, from Python 3.11 or newer.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8001
# Whether visitors may ask in SQL of their own: for yourself only.
SQL ?=
# The corpus to look at: yours, or the demo's as long as there is no other.
CORPUS ?= $(firstword $(wildcard output/corpus.db) output/demo/corpus.db)
# Each file of tests in one process: some tests of a file go on from where the one before ended. One more than there are
# cores, since many tests wait.
PYTESTFLAGS ?= --numprocesses $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)') --dist loadfile
EXTRAS ?= dev
# More or fewer captures to measure with, or a folder to look at afterwards.
BENCH ?=

.PHONY: help setup demo serve test test-fast bench docs lint format clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.ready ## the virtual environment and what is in it

$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[$(EXTRAS)]'
	@touch $@

demo: setup ## a corpus from the sample archive that ships with the project: no network needed
	@$(BIN)/scrapy crawl policies -a vendors=tests/sample/vendors.toml \
		-s ARCHIVE_URL=tests/sample/sample.warc.gz \
		-s CORPUS_DB=output/demo/corpus.db -s DOCUMENTS_DIR=output/demo/documents -s LOG_LEVEL=WARNING
	@echo
	@echo "The corpus:     output/demo/corpus.db      look at it with: make serve"
	@echo "The documents:  output/demo/documents/     one Markdown file a revision, e.g."
	@find output/demo/documents -name '*.md' | LC_ALL=C sort | tail -n 3 | sed 's/^/                  /'

serve: setup ## look at the corpus in a browser (PORT=8001, CORPUS=path, SQL=1)
	@test -f "$(CORPUS)" || { echo "There is no corpus at $(CORPUS). Make one: make demo, or scrapy crawl policies."; exit 1; }
	POLICYTRAIL_SQL=$(SQL) $(BIN)/datasette serve "$(CORPUS)" --port $(PORT) --metadata output/site/metadata.yml \
		--template-dir output/site/templates --plugins-dir output/site/plugins --static static:output/site/static \
		--setting sql_time_limit_ms 3000 --setting max_csv_mb 20 --setting suggest_facets off

# Some tests measure time or wait for processes, and a busy machine can fail what holds on a calm one. So files with
# failures run once more, alone: what fails again fails the run; what passes then is printed, and the test is to be mended.
test: setup ## the tests, on all cores; files with failures once more, alone
	$(BIN)/python -m pytest $(PYTESTFLAGS) || { [ $$? = 1 ] && $(BIN)/python tests/once_more.py; }

test-fast: setup ## the tests that take no processes, browser or seconds each: under a minute
	$(BIN)/python -m pytest -m "not slow" $(PYTESTFLAGS)

bench: setup ## how fast it is here, beside a bare download and bare trafilatura (BENCH="--captures 300")
	$(BIN)/python tests/benchmark/bench.py $(BENCH)

docs: setup ## the documentation, as pages in output/docs
	$(BIN)/mkdocs build --strict --quiet

lint: setup ## ruff, mypy, the layers of imports, and the documentation's links
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/mkdocs build --strict --quiet --site-dir build/docs

format: setup ## let ruff format the code
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

clean: ## remove the virtual environment and the demo's corpus
	rm -rf $(VENV) output/demo output/docs build
