#!/bin/sh
# Makes .venv from a lock of this folder: `sh requirements/install.sh dev` (or demo).
# Called by the Makefile, from the repository's root. May be run again after it was cut short.
set -eu
lock=$1

usable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

fail() {
    printf 'hallwatch: %s\n' "$1" >&2
    exit 1
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        usable "$PYTHON" && { echo "$PYTHON"; return; }
        fail "PYTHON=$PYTHON cannot be used ($("$PYTHON" --version 2>&1 || true)); it must be 3.11 or later"
    fi
    # 3.11 first: it is what the tests are run on. Each is tried, for a version manager's
    # stand-in may be on the PATH without the version behind it.
    for candidate in python3.11 python3.12 python3.13 python3.14 python3 python; do
        usable "$candidate" && { echo "$candidate"; return; }
    done
    fail "no Python 3.11 or later found ($(python3 --version 2>&1 || true)); install one, or name it: make PYTHON=/path/to/python3.12 ..."
}

if usable .venv/bin/python; then
    echo "[1/3] .venv is there ($(.venv/bin/python --version))"
else
    python=$(find_python)
    echo "[1/3] creating .venv with $($python --version) ..."
    rm -rf .venv
    "$python" -m venv .venv || fail "$python cannot make a virtual environment (on Debian: apt install python3-venv)"
fi

# In a terminal pip shows its own progress; in a log that would be thousands of lines.
[ -t 1 ] && quiet= || quiet=--quiet
pip="$PWD/.venv/bin/python -m pip install --disable-pip-version-check $quiet"

count=$(grep -c '^[a-z].*==' "requirements/$lock.txt")
echo "[2/3] installing $count packages from requirements/$lock.txt (up to 350 MB, a minute or more) ..."
$pip --require-hashes --no-deps --only-binary :all: -r "requirements/$lock.txt" ||
    fail "the packages could not be installed: pip's message is above; run the same command again to go on"

echo "[3/3] installing hallwatch itself ..."
# Nothing is fetched here: what builds it is in the lock.
$pip --no-deps --no-build-isolation --editable . || fail "hallwatch itself could not be installed"

touch ".venv/.$lock"
[ "$lock" = demo ] || touch .venv/.demo
