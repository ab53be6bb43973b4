# Every task of the repository. Needs Python 3.11 or later, make and a network; the rest is
# installed into .venv from requirements/, which pins every package by hash.
#
#   make demo ARGS="--port 8010"      make test ARGS="-k journey"      make test PYTHON=python3.12

.DEFAULT_GOAL := help
PYTHON ?=
ARGS ?=
UV := 0.13.9
PIP_AUDIT := 2.10.1
BIN := .venv/bin
# A file of tests in each of three processes: half of them wait for a broker most of the time, and
# each process has brokers of its own. More of them would want more than two processors. In their
# own order: files of few tests are the long stories, and put last one process waits for the others.
SHARED := -n 3 --dist loadfile --no-loadscope-reorder

.PHONY: help demo test lint types check generate bench bench-latency bench-growth bench-history bench-disk fuzz chaos outages recovery audit lock install clean

help:  ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/.demo  ## a simulated hall with broker, worker, ClickHouse and wall, on this machine
	@$(BIN)/hallwatch demo $(ARGS)

test: .venv/.dev  ## all tests; they start their own brokers
	@$(BIN)/python -m pytest $(SHARED) $(ARGS)

lint: .venv/.dev  ## ruff: mistakes and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: .venv/.dev  ## mypy, strict
	@$(BIN)/mypy

check: lint types test  ## lint, types and test

generate: .venv/.dev  ## write anew what is generated: Grafana's files, contract documents in docs/
	@env -u HALLWATCH_RULES -u HALLWATCH_LANGUAGE $(BIN)/hallwatch dashboards write
	@$(BIN)/python -m streams.gateway.openapi docs/openapi.json
	@$(BIN)/python -m schemas.published docs
	@$(BIN)/python -m streams.settings_file docs/hallwatch.toml

bench: .venv/.bench  ## measure the worker against other stream processors, on this machine
	@$(BIN)/python -m tests.bench $(ARGS)

bench-latency: .venv/.dev  ## how soon an event is a verdict, an alert, a row, on the wall (about 8 minutes)
	@$(BIN)/python -m tests.bench.latency $(ARGS)

bench-growth: .venv/.dev  ## what an event and an open journey cost, to a million open (about 10 minutes)
	@$(BIN)/python -m tests.bench.growth $(ARGS)

bench-history: .venv/.dev  ## how soon panels and views answer over ten million journeys (about 6 minutes)
	@$(BIN)/python -m tests.bench.history $(ARGS)

chaos: .venv/.dev  ## faults on real Kafka, 50 kills and more, three seeds: what is lost, doubled, wrong
	@$(BIN)/python -m tests.chaos $(ARGS)

recovery: .venv/.dev  ## measure how soon a worker killed with 200,000 open journeys decides again
	@$(BIN)/python -m tests.bench.recovery $(ARGS)

outages: .venv/.dev  ## ClickHouse or a channel away for ten minutes: what goes on, what is lost
	@$(BIN)/python -m tests.outages $(ARGS)

bench-disk: .venv/.dev  ## what a million events take on Kafka's and ClickHouse's disks
	@$(BIN)/python -m tests.bench.disk $(ARGS)

fuzz: .venv/.dev  ## a million mutated messages through decode and the core (ARGS="--seed 7")
	@$(BIN)/python -m tests.fuzz $(ARGS)

audit: .venv/.dev  ## known holes in the pinned packages; fails where no service can be asked
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV)
	@$(BIN)/python requirements/audit.py $(BIN)/uv tool run --quiet --from pip-audit==$(PIP_AUDIT) pip-audit

install: .venv/.dev  ## the virtual environment only

# One resolution for all: what the demo and a server install are subsets of dev, same versions.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" $(UPGRADE) pyproject.toml requirements/build.in

lock: .venv/.dev  ## pin the packages anew after a change in pyproject.toml (UPGRADE=--upgrade: newest)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV)
	$(COMPILE) --extra embedded --extra grafana --extra reports --extra apprise --group dev -o requirements/dev.txt
	$(COMPILE) --extra embedded --extra grafana --extra reports --extra apprise -c requirements/dev.txt -o requirements/demo.txt
	$(COMPILE) --extra grafana --extra reports --extra apprise -c requirements/dev.txt -o requirements/server.txt
	$(COMPILE) --group bench -c requirements/dev.txt -o requirements/bench.txt

clean:  ## remove .venv, fetched parts and caches; what the demo recorded (.hallwatch) stays
	rm -rf .venv .cache build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.demo: requirements/demo.txt pyproject.toml
	@PYTHON="$(PYTHON)" sh requirements/install.sh demo

.venv/.dev: requirements/dev.txt pyproject.toml
	@PYTHON="$(PYTHON)" sh requirements/install.sh dev

# The benchmark's peers, beside what the tests need and in the same versions.
.venv/.bench: requirements/bench.txt .venv/.dev
	@PYTHON="$(PYTHON)" sh requirements/install.sh bench
