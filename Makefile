# `make` lists the targets. Everything lives in .venv and .steward; nothing else on the machine is changed
# except for the Debian packages of scripts/install-system-packages.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALLED := .venv/installed
TESTABLE := .venv/testable

# How long a resident may rate in the demonstration, so that its cases settle while one watches.
DEMO_RATING_WINDOW ?= 20s

.DEFAULT_GOAL := help
.PHONY: help install up down status check test demo bench chaos lock

help: ## 列出命令 List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(INSTALLED) ## 安装 Install into .venv, with the Debian packages that are missing

$(INSTALLED): requirements.lock pyproject.toml scripts/install-system-packages
	PYTHON=$(PYTHON) scripts/install-system-packages
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --requirement requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(TESTABLE): $(INSTALLED)
	PYTHON=$(PYTHON) scripts/install-system-packages --tests
	@touch $@

up: install ## 启动 Start the broker, the database and all services
	$(BIN)/steward up

down: install ## 停止 Stop all of them; the data stay
	$(BIN)/steward down

status: install ## 状态 Show what runs
	$(BIN)/steward status

check: install ## 检查 Style, types and layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

test: $(TESTABLE) ## 测试 All tests, on real servers that the suite starts itself
	$(BIN)/pytest

demo: install ## 演示 Start everything, replay a sample district through it, and audit the outcome
	$(BIN)/steward up --setting RATING_WINDOW=$(DEMO_RATING_WINDOW)
	$(BIN)/steward load-organisation samples/licheng
	$(BIN)/steward replay samples/licheng/reports.jsonl --wait-expiry 60
	$(BIN)/steward tour
	$(BIN)/steward audit
	$(BIN)/steward indicators --by street
	@$(BIN)/steward status
	@echo '接下来 Next:'
	@echo '  打开上面的接口页 open the API page above; "$(BIN)/steward token --role resident --subject me" gives a token'
	@echo '  "$(BIN)/steward report --month MONTH --output FILE" writes the report of a month, like 2026-11'
	@echo '  "$(BIN)/steward replay FILE" carries reports of your own; "make down" stops everything'

bench: install ## 基准 Measure this machine
	$(BIN)/python -m benchmarks

chaos: $(TESTABLE) ## 故障演练 Harm a stack of its own under load in every way there is, and judge it
	$(BIN)/python -m chaos

lock: install ## 锁定版本 Pin every dependency in requirements.lock
	$(BIN)/pip-compile --quiet --strip-extras --allow-unsafe --extra local --extra hints --extra s3 --extra analysis --extra dev \
		--no-annotate \
		--no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
		--output-file requirements.lock pyproject.toml
