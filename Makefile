# Every target sets up what it needs and is quick when nothing changed. On Linux without an NVIDIA GPU, PyTorch's
# CPU build is taken where its index can be reached; TORCH_INDEX chooses another (README, “PyTorch on Linux”).

VENV ?= .venv
TORCH_INDEX ?=
QUESTIONS ?= tests/questions/dev.jsonl

OLDEST := (3, 11)
CANDIDATES := python3 python3.11 python3.12 python3.13 python3.14
PYTHON ?= $(firstword $(foreach name,$(CANDIDATES),$(shell $(name) -c 'import sys; sys.exit(sys.version_info < $(OLDEST))' 2>/dev/null && echo $(name))))

PY := $(VENV)/bin/python
STAMP := $(VENV)/.set-up
PIP := $(PY) -m pip install --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help setup serve test test-slow test-all test-llm check bench bench-structure evaluate browser screenshots clean

help: ## say what there is to make
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 18

setup: $(STAMP) ## install everything into .venv

serve: setup ## start the server and the page on http://127.0.0.1:7860
	$(VENV)/bin/report-rag serve

test: setup browser ## run the tests, but for those that take long
	$(PY) -m pytest

test-slow: setup browser ## run those that take long
	$(PY) -m pytest -m slow

test-all: setup browser ## run all tests
	$(PY) -m pytest -m ''

test-llm: setup ## ask a real language model the development questions
	$(PY) -m tests.rag.llm.real_model

check: setup ## format, lint, types, then the tests
	$(PY) -m ruff format --check
	$(PY) -m ruff check
	$(PY) -m mypy
	$(MAKE) test

bench: setup ## measure speed and memory
	$(PY) -m tests.bench

bench-structure: setup ## count the parts and sections found in an archive of reports, where it is at hand
	$(PY) -m tests.bench.structure

evaluate: setup ## score the answers to QUESTIONS
	$(VENV)/bin/report-rag evaluate $(QUESTIONS)

browser: setup ## find what drives and judges the page in tests, or say how to get it
	$(PY) tests/ui/setup_browser.py
	$(PY) tests/ui/setup_axe.py

screenshots: browser ## make the READMEs' pictures from the running application
	$(PY) .ci/screenshots

clean: ## remove .venv and everything that was built
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): pyproject.toml constraints.txt | $(PY)
	@index='$(TORCH_INDEX)'; [ -n "$$index" ] || index=$$($(PY) .ci/torch_index); \
	if [ -z "$$index" ]; then $(PIP) torch; \
	else $(PIP) --extra-index-url "$$index" torch || { \
	  echo "PyTorch could not be had from $$index: taking the registry's build." >&2; $(PIP) torch; }; fi
	$(PIP) --editable '.[dev]'
	@touch $@

$(PY):
	@test -n '$(PYTHON)' || { echo 'Python 3.11 or newer is needed and none was found: install it, or name it as in make setup PYTHON=/path/to/python3.11.' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < $(OLDEST))' || { echo '$(PYTHON) is not Python 3.11 or newer: name one that is, as in make setup PYTHON=python3.11.' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo '$(PYTHON) lacks the venv module: install it (Debian, Ubuntu: apt install python3-venv).' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
