# Every target is one command of tools/local; PYTHON is only used until .venv exists. `make help` lists them.
PYTHON ?= python3
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help up down env test kills check bench golden

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: ## Stand up the local Lighthouse database: Pulumi, Docker, image, stack; again and again
	@$(PYTHON) -m tools.local up

down: ## Destroy the local stack and remove what `make up` made; caches stay
	@$(PYTHON) -m tools.local down

env: ## Print shell exports: eval "$(make -s env)" makes pulumi, tsdb and psql work by hand
	@$(PYTHON) -m tools.local env

test: ## Run the whole test suite, on a fresh machine too (ARGS="tests/unit -x" selects)
	@$(PYTHON) -m tools.local test $(ARGS)

kills: ## The long form of the kill tests: every step, every victim (most of an hour)
	@$(PYTHON) -m tools.local kills $(ARGS)

check: ## Lint, format, types and the directions of imports
	@$(PYTHON) -m tools.local check

bench: ## Measure previews, `make up` and the queries
	@$(PYTHON) -m tools.local bench $(ARGS)

golden: ## Write the golden files of the tests anew
	@$(PYTHON) -m tools.local golden $(ARGS)
