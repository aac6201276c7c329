"""The parts of an assessment that are no findings: person, totals, foods as resolved, the day, laboratory values, sources."""

from __future__ import annotations

from datetime import date, timedelta
from math import isfinite

from neurobalance_expert.cases.resolve import TOO_MUCH, ResolvedFood, measures_text
from neurobalance_expert.cases.types import Case
from neurobalance_expert.explain.wording import Labels, enum
from neurobalance_expert.fact import SEVERITIES
from neurobalance_expert.facts.labs import latest, limits_of, person_groups
from neurobalance_expert.facts.meal_kinds import kind_text, meals_of
from neurobalance_expert.facts.placed import MIN_PER_DAY, doses_of
from neurobalance_expert.facts.prepare import Prepared
from neurobalance_expert.knowledge.food_kinds import Kind
from neurobalance_expert.knowledge.policy import Policy, rank
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.model.intake import Total
from neurobalance_expert.model.windows import Window
from neurobalance_expert.outcome import Adequacy, Amount, Finding, FoodLine, LabLine, Reference, SupplementLine, WindowLine

AMINO_ACIDS = ("trp", "tyr", "phe", "leu", "ile", "val", "met", "thr", "his", "lys")
PER_KG_ALSO = {"lys": "lysine"}  # the contract's cases name this total in full
ALWAYS_CONTESTED = ("meal-changes-brain-serotonin", "free-or-total-tryptophan")
MG_PER_G = 1000.0


def clock(minute: float) -> str:
    """Minutes after midnight as HH:MM; the day is left out."""
    whole = round(minute) % MIN_PER_DAY
    return f"{whole // 60:02d}:{whole % 60:02d}"


def labels(p: Prepared, knowledge: Knowledge) -> Labels:
    """Words for the ids that rules speak of."""
    return Labels(
        windows={w.id: window_label(w, p) for w in p.day.windows},
        nutrients={n.id: n.label for n in knowledge.nutrients.values()},
        substances={s.id: s.name for s in knowledge.food_signs} | {s.id: s.name for s in knowledge.names.substances.values()},
        analytes={a.id: a.name for a in knowledge.names.analytes.values()},
        conditions={c.id: c.name for c in knowledge.names.conditions.values()},
    )


