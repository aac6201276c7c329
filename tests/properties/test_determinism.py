"""The same case gives the same bytes: whatever the hash seed, the locale, the time zone, and the order of entries in the knowledge base."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from neurobalance_expert import kb, source
from neurobalance_expert.assessment import assess, load_case_file, load_knowledge
from neurobalance_expert.cases.load import parse_case
from neurobalance_expert.explain.document import as_data
from neurobalance_expert.outcome import as_json
from neurobalance_expert.report.render import FORMATS, render
from neurobalance_expert.source import Document

SEEDS = range(50)
ZONES = ("UTC", "Pacific/Kiritimati", "America/St_Johns")
LOCALES = ("C", "C.UTF-8")
SHUFFLES = 6
MINORS = range(11, 20)  # of Python 3
CASES = ("examples/a-real-day.yaml", "tests/data/cases/c05.yaml")
IN_ORDER = ("knowledge/nutrients.yaml", "knowledge/vocabulary.yaml")  # rows of a table and slots of a fact stand as they are written there
SCRIPT = """
import json, sys
from hashlib import sha256
from pathlib import Path
from neurobalance_expert.assessment import assess, load_case_file, load_knowledge
from neurobalance_expert.cases.load import load_entered
from neurobalance_expert.explain.document import as_data
from neurobalance_expert.records.digests import digests_of, layers
from neurobalance_expert.records.read import Options
from neurobalance_expert.records.write import content_of
from neurobalance_expert.report.render import FORMATS, render
root = Path(sys.argv[1])
knowledge = load_knowledge(root)
digests = digests_of(knowledge, layers(knowledge))
for case in sys.argv[2:]:
    made = assess(load_case_file(root / case, knowledge), knowledge)
    record = content_of(load_entered(root / case, knowledge.names), knowledge, Options(), digests).content
    texts = [render(made, form, root) for form in FORMATS] + [json.dumps(as_data(made.proofs)), record]
    print(sha256("".join(texts).encode()).hexdigest())
"""


def printed(root: Path, seed: int, python: str = sys.executable) -> str:
    """Digests of every form of the report, of the proofs and of the record, from a process of its own."""
    surroundings = {"PYTHONHASHSEED": str(seed), "TZ": ZONES[seed % len(ZONES)], "LC_ALL": LOCALES[seed % len(LOCALES)]}
    environment = {**os.environ, **surroundings, "PYTHONPATH": str(root)}
    command = [python, "-c", SCRIPT, str(root), *CASES]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, encoding="utf-8").stdout


@pytest.mark.slow
def test_fifty_hash_seeds_two_locales_and_three_time_zones_give_the_same_bytes(root: Path) -> None:
    """Text, Markdown, HTML, JSON, proofs and record of two cases."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = set(pool.map(lambda seed: printed(root, seed), SEEDS))

    assert len(found) == 1
    assert len(found.pop().split()) == len(CASES)


def other_pythons() -> list[str]:
    """Interpreters of another version that have the libraries of the program: those of NEUROBALANCE_PYTHONS, else the ones on PATH."""
    named = [path for path in os.environ.get("NEUROBALANCE_PYTHONS", "").split(os.pathsep) if path]
    found = named or [path for minor in MINORS if (path := shutil.which(f"python3.{minor}"))]
    asked = "import sys, jinja2, msgspec, numpy, rapidfuzz, scipy, typer, yaml; print(sys.version_info[:2])"
    versions = {path: subprocess.run([path, "-c", asked], capture_output=True, text=True, check=False).stdout.strip() for path in found}
    assert not [path for path in named if not versions[path]], "an interpreter that was named lacks the libraries: make pythons"
    return [path for path, version in versions.items() if version and version != str(sys.version_info[:2])]


@pytest.mark.slow
def test_another_python_gives_the_same_bytes(root: Path) -> None:
    """Every other version from 3.11 on that can be had here; 'make pythons' makes them ready."""
    others = other_pythons()
    if not others:
        pytest.skip("there is no other Python with the libraries of the program; 'make pythons' makes those ready that there are")
    expected = printed(root, 0)

    assert [expected] * len(others) == [printed(root, 0, python) for python in others]


