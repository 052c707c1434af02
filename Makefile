# SPDX-License-Identifier: Apache-2.0
# The front door. Everything is done by Meson and the scripts in tools/; this names it.

help: ## print this
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|'

build: setup ## build the program: build/grantd
	@tools/build build

setup: ## install what building needs
	@tools/setup build

test: ## prove that it works; ten minutes at most on two cores
	@tools/test

test-all: ## the slow proofs as well: all that continuous integration runs
	@tools/test --all

quick: ## the unit tests, and the checks of layers, style, citations and format
	@tools/test layers style citations format docs unit

asan: ## the unit tests under clang's address and undefined-behaviour sanitizers
	@tools/test asan

tsan: ## the unit tests under gcc's thread sanitizer
	@tools/test tsan

valgrind: ## the unit tests under valgrind
	@tools/test valgrind

fuzz: ## fuzz each parser for FUZZ_SECONDS=60 seconds
	@tools/fuzz

analyzer: ## gcc's analyzer over all sources
	@tools/test analyzer

coverage: ## what the unit and server tests run of src/oauth and src/accessgrant
	@tools/coverage

tidy: ## clang-tidy over all sources
	@tools/test tidy

format: ## bring all C files into the house's form
	@tools/check-format --fix

docs: ## write the reference pages in docs/ from their lists
	@tools/docs

bench: build ## measure; see bench/README.md
	@bench/run

soak: build ## an hour of writing by several processes, ten minutes of many accounts, five for each fault of a cluster, the server behind a pooler and at serializable, Debian 13, hours of fuzzing
	@HAMMER_SECONDS=3600 meson test -C build --suite unit --timeout-multiplier 120 test_store_hammer
	@HAMMER_SECONDS=600 .cache/venv/bin/python -m pytest -q tests/server/test_many_accounts.py
	@.cache/venv/bin/python -m pytest -q -m soak tests/server tests/nodes tests/packages
	@TEST_COST_ROWS=1000000 .cache/venv/bin/python -m pytest -q tests/openapi/test_costs.py
	@TEST_FAULTS=all .cache/venv/bin/python tests/fixtures/postgres.py meson test -C build \
		--no-rebuild --timeout-multiplier 120 test_store_faults test_store_memory
	@tools/test server-pooler server-serializable
	@FUZZ_SECONDS=3600 tools/fuzz

dist: build ## make a release: dist/, with its SHA-256 and an SBOM
	@tools/dist

clean: ## remove all build folders
	@rm -rf build build-* dist

.PHONY: help build setup test test-all quick asan tsan valgrind fuzz analyzer coverage tidy format docs bench soak dist clean
