"""The supplements of a case: substances, components, doses in mg."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct, field
from msgspec.structs import replace

from neurobalance_expert.cases import gate
from neurobalance_expert.cases.fields import SUPPLEMENT
from neurobalance_expert.cases.names import Recognised, recognise_substance
from neurobalance_expert.cases.read_foods import read_composition
from neurobalance_expert.cases.scalars import clean, flag, is_tainted
from neurobalance_expert.cases.types import Supplement
from neurobalance_expert.cases.values import MASS_UNITS, NO_NAME, Key, Row, Values, as_entered, cut, item_label, mass_unit, rows, to_float
from neurobalance_expert.errors import did_you_mean
from neurobalance_expert.knowledge.names_data import normal_name
from neurobalance_expert.source import Keys
from neurobalance_expert.units import convert

STATED_PRODUCT = "stated_product"  # the substance of a product whose contents the case states and whose name no table has
MIXED_PRODUCT = "multivitamin_mineral"
COUNTED = (  # units that are counted and have no mass, in the singular
    *("capsule", "tablet", "pill", "softgel", "drop", "scoop", "sachet", "spray", "lozenge", "gummy", "gummie", "piece", "serving"),
    *("dose", "ampoule", "iu", "ml", "tsp", "tbsp"),
)


class _Line(Struct):
    """One supplement line while it is read."""

    index: int
    keys: Keys
    label: str
    date: str
    doses: list[gate.DoseLine] = field(default_factory=list)
    free_shares: dict[str, float] = field(default_factory=dict)  # substance -> share that is the free amino acid


def read_supplements(values: Values, data: Row) -> tuple[Supplement, ...]:
    """Every supplement, in its order. A dose that is too large to be true, alone or with the others of its day, is None."""
    lines: list[gate.DoseLine] = []
    drafts = [_supplement(values, index, row, lines) for index, row in rows(data, "supplements")]
    remarks, refused = gate.dose_remarks(lines, values.names)
    values.remarks += remarks
    return tuple(_without_refused(draft, refused) for draft in drafts)


def _without_refused(draft: Supplement, refused: frozenset[tuple[int, str]]) -> Supplement:
    components = {k: None if (draft.index, k) in refused else v for k, v in draft.components.items()}
    dose = None if (draft.index, "") in refused else draft.dose_mg
    return replace(draft, components=components, dose_mg=dose)


def _supplement(values: Values, index: int, row: Row, lines: list[gate.DoseLine]) -> Supplement:
    keys: Keys = ("supplements", index)
    product = clean(row.get("product") or "")
    key = "substance" if row.get("substance") is not None else "product"
    name, known_characters = values.name(row, key, f"supplement.{key}", *keys)
    label = item_label(name, row)
    line = _Line(index, keys, label, values.date(row, "supplement", label, *keys))
    composition = read_composition(values, row, "supplement", label, *keys)
    components, bases = _components(values, row, line)
    found = recognise_substance(name, values.names, ask=values.ask) if known_characters else Recognised(())
    stated = composition is not None or bool(components)
    substance = found.ids[0] if found.ids else STATED_PRODUCT if stated else name
    if not found.known and (not stated or (key == "substance" and known_characters)):  # what is stated may be less than what a name means
        values.unrecognised("supplements", name, found, *keys, key)
    if substance == MIXED_PRODUCT and not stated:
        text = f"What {label} holds is not stated; it may hold vitamin B6, folic acid, iron, zinc, magnesium and more."
        values.remark("missing", "product_contents", text, *keys, name=product or name, question=f"What does {label} hold, by its label?")
    basis = values.choice(SUPPLEMENT, row, "label_basis", "supplement.label_basis", f"The label basis of {label}", *keys) or ""
    mg = _dose(values, row, label, *keys, needed=not stated)
    values.remarks += gate.component_conflicts(label, mg, components, values.at(*keys))
    if not stated:
        _count(values, line, "", substance, mg, basis, label, *keys)
    lines += line.doses
    form = clean(row.get("form") or "")
    _note_salt(values, line, substance, Decimal(0), mg, name, f"{name} {form}")
    return Supplement(
        index=index,
        date=line.date,
        time_min=values.time(row, "supplement", label, *keys),
        substance=substance,
        recognised=bool(found.ids) or stated,
        dose_mg=to_float(mg),
        components={k: to_float(v) for k, v in components.items()},
        product=product or (name if substance == STATED_PRODUCT else ""),
        prescribed=values.read(flag, row.get("prescribed"), "supplement.prescribed", f"Whether {label} is prescribed", *keys, "prescribed"),
        composition=composition,
        note=clean(row.get("detail") or ""),
        entered=as_entered(row),
        form=form,
        free_shares=line.free_shares,
        label_basis=basis,
        bases=bases,
        phe_free=values.read(
            flag, row.get("phe_free"), "supplement.phe_free", f"Whether {label} is free of phenylalanine", *keys, "phe_free"
        ),
        weeks_used=to_float(values.number(row, "weeks_used", "supplement.weeks_used", f"The weeks of use of {label}", *keys)),
        named=name,
    )


def _components(values: Values, row: Row, line: _Line) -> tuple[dict[str, Decimal | None], dict[str, str]]:
    """Masses by substance, equal substances added up, and the label basis of those that state one."""
    masses: dict[str, Decimal | None] = {}
    bases: dict[str, str] = {}
    for name, part in (row.get("components") or {}).items():
        keys: Keys = (*line.keys, "components", name)
        written = clean(name) or NO_NAME
        found = Recognised(()) if is_tainted(name) or written == NO_NAME else recognise_substance(written, values.names, ask=values.ask)
        if not found.known:
            values.unrecognised("supplements", written, found, *keys)
        if not found.ids:
            continue
        substance, label = found.ids[0], f"'{written}' in {line.label}"
        mg = _dose(values, part, label, *keys)
        before = masses.get(substance, Decimal(0))
        _note_salt(values, line, substance, before or Decimal(0), mg, written)
        masses[substance] = None if mg is None or before is None else before + mg
        basis = values.choice(SUPPLEMENT, part, "label_basis", "supplement.label_basis", f"The label basis of {label}", *keys) or ""
        if basis:
            bases[substance] = basis
        _count(values, line, substance, substance, mg, basis, label, *keys)
    return masses, bases


def _note_salt(values: Values, line: _Line, substance: str, before: Decimal, mg: Decimal | None, *written: str) -> None:
    """Keep which share of a substance is the free amino acid, when a name is that of a salt or ester; by mass with what came before."""
    known = values.names.substances.get(substance)
    salts = known.salts if known else {}
    share = next((salts[key] for name in reversed(written) if (key := normal_name(name)) in salts), 1.0)
    old = line.free_shares.get(substance, 1.0)
    total = float(before) + float(mg or 0)
    mixed = (old * float(before) + share * float(mg or 0)) / total if total else share
    if mixed != 1.0:
        line.free_shares[substance] = mixed


def _count(values: Values, line: _Line, component: str, substance: str, mg: Decimal | None, basis: str, label: str, *keys: Key) -> None:
    """Keep a dose for the check of the day, and ask for the label basis where it decides the amount."""
    if mg is None:
        return
    line.doses.append(gate.DoseLine(line.index, component, substance, mg, basis, line.date, label, values.at(*keys, "dose")))
    known = values.names.substances.get(substance)
    if known and known.ambiguous_basis and not basis:
        text = f"Whether the dose of {label} is that of the active part or of the whole compound is not stated."
        values.remark(
            "missing", "supplement.form_basis", text, *keys, name=substance, question="Does the label say 'elemental', or 'as' a compound?"
        )


def _dose(values: Values, row: Row, label: str, *keys: Key, needed: bool = True) -> Decimal | None:
    """A dose in mg; None with a remark when the number or its unit cannot be used. Without one it is missing only where it is needed."""
    value = values.number(row, "dose", "supplement.dose", f"The dose of {label}", *keys)
    unit = clean(row.get("unit") or "")
    if row.get("dose") is None:
        if needed:
            values.remark(
                "missing", "supplement.dose", f"The dose of {label} is not stated.", *keys, question=f"How much of {label} is taken?"
            )
        return None
    if not unit or unit.casefold().removesuffix("s") in COUNTED:
        if needed:
            why = f"is given in '{unit}', which has no mass" if unit else "has no unit"
            values.remark(
                "missing",
                "supplement.dose_unit",
                f"The dose of {label} {why}; it is not known.",
                *keys,
                "unit",
                question="How many mg is that?",
            )
        return None
    mass = mass_unit(unit)
    if mass is None:
        text = f"The unit '{cut(unit)}' of {label} is not a unit of mass; the dose is not used."
        values.remark(
            "invalid", "supplement.unit", text, *keys, "unit", question=did_you_mean(unit.casefold(), MASS_UNITS, otherwise="g, mg or ug?")
        )
        return None
    return None if value is None else convert(value, mass, "mg")
