# Each target makes what it needs, and nothing more. PYTHON is any Python 3.11 or later with venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps

.PHONY: demo test quick fuzz crawl lint bench floors docs lock clean
.DELETE_ON_ERROR:

$(VENV)/run.stamp: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) -r requirements.lock
	$(PIP) --no-build-isolation -e .
	touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.lock
	$(PIP) -r requirements-dev.lock
	touch $@

## demo: set up, then crawl the embedded newsroom twice into data/demo.db
demo: $(VENV)/run.stamp
	@rm -rf data/demo.db data/demo.db-wal data/demo.db-shm data/demo.db.lock data/demo-archive
	@$(BIN)/aggregator demo --db data/demo.db

## test: every check: style, types, import rules, tests
test: lint
	$(BIN)/python -m pytest -n 2 --dist loadgroup

## quick: the tests without crawls and wheels
quick: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n 2 -m "not crawl and not wheel"

## fuzz: the properties with thousands of new examples
fuzz: $(VENV)/dev.stamp
	HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -n 2 -m "not crawl and not wheel"

## lint: style, types and import rules
lint: $(VENV)/dev.stamp
	$(BIN)/ruff format --check --quiet
	$(BIN)/ruff check --quiet
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

## crawl: crawl the default sources of the real web into data/news.db
crawl: $(VENV)/run.stamp
	$(BIN)/aggregator crawl

## docs: write the generated pages again
docs: $(VENV)/run.stamp
	$(BIN)/python -m aggregator.store.schema_doc > docs/schema.md
	$(BIN)/python -m aggregator.cli.docs > docs/cli.md

## bench: quality and speed beside others; CORPUS is a folder of labelled pages
bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.extraction $(CORPUS)

## floors: hold the scores against those that are pinned; with CORPUS also on labelled pages
floors: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.floors $(CORPUS)

## lock: newest versions that pyproject.toml allows
lock:
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet -e . hatchling editables
	(echo "# Versions that the program is tested with. Written by \`make lock\`; installed by plain pip." && \
	 build/lock/bin/pip freeze --exclude-editable) > requirements.lock
	build/lock/bin/pip install --quiet $$(build/lock/bin/python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['dependency-groups']['dev'])")
	(echo "# What the tests and checks need beside requirements.lock. Written by \`make lock\`." && \
	 build/lock/bin/pip freeze --exclude-editable | grep -vxFf requirements.lock) > requirements-dev.lock

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
