"""The shipped rules, examined: a part of them here, all of them by ``make analyze``."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from neurobalance_expert.analysis.analyze import analyze
from neurobalance_expert.analysis.case_domains import NOTHING_ABOVE, NOTHING_BELOW, case_domains
from neurobalance_expert.analysis.witness import witnesses
from neurobalance_expert.assessment import assess, load_case_file, load_knowledge
from neurobalance_expert.cases.load import parse_case
from neurobalance_expert.facts.prepare import prepare
from neurobalance_expert.source import parse_yaml
from neurobalance_expert.vocabulary import Vocabulary

ROOT = Path(__file__).resolve().parents[3]
PARTS = ("rules/cofactors/", "rules/data/", "rules/supply/", "rules/transport/", "rules/safety/upper-levels.yaml")


@pytest.fixture(scope="module")
def knowledge():
    """The knowledge base of the repository."""
    return load_knowledge(ROOT)


def test_nothing_is_found_in_the_shipped_rules(knowledge) -> None:
    """No dead rule, no idle threshold, no unexplained overlap, no gap of a declared partition."""
    some = {rule.id for rule in knowledge.rules.rules if rule.at and rule.at.file.startswith(PARTS)}
    analysis = analyze(knowledge.rules, knowledge.vocabulary, case_domains(knowledge), only=some)

    assert (len(some), ()) == (analysis.rules, analysis.found)


def test_partitions_and_overlaps_are_declared_with_rules_that_exist(knowledge) -> None:
    """Each names running rules, so that none is without effect."""
    running = {rule.id for rule in knowledge.rules.rules}
    named = {str(name) for entry in (*knowledge.rules.together, *knowledge.rules.partition) for name in entry.rules}

    assert (10, 1, set()) == (len(knowledge.rules.partition), len(knowledge.rules.together), named - running)


def test_every_bound_of_the_domains_is_one_of_a_number_of_the_vocabulary(knowledge) -> None:
    """A relation or slot that was renamed is noticed."""
    words: Vocabulary = knowledge.vocabulary
    named = {(relation, slot) for table in (NOTHING_BELOW, NOTHING_ABOVE) for relation, slots in table.items() for slot in slots}
    numbers = {(name, slot.name) for name, relation in words.relations.items() for slot in relation.slots if slot.kind == "number"}

    assert set() == named - numbers


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "data" / "cases").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_facts_of_real_cases_are_inside_the_domains(knowledge, path: Path) -> None:
    """What the domains call impossible has never been concluded about a case: else a living rule could be called dead."""
    import z3

    from neurobalance_expert.analysis.encode import laws, words_of
    from neurobalance_expert.analysis.scene import Assumed, pack_of

    facts = tuple(prepare(load_case_file(path, knowledge), knowledge, course=False).book.origins)
    domains = case_domains(knowledge)
    texts = {value for fact in facts for value in fact.values if isinstance(value, str)}
    pack = pack_of(knowledge.rules, knowledge.vocabulary, {*words_of(domains), *texts})
    assumed = [Assumed(fact.relation, tuple(map(pack.symbols.code, fact.values)), True) for fact in facts]

    assert [] == [
        r.text for r, law in laws(assumed, domains, pack) if law is False or (law is not True and not z3.is_true(z3.simplify(law)))
    ]


def test_the_one_declared_overlap_of_the_shipped_rules_has_a_case_that_shows_it(knowledge) -> None:
    """Without the declaration it is found, and the assessment of its case has both findings."""
    (declared,) = knowledge.rules.together
    bare = replace(knowledge, rules=replace(knowledge.rules, together=()))
    analysis = analyze(bare.rules, bare.vocabulary, case_domains(bare), only=set(map(str, declared.rules)))
    (shown,) = witnesses(analysis.found, bare)
    assessment = assess(parse_case(parse_yaml(shown.case.text, "case.yaml"), knowledge.names), knowledge)

    assert [set(declared.rules)] == [{f.rule for f in assessment.findings} & set(declared.rules)]