def shuffled(data: Any, random: Random) -> Any:
    """The same data with the entries of every mapping in another order, which has no meaning; lists stay as they are."""
    if isinstance(data, dict):
        entries = [(key, shuffled(value, random)) for key, value in data.items()]
        random.shuffle(entries)
        return dict(entries)
    return [shuffled(value, random) for value in data] if isinstance(data, list) else data


@pytest.fixture
def without_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is parsed anew."""
    monkeypatch.setenv("NEUROBALANCE_CACHE", "off")


def outcomes(root: Path) -> Iterator[tuple[str, ...]]:
    """Every form of the report and the proofs of the cases, with the knowledge base as it is read now."""
    knowledge = load_knowledge(root)
    for case in CASES:
        made = assess(load_case_file(root / case, knowledge), knowledge)
        yield *(render(made, form, root) for form in FORMATS), json.dumps(as_data(made.proofs))


def test_the_order_of_files_and_entries_of_the_knowledge_base_does_not_show(
    root: Path, without_cache: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six times: files in another order, and the keys of every mapping in every file too, but where their order is what is written."""
    parse, expected = kb._parse, list(outcomes(root))
    for seed in range(SHUFFLES):
        random = Random(seed)

        def parsed(contents: Mapping[str, bytes], random: Random = random) -> dict[str, Document]:
            documents = list(parse(contents).items())
            random.shuffle(documents)
            return {path: d if path in IN_ORDER else replace(d, data=shuffled(d.data, random)) for path, d in documents}

        monkeypatch.setattr(kb, "_parse", parsed)
        assert list(outcomes(root)) == expected, f"seed {seed}"


def test_the_order_of_rules_in_their_files_shows_only_in_their_places(root: Path, tmp_path: Path, without_cache: None) -> None:
    """A copy whose rule files hold their rules in another order concludes and says the same; line numbers and the digest differ."""
    made = copy_with_shuffled_rules(root, tmp_path / "kb", Random(1))
    knowledge, other = load_knowledge(root), load_knowledge(made)
    for case in CASES:
        one, two = (without_places(as_json(assess(load_case_file(root / case, k), k))) for k in (knowledge, other))
        assert one == two
    assert knowledge.digest != other.digest


def copy_with_shuffled_rules(root: Path, target: Path, random: Random) -> Path:
    """A knowledge base with the rules of each file in another order."""
    from shutil import copytree

    for folder in kb.FOLDERS:
        copytree(root / folder, target / folder)
    for path in sorted((target / "rules").rglob("*.yaml")):
        whole = path.read_text(encoding="utf-8")
        ends = [at for key in ("\ntogether:", "\npartition:") if (at := whole.find(key)) >= 0]
        end = min(ends, default=len(whole))  # what is declared beside the rules stays behind them
        head, *rules = whole[:end].split("\n  - id: ")
        if len(rules) > 1:
            rules[-1] = rules[-1].rstrip("\n")
            random.shuffle(rules)
            path.write_text("\n  - id: ".join([head, *rules]) + "\n" + whole[end:], encoding="utf-8")
    return target


def without_places(data: dict[str, Any]) -> dict[str, Any]:
    """An assessment without what depends on where a rule stands."""
    findings = [{key: value for key, value in finding.items() if key != "at"} for finding in data["findings"]]
    return {**data, "findings": findings, "knowledge": None, "record": None}


def test_the_order_of_the_entries_of_a_case_does_not_show(root: Path, knowledge: Any) -> None:
    """Foods, supplements, medicines, conditions, symptoms and laboratory values in another order: every report, the proofs, the digest."""
    for path in CASES:
        document = source.load(root / path, keep=True)
        expected = reports_of(root, knowledge, document.data)
        for seed in range(SHUFFLES):
            random = Random(seed)
            data = {key: random.sample(value, len(value)) if isinstance(value, list) else value for key, value in document.data.items()}
            assert reports_of(root, knowledge, data) == expected, f"{path}, seed {seed}"


def reports_of(root: Path, knowledge: Any, data: Any) -> tuple[str, ...]:
    """Every form of the report, and the proofs, of a case as entered."""
    case = parse_case(source.parse_json(source.to_json(data), "the case", keep=True), knowledge.names)
    made = assess(case, knowledge)
    return *(render(made, form, root) for form in FORMATS), json.dumps(as_data(made.proofs))
