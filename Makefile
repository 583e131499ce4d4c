# Each target does all of its own set-up: a fresh clone, python3 with pip, and make are enough.
ENV := .venv
BIN := $(ENV)/bin
STAMP := $(ENV)/.installed
PYTEST_WORKERS ?= auto

.PHONY: demo test coverage lint wheel-test bench docs mutation clean

demo: $(STAMP)
	@scripts/demo "$(CURDIR)/$(BIN)/pytest"

test: $(STAMP)
	@scripts/chromium
	$(BIN)/pytest -n $(PYTEST_WORKERS) --dist worksteal -rs

# Apart from test: on Python 3.11 measuring takes as long again as the tests, and no test depends on it.
coverage: $(STAMP)
	@scripts/chromium
	$(BIN)/pytest -n $(PYTEST_WORKERS) --dist worksteal --cov --cov-report=term

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/mypy tests benchmarks docs/build
	$(BIN)/pyright

wheel-test: $(STAMP)
	scripts/wheel-test "$(BIN)/python"

bench: $(STAMP)
	@for script in benchmarks/bench_*.py; do $(BIN)/python $$script || exit 1; done

docs: $(STAMP)
	@for script in docs/build/*_reference.py; do $(BIN)/python $$script || exit 1; done

mutation: $(STAMP)
	scripts/mutation "$(BIN)/python"

clean:
	rm -rf $(ENV) .venv-wheel build dist mutants .coverage .pytest_cache .mypy_cache .ruff_cache

$(STAMP): pyproject.toml scripts/environment
	@scripts/environment $(ENV) dev
	@touch $@
