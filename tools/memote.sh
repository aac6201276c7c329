#!/bin/sh
# memote's tests of the network as SBML, in a venv of its own. Prints the consistency section; ends with 1 when a mark is missing.
# usage: tools/memote.sh .venv/bin out
set -eu
bin=$1
out=$2
venv=$out/memote
mkdir -p "$out"
[ -x "$venv/bin/memote" ] || {
    "$bin/python" -m venv "$venv"
    "$venv/bin/pip" --quiet install memote
}
"$bin/neurobalance" model sbml serotonin -o "$out/network.xml"
where=$(mktemp -d) # memote runs pytest, which would take the settings of this project
trap 'rm -rf "$where"' EXIT
memote=$(cd "$venv/bin" && pwd)/memote
model=$(cd "$out" && pwd)/network.xml
printf '[pytest]\n' >"$where/pytest.ini"
(cd "$where" && PYTEST_ADDOPTS="-c $where/pytest.ini" "$memote" run --ignore-git --filename memote.json.gz "$model") >"$out/memote.log" 2>&1 || true
cp "$where/memote.json.gz" "$out/"
"$venv/bin/python" - "$out/memote.json.gz" <<'PY'
import gzip, json, sys

SECTION = (
    "test_stoichiometric_consistency",
    "test_reaction_mass_balance",
    "test_reaction_charge_balance",
    "test_find_disconnected",
    "test_find_reactions_unbounded_flux_default_condition",
)
tests = json.load(gzip.open(sys.argv[1]))["tests"]
marks = [tests[name]["result"] == "passed" and tests[name]["metric"] == 0.0 for name in SECTION]
for name, mark in zip(SECTION, marks):
    print(f"{name.removeprefix('test_'):55}{'full mark' if mark else tests[name]['metric']}")
print(f"consistency: {sum(marks)} of {len(marks)} full marks")
sys.exit(not all(marks))
PY
