"""From the model to the rules that it implies: network, carriers and kinetics in, rule files out. How: docs/derivation.md."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from neurobalance_expert.derivation.carriers import Pusher, Target, carrier_drafts
from neurobalance_expert.derivation.choices import Choices, Known, load_choices
from neurobalance_expert.derivation.cofactors import cofactor_drafts
from neurobalance_expert.derivation.draft import Draft
from neurobalance_expert.derivation.shared import enzyme_drafts, substrate_drafts
from neurobalance_expert.derivation.thresholds import crowding_doses_g, influx_limits
from neurobalance_expert.editing.canonical import format_text
from neurobalance_expert.editing.files import RULE_SCHEMA
from neurobalance_expert.errors import Misuse
from neurobalance_expert.facts.timing import COMPETITORS
from neurobalance_expert.knowledge.names_data import load_names
from neurobalance_expert.knowledge.names_types import Names
from neurobalance_expert.knowledge.nutrients import parse_nutrients
from neurobalance_expert.loaded import all_references
from neurobalance_expert.model.barrier import FULL_NAMES
from neurobalance_expert.model.constants import AA, INDEX, ModelConstants, load_assumptions, load_constants
from neurobalance_expert.model.network.read import load_network
from neurobalance_expert.model.network.types import Network
from neurobalance_expert.model.synthesis.rates import elasticity
from neurobalance_expert.model.synthesis.read import MODELS, load_kinetics
from neurobalance_expert.source import load
from neurobalance_expert.yaml_text import dump

CARRIER = "LAT1"
HEADS = {
    "carriers": "Competition at a shared carrier: limits from Km, fasting plasma and its day-to-day variation; doses by simulation.",
    "cofactors": "Steps that need a co-factor: from reaction to co-factor to nutrient.",
    "enzymes": "Substrates of one enzyme that are taken on one day.",
    "substrates": "A substrate that two pathways use.",
}


class Model(Struct, frozen=True):
    """What rules are derived from."""

    network: Network
    constants: ModelConstants
    choices: Choices
    elasticity: Mapping[str, float]  # of the first step to its precursor at rest, by precursor
    mean_h: float  # length of the mean over a fed window
    nutrient_labels: Mapping[str, str]
    substance_labels: Mapping[str, str]


def load_model(kb: Path) -> Model:
    """The model of a knowledge base; its rules are not looked at, so that they can be derived when they are missing.

    Raises:
        InputProblems: what is wrong in the files that are needed.
        Misuse: the folder is no knowledge base.
    """
    if not (kb / "knowledge").is_dir():
        raise Misuse(f"'{kb}' is not a knowledge base: it has no folder 'knowledge'. 'neurobalance init DIR' makes one")
    documents = {f"knowledge/{p.name}": load(p, shown_as=f"knowledge/{p.name}") for p in sorted((kb / "knowledge").glob("*.yaml"))}
    references = all_references(documents)
    names = load_names(documents)
    network = load_network(kb, references)
    nutrients = parse_nutrients(documents["knowledge/nutrients.yaml"])
    labels = {name: nutrient.label.split(" (")[0] for name, nutrient in nutrients.items()}
    substances = {name: substance.name for name, substance in names.substances.items()}
    mean_h = load_assumptions(kb, references).fed_mean_min / 60.0
    choices = load_choices(kb, known_names(references, names, network))
    steps = {p.aa: elasticity(p.kinetics, load_kinetics(kb, MODELS[p.kinetics])) for p in choices.precursors}
    return Model(network, load_constants(kb, references), choices, steps, mean_h, labels, substances)


def known_names(references: Collection[str], names: Names, network: Network) -> Known:
    """Every name that the choices may use."""
    return Known(
        references=set(references),
        conditions=set(names.conditions),
        analytes=set(names.analytes),
        substances=set(names.substances),
        pathways=set(network.pathways),
        species=set(network.species),
        reactions=set(network.reactions),
        kinetics=set(MODELS),
    )


def derive(model: Model) -> tuple[Draft, ...]:
    """Every rule that the model implies, in the order in which they are written."""
    drafts = [
        *_carriers(model),
        *cofactor_drafts(model.network, model.choices, model.nutrient_labels),
        *enzyme_drafts(model.network, model.choices, model.substance_labels),
        *substrate_drafts(model.network, model.choices),
    ]
    review_by = model.choices.review_by
    return tuple(replace(draft, body={**draft.body, "review_by": review_by}) for draft in drafts) if review_by else tuple(drafts)


def rule_files(drafts: tuple[Draft, ...]) -> dict[str, str]:
    """Path inside ``rules/`` to text, laid out as ``rules fmt`` does. A file has the rules of one family, in the order of their derivation."""
    texts = {}
    for family, about in HEADS.items():
        rules = [draft.as_rule() for draft in drafts if draft.family == family]
        head = f"# {about}\n# Written by 'neurobalance rules derive' from the model; do not edit. How: docs/derivation.md\n"
        name = f"derived/{family}.yaml"
        texts[name] = format_text(head + dump({"language": 1, "rules": rules}), name, modeline=f"../../{RULE_SCHEMA}")
    return texts


def _carriers(model: Model) -> list[Draft]:
    c, choices = model.constants, model.choices
    carried = [aa for aa in AA if c.lat1_inverse_km[INDEX[aa]] > 0]
    becomes = _becomes(model.network)
    starts = [p.aa for p in choices.precursors]
    pushing = [aa for aa in carried if aa in starts or any(becomes.get(aa) == s for s in starts)]
    limits = {aa: influx_limits(c, aa, choices.variation, choices.together, choices.deviations) for aa in pushing}
    pushers = {aa: Pusher(aa, FULL_NAMES[aa], limits[aa]) for aa in pushing}
    targets = []
    for precursor in choices.precursors:
        aa = precursor.aa
        rivals = [r for r in COMPETITORS if r != aa and becomes.get(r) != aa]
        doses = crowding_doses_g(c, aa, limits[aa].low, rivals, choices.reference_mass_kg, model.mean_h)
        system = choices.systems[precursor.system]
        others = tuple(p for name, p in pushers.items() if name != aa and becomes.get(name) != aa)
        targets.append(
            Target(
                aa=aa,
                name=FULL_NAMES[aa],
                system=system.id,
                system_name=system.name.removeprefix("the "),
                not_in=precursor.not_in,
                move=precursor.move,
                caution=precursor.caution,
                limits=limits[aa],
                doses_g=doses,
                pushers=others,
                elasticity=model.elasticity[aa],
                follows=model.elasticity[aa] >= choices.follows,
            )
        )
    km = {aa: f"{1.0 / c.lat1_inverse_km[INDEX[aa]]:.6g}" for aa in carried}
    fasting = {aa: f"{c.fasting[INDEX[aa]]:.6g}" for aa in carried}
    variation = {aa: f"{v:g}" for aa, v in choices.variation.items()}
    available, deviations = f"{c.tryptophan_available:g}", f"{choices.deviations:g}"
    inputs = {"km_uM": km, "fasting_uM": fasting, "variation": variation, "trp_available": available, "deviations": deviations}
    return carrier_drafts(CARRIER, targets, list(pushers.values()), inputs)


def _becomes(network: Network) -> dict[str, str]:
    """Amino acid to the amino acid that the network makes of it in one step."""
    return {
        s: p
        for r in network.reactions.values()
        for s in r.substrates
        for p in r.products
        if s in AA and p in AA and not network.species[s].currency and not network.species[p].currency
    }
