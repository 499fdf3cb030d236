# shellcheck shell=sh
# The checks that bin/test and bin/check share; each is announced, the first failure ends the run.

step() {
    printf '\n== %s\n' "$*"
    "$@"
}

# Start the slow check of types on the second core; types_checked waits and shows what it said.
start_checking_types() {
    types_log=$(mktemp)
    mypy >"$types_log" 2>&1 &
    types_process=$!
    trap 'kill "$types_process" 2>/dev/null || true' EXIT
}

types_checked() {
    types_status=0
    wait "$types_process" || types_status=$?
    trap - EXIT
    cat "$types_log"
    rm -f "$types_log"
    return "$types_status"
}

check_sources() {
    step ruff format --check .
    step ruff check .
    step lint-imports --no-logo
}
