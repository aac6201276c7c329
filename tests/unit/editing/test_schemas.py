"""The schemas for editors: every shipped file conforms, what the readers refuse by name, unit or shape does not, and hover has words."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from neurobalance_expert import source
from neurobalance_expert.cli.knowledge_base import load_words
from neurobalance_expert.editing.files import modeline_of
from neurobalance_expert.editing.schema_entries import Words
from neurobalance_expert.editing.schemas import SCHEMAS, schema_of
from neurobalance_expert.errors import Problems
from neurobalance_expert.packs import read_pack
from neurobalance_expert.rules.parse import parse_rules
from neurobalance_expert.source import Document
from neurobalance_expert.vocabulary import parse_vocabulary
from tests.conftest import ROOT, Run

PACK = ROOT / "examples" / "packs" / "clinic-north"
Validators = dict[str, jsonschema.Draft202012Validator]


def validators_of(words: Words) -> Validators:
    """A validator of every schema, each a valid schema itself."""
    schemas = {name: make(words) for name, make in SCHEMAS.items()}
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    return {name: jsonschema.Draft202012Validator(schema) for name, schema in schemas.items()}


@pytest.fixture(scope="module")
def words() -> Words:
    """The names of the shipped knowledge base."""
    return load_words(ROOT)


@pytest.fixture(scope="module")
def validators(words: Words) -> Validators:
    """For the shipped knowledge base."""
    return validators_of(words)


def plain(document: Document) -> Any:
    """Data as JSON has it."""
    return json.loads(source.to_json(document.data))


def wrong(validators: Validators, folder: Path, found: list[Path]) -> list[str]:
    """What does not conform in some files of a folder that is laid out like a knowledge base."""
    return [
        f"{path.relative_to(folder)}: {list(error.absolute_path)} {error.message[:200]}"
        for path in found
        for error in validators[schema_of(path.relative_to(folder).as_posix())].iter_errors(plain(source.load(path)))
    ]


@pytest.mark.parametrize("part", ["rules", "knowledge"])
def test_every_shipped_file_conforms(validators: Validators, part: str):
    """Rules to the schema of rules, the vocabulary to its own, every other file of knowledge/ to that of knowledge."""
    found = sorted((ROOT / part).rglob("*.yaml"))

    assert len(found) > 20
    assert [] == wrong(validators, ROOT, found)


def test_a_pack_brings_its_own_names(validators: Validators):
    """Schemas of base and pack together know what the pack adds; those of the base alone do not."""
    found = [path for part in ("rules", "knowledge") for path in sorted((PACK / part).rglob("*.yaml"))]

    assert [] == wrong(validators_of(load_words(ROOT, (PACK,))), PACK, found)
    assert [] != wrong(validators, PACK, found)


RULE = """
language: 1
rules:
  - id: a-rule
    code: "COMPETE:lnaa:$aa"
    title: A title
    kind: competition
    status: stable
    severity: minor
    evidence: [{ref: smith1987, grade: A, supports: mechanism}]
    params: {low: knowledge.thresholds.coverage_limit, much: "450 mg"}
    scope: [{life_stage: {is: adult}}]
    when:
      - influx: {of: {bind: $aa, in: [trp, tyr]}, window: $w, vs_fasting: {below: $low}}
      - {as: again, trusted: {is: true}}
      - missing: {field: age}
      - {missing: absent, condition: {id: pku}}
    unless: [{dose: {substance: five_htp, mg: {above: "0.1 g"}}, missing: absent}]
    overrides: [other-rule]
    then: {about: $aa, window: $w}
    say: A claim.
    tests:
      - {name: one, facts: {influx: {of: trp, window: w, vs_fasting: "0.84"}, dose: [{substance: iron, mg: 1}]}, expect: {fired: {w: w}}}
      - {name: two, like: one, change: {influx.vs_fasting: 0.9, "dose[0].mg": 2, condition: unknown}, expect: {blocked: influx}}
