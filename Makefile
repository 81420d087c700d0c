# make run CORE_REF=v1.4.61   the main job        make test   the tests
# Each target sets up what it is missing in .venv and is quick when nothing is.

PYTHON ?=
# One more than processors: many tests wait for an index, a time-out or a lock.
WORKERS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1) + 1 )))
VENV := .venv
BIN := $(VENV)/bin
TOOL := $(VENV)/.ready-tool
DEV := $(VENV)/.ready-dev

# A ref is data: `value` takes it as typed, unexpanded by make, and the recipes read it from the
# environment, so that no shell sees it as program text either.
override CORE_REF := $(value CORE_REF)
override STORE_REF := $(value STORE_REF)
override BASELINE := $(value BASELINE)
export CORE_REF STORE_REF BASELINE

MAKEFLAGS += --no-builtin-rules --no-print-directory
SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup run test check lint types imports docs-check site workflows coverage fix bench docs messages picture clean

help: ## what there is
	@grep -hE '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20
	@echo "Variables of run: CORE_REF, STORE_REF, BASELINE, ARGS (further options). Of test: ARGS, WORKERS."

$(TOOL): pyproject.toml scripts/setup
	@PYTHON="$(PYTHON)" scripts/setup tool

$(DEV): pyproject.toml scripts/setup
	@PYTHON="$(PYTHON)" scripts/setup dev

setup: $(DEV) ## an environment with everything the project is made with

run: $(TOOL) ## the main job: make run CORE_REF=v1.4.61
	@$(BIN)/contract-check \
	  $${CORE_REF:+--core-ref="$$CORE_REF"} \
	  $${STORE_REF:+--store-ref="$$STORE_REF"} \
	  $${BASELINE:+--baseline="$$BASELINE"} $(ARGS)

test: $(DEV) ## the tests
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

check: lint types imports docs-check site workflows coverage ## everything CI checks

lint: $(DEV) ## style and likely mistakes
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(DEV) ## mypy, strict, over sources, tests and scripts
	@$(BIN)/mypy

imports: $(DEV) ## which room may import which
	@$(BIN)/lint-imports --no-logo

docs-check: $(DEV) ## generated docs are what the sources say
	@$(BIN)/python scripts/generate_docs.py --check

site: $(DEV) ## the documentation's site, strictly, in build/site
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

workflows: $(DEV) ## GitHub's and GitLab's schemas and zizmor's audits, offline
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml recipes/github/*.yml
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml
	@$(BIN)/check-jsonschema --builtin-schema vendor.gitlab-ci recipes/gitlab/*.yml
	@$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	@$(BIN)/zizmor --offline --pedantic --no-progress --quiet --config .github/zizmor.yml .github action.yml recipes/github/*.yml

coverage: $(DEV) # the tests, measured; last, so that pytest's closing line ends the output
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --cov --cov-report=term $(ARGS)

fix: $(DEV) ## put right what ruff can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(DEV) ## the benchmarks, as ratios taken in one run
	@$(BIN)/python -m benchmarks $(ARGS)

docs: $(DEV) ## write the generated docs anew
	@$(BIN)/python scripts/generate_docs.py

messages: $(DEV) ## every sentence that a person may read; ARGS=rules/ for some
	@$(BIN)/python -m scripts.messages $(ARGS)

picture: $(DEV) ## take the README's picture anew, from a real run
	@$(BIN)/python scripts/picture.py

clean: ## remove what the other targets made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage .coverage.* htmlcov build dist
