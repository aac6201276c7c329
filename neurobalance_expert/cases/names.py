"""Names as written, to ids. Only an exact name counts (in normal form); a likeness is never more than a question."""

from __future__ import annotations

import re
from difflib import get_close_matches

from msgspec import Struct

from neurobalance_expert.cases.scalars import is_tainted
from neurobalance_expert.knowledge.names_data import Names, NameTable, normal_name

_CUTOFF = 0.75
_LONGEST_ASKED = 60
_COMBINED = re.compile(r"\s*[/+&]\s*|\s+and\s+", re.IGNORECASE)


class Recognised(Struct, frozen=True):
    """What a name stands for: ``ids`` (several for a combination, none when it is not recognised) and what to ask then.

    ``pack`` is the pack that alone knows the name: it is read as the pack says, and still reported as unknown to the knowledge base.
    """

    ids: tuple[str, ...]
    question: str = ""
    pack: str = ""

    @property
    def known(self) -> bool:
        """Whether the knowledge base itself knows the name."""
        return bool(self.ids) and not self.pack


def recognise(text: str, table: NameTable, shown: dict[str, str] | None = None, *, ask: bool = True) -> Recognised:
    """The ids of a name. ``shown`` gives the words for an id in the question, the id itself otherwise; without ``ask`` no likeness is
    looked for, which costs a thousand times as much as looking a name up.

    >>> table = NameTable({"prozac": ("fluoxetine",)}, {}, {"prozac": "prozac"})
    >>> recognise("Prozac", table)
    Recognised(ids=('fluoxetine',), question='', pack='')
    >>> recognise("prozak", table)
    Recognised(ids=(), question='prozak: fluoxetine?', pack='')
    """
    if is_tainted(text):
        return Recognised((), "")
    key = normal_name(text)
    if key in table.exact:
        return Recognised(table.exact[key], pack=table.from_packs.get(key, ""))
    words = shown or {}
    if key in table.ambiguous:
        return Recognised((), f"{text}: {' or '.join(words.get(i, i) for i in table.ambiguous[key])}?")
    return Recognised((), _question(text, key, table, words) if ask else "")


def _question(text: str, key: str, table: NameTable, words: dict[str, str]) -> str:
    if not 3 < len(key) <= _LONGEST_ASKED:
        return ""
    alike = [k for k in table.exact if abs(len(k) - len(key)) <= 2 and len(k) > 3]
    near = get_close_matches(key, sorted(alike), n=1, cutoff=_CUTOFF)
    return f"{text}: {' + '.join(words.get(i, i) for i in table.exact[near[0]])}?" if near else ""


def recognise_medicine(text: str, names: Names, *, ask: bool = True) -> Recognised:
    """The ingredients of a medicine: by ingredient or brand, with or without its salt, or several of those joined by / + or "and"."""
    whole = recognise(text, names.medicine_names, ask=ask)
    if whole.ids or is_tainted(text):
        return whole
    unsalted = _without_salt(text, names)
    if unsalted:
        return unsalted
    parts = _COMBINED.split(text)
    if len(parts) > 1:
        found = [_part(part, names) for part in parts]
        if all(one.ids for one in found):
            ids = tuple(dict.fromkeys(i for one in found for i in one.ids))
            return Recognised(ids, pack=next((one.pack for one in found if one.pack), ""))
    if whole.question:
        return whole
    other = recognise(text, names.substance_names, ask=False).ids
    return Recognised((), f"{text}: a supplement? Then list it under supplements." if other else "")


def _part(text: str, names: Names) -> Recognised:
    whole = recognise(text, names.medicine_names, ask=False)
    return whole if whole.ids else _without_salt(text, names) or whole


def _without_salt(text: str, names: Names) -> Recognised | None:
    words = text.split()
    if len(words) < 2 or words[-1].casefold() not in names.salts:
        return None
    found = recognise(" ".join(words[:-1]), names.medicine_names, ask=False)
    return found if found.ids else None


def recognise_substance(text: str, names: Names, *, ask: bool = True) -> Recognised:
    """The substance of a supplement; the name of a medicine is asked back."""
    found = recognise(text, names.substance_names, {i: s.name for i, s in names.substances.items()}, ask=ask)
    if not found.ids and not found.question and recognise(text, names.medicine_names, ask=False).ids:
        return Recognised((), f"{text}: a medicine? Then list it under medications.")
    return found


def understood(text: str, names: Names) -> str:
    """What these names already make of a name, in words; '' when it is not known to them."""
    for found in (recognise_medicine(text, names, ask=False), recognise_substance(text, names, ask=False)):
        if found.ids or found.question:
            return " + ".join(found.ids) or f"a question: {found.question}"
    condition = recognise(text, names.condition_names, ask=False)
    return " + ".join(condition.ids) or condition.question
