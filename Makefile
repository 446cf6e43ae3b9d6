# For developers. Whoever only wants to see the tests pass runs ./test, which
# installs what it needs; these targets expect Go, a C compiler, Node.js,
# PostgreSQL's programs and Chromium, and tests skip what they lack.

FUZZTIME ?= 10m
GO       ?= go
PKG      ?= ./...
export GOFLAGS += -buildvcs=false

.DEFAULT_GOAL := help
.PHONY: help build test check lint vuln interop browser fuzz soak kill bench bench-site generate clean

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build the program into build/ecusson
	CGO_ENABLED=0 $(GO) build -trimpath -o build/ecusson ./cmd/ecusson

test: ## run the tests of PKG (default ./...) without the race detector
	$(GO) test $(PKG)

check: lint ## everything that must hold before a commit: gofmt, vet, linters, tests with the race detector
	GOFLAGS="$$GOFLAGS$$(.ci/race-flags)" $(GO) test -race -timeout=15m ./...

lint: ## gofmt, go vet, staticcheck and golangci-lint as tools/go.mod pins them (built once, which takes minutes)
	@files=$$(find . \( -name node_modules -o -path ./build -o -path ./.git \) -prune -o -name '*.go' -print | xargs gofmt -l); \
	  [ -z "$$files" ] || { echo "not formatted: $$files"; exit 1; }
	$(GO) vet ./...
	$(GO) tool -modfile=tools/go.mod staticcheck ./...
	$(GO) tool -modfile=tools/go.mod golangci-lint run ./...

vuln: ## look our dependencies up in Go's vulnerability database, where it can be reached
	@$(GO) tool -modfile=tools/go.mod govulncheck ./... || { code=$$?; \
	  [ $$code -eq 3 ] && exit 3; echo "govulncheck could not do its work: is its database within reach?"; }

interop: ## compare with other people's implementations, at length (50,000 canonical forms)
	cd interop && npm ci --no-progress
	ECUSSON_REQUIRE_INTEROP=1 ECUSSON_LONG=1 $(GO) test -count=1 -timeout=60m -v ./interop

browser: ## open the pages in Chromium, in all sixteen views; leaves pictures in build/shots
	cd browser && npm ci --no-progress
	ECUSSON_REQUIRE_BROWSER=1 ECUSSON_LONG=1 $(GO) test -count=1 -timeout=60m -v ./browser

fuzz: ## fuzz every Fuzz target of PKG, FUZZTIME each (default 10m)
	@set -e; for package in $$($(GO) list $(PKG)); do \
	  for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
	    echo "== $$package $$target, $(FUZZTIME)"; \
	    $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
	  done; \
	done

soak: ## the long tests: twenty kills of an award of 20,000 rows, 50,000 canonical forms, large graphs
	ECUSSON_LONG=1 $(GO) test -count=1 -timeout=120m ./...

kill: ## kill a serving site and the command's award twenty times each, at other moments in each run; ECUSSON_SEED=N repeats one
	@seed=$${ECUSSON_SEED:-$$(date +%s)}; echo "ECUSSON_SEED=$$seed"; \
	  ECUSSON_LONG=1 ECUSSON_SEED=$$seed $(GO) test -count=1 -timeout=120m -v -run 'Kill|TwoServers' ./cmd/ecusson

bench-site: build ## ecusson bench --platform on SQLite; POSTGRES=postgres://… adds an empty database there
	build/ecusson bench --platform $(if $(POSTGRES),--postgres $(POSTGRES))

bench: build ## ecusson bench: our figures beside the floors of this machine
	build/ecusson bench

generate: ## write generated files anew: the embedded contexts (needs the npm packages of interop)
	cd interop && npm ci --no-progress
	$(GO) generate ./...

clean: ## remove what was built; caches and npm packages stay
	rm -rf build
