# `make demo` and `make test` work from a bare clone with Python 3.11+ and make.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do $$p -c '$(NEW_ENOUGH)' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
ARGS ?=
TRIES ?= 2000

.PHONY: demo test check bench node understand-score torture month fuzz audit recording clean

demo: .venv/ready
	$(BIN)/miandan demo $(ARGS)

test: .venv/ready-dev check
	$(BIN)/python -m pytest -n auto

check: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/ready-dev
	$(BIN)/python -m pytest -m benchmark -s tests/benchmarks

node: .venv/ready-dev
	$(BIN)/python -m pytest -m node -rs tests/bot

understand-score: .venv/ready-dev
	$(BIN)/python -m tests.scoring $(ARGS)

torture: .venv/ready-dev
	$(BIN)/python -m tests.torture $(ARGS)

month: .venv/ready-dev
	$(BIN)/python -m tests.month $(ARGS)

fuzz: .venv/ready-dev
	MIANDAN_FUZZ=$(TRIES) $(BIN)/python -m pytest tests/test_fuzzing.py tests/bot/test_public_routes.py
	-$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[fuzz]'
	$(BIN)/python -m tests.fuzzing

audit: .venv/ready-dev
	-$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[audit]'
	$(BIN)/python -m tests.auditing

recording: .venv/ready-dev
	$(BIN)/python -m tests.scenarios.recording

clean:
	rm -rf .venv out

.venv/ready: pyproject.toml
	@$(or $(PYTHON),false) -c '$(NEW_ENOUGH)' || { echo "Miandan needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/ready-dev: .venv/ready
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
