"""Rules that co-factors imply: each step that needs one may be limited when its nutrient is short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from neurobalance_expert.derivation.choices import Choices, NutrientWords, System
from neurobalance_expert.derivation.draft import SOMETHING_ELSE, Body, Draft, Test, case, conditions_apart, evidence, not_usable
from neurobalance_expert.model.network.types import Network, Reaction
from neurobalance_expert.yaml_text import Line

FAMILY = "cofactors"
FAR = "knowledge.thresholds.cofactor_far_below"
STANDARD_WORDS = {"ear": "the average requirement", "ai": "the adequate intake"}
STANDARD_REF = {"ear": ("dri_ear", "B", "the requirement"), "ai": ("dri_rda_vit", "C", "the adequate intake")}
TRUSTED = [{"trusted": {"is": True}}]


def cofactor_drafts(network: Network, choices: Choices, labels: Mapping[str, str]) -> list[Draft]:
    """The rules of every nutrient.

    Args:
        labels: Nutrient to its name in reports.
    """
    made: list[Draft] = []
    for words in choices.nutrients.values():
        steps = {s: found for s in choices.systems if (found := steps_of(network, words.id, s))}
        label = labels[words.id]
        shown = [choices.systems[s] for s in steps if choices.systems[s].finding]
        if words.by_lab:
            made += [_draft(network, "low", words, s, _low(network, words, label, s, steps, choices), steps[s.id]) for s in shown]
        for system in (choices.systems[s] for s in (words.primary, *words.also_intake)):
            body = _intake(network, words, label, system, steps, choices)
            made.append(_draft(network, "intake", words, system, body, steps[system.id]))
    made += _activation(network, choices, labels)
    made += _joint(network, choices, labels)
    return made


def steps_of(network: Network, nutrient: str, system: str) -> tuple[Reaction, ...]:
    """The steps on the way to a product of a pathway that need a co-factor from a nutrient."""
    return tuple(r for r in network.of_pathway(system) if r.makes and any(nutrient in h.nutrients for h in network.helpers(r)))


def _draft(network: Network, kind: str, words: NutrientWords, system: System, body: Body, steps: Sequence[Reaction]) -> Draft:
    name = f"{words.id.replace('_', '-')}-{kind}-may-limit-{system.id}"
    origin = {"cofactor_of": words.id, "pathway": system.id}
    return Draft(FAMILY, name, body, origin, {"steps": network.content([r.id for r in steps]), "primary": words.primary})


def _low(
    network: Network, words: NutrientWords, label: str, system: System, steps: Mapping[str, Sequence[Reaction]], choices: Choices
) -> Body:
    main = system.id == words.primary
    start = "low by laboratory value"
    other = next(n.id for n in choices.nutrients.values() if n.by_lab and n.id != words.id)
    overridden = [f"{words.id.replace('_', '-')}-intake-may-limit-{system.id}"] if system.id in (words.primary, *words.also_intake) else []
    elsewhere = _elsewhere(words, steps, choices) if main else ""
    body: Body = {
        "code": f"COFACTOR:{words.id}:{system.id}",
        "title": f"Low {label} may limit the way to {system.name}",
        "kind": "bottleneck",
        "status": "stable",
        "severity": "minor" if main else "info",
        "evidence": evidence(("biochemistry", "C", "the co-factor of the enzyme"), *(words.evidence if main else ())),
        "when": [{"cofactor_low": Line(nutrient=words.id)}],
        "unless": _unless(words),
        "overrides": overridden,
        "then": {"about": words.id, "system": system.id},
        "say": _text(
            f"By the laboratory value {label} is low." if main else "",
            _steps_text(network, words.id, label, system, steps[system.id]),
            "That this limits the way in people is possible; how far is not known.",
            elsewhere,
            words.of_lab if main else "",
        ),
        "do": words.do_lab if main else "",
        "tests": [
            case(start, "fired", facts={"cofactor_low": {"nutrient": words.id}}),
            case("another co-factor", Line(unknown=["cofactor_low"]), like=start, change=Line({"cofactor_low.nutrient": other})),
            case("not measured", Line(unknown=["cofactor_low"]), like=start, change=Line(cofactor_low="unknown")),
            *conditions_apart(start, words.not_in),
        ],
    }
    return _filled(body)


def _intake(
    network: Network, words: NutrientWords, label: str, system: System, steps: Mapping[str, Sequence[Reaction]], choices: Choices
) -> Body:
    start = "far below"
    main = system.id == words.primary
    facts = {
        "trusted": {"is": True},
        "adequacy": {
            "nutrient": words.id,
            "standard": words.standard,
            "ratio": Decimal("0.50"),
            "low": Decimal("0.45"),
            "high": Decimal("0.66"),
            "coverage": Decimal("0.9"),
        },
    }
    guards = [{"lab": Line(analyte=a, limit="low", ratio=Line(at_least=1)), "missing": "absent"} for a in words.enough_by]
    body: Body = {
        "code": f"COFACTOR:{words.id}:{system.id}",
        "title": f"Little {label} on this day, which the way to {system.name} needs",
        "kind": "bottleneck",
        "status": "stable",
        "severity": "info",
        "evidence": evidence(("biochemistry", "C", "the co-factor of the enzyme"), STANDARD_REF[words.standard]),
        "params": {"far": FAR},
        "scope": TRUSTED,
        "when": [{"adequacy": Line(nutrient=words.id, standard=words.standard, ratio=Line(bind="$ratio"), high=Line(below="$far"))}],
        "unless": [*guards, *_unless(words)],
        "then": {"about": words.id, "system": system.id},
        "say": _text(
            f"{_capital(label)} came to {{{{ ratio | percent }}}} of {STANDARD_WORDS[words.standard]}.",
            _steps_text(network, words.id, label, system, steps[system.id]),
            _elsewhere(words, steps, choices) if main else "",
            words.of_intake if main else "",
            "It is one recorded day, and the size of any effect in people is not known.",
        ),
        "do": words.do_intake if main else "",
        "tests": [
            case(start, Line(fired=Line(ratio=Decimal("0.50"))), facts=facts),
            case(
                "the upper end at the limit",
                Line(blocked="adequacy", margin=0),
                like=start,
                change=Line({"adequacy.high": Decimal("0.67")}),
            ),
            case("too little of the day known", Line(unknown=["adequacy"]), like=start, change=Line(adequacy="unknown")),
            *not_usable(start),
            *_intake_tests(words, start),
            *_guard_tests(words, start),
            *conditions_apart(start, words.not_in),
            *_activation_test(network, words, system, start, choices),
            *(
                [case("the laboratory value speaks", "overridden", like=start, change=Line(cofactor_low=Line(nutrient=words.id)))]
                if words.by_lab
                else []
            ),
        ],
    }
    return _filled(body)


def _activated(network: Network, nutrient: str, system: System, choices: Choices) -> list[NutrientWords]:
    """Nutrients whose co-factor is made in a pathway by steps that cannot do without another nutrient."""
    if not any(not r.any_cofactor for r in steps_of(network, nutrient, system.id)):
        return []
    made = [c for c in network.cofactors.values() if c.bound and c.made_by == system.id and c.nutrients]
    return [choices.nutrients[c.nutrients[0]] for c in made if c.nutrients[0] != nutrient]


def _activation_test(network: Network, words: NutrientWords, system: System, start: str, choices: Choices) -> list[Test]:
    lows = _activated(network, words.id, system, choices)
    return [case(f"{low.id} is low as well", "overridden", like=start, change=Line(cofactor_low=Line(nutrient=low.id))) for low in lows]


def _activation(network: Network, choices: Choices, labels: Mapping[str, str]) -> list[Draft]:
    """A co-factor is low, and what its own making needs was short as well: more of the first would not help as it should."""
    made = []
    for words in choices.nutrients.values():
        for system in choices.systems.values():
            for low in _activated(network, words.id, system, choices):
                steps = [r for r in steps_of(network, words.id, system.id) if not r.any_cofactor]
                body = _both_short(network, low, words, system, steps, labels)
                name = f"{low.id.replace('_', '-')}-low-and-{words.id.replace('_', '-')}-short"
                origin = {"cofactor_of": words.id, "pathway": system.id}
                made.append(Draft(FAMILY, name, body, origin, {"steps": network.content([r.id for r in steps]), "activates": low.id}))
    return made


def _both_short(
    network: Network, low: NutrientWords, words: NutrientWords, system: System, steps: Sequence[Reaction], labels: Mapping[str, str]
) -> Body:
    facts = {
        "trusted": {"is": True},
        "cofactor_low": {"nutrient": low.id},
        "adequacy": {
            "nutrient": words.id,
            "standard": words.standard,
            "ratio": Decimal("0.80"),
            "low": Decimal("0.70"),
            "high": Decimal("0.99"),
            "coverage": Decimal("0.9"),
        },
    }
    return {
        "code": f"COFACTOR:{words.id}:{system.id}",
        "title": f"{_capital(labels[low.id])} is low, and {labels[words.id]}, which activates it, was short as well",
        "kind": "bottleneck",
        "status": "stable",
        "severity": "minor",
        "evidence": evidence(("biochemistry", "C", "the co-factor of the enzyme")),
        "scope": TRUSTED,
        "when": [
            {"cofactor_low": Line(nutrient=low.id)},
            {"adequacy": Line(nutrient=words.id, standard=words.standard, ratio=Line(bind="$ratio"), high=Line(below=1))},
        ],
        "overrides": [f"{words.id.replace('_', '-')}-intake-may-limit-{system.id}"],
        "then": {"about": words.id, "system": system.id},
        "say": _text(
            f"{_capital(labels[low.id])} is low by laboratory value, and {labels[words.id]} came to {{{{ ratio | percent }}}} of "
            f"{STANDARD_WORDS[words.standard]} on this day.",
            _steps_text(network, words.id, labels[words.id], system, steps),
            f"Without it more {labels[low.id]} would not help as it should.",
        ),
        "do": f"{words.do_intake} Look at both before anything is taken.",
        "tests": [
            case("both", Line(fired=Line(ratio=Decimal("0.80"))), facts=facts),
            case("up to the requirement", Line(blocked="adequacy", margin=0), like="both", change=Line({"adequacy.high": Decimal("1.00")})),
            *_intake_tests(words, "both"),
            case("another co-factor", Line(unknown=["cofactor_low"]), like="both", change=Line({"cofactor_low.nutrient": SOMETHING_ELSE})),
            case("intake not known", Line(unknown=["adequacy"]), like="both", change=Line(adequacy="unknown")),
            case("not measured", Line(unknown=["cofactor_low"]), like="both", change=Line(cofactor_low="unknown")),
            *not_usable("both"),
        ],
    }


def _joint(network: Network, choices: Choices, labels: Mapping[str, str]) -> list[Draft]:
    """Precursor and co-factor of one line are both short: which of them limits cannot be told."""
    made = []
    for system in choices.systems.values():
        nutrients = [n.id for n in choices.nutrients.values() if n.by_lab and steps_of(network, n.id, system.id)]
        if system.short_supply and nutrients:
            steps = sorted({r.id for n in nutrients for r in steps_of(network, n, system.id)})
            other = next(n.id for n in choices.nutrients.values() if n.by_lab and n.id not in nutrients)
            body = _substrate_and_cofactor(system, nutrients, other, labels)
            inputs = {"steps": network.content(steps), "nutrients": nutrients}
            made.append(Draft(FAMILY, f"{system.id}-precursor-and-cofactor-short", body, {"pathway": system.id}, inputs))
    return made


def _substrate_and_cofactor(system: System, nutrients: Sequence[str], other: str, labels: Mapping[str, str]) -> Body:
    first = nutrients[0]
    start = f"the precursor and {labels[first]}"
    facts = {"trusted": {"is": True}, "short_supply": {"system": system.id}, "cofactor_low": {"nutrient": first}}
    return {
        "code": f"BOTTLENECK:{system.id}:$nutrient",
        "title": f"The precursor and a co-factor of {system.name} were both short",
        "kind": "bottleneck",
        "status": "stable",
        "severity": "minor",
        "evidence": evidence(("biochemistry", "C", "that both are needed"), ("best2020", "C", "dependence on the substrate")),
        "scope": TRUSTED,
        "when": [
            {"short_supply": Line(system=system.id)},
            {"cofactor_low": Line(nutrient=Line({"bind": "$nutrient", "in": list(nutrients)}))},
        ],
        "then": {"about": "$nutrient", "system": system.id},
        "say": f"The precursor of {system.name} was below its mean requirement on this day, and {{{{ nutrient | nutrient }}}} was below a decision limit "
        "in the laboratory. Both are needed for the same product; which of them limits cannot be told from here.",
        "do": "Let the laboratory value be looked at first; the precursor is a matter of ordinary protein food.",
        "tests": [
            case(start, Line(fired=Line(nutrient=first)), facts=facts),
            case("a co-factor of another line", Line(unknown=["cofactor_low"]), like=start, change=Line({"cofactor_low.nutrient": other})),
            *(
                case(f"the precursor and {labels[n]}", Line(fired=Line(nutrient=n)), like=start, change=Line({"cofactor_low.nutrient": n}))
                for n in nutrients[1:]
            ),
            case(
                "another line is short", Line(unknown=["short_supply"]), like=start, change=Line({"short_supply.system": "acetylcholine"})
            ),
            case("supply not known", Line(unknown=["short_supply"]), like=start, change=Line(short_supply="unknown")),
            case("co-factor not known", Line(unknown=["cofactor_low"]), like=start, change=Line(cofactor_low="unknown")),
            *not_usable(start),
        ],
    }


def _steps_text(network: Network, nutrient: str, label: str, system: System, steps: Sequence[Reaction]) -> str:
    """Which enzymes need what, one sentence: 'Tryptophan hydroxylase (TPH) holds iron and is the narrow step on the way to serotonin.'"""
    first = [r for r in steps if r.rate_limiting] or list(steps)
    names = dict.fromkeys(_enzyme(r) for r in first[:2])
    helper = next(h for h in network.helpers(first[0]) if nutrient in h.nutrients)
    metals = [network.cofactors[c].name for c in first[0].cofactors]
    what = " or ".join(sorted(metals)) if first[0].any_cofactor else helper.name
    source = label.removesuffix(" equivalents")
    known = first[0].any_cofactor or what.lower() in label.lower() or label.lower() in what.lower()
    made_of = "" if known else f", which comes from {source}"
    verb = ("hold" if len(names) > 1 else "holds") if helper.bound else ("use" if len(names) > 1 else "uses")
    narrow = " It is the narrow step of this way." if len(first) == 1 and first[0].rate_limiting else ""
    return f"On the way to {system.called}, {' and '.join(names)} {verb} {what}{made_of}.{narrow}"


def _enzyme(reaction: Reaction) -> str:
    short = reaction.enzyme if reaction.enzyme != reaction.id else reaction.id
    return f"{reaction.name.split(',')[0]} ({short.replace('_', '/')})"


def _elsewhere(words: NutrientWords, steps: Mapping[str, Sequence[Reaction]], choices: Choices) -> str:
    """Where else it is needed; a step that another metal serves as well does not need it."""
    others = [choices.systems[s].name for s, found in steps.items() if s != words.primary and not all(r.any_cofactor for r in found)]
    return f"Steps to {_listed(others)} need it too." if others else ""


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _unless(words: NutrientWords) -> list[Body]:
    chosen: Any = words.not_in[0] if len(words.not_in) == 1 else {"in": list(words.not_in)}
    return [{"condition": Line(id=chosen), "missing": "absent"}] if words.not_in else []


def _guard_tests(words: NutrientWords, start: str) -> list[Test]:
    found = []
    for analyte in words.enough_by:
        for ratio, expect in ((Decimal("1.000"), Line(blocked="lab")), (Decimal("0.999"), "fired")):
            name = f"{analyte} at its limit is enough" if ratio == 1 else f"{analyte} just below is not"
            found.append(case(name, expect, like=start, change=Line(lab=Line(analyte=analyte, limit="low", ratio=ratio))))
        for name, who, limit in (("another analyte", SOMETHING_ELSE, "low"), ("another limit", analyte, "deficient")):
            lab = Line(analyte=who, limit=limit, ratio=Decimal("1.000"))
            found.append(case(f"{name} than {analyte}", "fired", like=start, change=Line(lab=lab)))
    return found


def _intake_tests(words: NutrientWords, start: str) -> list[Test]:
    """An intake of another nutrient, or over another reference, is not the one that is asked for."""
    standard = "rda" if words.standard != "rda" else "ear"
    changes = {"another nutrient": Line({"adequacy.nutrient": SOMETHING_ELSE}), "another reference": Line({"adequacy.standard": standard})}
    return [case(name, Line(unknown=["adequacy"]), like=start, change=change) for name, change in changes.items()]


def _text(*sentences: str) -> str:
    return " ".join(s for s in sentences if s)


def _filled(body: Body) -> Body:
    """Without the keys that would be empty."""
    return {key: value for key, value in body.items() if value not in ("", [], {})}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
