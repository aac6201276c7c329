"""Rules are derived from the model by a program: limits come from constants, a change of the model moves the rules that depend on it."""

from __future__ import annotations

import dataclasses
import math
import shutil
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from typer.testing import CliRunner

from neurobalance_expert import source
from neurobalance_expert.cli import app
from neurobalance_expert.derivation import thresholds
from neurobalance_expert.derivation.derive import derive, load_model, rule_files
from neurobalance_expert.derivation.files import drifts, write_rules
from neurobalance_expert.errors import InputProblems
from neurobalance_expert.model.constants import INDEX
from neurobalance_expert.model.day import Intake, simulate, stack
from neurobalance_expert.yaml_text import dump

ROOT = Path(__file__).resolve().parents[3]
MODEL = load_model(ROOT)
DRAFTS = derive(MODEL)
DIGESTS = {draft.id: draft.digest for draft in DRAFTS}


def moved(model) -> set[str]:
    """Rules whose digest differs after a change of the model."""
    after = {draft.id: draft.digest for draft in derive(model)}
    return {rule for rule in {*DIGESTS, *after} if DIGESTS.get(rule) != after.get(rule)}


def with_km(aa: str, factor: float):
    """The model with one Km of LAT1 changed."""
    inverse = MODEL.constants.lat1_inverse_km.copy()
    inverse[INDEX[aa]] /= factor
    return replace(MODEL, constants=dataclasses.replace(MODEL.constants, lat1_inverse_km=inverse))


def with_reaction(name: str, **change):
    """The model with one reaction changed."""
    reactions = {**MODEL.network.reactions, name: replace(MODEL.network.reactions[name], **change)}
    return replace(MODEL, network=replace(MODEL.network, reactions=reactions))


# --- rules and model


def test_the_rules_on_disk_follow_from_the_model():
    """`neurobalance rules derive --check` finds nothing."""
    assert [] == drifts(ROOT / "rules", rule_files(DRAFTS))


def test_deriving_twice_gives_the_same_text():
    """Nothing depends on time, order of hashing or chance."""
    assert rule_files(DRAFTS) == rule_files(derive(load_model(ROOT)))


@pytest.mark.parametrize("aa", ["leu", "phe", "val"])
def test_one_km_moves_exactly_the_rules_of_its_carrier(aa):
    """Every rule of LAT1 depends on the competition sum, no other rule does."""
    assert {rule for rule in DIGESTS if rule.startswith("lat1-")} == moved(with_km(aa, 1.1))


def test_a_change_of_a_reaction_moves_exactly_the_rules_of_its_step():
    """Tryptophan hydroxylase with copper in place of iron: iron and copper on the way to serotonin, and the joint rule of that line."""
    changed = moved(with_reaction("TPH", cofactors=("Cu2+",)))

    assert {
        "iron-low-may-limit-serotonin",
        "copper-low-may-limit-serotonin",
        "serotonin-precursor-and-cofactor-short",
        "niacin-leans-on-trp",  # TPH is one of the two that share tryptophan
        "niacin-leans-on-short-trp",
    } == changed


def test_a_changed_name_or_note_moves_no_digest():
    """Only content counts."""
    assert set() == moved(with_reaction("TPH", kegg="R99999", site="elsewhere"))


def test_half_the_km_of_a_rival_halves_the_dose_that_crowds():
    """Phe takes twice the carrier for the same concentration, so that less of it is enough; the limit of the influx hardly moves."""
    before, after = ({d.id: d.body for d in derive(m)}["lat1-free-rivals-crowd-out-trp"]["params"] for m in (MODEL, with_km("phe", 0.5)))

    assert Decimal(after["enough"].split()[0]) < Decimal("0.8") * Decimal(before["enough"].split()[0])


def test_every_rule_says_what_it_came_from():
    """Origin and digest stand in the file."""
    for name, text in rule_files(DRAFTS).items():
        for rule in source.parse_yaml(text, name).data["rules"]:
            assert rule["derived_from"]["digest"].startswith("sha256:")
            assert len(rule["derived_from"]) > 1


