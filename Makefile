# Everything a developer types; `make` alone lists it.
# Needs git, make, python3 >= 3.11 and pip. The rest comes from the lock files into .venv/.

PYTHON ?= python3
PORT ?= 8000
ARGS ?=
UV ?= uv

VENV := .venv
PY := $(VENV)/bin/python
MANAGE := $(PY) manage.py
UV_COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

.DEFAULT_GOAL := help
.PHONY: help run test check lint types templates migrations-made deploy docs-current locks-clean fix lock docs migrations

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14


# --- Use

run: export DEMO = 1
run: export MFA_REQUIRED = 0
run: export SITE_URL = http://localhost:$(PORT)
run: $(VENV)/.runtime ## a demo on http://127.0.0.1:8000 (PORT= changes it); Ctrl-C ends it
	@mkdir -p var/static
	@$(MANAGE) migrate --check >/dev/null 2>&1 || $(MANAGE) migrate --verbosity 0
	@$(MANAGE) demo --if-empty
	@echo "http://127.0.0.1:$(PORT) or http://localhost:$(PORT) - Ctrl-C to stop"
	@trap 'kill $$server $$worker 2>/dev/null; wait; exit 0' INT TERM HUP; \
	$(VENV)/bin/gunicorn cites.wsgi:application --bind 127.0.0.1:$(PORT) --worker-class gthread --workers 2 \
		--threads 4 --preload --graceful-timeout 5 --log-level warning --no-control-socket & server=$$!; \
	nice $(MANAGE) db_worker --verbosity 0 & worker=$$!; \
	wait $$server; code=$$?; kill $$worker 2>/dev/null; wait; exit $$code

test: $(VENV)/.dev ## the tests on SQLite with a browser, then on PostgreSQL (ARGS= goes to pytest)
	@code=0; \
	$(PY) -m pytest -n 2 --dist worksteal $(ARGS) || code=$$?; \
	$(PY) -m pytest -n 2 --dist worksteal --db postgres $(ARGS) || code=$$?; \
	exit $$code

check: lint types templates migrations-made deploy docs-current locks-clean ## everything that needs no test run

fix: $(VENV)/.dev ## what the linters can mend by themselves
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

docs: $(VENV)/.runtime ## the generated documents
	@mkdir -p docs
	@DEBUG=1 $(MANAGE) workflow_doc > docs/workflow.md.new || { rm -f docs/workflow.md.new; exit 1; }
	@mv docs/workflow.md.new docs/workflow.md

migrations: $(VENV)/.runtime ## migrations for what changed in the models
	DEBUG=1 $(MANAGE) makemigrations

lock: ## the lock files from pyproject.toml; needs uv (ARGS=--upgrade for newer versions)
	$(UV_COMPILE) $(ARGS) pyproject.toml --output-file requirements.lock
	$(UV_COMPILE) $(ARGS) pyproject.toml --extra dev --constraint requirements.lock --output-file requirements-dev.lock


# --- The parts of `make check`

# Settings of a developer, in a folder of its own: no check reads or makes the database of `make run`.
types migrations-made docs-current: export DEBUG = 1
types migrations-made deploy docs-current: export VAR_DIR = $(CURDIR)/var/check

lint: $(VENV)/.dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: $(VENV)/.dev
	$(PY) -m mypy

templates: $(VENV)/.dev
	$(PY) -m djlint --lint --quiet templates

migrations-made: $(VENV)/.dev
	$(MANAGE) makemigrations --check --dry-run

# As in production, with each look; the key is made for this one command.
deploy: $(VENV)/.dev
	@key="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))')"; \
	for brand in etat neutre; do \
		echo "manage.py check --deploy, BRAND=$$brand"; \
		SECRET_KEY="$$key" DEBUG=0 DEMO=0 HTTPS=1 ALLOWED_HOSTS=portail.example BRAND=$$brand \
		$(MANAGE) check --deploy --fail-level WARNING || exit 1; \
	done

docs-current: $(VENV)/.dev
	@echo "docs/workflow.md is what workflow_doc says (else: make docs)"
	@mkdir -p $(VAR_DIR)
	@$(MANAGE) workflow_doc > $(VAR_DIR)/workflow.md
	@diff -u docs/workflow.md $(VAR_DIR)/workflow.md

locks-clean:
	@echo "no address in the locks"
	@! grep -nE '://|--(extra-)?index|--find-links| @ ' requirements.lock requirements-dev.lock


# --- The environment: a stamp per lock file, so that a warm start costs nothing

# Debian without python3-venv has no ensurepip: the environment is then made without pip and filled from outside.
$(PY):
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || $(PYTHON) -m venv --clear --without-pip $(VENV)
	@$(PY) -c 'import sysconfig; open(sysconfig.get_path("purelib") + "/project.pth", "w").write("../../../..\n")'

define install
	@echo "Installing $(1)"
	@if $(PY) -m pip --version >/dev/null 2>&1; then pip="$(PY) -m pip"; else pip="$(PYTHON) -m pip --python $(PY)"; fi; \
	$$pip install -qq --disable-pip-version-check --require-hashes --no-deps --only-binary :all: -r $(1)
endef

$(VENV)/.runtime: requirements.lock | $(PY)
	$(call install,requirements.lock)
	@touch $@

$(VENV)/.dev: requirements-dev.lock requirements.lock | $(PY)
	$(call install,requirements-dev.lock)
	@touch $(VENV)/.runtime $@
