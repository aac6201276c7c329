#!/bin/sh
# Writes requirements/*.txt: every dependency with its version and the hashes of all its files, for Python 3.11 and later on Linux,
# macOS and Windows. Keeps the versions that are locked unless they no longer fit; tools/lock.sh --upgrade takes the newest.
# Needs uv. Read the diff before you commit it.
set -eu
cd "$(dirname "$0")/.."
command -v uv >/dev/null 2>&1 || {
    echo "make lock needs uv, which is not on the PATH. Install it (python3 -m pip install uv) and run again." >&2
    exit 2
}
upgrade=${1:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

compile() {
    out=$1
    shift
    [ ! -f "$out" ] || cp "$out" "$work/lock.txt"
    uv pip compile --quiet $upgrade --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --no-header \
        --no-annotate --no-emit-index-url --no-emit-find-links --output-file "$work/lock.txt" "$@" >/dev/null
    {
        echo "# Written by 'make lock'; do not edit."
        grep -v '^#' "$work/lock.txt"
    } >"$out.new"
    mv "$out.new" "$out"
    rm "$work/lock.txt"
    echo "$out: $(grep -c '^[a-z].*==' "$out") packages"
}
compile requirements/build.txt requirements/build.in
compile requirements/run.txt pyproject.toml -c requirements/build.txt
compile requirements/dev.txt pyproject.toml --extra test --extra dev -c requirements/run.txt -c requirements/build.txt
