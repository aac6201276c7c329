#!/bin/sh
# tools/install.sh run|dev: makes .venv and installs what the program (run) or its tests and checks (dev) need: hash-checked, and only
# when a lock file, pyproject.toml or this folder's place has changed since the last time.
set -eu
kind=$1
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
venv=.venv

fail() {
    printf '%s\n' "$@" >&2
    exit 2
}

find_python() {
    for name in ${PYTHON:-python3.13 python3.12 python3.11 python3.14 python3 python}; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            echo "$name"
            return
        fi
    done
    fail "neurobalance needs Python 3.11 or later; tried: ${PYTHON:-python3.13 python3.12 python3.11 python3.14 python3 python}." \
        "Here, 'python3' is: $(python3 --version 2>/dev/null || echo not installed)." \
        "Install a newer Python, or name it: make demo PYTHON=/path/to/python3.12"
}

digest() {
    printf '%s\n' "$root"
    cat "$1" requirements/build.txt pyproject.toml tools/install.sh
}

want="$(digest "requirements/$kind.txt" | cksum)"
stamp=$venv/installed-$kind
if [ -x $venv/bin/python ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then
    exit 0
fi
if [ -f $venv/place ] && [ "$(cat $venv/place)" != "$root" ]; then
    rm -rf $venv # a virtual environment cannot be moved
fi
if ! $venv/bin/python -c 'import pip' >/dev/null 2>&1; then
    python=$(find_python)
    echo "making $venv with $($python --version)" >&2
    rm -rf $venv
    "$python" -m venv $venv || {
        rm -rf $venv
        fail "'$python -m venv' failed. On Debian or Ubuntu: apt install python3-venv"
    }
    printf '%s\n' "$root" >$venv/place
fi

pip() {
    PIP_DISABLE_PIP_VERSION_CHECK=1 $venv/bin/python -m pip --quiet "$@"
}
echo "installing requirements/$kind.txt into $venv" >&2
rm -f "$stamp"
pip install --require-hashes -r requirements/build.txt
# The build tools are in place and hash-checked, so nothing else is fetched to build frozendict (which has no wheel) or our own package.
pip install --require-hashes --no-build-isolation -r "requirements/$kind.txt"
pip install --no-deps --no-build-isolation --editable .
printf '%s\n' "$want" >"$stamp"
