# Everything one does with Letterwright from a checkout. `make help` lists it.

PY := .venv/bin/python
# One more than the usual two cores: the trials of what dies mostly wait.
JOBS ?= 3

# Every process of ours would compile all of our code again; containers often set it.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install run test test-long test-system check fix bench chaos migrate shell clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: ## builds .venv with all that running and testing need, and the front end
	@.ci/install

run: install ## starts everything on http://127.0.0.1:8000
	@exec .venv/bin/letterwright up

test: install ## the test suite: SQLite and PostgreSQL, a true Valkey, true browsers
	@.ci/chromium
	$(PY) -m pytest -n $(JOBS) --dist worksteal -m "not system and not long"

test-long: install ## what takes minutes: every page at each width in each light (trials of what dies: make chaos)
	@.ci/chromium
	$(PY) -m pytest -n $(JOBS) --dist worksteal -m long --ignore tests/chaos

test-system: install ## tests against postfix, dovecot and SpamAssassin (as root it installs them)
	@.ci/system
	$(PY) -m pytest -m system

check: install ## style, types, layers and the house rules
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) -m pytest -q tests/guards

fix: install ## repairs what ruff can repair, and formats
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: install ## the benchmarks against their goals, into a file of the day: QUICK=1 ONLY=signed,plain DB=sqlite BENCH_PEER=peer.json
	$(PY) -m tests.benchmarks $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY)) $(if $(DB),--db $(DB))

chaos: install ## kills what sends and prints what was lost: KILLS=200 DB=sqlite SEED=1 PEOPLE=20000 FAULTS=all TIMES=30
	$(PY) -m pytest -q -m long tests/chaos tests/emails/themes
	$(PY) -m tests.chaos $(if $(KILLS),--kills $(KILLS)) $(if $(DB),--db $(DB)) $(if $(SEED),--seed $(SEED)) \
		$(if $(PEOPLE),--people $(PEOPLE)) $(if $(FAULTS),--faults $(FAULTS)) $(if $(TIMES),--times $(TIMES)) \
		$(if $(OUT),--out $(OUT))

migrate: install ## brings the database to the newest schema
	@.venv/bin/letterwright migrate

shell: install ## a Python prompt with the database open
	@$(PY) -i -c "from app.config import load_settings; from app.startup import open_house; from app.database.session import reading, transaction; from app.models import *; open_house(load_settings())"

clean: ## removes what was built; the data folder stays
	rm -rf .venv app/static/dist app/frontend/node_modules build dist *.egg-info .mypy_cache .ruff_cache .hypothesis
