# Everything a developer types. The work is done by tools/launch.py, which needs nothing but Python 3.11.
# Variables: PORT, RUN_DIR, DATABASE_URL, REDIS_URL (see .env.example); k=word and ARGS="..." go to pytest.

PYTHON ?= python3
LAUNCH := $(PYTHON) tools/launch.py --with-parent
PYTEST_ARGS := $(if $(k),-k "$(k)") $(ARGS)

.DEFAULT_GOAL := help
.PHONY: help run test check browser faults services demo drill bench screenshots messages format

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## from nothing to a working site with demo data; Ctrl-C stops everything
	@$(LAUNCH) run

test: ## from nothing to a green suite; k=word selects, ARGS="..." goes to pytest
	@$(LAUNCH) test -- $(PYTEST_ARGS)

check: ## everything CI runs except the browser tests
	@$(LAUNCH) check -- $(PYTEST_ARGS)

browser: ## the journeys in a real browser (needs chromium)
	@$(LAUNCH) browser -- $(PYTEST_ARGS)

faults: ## break a site in every way; k=F3,F8 selects, SEED=... repeats a run, ROUNDS=... strikes more often
	@FAULTS="$(k)" SEED="$(SEED)" ROUNDS="$(ROUNDS)" $(LAUNCH) faults -- $(ARGS)

services: ## only PostgreSQL and Valkey, in the foreground
	@$(LAUNCH) services $(ARGS)

demo: ## empty the database and load the demo again
	@$(LAUNCH) demo

drill: ## restore a backup of the running site beside it, compare everything, take it away again
	@$(PYTHON) tools/launch.py install --profile dev
	@.venv/bin/python manage.py restore_drill $(ARGS)

bench: ## measure the goals; BENCH_SIZES, BENCH_GOALS, BENCH_ROUNDS (bench/run.py)
	@$(LAUNCH) bench -- $(ARGS)

screenshots: ## pictures of every page of a running site
	@$(LAUNCH) screenshots -- $(ARGS)

messages: ## collect new messages into the catalogs
	@$(PYTHON) tools/launch.py install --profile dev
	@.venv/bin/python tools/messages.py update

format: ## let ruff put the code in order
	@$(PYTHON) tools/launch.py install --profile dev
	@.venv/bin/python -m ruff check --fix .
	@.venv/bin/python -m ruff format .
