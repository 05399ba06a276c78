# DataQuarry: `make demo` installs and shows the main job, `make test` runs the tests.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Pins that make the install the same everywhere; torch first, so that its CPU build is taken.
# Compiling every module of every package would double the time; Python compiles what it imports,
# and has to keep that, or every process would compile it again.
PIP := $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -c constraints.txt
# pip reads the list of every release of 200 packages for a minute, uv for a second. But uv does not
# know the settings of pip (an index of one's own, wheels on the disk): where it fails, pip installs.
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python -c constraints.txt
DEMAND := Predict whether a passenger survived a shipwreck from class, sex and age; a table with at least 500 rows

export DATAQUARRY_HOME ?= $(CURDIR)/.dataquarry
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo chat test test-slow check eval install install-dev clean

demo: install ## Install, build the index and run the main job on one demand
	@$(BIN)/dataquarry index info --json >/dev/null 2>&1 || $(BIN)/dataquarry index build
	$(BIN)/dataquarry run "$(DEMAND)" --approve auto --out demo-out

chat: install ## Open the chat in the browser
	$(BIN)/dataquarry chat

test: install-dev ## Run the tests, but for the slow ones and those in a browser
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not slow and not browser"

test-slow: install-dev ## Run the slow tests and those in a browser
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "slow or browser"

check: install-dev ## Lint and type check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@mkdir -p $(VENV)/mypy && ln -sfn "$(CURDIR)" $(VENV)/mypy/dataquarry
	cd $(VENV)/mypy && ../bin/mypy --config-file "$(CURDIR)/pyproject.toml" $(foreach layer,agent cli evals retrieval tools ui,-p dataquarry.$(layer)) -m dataquarry.api

eval: install ## Measure the main job on the demands
	$(BIN)/dataquarry eval demands --out eval-out

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.torch: $(BIN)/python constraints.txt
	$(PIP) "torch==$$(sed -n 's/^torch==//p' constraints.txt)" uv
	@touch $@

$(VENV)/.installed: $(VENV)/.torch pyproject.toml constraints.txt
	$(UV) -e ".[catalog,chat,offline]" || $(PIP) -e ".[catalog,chat,offline]"
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.torch pyproject.toml constraints.txt
	$(UV) -e ".[catalog,chat,offline,dev]" || $(PIP) -e ".[catalog,chat,offline,dev]"
	@touch $@ $(VENV)/.installed

clean: ## Remove what the targets above made
	rm -rf $(VENV) .dataquarry demo-out eval-out
