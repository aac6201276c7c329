"""The reaction network: everything balances, a planted error is caught, and what the stoichiometry says is proven."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from neurobalance_expert import source
from neurobalance_expert.errors import InputProblems
from neurobalance_expert.model.network.balance import imbalance
from neurobalance_expert.model.network.capacities import load_capacities
from neurobalance_expert.model.network.ceiling import Capacities, ceiling
from neurobalance_expert.model.network.drawing import pathway_svg
from neurobalance_expert.model.network.notation import parse_equation, parse_formula, write_equation
from neurobalance_expert.model.network.read import load_network, read_network
from neurobalance_expert.model.network.sbml import write_sbml
from neurobalance_expert.model.network.structure import (
    SMALL,
    cofactor_steps,
    conserved_pools,
    minimal_pools,
    possible_limits,
    shared_enzymes,
    shared_substrates,
    stoichiometric_matrix,
)

ROOT = Path(__file__).resolve().parents[3]
REFERENCES = source.load(ROOT / "knowledge/references.yaml").data["references"]
NETWORK = load_network(ROOT, REFERENCES)
CAPACITIES = load_capacities(ROOT, NETWORK)
POOLS = conserved_pools(NETWORK)


# --- balance


def test_every_reaction_conserves_elements_and_charge():
    """Nine pathways, 57 reactions."""
    off = {r.id: imbalance(r.stoichiometry, NETWORK.species) for r in NETWORK.reactions.values()}

    assert {} == {name: wrong for name, wrong in off.items() if wrong}
    assert (9, 57, 92) == (len(NETWORK.pathways), len(NETWORK.reactions), len(NETWORK.species))


def test_every_wrong_coefficient_is_caught():
    """Each coefficient one more, one less and doubled, one at a time."""
    tried = missed = 0
    for reaction in NETWORK.reactions.values():
        for name, count in reaction.stoichiometry.items():
            for wrong in {count + 1, count - 1, 2 * count} - {count}:
                tried += 1
                missed += not imbalance({**reaction.stoichiometry, name: wrong}, NETWORK.species)

    assert 0 == missed
    assert tried > 550, tried


def test_every_wrong_formula_and_charge_is_caught():
    """Each element of each formula one more and one less, each charge one more and one less: every reaction that uses it is named."""
    tried = missed = 0
    for species in NETWORK.species.values():
        wrongs = [replace(species, atoms={**species.atoms, e: n + step}) for e, n in species.atoms.items() for step in (-1, 1)]
        wrongs += [replace(species, charge=species.charge + step) for step in (-1, 1)]
        users = [r for r in NETWORK.reactions.values() if species.id in r.stoichiometry]
        assert users
        for wrong in wrongs:
            table = {**NETWORK.species, species.id: wrong}
            for reaction in users:
                tried += 1
                missed += not imbalance(reaction.stoichiometry, table)

    assert 0 == missed
    assert tried > 2000, tried


@given(
    st.dictionaries(st.sampled_from(sorted(NETWORK.species)), st.integers(-4, 4).filter(bool), min_size=2).filter(
        lambda d: any(n < 0 for n in d.values()) and any(n > 0 for n in d.values())
    )
)
def test_an_equation_that_is_written_reads_back(counts):
    """Left before right."""
    ordered = {k: n for sign in (-1, 1) for k, n in counts.items() if n * sign > 0}

    assert ordered == parse_equation(write_equation(ordered))


@pytest.mark.parametrize("text", ["", "C6h12", "Xx2", "C2C3", "C0", "12C", "C6H12-"])
def test_what_is_no_formula_is_refused(text):
    """Nothing is guessed."""
    with pytest.raises(ValueError, match=r"element|stands twice"):
        parse_formula(text)


# --- the files


@pytest.fixture
def kb(tmp_path):
    """A copy of the network to spoil."""
    shutil.copytree(ROOT / "knowledge/network", tmp_path / "knowledge/network")
    shutil.copy(ROOT / "knowledge/nutrients.yaml", tmp_path / "knowledge/nutrients.yaml")
    return tmp_path


def spoil(kb: Path, file: str, old: str, new: str) -> list[tuple[str, str, str]]:
    """Code, message and line in the file of each problem after one edit."""
    path = kb / "knowledge/network" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    _, problems = read_network(kb, REFERENCES)
    return [(p.code, p.what, (kb / p.at.file).read_text().splitlines()[p.at.line - 1]) for p in problems.found if p.at]


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "what", "line"),
    [
        (
            "reactions/serotonin.yaml",
            "htp5 + h ->",
            "htp5 ->",
            "NB-M020",
            "AADC5 does not balance: H: 1 more on the right",
            "htp5 -> serotonin",
        ),
        ("species.yaml", "C11H12N2O3,", "C11H12N2O4,", "NB-M020", "TPH does not balance: O: 1 more on the right", "trp + bh4 + o2"),
        ("reactions/serotonin.yaml", "htp5 + h", "htp6 + h", "NB-M026", "unknown species 'htp6'", "htp6 + h"),
        ("reactions/serotonin.yaml", "-> serotonin", "=> serotonin", "NB-M023", "the equation of 'AADC5' cannot be read", "=> serotonin"),
        ("reactions/serotonin.yaml", "[PLP]", "[PLQ]", "NB-M026", "unknown co-factor 'PLQ'", "[PLQ]"),
        ("reactions/serotonin.yaml", "    role: makes", "    roll: makes", "NB-M025", "'TPH' has no role", "TPH:"),
        ("species.yaml", "C11H12N2O2, charge: 0", "C11Q12, charge: 0", "NB-M023", "the formula of 'trp' cannot be read", "C11Q12"),
        ("species.yaml", "chebi: 58266", "chebi: 57912", "NB-M022", "'htp5' has the ChEBI number of 'trp'", "htp5:"),
        ("species.yaml", "  trp: {", "  bad: {name: b, formula: CH4, charge: 0}\n  trp: {", "NB-M021", "no reaction uses 'bad'", "bad: {"),
        ("species.yaml", "charge: 0, chebi: 57912", "charge: zero", "NB-K011", "'charge' must be a whole number", "zero"),
        ("reactions/serotonin.yaml", "products:", "produkts:", "NB-M026", "unknown field 'produkts'", "produkts"),
        ("reactions/serotonin.yaml", "rate_limiting: true", "rate_limiting: yes", "NB-K011", "'rate_limiting' must be true", "yes"),
        ("species.yaml", "currency: true", "currency: yes", "NB-K011", "'currency' must be true or false", "currency: yes"),
        (
            "cofactors.yaml",
            "nutrients: [vitamin_b6]",
            "nutrients: [vitamin_b66]",
            "NB-M026",
            "unknown nutrient 'vitamin_b66'",
            "vitamin_b66",
        ),
        ("cofactors.yaml", "made_by: plp", "made_by: plq", "NB-M026", "unknown pathway 'plq'", "plq"),
        ("reactions/serotonin.yaml", "rhea: 18533", "rhea: 16709", "NB-M022", "the Rhea number 16709 stands on two", "rhea: 16709"),
        ("reactions/serotonin.yaml", "kegg: R01814", "kegg: banana", "NB-M023", "'banana' does not look like a kegg", "banana"),
        ("reactions/serotonin.yaml", "ec: [1.14.16.4]", "ec: [1.14]", "NB-M023", "'1.14' does not look like a ec", "1.14"),
        ("reactions/plp.yaml", "pathway: plp", "pathway: nad", "NB-M024", "the pathway 'nad' stands in two files", "pathway: nad"),
        ("reactions/nad.yaml", "read: [equation, cofactors]", "read: [kegg]", "NB-M026", "unknown field of the reaction 'kegg'", "[kegg]"),
        (
            "reactions/nad.yaml",
            "    source: [ai_gene_review, uniprot_texts]\n",
            "",
            "NB-K010",
            "'AFMID' does not say where it was read",
            "read: [eq",
        ),
        (
            "reactions/nad.yaml",
            "source: [ai_gene_review, uniprot",
            "source: [ai_genes, uniprot",
            "NB-K012",
            "unknown reference 'ai_genes'",
            "ai_genes",
        ),
        (
            "reactions/serotonin.yaml",
            "source: biochemistry",
            "source: biochem",
            "NB-K012",
            "unknown reference 'biochem'",
            "source: biochem",
        ),
    ],
)
def test_a_mistake_in_a_file_is_named_with_its_place(kb, file, old, new, code, what, line):
    """One edit, one kind of problem."""
    found = spoil(kb, file, old, new)

    assert any(c == code and w.startswith(what) and line in text for c, w, text in found), found


def test_a_network_with_a_mistake_is_not_used(kb):
    """Loading stops with every problem."""
    spoil(kb, "species.yaml", "charge: 1, chebi: 350546", "charge: 0, chebi: 350546")

    with pytest.raises(InputProblems) as caught:
        load_network(kb, REFERENCES)
    assert {"AADC5", "AANAT", "MAO5"} == {p.what.split()[0] for p in caught.value.problems}


# --- structure


def test_a_conserved_pool_is_conserved_and_minimal():
    """No reaction changes the weighted sum, no weight is negative, and no part of the species carries a pool of its own."""
    names = [s for s in NETWORK.species if s not in SMALL]
    matrix = stoichiometric_matrix(NETWORK, names, list(NETWORK.reactions)).astype(int)
    for pool in POOLS:
        weights = np.array([pool.get(n, 0) for n in names])
        assert weights.min() >= 0
        assert not np.any(weights @ matrix)
        support = matrix[weights > 0]
        assert np.linalg.matrix_rank(support) == len(support) - 1


def test_there_are_as_many_independent_pools_as_the_matrix_allows():
    """Rows minus rank: 86 species, rank 56."""
    names = [s for s in NETWORK.species if s not in SMALL]
    matrix = stoichiometric_matrix(NETWORK, names, list(NETWORK.reactions))
    weights = np.array([[pool.get(n, 0) for n in names] for pool in POOLS])

    assert len(names) - np.linalg.matrix_rank(matrix) == len(POOLS) == np.linalg.matrix_rank(weights)


def test_every_minimal_pool_of_a_small_network_is_found():
    """a -> b, b + c -> d, d -> a + e: the pools are a+b+d and c+d+e and no other, worked by hand."""
    matrix = np.array([[-1, 0, 1], [1, -1, 0], [0, -1, 0], [0, 1, -1], [0, 0, 1]])

    assert {(1, 1, 0, 1, 0), (0, 0, 1, 1, 1)} == set(minimal_pools(matrix))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(-2, 2), min_size=4, max_size=4), min_size=2, max_size=6))
def test_minimal_pools_are_conserved_minimal_and_different(rows):
    """Whatever the matrix; and every species of a positive conserved sum is in one of them."""
    matrix = np.array(rows)
    pools = minimal_pools(matrix)
    for pool in pools:
        weights = np.array(pool)
        assert weights.min() >= 0
        assert weights.any()
        assert not np.any(weights @ matrix)
        support = matrix[weights > 0]
        assert np.linalg.matrix_rank(support) == len(support) - 1
    assert len(pools) == len(set(pools))
    if not np.any(matrix.sum(axis=0)):
        assert set(range(len(rows))) == {i for pool in pools for i, w in enumerate(pool) if w}


def test_the_pools_that_every_biochemist_knows_are_found():
    """BH4 in its forms with GTP, from which it is made; folate; ascorbate; coenzyme A; vitamin B6; the indole ring."""
    carried = [set(pool) for pool in POOLS]
    assert {"bh4", "bh4_4aOH", "qbh2", "bh2_78", "dhntp", "ptp6", "gtp"} in carried
    assert {"thf", "dhf", "mlthf510", "mthf5"} in carried
    assert {"ascorbate", "dha"} in carried
    assert {"accoa", "coa"} in carried
    assert {"pyridoxal", "pyridoxine", "pnp", "plp", "pmp"} in carried
    assert any({"trp", "htp5", "serotonin", "melatonin", "kyn"} <= pool for pool in carried)


def test_what_is_shared_is_named():
    """AADC serves two lines, BH4 three hydroxylases, and tryptophan two masters."""
    assert ["AADCD", "AADC5"] == shared_enzymes(NETWORK)["AADC"]
    assert ["PAH", "TH", "TPH"] == shared_substrates(NETWORK)["bh4"]
    assert ["TDO_IDO", "TPH"] == shared_substrates(NETWORK)["trp"]
    assert {"AADC5", "AADCD", "GAD", "HDC"} <= set(cofactor_steps(NETWORK)["PLP"])


# --- ceilings


def toy(**changes: float) -> Capacities:
    """The serotonin line with supplies and capacities that one can solve in the head."""
    return Capacities("u", {"trp": changes.get("trp", 9.0)}, (), {"TPH": changes.get("TPH", 6.0), "AADC": changes.get("AADC", 8.0)}, 100.0)


@pytest.mark.parametrize(
    ("change", "value", "alone"),
    [({}, 6.0, ["TPH"]), ({"trp": 4.0}, 4.0, ["trp"]), ({"AADC": 3.0}, 3.0, ["AADC"])],
)
def test_the_ceiling_is_the_narrowest_place(change, value, alone):
    """min(trp, TPH, AADC), and one more of the narrowest gives one more."""
    found = ceiling(NETWORK, toy(**change), "serotonin")

    assert value == pytest.approx(found.value)
    assert alone == [limit.name for limit in found.limits if limit.alone]
    assert [(1.0, 1.0)] == [(round(limit.loss, 6), round(limit.gain, 6)) for limit in found.limits]


def test_two_limits_at_the_same_height_are_joint():
    """Supply 5 and capacity 5: losing either costs, adding either alone gives nothing, adding both does."""
    found = ceiling(NETWORK, toy(trp=5.0, TPH=5.0), "serotonin")

    assert (("trp", "TPH"),) == found.joint
    assert [(1.0, 0.0)] * 2 == [(round(limit.loss, 6), round(limit.gain, 6)) for limit in found.limits]


def test_independent_joint_limits_are_told_apart():
    """BH4 from three sources, each held by a supply and an enzyme at the same height: any one of the three sets raises the ceiling."""
    narrow = Capacities("u", {"gln": 5.0, "bh2_78": 5.0, "qbh2": 5.0}, (), {"QDPR": 5.0, "DHFR": 5.0}, 100.0)

    assert {("bh2_78", "DHFR"), ("qbh2", "QDPR"), ("GCH1", "PTS", "SPR")} == set(ceiling(NETWORK, narrow, "bh4").joint)


def test_two_products_compete_for_one_enzyme():
    """AADC 6 for dopamine (weight 1) and serotonin (weight 0.5): all of it goes to dopamine while there is L-DOPA."""
    narrow = Capacities("u", {"trp": 9.0, "tyr": 4.0}, (), {"TPH": 9.0, "TH": 9.0, "AADC": 6.0}, 100.0)
    found = ceiling(NETWORK, narrow, {"dopamine": 1.0, "serotonin": 0.5})

    assert 4.0 + 0.5 * 2.0 == pytest.approx(found.value)
    assert {"dopamine": 4.0, "serotonin": 2.0} == {name: pytest.approx(v) for name, v in found.made.items()}


def test_a_cofactor_lowers_the_enzymes_that_hold_it():
    """PLP at a quarter: AADC 8 becomes 2, and is named with its co-factor."""
    found = ceiling(NETWORK, toy(), "serotonin", {"PLP": 0.25})

    assert 2.0 == pytest.approx(found.value)
    assert [("AADC", ("PLP",))] == [(limit.name, limit.cofactors) for limit in found.limits]


def test_one_of_two_metals_is_enough_where_the_network_says_so():
    """Pyridoxal kinase runs on magnesium or zinc: without one it is whole, with half of both at half."""
    narrow = Capacities("u", {"pyridoxine": 9.0}, (), {"PDXK": 4.0}, 100.0)
    status = ({"Zn2+": 0.0}, {"Zn2+": 0.5, "Mg2+": 0.5})

    assert [4.0, 2.0] == [pytest.approx(ceiling(NETWORK, narrow, "plp", s).value) for s in status]


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from(["PLP", "Fe2+", "Cu2+", "Mg2+"]),
    st.floats(0, 1),
    st.sampled_from(["serotonin", "dopamine", "noradrenaline", "gaba", "sam"]),
)
def test_less_of_a_cofactor_never_raises_a_ceiling(cofactor, share, product):
    """A ceiling is monotone in everything that bounds it."""
    full = ceiling(NETWORK, CAPACITIES, product).value

    assert ceiling(NETWORK, CAPACITIES, product, {cofactor: share}).value <= full + 1e-6


def test_what_the_cell_keeps_supplied_has_no_ceiling():
    """NAD is currency here."""
    with pytest.raises(ValueError, match="kept supplied"):
        ceiling(NETWORK, CAPACITIES, "nad")


# --- SBML


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The SBML of three products."""
    folder = tmp_path_factory.mktemp("sbml")
    for product in ("serotonin", "noradrenaline", "sam"):
        (folder / f"{product}.xml").write_text(write_sbml(NETWORK, CAPACITIES, product))
    return folder


