# shellcheck shell=sh
# The checks that bin/test and bin/check share; each is announced, the first failure ends the run.

step() {
    printf '\n== %s\n' "$*"
    "$@"
}

step ruff format --check .
step ruff check .
step lint-imports --no-logo
step mypy
