"""Packs over a knowledge base: they add and raise, and whatever would lower is refused with both places (threat T14)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from neurobalance_expert import layers, source
from neurobalance_expert.errors import InputProblems, Misuse
from neurobalance_expert.fact import SEVERITIES
from neurobalance_expert.kb import read_knowledge
from neurobalance_expert.loaded import load_knowledge
from neurobalance_expert.packs import LAYERED, is_pack, parse_pack, read_pack

EXAMPLE = "examples/packs/clinic-north"
HEAD = "schema: neurobalance/pack/1\nname: north\nversion: 1.0.0\n"
CITED = "references:\n  own: {cite: our review, read: {what: table, where: here, date: 2026-11-25}}\n"
ROW = (
    "interactions:\n  {name}: {{drugs: [ssri], with: [zinc], at: any_dose, severity: {severity}, action: inform, evidence: D, "
    "sources: [own], origin: seen, verified: true, because: A reason.}}\n"
)


@pytest.fixture(scope="module")
def base(root):
    """The documents of the knowledge base, with their places."""
    return read_knowledge(root, None).documents


def pack(tmp_path: Path, head: str = "", **files: str):
    """A pack of these files; ``knowledge__interactions`` is knowledge/interactions.yaml."""
    texts = {"pack.yaml": HEAD + head} | {f"{name.replace('__', '/')}.yaml": text for name, text in files.items()}
    return parse_pack(tmp_path / "north", texts)


def written(tmp_path: Path, head: str = "", **files: str) -> Path:
    """The same on disk."""
    for path, text in pack(tmp_path, head, **files).texts.items():
        target = tmp_path / "north" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return tmp_path / "north"


def problems(call, *args, **kwargs):
    """The problems that a call raises."""
    with pytest.raises(InputProblems) as caught:
        call(*args, **kwargs)
    return caught.value.problems


def refused(base, tmp_path, head="", **files):
    """Codes and places of what laying a pack over the base raises."""
    return problems(layers.lay_over, base, [pack(tmp_path, head, **files)])


# --- what a pack can do


def test_the_example_adds_and_raises(root):
    """Each change has its place in the pack and, when it touches something, that in the base."""
    files = load_knowledge(root, [root / EXAMPLE], cache=False).files

    assert {(c.what, c.name) for c in files.changes} == {
        ("lengthened", "conditions.gout"),
        ("added", "groups.clinic_lithium"),
        ("added", "interactions.clinic_lithium_x_magnesium"),
        ("added", "references.clinic_north_review"),
        ("added", "rules in clinic-north/rules/iron-supplement.yaml"),
        ("raised", "rules.ferritin-below-limit"),
        ("raised", "interactions.ppi_x_iron"),
        ("raised", "conditions.gout"),
    }
    assert all(c.at.file.startswith("clinic-north/") and (c.what == "added") == (c.base is None) for c in files.changes)


CASE = """
schema: neurobalance/case/1
diary_date: 2026-11-20
person: {age_y: 40, sex: male, weight_kg: 80}
medications_complete: true
conditions_complete: true
medications: [{ingredient: lithium, times: ["08:00"]}, {ingredient: omeprazole, times: ["08:00"]}]
conditions: [{id: gout}]
supplements: [{substance: magnesium, dose: 100, unit: mg, time: "09:00"}, {substance: iron, dose: 14, unit: mg, time: "09:00"}]
foods: []
labs: [{analyte: ferritin, value: 8, unit: ug/L, date: 2026-11-10}]
"""


def test_a_report_says_what_a_pack_raised_and_names_the_pack(root, run, tmp_path):
    """The report of one case with and without the pack."""
    path = tmp_path / "case.yaml"
    path.write_text(CASE)
    plain = json.loads(run("assess", str(path), "--format", "json").stdout)
    layered = json.loads(run("assess", str(path), "--format", "json", "--kb", str(root / EXAMPLE)).stdout)
    before, after = ({f["code"]: f["severity"] for f in a["findings"]} for a in (plain, layered))

    assert before.keys() - after.keys() == set()
    assert after.keys() - before.keys() == {"CLINIC:north:iron", "INT:clinic_lithium_x_magnesium"}
    assert ("minor", "moderate") == (before["INT:ppi_x_iron"], after["INT:ppi_x_iron"])
    assert ("moderate", "major") == (before["LAB:ferritin:low"], after["LAB:ferritin:low"])
    assert ("caution_refer", "refer_no_advice") == (plain["disposition"], layered["disposition"])
    assert any("Raised from minor to moderate by the pack clinic-north" in f["statement"] for f in layered["findings"])
    assert ([], ["clinic-north"]) == (plain["knowledge"]["packs"], [p["name"] for p in layered["knowledge"]["packs"]])
    assert plain["knowledge"]["digest"] != layered["knowledge"]["digest"]
    assert "Pack clinic-north" in run("assess", str(path), "--kb", str(root / EXAMPLE)).stdout


def test_the_rules_and_tests_of_a_pack_run_with_those_of_the_base(root, run):
    """rules check and rules test read all layers."""
    kb = ("--kb", str(root / EXAMPLE))

    assert "no problems" in run("rules", "check", *kb).stdout
    assert "1 rule, 2 tests: 2 passed, 0 failed, 0 missing" in run("rules", "test", "--rule", "clinic-north-iron-supplement", *kb).stdout
    assert "clinic-north/interactions.yaml" not in run("knowledge", "status").stdout
    assert any(
        file.startswith("clinic-north/") for file in json.loads(run("knowledge", "status", "--format", "json", *kb).stdout)["all"]["files"]
    )


def test_the_cache_keeps_layers_apart(root, tmp_path, monkeypatch):
    """With the pack, without it, and with it again: each from the cache, each its own."""
    monkeypatch.setenv("NEUROBALANCE_CACHE", str(tmp_path))
    for _ in range(2):
        plain, layered = load_knowledge(root), load_knowledge(root, [root / EXAMPLE])

    assert layered.files.compiled_rules is not None
    assert ("clinic-north-iron-supplement" in layered.rule_by_id, "clinic-north-iron-supplement" in plain.rule_by_id) == (True, False)
    assert ("moderate", "major") == tuple(k.rule_by_id["ferritin-below-limit"].severity for k in (plain, layered))
    assert "podagraofthenorth" in layered.names.condition_names.from_packs
    assert [p.name for p in layered.files.packs] == ["clinic-north"]


def test_a_name_of_a_pack_is_read_and_still_reported_as_unknown(root, run, tmp_path):
    """A pack can say what a name means; it cannot clear that the base has never heard of it."""
    case = tmp_path / "case.yaml"
    case.write_text(CASE.replace("{id: gout}", "{id: podagra of the north}"))
    found = json.loads(run("assess", str(case), "--format", "json", "--kb", str(root / EXAMPLE)).stdout)

    assert {"COND:gout", "MISS:unrecognised_name", "MISS:conditions"} <= {f["code"] for f in found["findings"]}
    assert any("known to the pack clinic-north only" in question for question in found["questions"])


def test_a_new_medicine_supplement_and_condition(root, tmp_path):
    """Names that no table has, each with a row: the rows speak, and each name stays unknown to the base."""
    from neurobalance_expert.assessment import assess
    from neurobalance_expert.cases.load import parse_case

    folder = written(
        tmp_path,
        knowledge__references=CITED,
        knowledge__medicines="classes:\n  own_class: {name: our class, ingredients: [newdrugium], washout_days: 3}\n"
        "brands:\n  Newbrand: [newdrugium]\n",
        knowledge__substances="substances:\n  own_herb: {name: our herb, kind: botanical, also: [north herb]}\n",
        knowledge__conditions="conditions:\n  own_condition: {name: our condition}\n",
        knowledge__condition_effects="conditions:\n  own_condition: {refer: true, text: Ours., evidence: D, source: [own], "
        "origin: seen, verified: true, effects: [{on: [own_herb], severity: major, note: Not together.}]}\n",
        knowledge__interactions=ROW.format(name="own_row", severity="major").replace("ssri", "own_class").replace("zinc", "own_herb"),
    )
    knowledge = load_knowledge(root, [folder], cache=False)
    text = CASE.replace("lithium", "newbrand").replace("{id: gout}", "{id: our condition}").replace("magnesium", "north herb")
    found = {
        f.code: f.severity for f in assess(parse_case(source.parse_yaml(text, "c.yaml"), knowledge.names), knowledge, "reference").findings
    }

    assert found["INT:own_row"] == "major"
    assert {"COND:own_condition", "MISS:unrecognised_name", "MISS:medications", "MISS:conditions"} <= found.keys()


# --- what it cannot do


def test_no_row_can_be_lowered(base, tmp_path):
    """Every row of interactions, to its own severity and to each below it; the message has both places."""
    rows = base[layers.INTERACTIONS].data["interactions"]
    tried = 0
    for level in SEVERITIES:
        lower = [name for name, row in rows.items() if SEVERITIES.index(level) <= SEVERITIES.index(row["severity"])]
        entries = "".join(f"    {name}: {{severity: {level}, because: we think so, sources: [own]}}\n" for name in lower)
        if lower:
            found = refused(base, tmp_path, f"raise:\n  interactions:\n{entries}")
            assert {("NB-K114", "north/pack.yaml", layers.INTERACTIONS)} == {(p.code, p.at.file, p.also[0][0].file) for p in found}
            assert len(found) == len(lower)
            tried += len(lower)

    assert tried == sum(SEVERITIES.index(row["severity"]) + 1 for row in rows.values())


def test_no_rule_can_be_lowered(base, tmp_path):
    """Every rule with a severity of its own, to that severity and to info; one that takes it from a table is raised there."""
    rules = {
        rule["id"]: (rule["severity"], document.file)
        for path, document in base.items()
        if path.startswith("rules/")
        for rule in document.data["rules"]
        if "severity" in rule
    }
    assert len(rules) > 150
    for rule, (severity, file) in rules.items():
        for level in dict.fromkeys((severity if severity in SEVERITIES else "major", "info")):
            (found,) = refused(base, tmp_path, f"raise: {{rules: {{{rule}: {{severity: {level}, because: so, sources: [own]}}}}}}\n")
            assert ("NB-K114", "north/pack.yaml", file) == (found.code, found.at.file, found.also[0][0].file)


def test_no_entry_can_be_redefined(base, tmp_path):
    """An id of any section that a pack may add to, given again with other content: an error with both places."""
    for path, sections in layers.MAY_ADD.items():
        for section in (s for s in sections if base[path].data.get(s)):
            for id_ in list(base[path].data[section])[:40]:
                text = json.dumps({section: {str(id_): {"severity": "info", "name": "other"}}})
                (found,) = refused(base, tmp_path, **{path.removesuffix(".yaml").replace("/", "__"): text})
                assert ("NB-K113", path, f"north/{path}") == (found.code, found.also[0][0].file, found.at.file), (section, id_)


def test_no_other_section_and_no_other_file_can_be_touched(base, root, tmp_path):
    """Policy, requirements, constants, negations, groups of serotonergic items: what is not on the list is refused."""
    for path in (f"knowledge/{name}.yaml" for name in LAYERED):
        for section in base[path].data:
            if section not in (*layers.MAY_ADD[path], *layers.VERSION_KEYS):
                (found,) = refused(base, tmp_path, **{path.removesuffix(".yaml").replace("/", "__"): json.dumps({section: {"x": {}}})})
                assert found.code == "NB-K112", (path, section)
    others = [p for p in base if p.startswith("knowledge/") and Path(p).stem not in LAYERED]
    folder = written(tmp_path)
    for path in (*others, "reports/templates/html.j2", "knowledge/foods/kinds.yaml", "rules/x.yml"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("a: 1\n")

    assert {"NB-K111"} == {p.code for p in problems(read_pack, folder)}
    assert len(problems(read_pack, folder)) == len(others) + 3 > 8


RULE = """language: 1
rules:
  - id: north-rule
    {head}
    title: A title
    kind: note
    status: experimental
    severity: info
    evidence: [{{ref: own, grade: D}}]
    when:
      - supplement: {{substance: zinc}}
    {rest}
