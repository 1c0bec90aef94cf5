# 实效 (Shixiao). Two commands do all the set-up on a fresh machine: `make run` and `make test`.

PORT ?= 8000
PYTHON ?=
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
# What an installation is made from. Two stamps: what is needed to run, and what is needed to work on it.
SOURCES := pyproject.toml constraints.txt package.json package-lock.json hatch_build.py
TRANSLATIONS := $(wildcard src/shixiao/*/locale/*/LC_MESSAGES/*.po src/shixiao/offices/*/locale/*/LC_MESSAGES/*.po)
RUNS := .venv/.runs
INSTALLED := .venv/.installed
# Quick work uses both cores and leaves the rest of the machine alone.
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help install run test check unit fix bench wheel docs lock clean

help: ## 这一页 / this page
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

.venv/bin/python:
	@tools/environment .venv $(PYTHON)

$(RUNS): $(SOURCES) $(TRANSLATIONS) | .venv/bin/python
	@echo "── 安装到 .venv / installing into .venv"
	@$(PIP) --editable .
	@touch $@

$(INSTALLED): $(SOURCES) | .venv/bin/python
	@echo "── 安装到 .venv，含测试工具 / installing into .venv, with the tools of tests"
	@$(PIP) --editable '.[dev]'
	@touch $@ $(RUNS)

install: $(INSTALLED) ## 环境、依赖、静态文件、翻译 / environment, dependencies, static files, translations
	@$(BIN)/python hatch_build.py

run: $(RUNS) ## 试用：导入广州的表，在 http://127.0.0.1:8000 打开 / try it: the Guangzhou table in a browser (PORT=… for another port)
	@$(BIN)/shixiao serve --demo --port $(PORT)

test: install ## 全部测试 / every test
	@$(BIN)/python tools/everything.py $(ARGUMENTS)

check: install ## 快查：规范、类型、楼层、单元测试 / quick: lint, types, floors, unit tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pytest --quiet --numprocesses $(WORKERS) -m "not database and not browser and not house" $(ARGUMENTS)

fix: install ## 自动整理代码 / tidy the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: install ## 量速度 / measure
	@$(BIN)/python bench/run.py $(ARGUMENTS)

wheel: install ## 给没有互联网的单位：一个文件夹装齐，并验证 / one folder for an office without internet, and the proof that it is enough
	@tools/offline-set dist/offline

docs: install ## 重新生成文档 / write the generated documents anew
	@$(BIN)/python tools/documents.py

lock: ## 重新锁定 Python 依赖的版本 / lock the Python versions anew
	@tools/lock

clean: ## 删除环境和一切生成的文件（不碰 var/ 里的数据） / remove all that was made here, but not the data in var/
	@rm -rf .venv dist build node_modules src/shixiao/ui/static/vendor .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find src tools -name __pycache__ -type d -prune -exec rm -rf {} +
	@find src -name '*.mo' -delete
