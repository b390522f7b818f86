# Everything a person can do here. Each target installs what it needs into .sandbox first.
export PORT ?= 8000
PYTEST_ARGS ?=
ARGS ?=
PYTHON ?= $(shell command -v python3 || command -v python3.12 || command -v python3.11)
IN := .sandbox/venv/bin

.DEFAULT_GOAL := help
.PHONY: help env test test-fast check bench demo serve manage schema migrations docs messages format clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: ## Build the environment only (.sandbox/venv)
	@$(PYTHON) sandbox/bootstrap.py

test: env ## The whole suite on real Saleor and PostgreSQL (PYTEST_ARGS="tests/services -k refund")
	@$(IN)/python -m sandbox.test $(PYTEST_ARGS)

test-fast: env ## The tests that need no database, in seconds
	@$(IN)/python -m pytest -p no:django -W ignore::pytest.PytestConfigWarning \
		$(wildcard tests/domain tests/test_architecture.py) $(PYTEST_ARGS)

check: env ## Lint, format, types of the inner layers, missing migrations, architecture
	@$(IN)/python -m sandbox.check

bench: env ## Measure what the plugin costs (bench/), one table per run
	@$(IN)/python -m sandbox.on_postgres $(IN)/python -m bench $(ARGS)

demo: env ## A running shop, and a story of returns played through it (DEMO_SERVE=0 ends after it)
	@$(IN)/python -m sandbox.run demo

serve: env ## The running shop without the story (PORT=8000)
	@$(IN)/python -m sandbox.run serve

manage: env ## A management command on that shop (ARGS="returns_backfill")
	@$(IN)/python -m sandbox.run manage $(ARGS)

schema: env ## Print the host's whole GraphQL schema with the plugin in it
	@DJANGO_SETTINGS_MODULE=sandbox.settings $(IN)/python -W ignore -m django get_graphql_schema

migrations: env ## Write the migrations that changed models need
	@DJANGO_SETTINGS_MODULE=sandbox.settings $(IN)/python -W ignore -m django \
		makemigrations saleor_returns_plugin $(ARGS)

docs: env ## Write the reference pages that are made from the code
	@$(IN)/python -m sandbox.docs

messages: env ## Bring the translations up to date with the code (ARGS="fr" starts a language)
	@$(IN)/python -m sandbox.messages $(ARGS)

format: env ## Let ruff format and sort
	@$(IN)/ruff format . && $(IN)/ruff check --fix .

clean: ## Remove all that the other targets made
	@$(PYTHON) sandbox/clean.py
