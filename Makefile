# The only commands of this project. Those without a portal of their own run beside throw-away servers.

PYTHON ?= python3
IN = .venv/bin/python
SERVED = $(IN) -m ops.with_services $(IN)
PORTAL = $(IN) -m ops.with_services --portal $(IN)
COMPILE = uv pip compile pyproject.toml --quiet --universal --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-header

.DEFAULT_GOAL := help
.PHONY: help run test bench attack load lint format migrations check seed shell lock audit vendor messages for-run for-dev

help:  ## 列出这些命令
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 18

for-run:
	@$(PYTHON) ops/bootstrap.py run

for-dev:
	@$(PYTHON) ops/bootstrap.py dev

run: for-run  ## 启动整个门户（演示街道、数据库、后台任务），Ctrl-C 结束；可用 PORT、PORTAL_DATA
	@$(IN) -m ops.run

test: for-dev  ## 运行全部测试；可用 ARGS="-k 名称"
	@$(IN) -m ops.browser
	@$(SERVED) -m pytest $(ARGS)

bench: for-dev  ## 运行性能测量；可用 ONLY=名称，SCALE=M 加测百万居民
	@PORTAL_ENV=test $(SERVED) -m bench

attack: for-dev  ## 攻击整个门户并列出结果；可用 ARGS="--share 0.5 --actor worker"
	@PORTAL_ENV=test $(SERVED) -m tests.attack $(ARGS)

load: for-dev  ## 五分钟混合负载；可用 ARGS="--minutes 1 --users 20"
	@$(IN) -m bench.load --folder var/load $(ARGS)

lint: for-dev  ## 检查格式、代码、模板、分层、类型和已知的危险写法
	$(IN) -m ruff check . && $(IN) -m ruff format --check .
	$(IN) -m djlint templates --lint --quiet
	.venv/bin/lint-imports && $(IN) -m mypy
	$(IN) -m bandit --quiet --recursive --configfile pyproject.toml .

format: for-dev  ## 整理代码的格式
	$(IN) -m ruff check --fix-only --quiet . && $(IN) -m ruff format --quiet .

migrations: for-dev  ## 按模型生成数据库迁移；可用 ARGS
	@$(SERVED) manage.py makemigrations $(ARGS)

check: for-dev  ## Django 自检，并确认没有遗漏的迁移
	@$(SERVED) manage.py check
	@$(SERVED) manage.py makemigrations --check --dry-run

seed: for-run  ## 为门户（var/）载入演示街道；大数据集用 ARGS="--scale S"（十万居民）或 M（一百万）
	@$(PORTAL) manage.py migrate --noinput --verbosity 0
	@$(PORTAL) manage.py secure_database --verbosity 0
	@$(PORTAL) manage.py seed_demo --once $(ARGS)

shell: for-run  ## 打开门户（var/）的 Python 命令行
	@$(PORTAL) manage.py shell $(ARGS)

lock: for-dev  ## 按 pyproject.toml 重新锁定依赖；ARGS=--upgrade 升级
	PATH="$(CURDIR)/.venv/bin:$$PATH" $(COMPILE) $(ARGS) --extra embedded -o requirements.lock
	PATH="$(CURDIR)/.venv/bin:$$PATH" $(COMPILE) $(ARGS) --extra embedded --extra dev -c requirements.lock -o requirements-dev.lock

audit: for-dev  ## 查依赖有没有已知漏洞（要上网；查不成就失败）
	@$(IN) -m ops.audit

vendor: for-dev  ## 重新取得浏览器端的库（static/vendor）
	@$(IN) -m ops.vendor

messages: for-dev  ## 更新翻译目录
	@$(IN) -m ops.messages
