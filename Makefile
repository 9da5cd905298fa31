# make demo   the whole of vopt on a simulated market, in about three minutes (SERVE=0: end instead of serving)
# make test   what every change must pass (make -j2 test: lint and tests side by side)

PYTHON ?= python3
SERVE ?= 1
BIN := .venv/bin
# Most tests wait more than they work. A module's tests stay together: they share what was made for them.
SIDE_BY_SIDE := -n 3 --dist loadscope
# Each worker's libraries would else start a thread for each core, and wait for them in circles.
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

.PHONY: demo test quick test-all coverage lint format setup setup-dev words pictures constraints

demo: setup
	$(BIN)/vopt demo $(if $(filter 0,$(SERVE)),--no-serve)

test: lint quick

quick: setup-dev
	$(ONE_THREAD) $(BIN)/pytest $(SIDE_BY_SIDE) -m "not slow and not recorded"

test-all: lint
	$(ONE_THREAD) $(BIN)/pytest

# Which lines no quick test runs: it takes a quarter longer than `make test`.
coverage: setup-dev
	$(ONE_THREAD) $(BIN)/pytest $(SIDE_BY_SIDE) -m "not slow and not recorded" --cov --cov-report=term:skip-covered --cov-fail-under=92

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/marimo -q check --strict notebooks

format: setup-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

setup:
	@$(PYTHON) .ci/bootstrap.py

setup-dev:
	@$(PYTHON) .ci/bootstrap.py dev

# After writing or changing a sentence that people read.
words: setup-dev
	$(BIN)/python -m vopt_lib.words.update

# After changing how a page looks: the pictures in the README and docs/looks.md, from a demo that is really played.
pictures: setup-dev
	$(BIN)/python -m docs.pictures

# After upgrading a library on purpose.
constraints: setup-dev
	$(PYTHON) -m pip --python $(BIN)/python freeze --exclude-editable --exclude vopt | sort -f > constraints.txt
