# Everything is done in .venv, which is made once from requirements.lock.

BIN := .venv/bin
READY := .venv/.ready

# One thread for each process: linear algebra on small matrices is faster so, and the
# tests run in as many processes as there are cores.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export PYTHONUTF8 := 1

# Where byte-code is not kept, each process that a test starts compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test check docs bench calibrate mutate lock clean

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) \
		| awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

$(READY): requirements.lock pyproject.toml .ci/environment
	@echo "making the environment in .venv (about a minute, once)"
	@sh .ci/environment

demo: $(READY) ## rehearse the reference trial on virtual participants, up to its report
	$(BIN)/equipoise rehearse feder2021 --seed 2021 --out out/feder2021

test: check ## check and test everything, the examples of the documentation included
	$(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder --benchmark-disable -m "not calibration"
	CONDUCT_DATABASE=postgresql $(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder --benchmark-disable \
		-m "not calibration and not once" -k "not 390" tests/conduct tests/working_day \
		--ignore tests/conduct/pages --ignore tests/conduct/abuse --ignore tests/conduct/test_serve.py

check: $(READY) ## lint, formatting, spelling, types, import order
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --check --quiet src/equipoise/conduct/templates src/equipoise/rehearse_conduct/templates
	$(BIN)/djlint --check --quiet --profile jinja src/equipoise/report/templates
	$(BIN)/codespell src docs benchmarks README.md CONTRIBUTING.md CHANGELOG.md
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(READY) ## build the documentation; a warning is an error
	$(BIN)/sphinx-build -q -W --keep-going -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

bench: $(READY) ## measure speed against the budgets
	$(BIN)/pytest -q benchmarks -p no:randomly -o python_files='bench_*.py'

calibrate: $(READY) ## long: do procedures keep their promise over simulated trials?
	$(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder --benchmark-disable -m calibration
	CONDUCT_DATABASE=postgresql $(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder --benchmark-disable \
		-m "not once" tests/conduct/pages tests/conduct/abuse tests/conduct/test_serve.py
	CONDUCT_DATABASE=postgresql $(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder --benchmark-disable \
		-m "not calibration and not once" -k 390 tests/working_day

mutate: $(READY) ## long: which mutants of numbers and labels do the tests kill?
	$(BIN)/python -m tests.mutation report --sample 300 --seed 1
	$(BIN)/python -m tests.mutation analyze stats --sample 300 --seed 1

lock: $(READY) ## renew requirements.lock from pyproject.toml
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
		--generate-hashes --all-extras --group dev --group docs \
		--custom-compile-command "make lock" -o requirements.lock pyproject.toml

clean: ## remove the environment and everything that was made
	rm -rf .venv out dist docs/_build .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache .hypothesis .benchmarks
