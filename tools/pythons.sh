#!/bin/sh
# tools/pythons.sh BIN OUT: the same bytes from every Python there is. Makes OUT/pythons/X.Y for each other Python (hash-checked, what the
# program needs to run) and compares reports, proofs and records with those of BIN/python. PYTHONS names interpreters; else those on PATH.
set -eu
bin=$1
out=$2/pythons
mkdir -p "$out"
own=$("$bin/python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
found=
for name in ${PYTHONS:-python3.11 python3.12 python3.13 python3.14 python3.15}; do
    version=$("$name" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    [ "$version" = "$own" ] && continue
    venv=$out/$version
    [ -x "$venv/bin/python" ] || "$name" -m venv "$venv"
    echo "Python $version" >&2
    "$venv/bin/python" -m pip --quiet --disable-pip-version-check install --require-hashes -r requirements/build.txt
    "$venv/bin/python" -m pip --quiet --disable-pip-version-check install --require-hashes --no-build-isolation -r requirements/run.txt
    found="$found${found:+:}$(pwd)/$venv/bin/python"
done
if [ -z "$found" ]; then
    echo "there is no other Python from 3.11 on; name some: make pythons PYTHONS='/path/to/python3.13 …'" >&2
    exit 2
fi
NEUROBALANCE_PYTHONS=$found exec "$bin/python" -m pytest -q tests/properties/test_determinism.py -k another_python
