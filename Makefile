# All targets set themselves up: a virtual environment from constraints.txt, then the job.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin

# Loops are compiled on their first call and kept: a small fit calls them all, so that no later command waits for it.
# Three classes and two take different ways.
COMPILED := "from sklearn.datasets import load_iris; from tinydwn import CircuitClassifier; \
  model = CircuitClassifier(circuits=1000, points=2, training={'epochs': 1}); \
  features, species = load_iris(return_X_y=True); model.fit(features, species); model.fit(features, species == 1)"

.PHONY: demo docs notebooks test pytest lint package python clean

demo: $(VENV)/.ready
	$(BIN)/tinydwn synth breast_cancer --out build/demo

# The source folder is the repository, so that links between files lead to the same places on the site.
docs: $(VENV)/.ready-docs
	$(BIN)/sphinx-build -W --keep-going -q -c docs -d build/doctrees . build/site
	@echo "build/site/index.html"

# Outputs as the site shows them; some of the notebooks take minutes.
notebooks: $(VENV)/.ready-test
	$(BIN)/python docs/run_notebooks.py notebooks/*.ipynb

# The checks of types and the tests run side by side.
test: $(VENV)/.ready-test
	$(MAKE) -j 2 lint pytest

pytest: $(VENV)/.ready-test
	$(BIN)/pytest -n 2 --dist worksteal

lint: $(VENV)/.ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# What is uploaded of a release: a source archive and a wheel, checked.
package: $(VENV)/.ready-test
	rm -rf build/dist
	$(BIN)/python -m build -q --outdir build/dist .
	$(BIN)/twine check --strict build/dist/*

# Tell which Python all environments are made with.
python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 was not found; set PYTHON=/path/to/python" >&2; exit 1; }
	@echo "$(PYTHON)"

# The virtual environment is marked ready only after every installation step has succeeded.
$(VENV)/.ready: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 was not found; set PYTHON=/path/to/python" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV): about 410 MB are downloaded, which takes some minutes."
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e .
	@echo "Compiling loops, once for all commands."
	@$(BIN)/python -c $(COMPILED)
	@touch $@

$(VENV)/.ready-docs: $(VENV)/.ready
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[docs]'
	@touch $@

$(VENV)/.ready-test: $(VENV)/.ready
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

clean:
	rm -rf build $(VENV)