"""
FINDING = 'code: "CLINIC:x"'
SAID = 'then: {about: zinc}\n    say: "Zinc is taken."'


@pytest.mark.parametrize(
    ("head", "rest", "also"),
    [
        (FINDING, f"overrides: [ferritin-below-limit]\n    {SAID}", "rules/cofactors/labs-in-words.yaml"),
        ("concludes: {cofactor_low: {nutrient: iron}}", "", "rules/"),
        ('code: "INVALID:zinc"', SAID, ""),
        ('code: "CONFLICT:zinc"', SAID, ""),
        ('code: "MISS:age"', SAID, ""),
    ],
)
def test_a_rule_of_a_pack_cannot_silence(root, tmp_path, head, rest, also):
    """It may not override a rule of the base, conclude what one rests on, or use a code that withholds findings."""
    text = RULE.format(head=head, rest=rest)
    text = (
        text.replace("    severity: info\n    evidence", "    evidence").replace("    kind: note\n", "")
        if head.startswith("concludes")
        else text
    )
    folder = written(tmp_path, knowledge__references=CITED, rules__own=text)
    found = [p for p in problems(load_knowledge, root, [folder], cache=False) if p.code == "NB-K115"]

    assert [p.at.file for p in found] == ["north/rules/own.yaml"]
    assert all(span.file.startswith(also) for span, _ in found[0].also)
    assert bool(found[0].also) == bool(also)


def test_a_pack_cannot_make_codes_of_the_base_exclusive(root, tmp_path):
    """It would refuse cases that the base assesses."""
    text = 'language: 1\nexclusive: [["LAB:ferritin:low", "CLINIC:x"]]\n' + RULE.format(head=FINDING, rest=SAID).removeprefix(
        "language: 1\n"
    )
    folder = written(tmp_path, knowledge__references=CITED, rules__own=text)

    assert "NB-K115" in {p.code for p in problems(load_knowledge, root, [folder], cache=False)}


def test_medicines_stay_in_their_classes(base, tmp_path):
    """One of the base cannot be moved, and the class without which a row holds cannot grow."""
    moved = refused(base, tmp_path, knowledge__medicines="classes:\n  ssri: {ingredients: [levodopa]}\n")
    silenced = refused(base, tmp_path, knowledge__medicines="classes:\n  ddc_inhibitor: {ingredients: [newdopa]}\n")

    assert [p.code for p in (*moved, *silenced)] == ["NB-K116", "NB-K116"]
    assert silenced[0].also[0][0].file == layers.INTERACTIONS


def test_a_condition_of_a_pack_cannot_take_a_person_out_of_the_checks(base, tmp_path):
    """own_targets would end every check of intake."""
    text = "conditions:\n  own: {own_targets: true, text: x, effects: []}\n"

    assert ["NB-K112"] == [p.code for p in refused(base, tmp_path, knowledge__condition_effects=text)]


@pytest.mark.parametrize(
    "files",
    [
        {"knowledge__medicines": "brands:\n  sertraline hydrochloride: [warfarin]\n"},  # read without its salt
        {"knowledge__medicines": "also_known_as:\n  warfarin: [levodopa/carbidopa]\n"},  # read as a combination
        {"knowledge__medicines": "also_known_as:\n  warfarin: [griffonia]\n"},  # a supplement
        {"knowledge__substances": "substances:\n  zinc: {also: [prozac]}\n"},  # a medicine
        {"knowledge__substances": "substances:\n  zinc: {also: [griffonia]}\n"},  # another substance
        {"knowledge__conditions": "conditions:\n  gout: {also: [phenylketonuria]}\n"},  # another condition
    ],
)
def test_a_name_that_the_base_can_read_cannot_be_given_another_meaning(root, tmp_path, files):
    """Also not where it is read in parts, or in another list."""
    found = problems(load_knowledge, root, [written(tmp_path, **files)], cache=False)

    assert {p.code for p in found} <= {"NB-K113", "NB-K063"}


def test_every_ambiguous_name_stays_a_question(root, base, tmp_path):
    """A pack cannot decide it."""
    for name, target in (
        ("substances", "substances:\n  zinc: {{also: [{0}]}}\n"),
        ("conditions", "conditions:\n  gout: {{also: [{0}]}}\n"),
    ):
        for ambiguous in base[f"knowledge/{name}.yaml"].data["ambiguous"]:
            found = problems(
                load_knowledge, root, [written(tmp_path, **{f"knowledge__{name}": target.format(json.dumps(ambiguous))})], cache=False
            )
            assert {p.code for p in found} == {"NB-K113"}, ambiguous


@pytest.mark.parametrize(
    "head",
    [
        "schema: neurobalance/pack/2\nname: north\nversion: 1.0.0\n",
        "schema: neurobalance/pack/1\nversion: 1.0.0\n",
        "schema: neurobalance/pack/1\nname: knowledge\nversion: 1.0.0\n",
        "schema: neurobalance/pack/1\nname: ../up\nversion: 1.0.0\n",
        HEAD + "lower: {rules: {}}\n",
        HEAD + "raise: {policy: {}}\n",
        HEAD + "raise: [x]\n",
        HEAD + "raise: {interactions: {ppi_x_iron: {severity: grave, because: so, sources: [own]}}}\n",
        HEAD + "raise: {interactions: {ppi_x_iron: {severity: major, sources: [own]}}}\n",
        HEAD + "raise: {interactions: {ppi_x_iron: {severity: major, because: so}}}\n",
        HEAD + "raise: {rules: {ferritin-below-limit: {severity: major, because: '{{ analyte }}', sources: [own]}}}\n",
        HEAD + "raise: {conditions: {gout: {refer: false, because: so}}}\n",
        HEAD + "raise: {conditions: {gout: {severity: major, because: so}}}\n",
    ],
)
def test_a_head_that_cannot_be_read(head, tmp_path):
    """Each is a problem of its own, with its place."""
    found = problems(parse_pack, tmp_path / "north", {"pack.yaml": head})

    assert {"NB-K110"} == {p.code for p in found}
    assert all(p.at for p in found)


def test_problems_of_the_base_readers_have_the_place_and_line_of_the_pack(root, tmp_path):
    """What a reader of the base finds wrong in a row of a pack is shown in the file of the pack."""
    from neurobalance_expert.errors import render_all

    folder = written(tmp_path, knowledge__references=CITED, knowledge__interactions=ROW.format(name="own_row", severity="majr"))
    with pytest.raises(InputProblems) as caught:
        load_knowledge(root, [folder], cache=False)

    assert "--> north/knowledge/interactions.yaml:2:" in render_all(caught.value)
    assert "severity: majr" in render_all(caught.value)
    assert "^^^^" in render_all(caught.value)


def test_a_message_shows_the_line_of_the_pack_and_the_place_in_the_base(root, tmp_path):
    """Also when the folder has another name than the pack."""
    from neurobalance_expert.errors import render_all

    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "pack.yaml").write_text(f"{HEAD}raise: {{interactions: {{ppi_x_iron: {{severity: info, because: so, sources: [own]}}}}}}\n")
    with pytest.raises(InputProblems) as caught:
        load_knowledge(root, [folder], cache=False)

    shown = render_all(caught.value)
    assert "--> folder/pack.yaml:4:" in shown
    assert "4 | raise: {interactions: {ppi_x_iron" in shown
    assert "::: knowledge/interactions.yaml:" in shown


def test_a_forbidden_text_of_a_raise_is_found(root, tmp_path):
    """The reason of a raise goes into the text of the rule, and is searched like it."""
    head = "raise: {rules: {ferritin-below-limit: {severity: major, because: stop your medicine, sources: [own]}}}\n"

    assert "NB-R101" in {
        p.code for p in problems(load_knowledge, root, [written(tmp_path, head, knowledge__references=CITED)], cache=False)
    }


@pytest.mark.parametrize("name", ["ssri", "maoi_b"])
def test_a_group_cannot_narrow_a_class(root, tmp_path, name):
    """A group with the name of a class would stand in its place in every row."""
    text = f"groups:\n  {name}: {{class: serotonergic_other, only: [lithium]}}\n"
    found = problems(load_knowledge, root, [written(tmp_path, knowledge__interactions=text)], cache=False)

    assert [("NB-K080", "north/knowledge/interactions.yaml")] == [(p.code, p.at.file) for p in found]


def test_a_class_cannot_have_the_name_of_a_group(root, tmp_path):
    """The same, the other way round."""
    text = "classes:\n  gabapentin: {name: ours, ingredients: [newdrugium], washout_days: 1}\n"

    assert {"NB-K080"} == {p.code for p in problems(load_knowledge, root, [written(tmp_path, knowledge__medicines=text)], cache=False)}


def test_a_row_cannot_be_turned_into_treatment(base, tmp_path):
    """Of two rows the more severe speaks, so a severe one that calls it treatment would take the warning away."""
    text = "conditions:\n  gout: {effects: [{on: [alcohol], severity: major, use: treatment, note: x}]}\n"

    assert ["NB-K112"] == [p.code for p in refused(base, tmp_path, knowledge__condition_effects=text)]


def test_a_pack_of_many_large_files_is_refused(tmp_path):
    """Each file below the limit of one, all together above it."""
    folder = written(tmp_path)
    (folder / "rules").mkdir()
    for n in range(3):
        (folder / f"rules/{n}.yaml").write_text("# " + "x" * 2_000_000)

    assert ["NB-K111"] == [p.code for p in problems(read_pack, folder)]


def test_a_pack_whose_head_is_a_link_is_none(tmp_path):
    """It is told, and nothing crashes."""
    folder = written(tmp_path)
    (folder / "pack.yaml").rename(tmp_path / "elsewhere.yaml")
    (folder / "pack.yaml").symlink_to(tmp_path / "elsewhere.yaml")

    assert not is_pack(folder)


def test_links_are_not_followed(tmp_path):
    """A link in a pack is no part of it."""
    folder = written(tmp_path)
    (folder / "rules").mkdir()
    (folder / "rules/x.yaml").symlink_to("/etc/passwd")

    assert list(read_pack(folder).texts) == ["pack.yaml"]


def test_the_order_of_layers(root, run, tmp_path):
    """Base first, one base, packs after it; a command that reads the base alone says so; two packs of one name are refused."""
    example, other = str(root / EXAMPLE), str(written(tmp_path))

    assert run("rules", "check", "--kb", example, "--kb", other).returncode == 0
    assert "name the base first" in run("rules", "check", "--kb", example, "--kb", str(root)).stderr
    assert "second base" in run("rules", "check", "--kb", str(root), "--kb", str(tmp_path)).stderr
    assert "reads the base alone" in run("model", "check", "--kb", example).stderr
    assert "two packs have the name" in run("rules", "check", "--kb", example, "--kb", example).stderr
    assert "leave PATHS out" in run("rules", "check", "rules", "--kb", example).stderr
    with pytest.raises(Misuse, match="no pack"):
        read_knowledge(root, None, [tmp_path])
