"""The tables of names: substances, medicines, conditions, nutrients, analytes and interactions, where each entry is made, and what it says.

Rules and tables name them as plain text; which table is meant is told by the slot or key that the text stands in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from msgspec import Struct

from neurobalance_expert.source import Data, Document, Keys

MADE = {  # table -> its file, and the section whose keys are its entries
    "substance": ("knowledge/substances.yaml", "substances"),
    "class of medicines": ("knowledge/medicines.yaml", "classes"),
    "condition": ("knowledge/conditions.yaml", "conditions"),
    "nutrient": ("knowledge/nutrients.yaml", "nutrients"),
    "analyte": ("knowledge/analytes.yaml", "analytes"),
    "interaction": ("knowledge/interactions.yaml", "interactions"),
}
INGREDIENT = "ingredient"  # of a class of medicines, made in the list of the first class that has it
OF_SLOT = {
    **dict.fromkeys(("substance", "a", "b", "item"), ("substance", INGREDIENT)),
    **dict.fromkeys(("drug", "ingredient"), (INGREDIENT, "class of medicines")),
    "condition": ("condition",),
    "nutrient": ("nutrient",),
    "analyte": ("analyte",),
    "interaction": ("interaction",),
}
OF_RELATION = {"condition": ("condition",), "known_condition": ("condition",)}  # whose slot 'id' names an entry
OF_KEY = {  # of a table of knowledge: what stands below, in a list or alone
    **dict.fromkeys(("drugs", "class", "together_with", "without", "classes", "medicine_classes"), ("class of medicines",)),
    **dict.fromkeys(("with", "on", "substances", "member_of", "contains", "of"), ("substance",)),
    **dict.fromkeys(("only", "brands"), (INGREDIENT,)),
    **dict.fromkeys(("uses_up", "nutrients"), ("nutrient",)),
}
KEYS_OF = {  # of a table of knowledge: the keys below
    "severity_of": (INGREDIENT,),
    "washout_by_ingredient": (INGREDIENT,),
    "also_known_as": (INGREDIENT,),
    "supplements": ("substance",),
    "supplement_amino_acids": ("substance",),
    "requirements": ("nutrient",),
    "conditions": ("condition",),
}
MOST = 12  # words of a list that are shown

Entries = Mapping[tuple[str, str], tuple[str, Keys]]


class Named(Struct, frozen=True):
    """A place of a document that may name an entry of one of some tables. ``key``: the place is that of the key."""

    tables: tuple[str, ...]
    id: str
    keys: Keys
    key: bool = False


def entries_of(documents: Mapping[str, Document]) -> Entries:
    """Where every entry is made: table and id -> file and keys of it."""
    found: dict[tuple[str, str], tuple[str, Keys]] = {}
    for table, (file, section) in MADE.items():
        for name in _section(documents, file, section):
            found[table, name] = (file, (section, name))
    file, section = MADE["class of medicines"]
    for name, spec in _section(documents, file, section).items():
        listed = spec.get("ingredients") if isinstance(spec, dict) else None
        for number, one in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(one, str):
                found.setdefault((INGREDIENT, one), (file, (section, name, "ingredients", number)))
    return found


def named_in_table(data: Data, keys: Keys = (), tables: tuple[str, ...] = ()) -> Iterator[Named]:
    """Every place of a table of knowledge that may name an entry."""
    if isinstance(data, dict):
        for key, value in data.items():
            if keys and (of := KEYS_OF.get(str(keys[-1]))):
                yield Named(of, key, (*keys, key), key=True)
            below = tables if keys and keys[-1] == "brands" else OF_KEY.get(key, ())
            yield from named_in_table(value, (*keys, key), below)
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from named_in_table(value, (*keys, number), tables)
    elif isinstance(data, str) and tables:
        yield Named(tables, data, keys)


def tables_of_slot(relation: str, slot: str) -> tuple[str, ...]:
    """The tables whose entries a slot may name, the likeliest first."""
    return OF_RELATION.get(relation, ()) if slot == "id" else OF_SLOT.get(slot, ())


def described(documents: Mapping[str, Document], entries: Entries, table: str, name: str) -> str:
    """An entry as Markdown: its fields in the order of the file, and where it stands; '' for one that is not there."""
    if (table, name) not in entries:
        return ""
    file, keys = entries[table, name]
    document = documents[file]
    place = f"{file}:{document.at_key(*keys).line}"
    if table == INGREDIENT:
        classes = [one for one, spec in _section(documents, file, "classes").items() if name in (spec or {}).get("ingredients", ())]
        return "\n\n".join((f"**{name}** (ingredient of a medicine)", f"In {', '.join(f'`{one}`' for one in classes)}", place))
    entry = _section(documents, file, str(keys[0])).get(name)
    lines = [f"- {field}: {said}" for field, value in entry.items() if (said := _said(value))] if isinstance(entry, dict) else []
    return "\n\n".join(part for part in (f"**{name}** ({table})", "\n".join(lines), place) if part)


def _section(documents: Mapping[str, Document], file: str, section: str) -> Mapping[str, Data]:
    data = documents[file].data if file in documents else None
    found = data.get(section) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _said(value: Data) -> str:
    """A field on one line: a value, or a list of values; '' for what has parts of its own."""
    if isinstance(value, (str, bool, Decimal)):
        return str(value).lower() if isinstance(value, bool) else " ".join(str(value).split())
    if isinstance(value, list) and value and all(isinstance(one, (str, Decimal)) for one in value):
        return ", ".join(map(str, value[:MOST])) + (f" and {len(value) - MOST} more" if len(value) > MOST else "")
    return ""