def test_the_review_date_of_the_choices_stands_in_every_rule_and_moves_no_digest():
    """It is no part of the model; without one the rules have none."""
    later = derive(replace(MODEL, choices=replace(MODEL.choices, review_by="2028-01-31")))

    assert {"2028-01-31"} == {draft.as_rule()["review_by"] for draft in later}
    assert [draft.digest for draft in DRAFTS] == [draft.digest for draft in later]
    assert all("review_by" not in draft.as_rule() for draft in derive(replace(MODEL, choices=replace(MODEL.choices, review_by=""))))


def test_the_elasticity_is_that_of_the_published_models():
    """Trp: 1 - s(1 + 2s/1000)/(40 + s + s^2/1000) at s = 20.165 uM; Tyr: below 0 by substrate inhibition."""
    s = 20.165

    assert 1 - s * (1 + 2 * s / 1000) / (40 + s + s * s / 1000) == pytest.approx(MODEL.elasticity["trp"], abs=0.002)
    assert -0.2 < MODEL.elasticity["tyr"] < 0


def test_synthesis_that_follows_its_precursor_makes_competition_more_than_a_remark():
    """Serotonin synthesis follows tryptophan, dopamine synthesis hardly follows tyrosine at rest."""
    rules = {d.id: d.body for d in DRAFTS}

    assert "minor" == rules["lat1-free-rivals-crowd-out-trp"]["severity"]
    assert "info" == rules["lat1-free-rivals-crowd-out-tyr"]["severity"]
    assert "hardly follows tyrosine" in rules["lat1-free-rivals-crowd-out-tyr"]["say"]


# --- thresholds


def test_the_limit_of_the_influx_is_the_spread_that_one_rival_makes():
    """Only phe varies (10 %): spread = share of phe * 0.10, low = exp(-2 * spread)."""
    share = thresholds.carrier_share(MODEL.constants)
    only_phe = dict.fromkeys(INDEX, 0.0) | {"phe": 0.10}
    found = thresholds.influx_limits(MODEL.constants, "trp", only_phe, (), 2.0)

    assert float(share[INDEX["phe"]]) * 0.10 == pytest.approx(found.spread)
    assert round(math.exp(-2 * found.spread), 2) == pytest.approx(float(found.low))


def test_a_rival_of_unknown_variation_counts_with_the_largest():
    """Unknown is not zero."""
    known = thresholds.influx_limits(MODEL.constants, "trp", dict.fromkeys(INDEX, 0.2), (), 2.0)
    partly = thresholds.influx_limits(MODEL.constants, "trp", {"leu": 0.2}, (), 2.0)

    assert known.spread == pytest.approx(partly.spread)


def test_the_shares_of_the_carrier_add_up_with_the_empty_one():
    """Sum of shares + 1/S = 1."""
    share = thresholds.carrier_share(MODEL.constants)
    offered = MODEL.constants.fasting_uM()
    offered[INDEX["trp"]] *= MODEL.constants.tryptophan_available

    assert 1.0 == pytest.approx(share.sum() + 1.0 / (1.0 + offered @ MODEL.constants.lat1_inverse_km))


@pytest.mark.parametrize("rival", ["leu", "phe"])
def test_the_crowding_dose_is_the_smallest_that_crowds(rival):
    """At the dose the mean influx is below the limit, 3 % less is not enough."""
    low = Decimal("0.85")
    dose = float(thresholds.crowding_doses_g(MODEL.constants, "trp", low, [rival], 70.0, 3.0)[rival])

    def mean(grams: float) -> float:
        course = simulate(stack([(70.0, [Intake(8.0, free_g={rival: grams})], MODEL.constants.fasting_uM())]), MODEL.constants, until_h=3.0)
        return float(np.mean(course.influx_vs_fasting[0, :, INDEX["trp"]]))

    assert mean(dose) < 0.85 <= mean(0.97 * dose)


# --- files


@pytest.fixture
def rules(tmp_path):
    """The derived rules, to spoil."""
    write_rules(tmp_path, rule_files(DRAFTS))
    return tmp_path