def test_libsbml_finds_no_error(written):
    """Level 3 with FBC, all consistency checks on."""
    libsbml = pytest.importorskip("libsbml")
    document = libsbml.readSBMLFromFile(str(written / "serotonin.xml"))
    document.checkConsistency()
    errors = [document.getError(i) for i in range(document.getNumErrors())]

    assert [] == [e.getMessage() for e in errors if e.getSeverity() >= libsbml.LIBSBML_SEV_ERROR]
    assert (3, 2) == (document.getLevel(), document.getPlugin("fbc").getPackageVersion())


def test_a_low_cofactor_is_in_the_sbml_too(tmp_path):
    """PLP at a twentieth: AADC 40 becomes 2."""
    cobra = pytest.importorskip("cobra")
    (tmp_path / "low.xml").write_text(write_sbml(NETWORK, CAPACITIES, "serotonin", {"PLP": 0.05}))

    assert 2.0 == pytest.approx(cobra.io.read_sbml_model(str(tmp_path / "low.xml")).slim_optimize())


@pytest.mark.parametrize("product", ["serotonin", "noradrenaline", "sam"])
def test_cobra_balances_it_and_finds_the_same_optimum(written, product):
    """Two solvers, two writings of the problem, one value."""
    cobra = pytest.importorskip("cobra")
    model = cobra.io.read_sbml_model(str(written / f"{product}.xml"))

    assert {} == {r.id: r.check_mass_balance() for r in model.reactions if not r.boundary and r.check_mass_balance()}
    assert ceiling(NETWORK, CAPACITIES, product).value == pytest.approx(model.slim_optimize(), rel=1e-6)


# --- drawing


@pytest.mark.parametrize("pathway", sorted(NETWORK.pathways))
def test_every_step_of_a_pathway_is_drawn(pathway):
    """Each reaction's id stands in the drawing, and the drawing is well-formed."""
    tree = ElementTree.fromstring(pathway_svg(NETWORK, pathway, title="<case> & co"))
    texts = {element.text for element in tree.iter("{http://www.w3.org/2000/svg}text")}
    steps = {r.id for r in NETWORK.of_pathway(pathway)}

    assert set() == steps - texts
    assert "<case> & co" in texts


def test_steps_that_need_a_short_nutrient_are_marked():
    """Iron sits in TPH, vitamin B6 in AADC; breakdown is no limit."""
    limits = possible_limits(NETWORK, "serotonin", {"iron": "iron", "riboflavin": "riboflavin", "vitamin_b6": "vitamin B6"})

    assert {"TPH": "may limit: iron", "AADC5": "may limit: vitamin B6"} == limits
    assert "may limit: iron" in pathway_svg(NETWORK, "serotonin", limits)