"""
SWAPS = {  # what is written there -> what an author might write by mistake
    "a slot misspelt": ("vs_fasting: {below", "vs_fastign: {below"),
    "a relation that is none": ("- influx:", "- influxx:"),
    "a word that is not of the enum": ("in: [trp, tyr]", "in: [trp, tyrosine]"),
    "a unit of something else": ('above: "0.1 g"', 'above: "0.1 h"'),
    "a unit that is none": ('above: "0.1 g"', 'above: "0.1 gram"'),
    "a comparison that is none": ("{below: $low}", "{less: $low}"),
    "a threshold that is not there": ("thresholds.coverage_limit", "thresholds.coverage_limt"),
    "a reference that is not there": ("ref: smith1987", "ref: smith1978"),
    "a grade that is none": ("grade: A", "grade: E"),
    "a kind that is none": ("kind: competition", "kind: competitive"),
    "a status that is none": ("status: stable", "status: final"),
    "a severity that is none": ("severity: minor", "severity: mild"),
    "a key that is none": ("    say:", "    says:"),
    "no title": ("    title: A title\n", ""),
    "no condition": ("    when:\n", "    wenn:\n"),
    "an id of another form": ("id: a-rule", "id: A rule"),
    "a code without a family": ('"COMPETE:lnaa:$aa"', '"lnaa"'),
    "two relations in one condition": ("{as: again, trusted: {is: true}}", "{condition: {id: pku}, trusted: {is: true}}"),
    "missing of another word": ("{missing: absent, condition", "{missing: false, condition"),
    "a flag in words": ("trusted: {is: true}", 'trusted: {is: "yes"}'),
    "facts and like": ("{name: two, like: one,", "{name: two, facts: {}, like: one,"),
    "a test without expectation": (", expect: {fired: {w: w}}}", "}"),
    "an expectation that is none": ("expect: {fired: {w: w}}", "expect: fires"),
    "a fact without its key": ("influx: {of: trp, window: w, vs", "influx: {of: trp, vs"),
    "a change of no slot": ("influx.vs_fasting: 0.9", "influx.vs: 0.9"),
    "another language": ("language: 1", "language: 2"),
    "a finding that also concludes": ("    say: A claim.", "    say: A claim.\n    concludes: {cofactor_low: {nutrient: iron}}"),
}


def test_the_rule_that_mistakes_are_planted_in_conforms(validators: Validators):
    """So what is refused below is the mistake."""
    assert [] == [error.message for error in validators["rule"].iter_errors(plain(source.parse_yaml(RULE, "x.yaml")))]


@pytest.mark.parametrize("swap", SWAPS.values(), ids=SWAPS)
def test_a_mistake_in_a_rule_is_seen_by_the_schema_and_by_the_reader(validators: Validators, words: Words, swap: tuple[str, str]):
    """Both refuse it: an editor underlines nothing that the reader lets through."""
    before, after = swap
    assert before in RULE
    document = source.parse_yaml(RULE.replace(before, after), "x.yaml", keep=True)
    problems = Problems()
    parse_rules(document, words.vocabulary, words.thresholds, words.references, problems)

    assert (True, True) == (not validators["rule"].is_valid(plain(document)), bool(problems.found))


VOCABULARY_SWAPS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a world that is none": lambda v: v["relations"]["influx"].update(world="opne"),
    "a key misspelt": lambda v: v["relations"]["influx"].update(meanings="x"),
    "a slot without a type": lambda v: v["relations"]["influx"]["slots"]["vs_fasting"].pop("type"),
    "a number without a unit": lambda v: v["relations"]["influx"]["slots"]["vs_fasting"].pop("unit"),
    "a resolution of nothing": lambda v: v["relations"]["influx"]["slots"]["vs_fasting"].update(resolution=0),
    "an enum of nothing": lambda v: v["enums"].update(phase=[]),
    "no relations": lambda v: v.pop("relations"),
    "a relation that is built in": lambda v: v["relations"].update(finding={"slots": {"a": "id"}}),
}


@pytest.mark.parametrize("plant", VOCABULARY_SWAPS.values(), ids=VOCABULARY_SWAPS)
def test_a_mistake_in_the_vocabulary_is_seen_by_the_schema_and_by_the_reader(validators: Validators, plant: Callable[[Any], Any]):
    """Like that of rules."""
    data = plain(source.load(ROOT / "knowledge" / "vocabulary.yaml"))
    plant(data)

    assert not validators["vocabulary"].is_valid(data)
    with pytest.raises(source.InputProblems):
        parse_vocabulary(source.parse_json(json.dumps(data), "vocabulary.json"))


KNOWLEDGE_SWAPS: dict[str, tuple[str, Callable[[dict[str, Any]], Any]]] = {
    "a threshold without a unit": ("thresholds", lambda d: d["thresholds"]["coverage_limit"].pop("unit")),
    "a threshold whose value is text": ("thresholds", lambda d: d["thresholds"]["coverage_limit"].update(value="0.8 of it")),
    "a threshold with another source": ("thresholds", lambda d: d["thresholds"]["coverage_limit"].update(source="polcy")),
    "a section misspelt": ("thresholds", lambda d: d.update(threshold=d.pop("thresholds"))),
    "a reference without a citation": ("references", lambda d: next(iter(d["references"].values())).pop("cite")),
    "a reference read in another way": ("references", lambda d: next(iter(d["references"].values())).update(read={"what": "skimmed"})),
    "a row for no class of medicines": ("interactions", lambda d: next(iter(d["interactions"].values())).update(drugs=["maoii"])),
    "a row with no substance": ("interactions", lambda d: next(iter(d["interactions"].values())).update({"with": ["five_htpp"]})),
    "a row with an action that is none": ("interactions", lambda d: next(iter(d["interactions"].values())).update(action="avoid")),
    "a row without a reason": ("interactions", lambda d: next(iter(d["interactions"].values())).pop("because")),
    "a field of a row misspelt": ("interactions", lambda d: next(iter(d["interactions"].values())).update(severty="major")),
    "an effect without a severity": ("condition_effects", lambda d: d["conditions"]["pku"]["effects"][0].pop("severity")),
    "a condition without a name for its field": ("conditions", lambda d: d["conditions"]["pku"].update(alos=["x"])),
    "a nutrient in no mass": ("nutrients", lambda d: d["nutrients"]["iron"].update(unit="mol")),
    "a standard that is none": ("requirements", lambda d: d["requirements"]["iron"]["standards"].update(drv={"values": {"f": 1}})),
    "a stage of life that is none": ("requirements", lambda d: d["requirements"]["iron"]["standards"]["ear"]["values"].update(adult=8)),
    "a species without a charge": ("network/species", lambda d: d["species"]["trp"].pop("charge")),
    "a reaction with an EC number of another form": ("network/reactions/serotonin", lambda d: d["reactions"]["TPH"].update(ec=["1.14.16"])),
    "a constant of the carrier without its grade": (
        "transporters/LAT1",
        lambda d: d["LAT1"]["sets"]["rat_perfusion"]["km"].pop("evidence"),
    ),
    "errors of a relation that is none": ("measurement_errors", lambda d: d["errors"].update(labb={})),
    "a claim that rests on no reference": ("claims", lambda d: d["claims"][0].update(refs=["smith1978"])),
    "a disposition for no severity": ("policy", lambda d: d["policy"]["severity"].update(mild="assess")),
    "another version of the reasons": ("overrides", lambda d: d.update(overrides=2)),
    "a reason without a meaning": ("overrides", lambda d: d["reasons"]["other"].pop("meaning")),
    "a limit of an analyte that is none": ("analytes", lambda d: d["analytes"]["ferritin"]["limits"][0].update({"is": "lowish"})),
}


@pytest.mark.parametrize(("name", "plant"), KNOWLEDGE_SWAPS.values(), ids=KNOWLEDGE_SWAPS)
def test_a_mistake_in_a_file_of_knowledge_is_seen(validators: Validators, name: str, plant: Callable[[dict[str, Any]], Any]):
    """The file conforms, and does not with the mistake."""
    right = plain(source.load(ROOT / "knowledge" / f"{name}.yaml"))
    mistaken = deepcopy(right)
    plant(mistaken)

    assert (True, False) == (validators["knowledge"].is_valid(right), validators["knowledge"].is_valid(mistaken))


def offers(schema: dict[str, Any], node: dict[str, Any]) -> set[str]:
    """The words that an editor completes at a place of a schema."""
    found = set(node.get("enum", ()))
    if "$ref" in node:
        found |= offers(schema, schema["$defs"][node["$ref"].rsplit("/", 1)[1]])
    return found.union(*(offers(schema, part) for part in node.get("anyOf", ())))


def test_ids_of_rules_and_codes_complete_and_new_ones_may_be_written(words: Words, validators: Validators):
    """Every running rule is offered where rules name rules, and its code where codes stand; a rule that was written since is no mistake."""
    schema = SCHEMAS["rule"](words)
    rule, together = schema["$defs"]["rule"]["properties"], schema["properties"]["together"]["items"]["properties"]
    items = [
        item
        for path in sorted((ROOT / "rules").rglob("*.yaml"))
        for item in source.load(path).data["rules"]
        if item["status"] in ("experimental", "review", "stable")
    ]
    new = plain(source.parse_yaml(RULE.replace("overrides: [other-rule]", "overrides: [written-just-now]"), "x.yaml"))

    assert {item["id"] for item in items} == offers(schema, rule["overrides"]["items"]) == offers(schema, together["rules"]["items"])
    assert {item["code"] for item in items if "code" in item} == offers(schema, rule["code"])
    assert validators["rule"].is_valid(new)


def test_names_complete_in_files_of_knowledge(words: Words):
    """Substances, groups and medicines of effects; ingredients; units; relations with a known error; references of claims."""
    schema = SCHEMAS["knowledge"](words)
    defs = schema["$defs"]
    effect = defs["condition_effects"]["properties"]["conditions"]["additionalProperties"]["properties"]["effects"]["items"]["properties"]
    group = defs["interactions"]["properties"]["groups"]["additionalProperties"]["properties"]
    value = defs["thresholds"]["properties"]["thresholds"]["additionalProperties"]["properties"]

    assert {"five_htp", "*precursor", "medicine:phenelzine", "food"} <= offers(schema, effect["on"]["items"])
    assert "phenelzine" in offers(schema, group["only"]["items"])
    assert {"mg", "uM", "1"} <= offers(schema, value["unit"])
    assert "lab" in defs["measurement_errors"]["properties"]["errors"]["propertyNames"]["enum"]
    assert "smith1987" in offers(schema, defs["claims"]["properties"]["claims"]["items"]["properties"]["refs"]["items"])
    assert "MISS:age" in offers(schema, defs["policy"]["properties"]["policy"]["properties"]["codes"]["items"]["properties"]["code"])


def test_every_relation_slot_and_threshold_says_what_it_is(words: Words):
    """What completes also explains itself: meaning, unit and resolution of a number."""
    schema = SCHEMAS["rule"](words)
    asked = {name: schema["$defs"][f"ask.{name}"] for name in words.vocabulary.relations if name != "finding"}
    path = schema["$defs"]["rule"]["properties"]["params"]["additionalProperties"]["anyOf"][0]

    assert [] == [name for name, relation in asked.items() if not relation["description"]]
    assert ["1 is the fasting rate. A number, step 0.01.", "A number in kg, step 0.1."] == [
        asked[relation]["properties"][slot]["description"] for relation, slot in (("influx", "vs_fasting"), ("body_mass", "kg"))
    ]
    assert dict(zip(path["enum"], path["enumDescriptions"], strict=True))["knowledge.thresholds.coverage_limit"].startswith(
        "0.80 1, step 0.01."
    )


def test_the_schema_of_a_vocabulary_is_chosen_with_kb(run: Run, tmp_path: Path):
    """-o writes what is printed else; 'all' needs a folder."""
    printed = run("schema", "rule", "--kb", ROOT, "--kb", PACK)
    written = run("schema", "rule", "--kb", ROOT, "--kb", PACK, "-o", tmp_path / "deep" / "rule.json")

    assert (0, 0, 2) == (printed.returncode, written.returncode, run("schema", "all").returncode)
    assert printed.stdout == (tmp_path / "deep" / "rule.json").read_text(encoding="utf-8")
    assert "clinic_north_review" in printed.stdout


def test_a_pack_may_keep_its_schemas_beside_its_rules(run: Run, tmp_path: Path):
    """They are for editors and no part of the pack: its digest stays."""
    pack = tmp_path / "clinic-north"
    shutil.copytree(PACK, pack)
    before = read_pack(pack).digest
    done = run("schema", "all", "-o", pack / "schemas", "--kb", ROOT, "--kb", pack)

    assert (0, before) == (done.returncode, read_pack(pack).digest)
    assert "../schemas/rule.json" == modeline_of(pack / "rules" / "x.yaml")


def test_init_writes_the_schemas_that_the_files_point_at(run: Run, tmp_path: Path):
    """In a copy of the knowledge base an editor finds them."""
    done = run("init", tmp_path / "kb")

    assert (0, [f"{name}.json" for name in sorted(SCHEMAS)]) == (
        done.returncode,
        sorted(path.name for path in (tmp_path / "kb" / "schemas").iterdir()),
    )
