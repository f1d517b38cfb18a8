# The two commands of a newcomer are `make run` and `make test`; `make help` names the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8700

.PHONY: help run demo test lint bench docs knowledge locks clean

help:  ## Say what each target does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/ \t/' | expand -t 8

$(VENV)/.run: pyproject.toml src/modeldex/_version.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "modeldex needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 run")'
	@test -x $(BIN)/python || $(PYTHON) -m venv --without-pip $(VENV)
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.run
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

run: $(VENV)/.run  ## Install, ask every provider the environment opens, print the list
	@$(BIN)/modeldex refresh; $(BIN)/modeldex list

demo: $(VENV)/.test  ## The same against a loopback provider: no key and no network needed
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m tests.loopback --port $(PORT) --latency-ms 200 \
		--run 'modeldex refresh; modeldex list --limit 10; modeldex providers'

test: $(VENV)/.test  ## The whole quality gate: lint, types, tests, docs, secrets, wheel
	@$(BIN)/python scripts/gate.py

lint: $(VENV)/.test  ## Format, lint and types, mending what can be mended
	$(BIN)/ruff format src tests bench scripts
	$(BIN)/ruff check --fix src tests bench scripts
	$(BIN)/mypy

bench: $(VENV)/.test  ## The performance budgets, each beside a floor of the same run
	$(BIN)/python -m bench

docs: $(VENV)/.test  ## Write the generated parts of the documentation anew
	$(BIN)/python -m scripts.docs
	$(BIN)/python -m bench.accuracy --write

knowledge: $(VENV)/.test  ## Compile the knowledge pack anew: make knowledge DATASETS=folder
	$(BIN)/python -m modeldex.knowledge.base_building $(DATASETS) src/modeldex/knowledge/bases.txt
	$(BIN)/python -m modeldex.knowledge.compiling $(DATASETS) src/modeldex/knowledge/pack.bin

LOCK := uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate --no-emit-index-url --no-emit-find-links

locks:  ## Pin the packages of the image anew, with their hashes: needs uv
	$(LOCK) --extra server --extra postgres --extra store pyproject.toml --output-file deploy/locks/service.txt
	echo 'hatchling>=1.27' | $(LOCK) - --output-file deploy/locks/build.txt

clean:  ## Remove what the other targets made
	rm -rf $(VENV) .venv-* build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