def test_a_rule_that_was_edited_by_hand_is_named(rules):
    """The digest is that of the model, the text is not."""
    path = rules / "derived/carriers.yaml"
    path.write_text(path.read_text().replace("severity: minor", "severity: major", 1))

    assert [("lat1-free-rivals-crowd-out-trp", "edited", "it was changed by hand, in severity")] == [
        (d.rule, d.kind, d.told) for d in drifts(rules, rule_files(DRAFTS))
    ]


def test_a_model_that_has_changed_is_told_from_an_edit(rules):
    """Every rule of the carrier names its old and new digest."""
    found = drifts(rules, rule_files(derive(with_km("leu", 2.0))))

    assert {"model"} == {d.kind for d in found}
    assert {rule for rule in DIGESTS if rule.startswith("lat1-")} == {d.rule for d in found}


def test_missing_and_unknown_rules_are_named_and_mended(rules):
    """Writing brings back what is missing and takes away what no model implies; a second time there is nothing to do."""
    (rules / "derived/enzymes.yaml").unlink()
    (rules / "derived/old.yaml").write_text("language: 1\nrules:\n  - id: gone\n")
    texts = rule_files(DRAFTS)

    assert {("aadc-levodopa-botanical-with-five-htp", "missing"), ("gone", "unknown")} == {(d.rule, d.kind) for d in drifts(rules, texts)}
    assert ["derived/enzymes.yaml", "derived/old.yaml"] == write_rules(rules, texts)
    assert [] == write_rules(rules, texts)


def test_the_command_ends_with_1_when_rules_and_model_drift(tmp_path):
    """In a copy of the knowledge base with one Km changed."""
    for part in ("knowledge", "rules", "reports"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("samples"))
    lat1 = tmp_path / "knowledge/transporters/LAT1.yaml"
    lat1.write_text(lat1.read_text().replace("leu: 29,", "leu: 31,"))
    run = CliRunner().invoke(app, ["rules", "derive", "--check", "--kb", str(tmp_path)])

    assert 1 == run.exit_code
    assert "what it was derived from has changed" in run.output
    assert 0 == CliRunner().invoke(app, ["rules", "derive", "--check", "--kb", str(ROOT)]).exit_code


def test_the_installed_knowledge_base_is_not_written_to(tmp_path):
    """It would change under every user of the machine; a copy is to be made."""
    (tmp_path / "__init__.py").write_text("")
    (tmp_path / "_kb").mkdir()
    run = CliRunner().invoke(app, ["rules", "derive", "--kb", str(tmp_path / "_kb")])

    assert "init DIR" in str(run.exception)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("reaction: TPH", "reaction: TPX", "unknown reaction 'TPX'"),
        ("not_in: [pku]", "not_in: [pkuu]", "unknown condition 'pkuu'"),
        ("primary: serotonin", "primary: serotonine", "unknown system 'serotonine'"),
        ("    do_lab: >-", "    do_labs: >-", "unknown field 'do_labs'"),
        ("standard: ear", "standard: eer", "unknown standard 'eer'"),
        ("review_by: 2027-11-30", "review_by: next year", "'review_by' is a date, not 'next year'"),
    ],
)
def test_a_mistake_in_the_choices_is_named(tmp_path, old, new, what):
    """One edit, one problem with its place."""
    shutil.copytree(ROOT / "knowledge", tmp_path / "knowledge")
    path = tmp_path / "knowledge/derivation.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))

    with pytest.raises(InputProblems) as caught:
        load_model(tmp_path)
    assert [("NB-K050", what)] == [(p.code, p.what) for p in caught.value.problems]


scalars = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=30),
    st.booleans(),
    st.none(),
    st.decimals(-1000, 1000, places=3).map(lambda d: d + 0),
    st.sampled_from(["no", "12:30", "1e-3", "$w", "a: b", "# x", "0.85 1", "yes", "~", "null", "07", "- x"]),
)
keys = st.text("abcdefghij_.", min_size=1, max_size=8)


@given(
    st.dictionaries(
        keys, st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3)), max_size=4
    )
)
def test_what_is_dumped_reads_back(data):
    """Also text that looks like a number, a time, a mapping or a constant."""
    assert data == source.parse_yaml(dump(data), "x.yaml").data
