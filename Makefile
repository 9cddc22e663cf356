# Every target is one command of tools/local; PYTHON is only used until .venv exists. `make help` lists them.
PYTHON ?= python3
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help up down env env-aws-offline test kills cases manykills systems imports refusals editions boot aws check audit bench golden

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: ## Stand up the local Lighthouse database: Pulumi, Docker, image, stack; again and again
	@$(PYTHON) -m tools.local up

down: ## Destroy the local stack and remove what `make up` made; caches stay
	@$(PYTHON) -m tools.local down

env: ## Print shell exports: eval "$(make -s env)" makes pulumi, tsdb and psql work by hand
	@$(PYTHON) -m tools.local env

env-aws-offline: ## Like env, for the stacks dev and prod against a stand-in for AWS on this machine (ARGS=stop ends it)
	@$(PYTHON) -m tools.local env-aws-offline $(ARGS)

test: ## Run the test suite in two processes, of long matrices a drawn sample, on a fresh machine too (ARGS="tests/unit -x" selects)
	@$(PYTHON) -m tools.local test $(ARGS)

kills: ## The long form of the kill tests: every step, every victim (most of an hour)
	@$(PYTHON) -m tools.local kills $(ARGS)

cases: ## Every case of tests/cases on a server of each edition (about a quarter of an hour)
	@$(PYTHON) -m tools.local cases $(ARGS)

manykills: ## Sixty objects over a database in use, killed at fifty random points (most of an hour)
	@$(PYTHON) -m tools.local manykills $(ARGS)

systems: ## A hundred random systems on each edition, declared, applied and read back
	@$(PYTHON) -m tools.local systems $(ARGS)

imports: ## Every system imported on both editions
	@$(PYTHON) -m tools.local imports $(ARGS)

refusals: ## Every wrong declaration through the engine's preview
	@$(PYTHON) -m tools.local refusals $(ARGS)

editions: ## On both editions what `make test` takes on a drawn one (half an hour)
	@$(PYTHON) -m tools.local editions $(ARGS)

boot: ## The boot program with every disk and host, and killed in every step (about an hour)
	@$(PYTHON) -m tools.local boot $(ARGS)

aws: ## Everything against the stand-in for AWS, and every rule of the pack (about a quarter of an hour)
	@$(PYTHON) -m tools.local aws $(ARGS)

check: ## Lint, format, types and the directions of imports
	@$(PYTHON) -m tools.local check

audit: ## What checkov, zizmor and a schema say of our workflows, policies and image, but for what is accepted
	@$(PYTHON) -m tools.local audit $(ARGS)

bench: ## Print figures beside targets: previews, `make up`, queries; ARGS=--help lists AWS, boots and the rest
	@$(PYTHON) -m tools.local bench $(ARGS)

golden: ## Write the golden files of the tests anew
	@$(PYTHON) -m tools.local golden $(ARGS)
