"""Rules that a shared enzyme and a shared substrate imply."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from neurobalance_expert.derivation.choices import Choices
from neurobalance_expert.derivation.draft import Body, Draft, case, evidence, not_usable
from neurobalance_expert.model.network.structure import shared_enzymes, shared_substrates
from neurobalance_expert.model.network.types import Network
from neurobalance_expert.yaml_text import Line

ENZYMES, SUBSTRATES = "enzymes", "substrates"
TRUSTED = [{"trusted": {"is": True}}]
SHARE = "knowledge.thresholds.niacin_from_trp_high"


def enzyme_drafts(network: Network, choices: Choices, labels: Mapping[str, str]) -> list[Draft]:
    """Two substrates of one enzyme are taken on one day: each slows the other.

    Args:
        labels: Supplement substance to its name in reports.
    """
    made = []
    for enzyme, ids in shared_enzymes(network).items():
        taken = [(network.reactions[i], s) for i in ids for part in network.reactions[i].substrates for s in choices.taken_as.get(part, ())]
        for number, (one, first) in enumerate(taken):
            for other, second in taken[number + 1 :]:
                body = _enzyme(enzyme, one.name.split(",")[0], (first, labels[first]), (second, labels[second]), other.pathway)
                inputs = {"steps": network.content([one.id, other.id]), "taken": [first, second]}
                made.append(Draft(ENZYMES, f"{enzyme.lower()}-{_dashed(first)}-with-{_dashed(second)}", body, {"enzyme": enzyme}, inputs))
    return made


def _enzyme(enzyme: str, name: str, one: tuple[str, str], two: tuple[str, str], system: str) -> Body:
    facts = {"supplement": [{"substance": one[0]}, {"substance": two[0]}]}
    return {
        "code": f"COMPETE:{enzyme.lower()}:{one[0]}_{two[0]}",
        "title": f"{one[1]} and {two[1]} are worked on by one enzyme",
        "kind": "competition",
        "status": "stable",
        "severity": "info",
        "evidence": evidence(("biochemistry", "C", "the shared enzyme"), ("stavrum2013", "C", "that both have affinity to it")),
        "when": [{"as": "one", "supplement": Line(substance=one[0])}, {"as": "two", "supplement": Line(substance=two[0])}],
        "then": {"about": one[0], "system": system},
        "say": f"{one[1]} and {two[1]} were taken on the same day. Both are turned over by {name} ({enzyme}), in the gut and liver as well as in the brain, "
        "so that each slows the other; how much that matters in people is not known.",
        "do": "Both act like medicines. Show the list to a pharmacist or the prescriber before either is taken.",
        "tests": [
            case("both", "fired", facts=facts),
            case("one alone", Line(blocked="one"), like="both", change=Line(supplement=Line(substance=two[0]))),
            case("the other alone", Line(blocked="two"), like="both", change=Line(supplement=Line(substance=one[0]))),
        ],
    }


def substrate_drafts(network: Network, choices: Choices) -> list[Draft]:
    """A substrate that two pathways use, one of them to make a nutrient: what one takes the other has not."""
    made = []
    for substrate, ids in shared_substrates(network).items():
        pathways = {network.reactions[i].pathway: i for i in ids}
        precursor = next((p for p in choices.precursors if p.aa == substrate and p.system in pathways), None)
        if precursor is None or "nad" not in pathways:
            continue
        inputs = {"steps": network.content([pathways["nad"], precursor.reaction])}
        origin = {"substrate": substrate, "pathway": "nad"}
        bodies = {
            "niacin-leans-on": _leans(substrate, precursor.system),
            "niacin-leans-on-short": _leans_on_short(substrate, precursor.system),
        }
        made += [Draft(SUBSTRATES, f"{name}-{substrate}", body, origin, inputs) for name, body in bodies.items()]
    return made


def _leans(aa: str, system: str) -> Body:
    start = "more than half"
    facts = {"trusted": {"is": True}, "niacin_share_from_trp": {"fraction": Decimal("0.51")}}
    return {
        "code": f"TRADE:{aa}:niacin",
        "title": "Much of the day's niacin would have to come from tryptophan",
        "kind": "imbalance",
        "status": "stable",
        "severity": "info",
        "evidence": evidence(("horwitt1981", "A", "the exchange"), ("iom1998_niacin", "A", "the exchange")),
        "params": {"high": SHARE},
        "scope": TRUSTED,
        "when": [{"niacin_share_from_trp": Line(fraction=Line(bind="$share", above="$high"))}],
        "then": {"about": aa, "system": "niacin"},
        "say": "{{ share | percent }} of the day's niacin equivalents would have to come from tryptophan, at 60 mg for 1 mg of niacin; from person to person "
        f"34 to 86 mg are needed. The same tryptophan is counted as a precursor of {system}, so the two totals must not be added up.",
        "do": "Foods with preformed niacin (meat, fish, peanuts, mushrooms, whole grain, coffee) leave more tryptophan for other uses.",
        "tests": [
            case(start, Line(fired=Line(share=Decimal("0.51"))), facts=facts),
            case(
                "just half",
                Line(blocked="niacin_share_from_trp", margin=0),
                like=start,
                change=Line({"niacin_share_from_trp.fraction": Decimal("0.50")}),
            ),
            case("tryptophan is short as well", "overridden", like=start, change=Line(short_supply=Line(system=system))),
            case("niacin not known", Line(unknown=["niacin_share_from_trp"]), like=start, change=Line(niacin_share_from_trp="unknown")),
            *not_usable(start),
        ],
    }


def _leans_on_short(aa: str, system: str) -> Body:
    facts = {"trusted": {"is": True}, "niacin_share_from_trp": {"fraction": Decimal("0.51")}, "short_supply": {"system": system}}
    return {
        "code": f"TRADE:{aa}:niacin",
        "title": "Niacin leans on tryptophan, and tryptophan is short",
        "kind": "imbalance",
        "status": "stable",
        "severity": "minor",
        "evidence": evidence(("horwitt1981", "A", "the exchange"), ("who935", "B", "the requirement")),
        "params": {"high": SHARE},
        "scope": TRUSTED,
        "when": [{"niacin_share_from_trp": Line(fraction=Line(bind="$share", above="$high"))}, {"short_supply": Line(system=system)}],
        "overrides": [f"niacin-leans-on-{aa}"],
        "then": {"about": aa, "system": "niacin"},
        "say": "{{ share | percent }} of the day's niacin equivalents would have to come from tryptophan, while tryptophan itself was below its mean "
        "requirement. Both totals lean on the same amino acid.",
        "do": "A protein food and a food with preformed niacin (meat, fish, peanuts, mushrooms, whole grain) help both.",
        "tests": [
            case("both", Line(fired=Line(share=Decimal("0.51"))), facts=facts),
            case(
                "just half",
                Line(blocked="niacin_share_from_trp", margin=0),
                like="both",
                change=Line({"niacin_share_from_trp.fraction": Decimal("0.50")}),
            ),
            case(
                "another line is short",
                Line(unknown=["short_supply"]),
                like="both",
                change=Line({"short_supply.system": "acetylcholine"}),
            ),
            case("tryptophan not known to be short", Line(unknown=["short_supply"]), like="both", change=Line(short_supply="unknown")),
            case("niacin not known", Line(unknown=["niacin_share_from_trp"]), like="both", change=Line(niacin_share_from_trp="unknown")),
            *not_usable("both"),
        ],
    }


def _dashed(name: str) -> str:
    return name.replace("_", "-")
