# `make demo` and `make test` do all the set-up on a fresh machine with Python 3.11+ and make.
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
STAMP   = $(VENV)/.installed

.PHONY: demo test lint types docs corpus-tests browser engines routes bench profile diff evaluate data clean

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

demo: $(STAMP)                ## clean the bundled article and show every edit
	$(BIN)/newsclean clean --explain newsclean/data/example.txt

test: $(STAMP)                ## everything but the heavy engines and the runs over ../shared
	$(BIN)/python -m pytest -n auto -m 'not engine and not browser and not corpus'

lint: $(STAMP)
	$(BIN)/ruff check newsclean tests benchmarks
	$(BIN)/ruff format --check newsclean tests benchmarks

types: $(STAMP)
	$(BIN)/mypy

docs: $(STAMP)                ## build the site; the rule catalogue is generated from the packs
	$(BIN)/python docs/catalogue.py
	$(BIN)/mkdocs build --quiet --strict

corpus-tests: $(STAMP)        ## laws and floors over ../shared, where it is present
	$(BIN)/python -m pytest -n auto -m corpus

browser: $(STAMP)             ## the review page in Debian's chromium (packages chromium and chromium-driver)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[browser]'
	NEWSCLEAN_BROWSER=1 $(BIN)/python -m pytest -m browser tests/test_review_page.py

engines:                      ## the routes through Ray, Spark, datasets, datatrove, in an environment of their own
	$(PYTHON) -m venv .venv-engines
	.venv-engines/bin/python -m pip install --quiet --disable-pip-version-check -e '.[test,ray,spark,datasets,datatrove]'
	.venv-engines/bin/python -m pytest -m engine tests/test_engines.py

routes:                       ## every article of ../shared through every route: one hash, and what each costs
	$(PYTHON) -m venv .venv-engines
	.venv-engines/bin/python -m pip install --quiet --disable-pip-version-check -e '.[test,ray,spark,datasets,datatrove]' orjson
	.venv-engines/bin/python benchmarks/routes.py

bench: $(STAMP)               ## side by side with the peers, as ratios
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -e . -r benchmarks/requirements.txt
	.venv-bench/bin/python benchmarks/bench.py

profile: $(STAMP)             ## where the time goes, by pass and by rule
	$(BIN)/python benchmarks/costs.py

diff: $(STAMP)                ## make diff BASE=<revision>: what changes over ../shared/articles
	$(BIN)/python benchmarks/diff.py $(BASE) $(IN)

evaluate: $(STAMP)            ## recall and loss on the labelled articles
	$(BIN)/python benchmarks/evaluate.py

data: $(STAMP)                ## compile the TOML packs into one file; a test proves that it is current
	$(BIN)/python -m newsclean.compile

clean:
	rm -rf $(VENV) .venv-bench .venv-engines site build dist
