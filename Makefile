# make demo, make test: two commands on a fresh machine with Python 3.11 or later. make check is what CI runs.
SHELL := /bin/sh
BIN := .venv/bin
DEMO := examples/a-real-day.yaml
OUT := out
PYTEST_ARGS ?=
FUZZ ?= 20000
.DEFAULT_GOAL := help
.PHONY: help demo test check lint types rules format bench bench-kernel differential fuzz memote foods-hitrate samples records validation pythons lock wheel clean run-env dev-env mutate impact-oracle golden docs analyze big

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */  make \1\t/' | expand -t 24

run-env:
	@PYTHON='$(PYTHON)' sh tools/install.sh run

dev-env:
	@PYTHON='$(PYTHON)' sh tools/install.sh dev

demo: run-env ## install, assess examples/a-real-day.yaml, print it and write the HTML
	@$(BIN)/neurobalance assess $(DEMO)
	@$(BIN)/neurobalance assess $(DEMO) -o $(OUT)/a-real-day.html

test: dev-env ## install what the tests need and run them
	@$(BIN)/python -m pytest -n auto --dist loadfile $(PYTEST_ARGS)

check: lint types rules test ## what CI runs: ruff, mypy, the rules' own tests, the tests

lint: dev-env ## ruff, and its formatter in check mode
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: dev-env ## mypy --strict
	@$(BIN)/mypy

docs: dev-env ## the site of rules and knowledge, with golden cases and mutation scores, into out/site
	@mkdir -p $(OUT)
	@$(BIN)/neurobalance rules mutate --format json > $(OUT)/scores.json
	@$(BIN)/neurobalance rules docs -o $(OUT)/site --cases golden/cases --scores $(OUT)/scores.json

big: dev-env ## every tool for rules once on 10,000 rules: seconds and peak memory of each (about a quarter of an hour)
	@$(BIN)/python tools/big.py

analyze: dev-env ## what rules do for every possible input, and the solver beside brute force on 300 random sets
	@$(BIN)/neurobalance rules analyze
	@ANALYSIS_SETS=300 $(BIN)/python -m pytest -q tests/properties/test_analysis_by_enumeration.py

mutate: dev-env ## coverage and mutation score of all rules
	@$(BIN)/neurobalance rules coverage
	@$(BIN)/neurobalance rules mutate --jobs 2

rules: dev-env ## check model and rules, and run the tests inside the rules
	@$(BIN)/neurobalance model check
	@$(BIN)/neurobalance rules derive --check
	@$(BIN)/neurobalance rules check
	@$(BIN)/neurobalance rules test

format: dev-env ## let ruff mend and format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: dev-env ## time the commands against their floors, as ratios in one run
	@$(BIN)/python tools/bench.py
	@$(BIN)/python tools/bench_kernel.py --sizes 1 1000 10000 100000 --plain 5

bench-kernel: dev-env ## person-days a second of the plasma kernel against a plain ODE loop (needs scipy)
	@$(BIN)/python tools/bench_kernel.py

differential: dev-env ## 10,000 random programs through every engine and both oracles
	@$(BIN)/python tools/differential.py 10000

impact-oracle: dev-env ## every threshold a step up and down: the cases that 'rules diff' lists against brute force (half an hour)
	@$(BIN)/python tools/impact_oracle.py

golden: dev-env ## write golden/cases anew and compare with what is expected of them
	@$(BIN)/python tools/make_golden.py
	@$(BIN)/neurobalance golden

fuzz: dev-env ## 20,000 corrupted and changed case, rule and knowledge files at every door (FUZZ=number for more)
	@$(BIN)/python tools/fuzz.py $(FUZZ)

memote: dev-env ## memote's consistency tests of the network as SBML (installs memote into out/memote)
	@sh tools/memote.sh $(BIN) $(OUT)

foods-hitrate: dev-env ## hit rate of the food search on everyday queries
	@$(BIN)/python tools/food_hitrate.py

samples: run-env ## render reports/samples and the report in README.md anew
	@$(BIN)/neurobalance sample
	@$(BIN)/python tools/readme_report.py

records: run-env ## records of the examples by the present version into tests/data/records, before a release
	@$(BIN)/python tools/make_records.py

validation: dev-env ## write docs/validation.md and its drawings from the model and knowledge/studies
	@$(BIN)/python tools/validation.py

pythons: dev-env ## the same bytes from every other Python there is (PYTHONS='/path/to/python3.13 …' to name them)
	@PYTHONS='$(PYTHONS)' sh tools/pythons.sh $(BIN) $(OUT)

lock: ## write requirements/*.txt from pyproject.toml (needs uv)
	@sh tools/lock.sh

wheel: dev-env ## build the wheel into dist/
	@$(BIN)/python -m pip --quiet wheel --no-deps --no-build-isolation --wheel-dir dist .

clean: ## remove .venv, out, dist and caches
	rm -rf .venv $(OUT) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