def window_label(window: Window, p: Prepared) -> str:
    """``the meal at 12:30``, ``the supplements at 22:15``, ``the night``, ``the time from 05:00``; with the date in a longer diary."""
    day = timedelta(days=int(window.start_min // MIN_PER_DAY))
    on = f" on {date.fromisoformat(p.days[0]) + day}" if len(p.days) > 1 else ""
    if window.phase == "night":
        return f"the night{on}"
    members = p.day.members[window.id]
    if window.phase == "fasting" or not members:
        return f"the time from {clock(window.start_min)}{on}"
    what = "supplements" if all(m.substances for m in members) else "meal"
    return f"the {what} at {clock(window.start_min)}{on}"


def person_lines(case: Case) -> tuple[tuple[str, str], ...]:
    """What is known about the person, in words."""
    person = case.person
    lines = [
        ("age", f"{person.age_y} years" if person.age_y is not None else None),
        ("sex", person.sex),
        ("body mass", f"{person.weight_kg:g} kg" if person.weight_kg is not None else None),
        ("height", f"{person.height_cm:g} cm" if person.height_cm is not None else None),
        ("pregnancy", enum(person.pregnancy_status) if person.pregnancy_status else None),
        ("breast-feeding", _yes_no(person.lactating)),
        ("smoker", _yes_no(person.smoker)),
        ("diet", enum(person.diet_pattern) if person.diet_pattern else None),
        ("medicines", _listed([m.ingredient for m in case.medications], case.medications_complete)),
        ("conditions", _listed(list(case.conditions), case.conditions_complete)),
        ("symptoms", ", ".join(case.symptoms) or None),
    ]
    return tuple((label, value) for label, value in lines if value is not None)


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def _listed(names: list[str], complete: bool | None) -> str:
    return (", ".join(names) or "none entered") + ("" if complete else " (list not said to be complete)")


def summary_text(found: tuple[Finding, ...], disposition: str, policy: Policy, foods: tuple[ResolvedFood, ...] = ()) -> str:
    """One or two sentences: how many findings of which severity, or that there is nothing above information; and what was left out."""
    return " ".join(filter(None, (_counted(found, disposition, policy), _left_out(foods))))


def _counted(found: tuple[Finding, ...], disposition: str, policy: Policy) -> str:
    above = [f for f in found if rank(f.severity) > 0]
    if not above:
        return policy.nothing_found if disposition == policy.order[-1] else policy.texts[disposition]
    counts = {s: sum(f.severity == s for f in above) for s in reversed(SEVERITIES) if any(f.severity == s for f in above)}
    parts = [f"{count} {severity}" for severity, count in counts.items()]
    noun = "finding" if len(above) == 1 else "findings"
    return f"{' and '.join([', '.join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)} {noun}. First: {above[0].title}."


def _left_out(foods: tuple[ResolvedFood, ...]) -> str:
    left = sum(not food.counts for food in foods)
    if not left:
        return ""
    return f"{left} of {len(foods)} foods could not be counted, so that totals are lower bounds and part of the day was not assessed."


def totals(p: Prepared) -> dict[str, Amount]:
    """Totals a day by column of the food table, with supplements where they add to a nutrient, and those per kg body mass."""
    columns = p.supply.columns
    out = {_total_name(column): _amount(total, 1.0, column.rsplit("_", 1)[1]) for column, total in columns.items()}
    weight = p.case.person.weight_kg
    if weight:
        out["protein_g_per_kg"] = _amount(columns["protein_g"], 1 / weight, "g/kg")
        for aa in AMINO_ACIDS:
            amount = _amount(columns[f"{aa}_g"], MG_PER_G / weight, "mg/kg")
            for name in (aa, PER_KG_ALSO.get(aa, aa)):
                out[f"{name}_mg_per_kg"] = amount
    return out


def _total_name(column: str) -> str:
    return "ethanol_g" if column == "alcohol_g" else column


def _amount(total: Total, factor: float, unit: str) -> Amount:
    ends = [value * factor if isfinite(value) else None for value in (total.value, total.low, total.high)]
    return Amount(ends[0], ends[1], ends[2], total.coverage, unit, total.imputed_share)


def questions(p: Prepared, knowledge: Knowledge) -> tuple[str, ...]:
    """What to ask, each once: names that were not recognised, values that were refused, foods with candidates."""
    asked = [f"{r.text} {r.question}" for r in p.case.remarks if r.question]
    for food in p.foods:
        name = food.item.name or food.item.ndb or ""
        if food.status == "unknown":
            near = " or ".join(f"'{c.description}'" for c in food.candidates[:3])
            asked.append(f"'{name}' was not counted: which food is it?" + (f" Is it {near}?" if near else ""))
        elif food.status == "no_amount" and food.item.measure:
            asked.append(_which_measure(food, name, knowledge))
    return tuple(dict.fromkeys(asked))


def _which_measure(food: ResolvedFood, name: str, knowledge: Knowledge) -> str:
    measures = knowledge.foods.measures(knowledge.foods.ndb[food.row])
    has = f" It has {measures_text(measures)}." if measures else ""
    if food.how == TOO_MUCH:
        return (
            f"{food.item.amount:g} times '{food.item.measure}' of '{name}' is {TOO_MUCH}, and was not counted. How many grams were eaten?"
        )
    return f"The table has no one measure '{food.item.measure}' for '{name}'.{has} How many grams were eaten?"


def food_lines(p: Prepared, knowledge: Knowledge) -> tuple[FoodLine, ...]:
    """Every diary line with the entry that was used."""
    table = knowledge.foods
    out = []
    for food in p.foods:
        used = food.row >= 0
        out.append(
            FoodLine(
                time=clock(food.item.time_min) if food.item.time_min is not None else "",
                date=food.item.date,
                entered=food.item.name or food.item.ndb or "",
                grams=food.grams,
                status="refused" if food.status == "no_amount" else food.status,
                ndb=table.ndb[food.row] if used else "",
                description=table.descriptions[food.row] if used else "",
                runner_up=food.runner_up.description if food.runner_up else "",
                candidates=tuple(c.description for c in food.candidates) if food.status == "unknown" else (),
                how=food.how,
            )
        )
    return tuple(out)


def supplement_lines(p: Prepared) -> tuple[SupplementLine, ...]:
    """Every supplement as entered."""
    out = []
    for s in p.case.supplements:
        parts = [f"{name} {mg:g} mg" if mg is not None else f"{name}, amount not known" for name, mg in doses_of(s).items()]
        dose = ", ".join(parts) if s.components else s.entered or (f"{s.dose_mg:g} mg" if s.dose_mg is not None else "amount not known")
        time = clock(s.time_min) if s.time_min is not None else ""
        out.append(SupplementLine(time, s.date, s.product or s.substance, s.substance, dose, s.recognised))
    return tuple(out)


def window_lines(p: Prepared) -> tuple[WindowLine, ...]:
    """The windows of the day with what the model says of each."""
    out = []
    for w in p.day.windows:
        members = p.day.members[w.id]
        protein = sum(m.protein_g for m in members)
        carbohydrate = sum(m.carbohydrate_g for m in members)
        out.append(
            WindowLine(
                id=w.id,
                phase=w.phase,
                start=clock(w.start_min),
                end=clock(w.end_min),
                items=tuple(m.label for m in members),
                protein_g=protein if members and isfinite(protein) else None,
                carbohydrate_g=carbohydrate if members and isfinite(carbohydrate) else None,
                influx=dict(p.day.influx.get(w.id, {})),
                trp_lnaa=p.day.trp_lnaa.get(w.id),
            )
        )
    return tuple(out)


def adequacy_lines(p: Prepared, knowledge: Knowledge) -> tuple[Adequacy, ...]:
    """Every nutrient against every reference intake that holds for the person."""
    out = []
    for (name, standard), reference in p.supply.references.items():
        nutrient, total = knowledge.nutrients[name], p.supply.totals[name]
        known = total.coverage >= knowledge.coverage_limit and isfinite(total.value)
        out.append(
            Adequacy(
                nutrient=name,
                label=nutrient.label,
                unit=nutrient.unit,
                amount=_amount(total, 1.0, nutrient.unit),
                standard=standard,
                reference=float(reference.value),
                ratio=total.value / float(reference.value) if known else None,
                source=", ".join(reference.source),
                verified=reference.verified,
            )
        )
    return tuple(out)


def lab_lines(p: Prepared, knowledge: Knowledge) -> tuple[LabLine, ...]:
    """Laboratory values and how they stand to their limits."""
    groups = person_groups(p.case)
    out = []
    for lab in latest(p.case.labs):
        limits = limits_of(lab, knowledge.names, groups)
        crossed = [
            f"{'above' if 'high' in kind else 'below'} the limit {limit.value:g} ({kind.replace('_', ' ')})"
            for kind, limit in limits.items()
            if (lab.value > float(limit.value) if "high" in kind else lab.value < float(limit.value))
        ]
        standing = crossed[0] if crossed else "within the limits" if limits else "no decision limit here"
        verified = all(limit.verified for limit in limits.values())
        name = knowledge.names.analytes[lab.analyte].name
        out.append(LabLine(lab.analyte, name, lab.entered, lab.value, lab.unit, lab.date or "", standing, verified))
    return tuple(out)


def assumptions(p: Prepared, knowledge: Knowledge) -> tuple[str, ...]:
    """What was assumed where the case says nothing, and the choices that the model makes."""
    start, end = assumed_night(knowledge)
    out = [f"Night from {start} to {end}; intakes within {knowledge.assumptions.meal_merge_min:g} min are one meal."]
    if p.day.course is None:
        out.append("No course over time was computed: the body mass, or the time of an intake that matters, is missing.")
    else:
        sex = p.case.person.sex
        out.append(f"Fasting plasma amino acids are typical adult values{f' ({sex})' if sex else ''}, not measured in this person.")
        out.append(
            "Entry into brain follows total plasma tryptophan (a modelling choice), with carrier constants of the rat and human plasma."
        )
        out += _kinds_used(p, knowledge)
    if p.amounts.imputed_items:
        out.append(f"Amino acids were filled in from the food group for: {', '.join(p.amounts.imputed_items)}.")
    for s in p.case.supplements:
        if not s.components and s.substance in knowledge.mixtures and s.composition is None:
            shares = ", ".join(f"{aa} {share:.0%}" for aa, share in knowledge.mixtures[s.substance].parts.items())
            out.append(f"'{s.product or s.substance}' states no components; {shares} was assumed.")
    if p.case.symptoms:
        out.append("Symptoms are shown as entered. A few words among them count as warning signs; nothing else in them was interpreted.")
    if len(p.days) == 1:
        out.append("One recorded day says nothing about habitual intake.")
    return tuple(out)


def _kinds_used(p: Prepared, knowledge: Knowledge) -> list[str]:
    """One sentence on the meals that were not taken as mixed or of unstated kind."""
    used = [
        f"{_moment(minute, p)} {text}"
        for minute, members in meals_of(p.intakes).items()
        if members[0].kind != Kind() and (text := kind_text(members))
    ]
    percent = 100 * knowledge.food_kinds.share
    rule = f"Meals with at least {percent:g} % of their protein or carbohydrate of one kind are digested as that kind"
    return [f"{rule}: {'; '.join(used)}."] if used else []


def _moment(minute: int, p: Prepared) -> str:
    """``at 07:30``; with the date in a longer diary."""
    on = f"on {date.fromisoformat(p.days[0]) + timedelta(days=minute // MIN_PER_DAY)} " if len(p.days) > 1 else ""
    return f"{on}at {clock(minute)}"


def assumed_night(knowledge: Knowledge) -> tuple[str, str]:
    """Clock times between which the person is assumed to sleep."""
    return clock(knowledge.assumptions.night_start_min), clock(knowledge.assumptions.night_end_min)


def references(found: tuple[Finding, ...], p: Prepared, knowledge: Knowledge) -> tuple[Reference, ...]:
    """Every source that a finding cites, in the order of the keys."""
    keys = {key for f in found for key in f.sources}
    keys |= {key for reference in p.supply.references.values() for key in reference.source}
    return tuple(reference(key, knowledge) for key in sorted(keys & set(knowledge.references)))


def reference(key: str, knowledge: Knowledge) -> Reference:
    """A source by its key, which the knowledge base has."""
    entry = knowledge.references[key]
    link = f"https://doi.org/{entry['doi']}" if entry.get("doi") else str(entry.get("link") or "")
    read = entry.get("read") or {}
    what = str(read.get("what", "not_read")).replace("_", " ")
    return Reference(key, str(entry["cite"]), link, f"{what}, {read['date']}" if read.get("date") else what)


def contested(found: tuple[Finding, ...], knowledge: Knowledge) -> tuple[str, ...]:
    """Contested claims that touch the findings, with both sides."""
    cited = {key for f in found for key in f.sources}
    out = []
    for claim in knowledge.files.document("knowledge/claims.yaml").data["claims"]:
        if claim["contested"] and (claim["id"] in ALWAYS_CONTESTED or cited & set(claim["refs"])):
            sides = [f"{name.capitalize()}: {claim[name]}" for name in ("for", "against") if claim.get(name)]
            out.append(" ".join([str(claim["text"]), *sides]))
    return tuple(out)
