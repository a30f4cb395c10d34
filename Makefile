# Gantry. `make help` prints every target.
SHELL := /bin/bash
.DEFAULT_GOAL := help
NODE_MODULES := node_modules/.package-lock.json

.PHONY: help up down test check build bench bench-scheduler clean format reference screenshots sim sim-long sim-mutants unit

help: ## Print every target
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

up: build ## Start a cluster on this machine: etcd, control plane, one agent, the demo (NODES=3: on three hosts, ARGS="…" are handed on)
	@bin/gantry up $(if $(NODES),--nodes "$(NODES)") $(ARGS)

down: build ## Stop it and remove all that `make up` made (ARGS=--keep-data keeps etcd)
	@bin/gantry down $(ARGS)

test: build ## Everything: checks, unit, contract, server, real etcd and Docker; ends with `N passed, N failed`
	@node e2e/dist/run-tests.js

check: build ## Format, lint, types, unit tests, tidiness: what must be green before each commit
	@npx prettier --check --log-level warn .
	@npx eslint .
	@node e2e/dist/run-tests.js --unit

unit: build ## Unit tests only
	@node e2e/dist/run-tests.js --unit

build: $(NODE_MODULES) ## Install npm packages when they changed, and compile
	@npx tsc -b
	@node esbuild.config.js
	@npx vite build dashboard --config dashboard/vite.config.js --logLevel warn

$(NODE_MODULES): package-lock.json package.json
	@node -e 'if (+process.versions.node.split(".")[0] < 20) { console.error("Gantry needs Node 20 or newer; this is " + process.version + ". Install Node 20 and try again."); process.exit(1) }'
	@echo "Installing npm packages (package-lock.json) …"
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $(NODE_MODULES)

reference: build ## Write docs/reference anew
	@npx tsx --conditions=gantry-source api/write-reference.ts
	@node e2e/dist/monitoring/write-metrics-reference.js

screenshots: build ## Take the pictures of the dashboard in docs/images anew (needs chromium; ARGS="overview pods": only these)
	@node e2e/dist/browser/screenshots.js $(ARGS)

format: ## Format the sources
	@npx prettier --write --log-level warn .

bench: build ## Measure every promised figure beside its reference (needs root and Docker)
	@node e2e/dist/bench/run-bench.js $(ARGS)

bench-scheduler: build ## Measure how many pods a second are placed, in memory and in a real etcd (ARGS="basic --nodes 5000")
	@node e2e/dist/bench-scheduler/run-bench-scheduler.js $(ARGS)

sim: build ## Simulate a whole cluster under faults: SEEDS=1000 [FROM=n] [STEPS=n], or SEED=n to see one run
	@node --single-threaded-gc e2e/dist/bundle/sim/main.js $(if $(SEED),--seed $(SEED)) $(if $(SEEDS),--seeds $(SEEDS)) \
	  $(if $(FROM),--from $(FROM)) $(if $(STEPS),--steps $(STEPS)) --found e2e/sim/seeds.txt $(ARGS)

sim-long: build ## Simulate 20 nodes for two hours, a fault and a user's action a minute (EVERY_MS=60000; DENSE=1: more actions): hours simulated in an hour of one core
	@node --single-threaded-gc e2e/dist/bundle/sim/main.js --seeds $(or $(SEEDS),1) $(if $(FROM),--from $(FROM)) --threads 1 \
	  --nodes 20 --chaos-ms 7200000 --heartbeat-ms 10000 --fault-every-ms $(or $(EVERY_MS),60000) \
	  $(if $(DENSE),,--action-every-ms $(or $(EVERY_MS),60000)) $(ARGS)

sim-mutants: build ## Switch deliberate faults on, one at a time: each has to be caught ([MUTANT=name] [SEEDS=500])
	@node e2e/dist/sim/mutants/main.js $(if $(MUTANT),--mutant $(MUTANT)) $(if $(SEEDS),--seeds $(SEEDS)) $(ARGS)

clean: ## Remove compiled code and packages
	@rm -rf node_modules */dist */tsconfig.tsbuildinfo
