# Everything a developer types. Needs make and Python 3.11 or newer with venv; README.md has the same without make.
PYTHON ?= python3
PORT ?= 8000
BIN = .venv/bin

export DEBUG ?= 1
# Compiled modules halve the time every command takes to start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test browser install lint types bench-listing bench-match messages lock
.DEFAULT_GOAL := help

help: ## show this
	@sed -n 's/^\([a-z-]*\):.*## /make \1	/p' Makefile | expand -t 16

demo: ## install, fill a demo database once, serve on http://localhost:8000 (PORT=8001 for another port)
	@$(PYTHON) .ci/setup.py demo $(PORT)

test: ## run the test suite on the embedded database, without the browser tests (ARGS="-k stand" for some)
	@$(PYTHON) .ci/setup.py install all
	@echo "Browser tests are left out here: “make browser” runs them where Chromium is installed."
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m "not browser" $(ARGS)

browser: ## run the browser tests
	@$(PYTHON) .ci/setup.py install all
	@DJANGO_ALLOW_ASYNC_UNSAFE=true $(BIN)/python -m pytest -n auto --dist loadfile -m browser tests/browser $(ARGS)

install: ## make .venv and install the locked packages
	@$(PYTHON) .ci/setup.py install semantic

lint: ## check the code's and the templates' style
	@$(PYTHON) .ci/setup.py install all
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@find templates -name '*.html' | sort | xargs $(BIN)/djade --check --target-version 5.2

types: ## check the types
	@$(PYTHON) .ci/setup.py install all
	@$(BIN)/mypy expo matchmaking

bench-listing: ## measure the listing at 5,000 and 100,000 innovations (ROWS=1000000 adds a million, ROWS=5000: only these)
	@$(PYTHON) .ci/setup.py install all
	@ROWS="$(ROWS)" $(BIN)/python tests/benchmarks/listing.py

bench-match: ## measure matching at 5,000 and 100,000 innovations (ROWS=1000000 adds a million, ROWS=5000: only these)
	@$(PYTHON) .ci/setup.py install all
	@ROWS="$(ROWS)" $(BIN)/python tests/benchmarks/matching.py

messages: ## collect the texts to translate and compile the catalog (needs gettext)
	@$(PYTHON) .ci/setup.py install all
	@$(BIN)/python manage.py makemessages --locale zh_Hans --no-obsolete --add-location file --no-wrap --verbosity 0 \
		--ignore .venv --ignore var --ignore staticfiles --ignore tests
	@sed -i.bak '/^"POT-Creation-Date/d' expo/locale/zh_Hans/LC_MESSAGES/django.po
	@rm -f expo/locale/zh_Hans/LC_MESSAGES/django.po.bak
	@$(BIN)/python manage.py compilemessages --locale zh_Hans --ignore .venv --verbosity 0

lock: ## resolve the packages anew (UPGRADE=--upgrade takes newer ones)
	@$(PYTHON) .ci/setup.py install all
	@uv=$$(command -v uv || echo $(BIN)/uv); \
	compile="$$uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header $(UPGRADE)"; \
	$$compile --all-extras pyproject.toml -o requirements/all.txt && \
	$$compile --extra semantic -c requirements/all.txt pyproject.toml -o requirements/semantic.txt && \
	$$compile -c requirements/all.txt pyproject.toml -o requirements/base.txt
