"""Reading the values of a row: each is trusted, or None with a remark that says what was refused and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from neurobalance_expert.cases.fields import Shape
from neurobalance_expert.cases.names import Recognised
from neurobalance_expert.cases.scalars import Refused, calendar_date, clean, clock, is_tainted, number
from neurobalance_expert.cases.types import Remark
from neurobalance_expert.errors import Span, did_you_mean
from neurobalance_expert.knowledge.names_data import Names, normal_name
from neurobalance_expert.source import Data, Document, Keys
from neurobalance_expert.units import UnitError, normal

T = TypeVar("T")
Key = str | int
Row = Mapping[str, Data]

MASS_UNITS = ("g", "mg", "ug")
_SHOWN = 60
_MOST_QUESTIONS = 100
NO_NAME = "(no name)"  # stands for a name of which nothing shows
_WHAT_IS_IT = {
    "supplements": "which substances does it hold?",
    "medications": "which ingredient is it?",
    "conditions": "what else is it called?",
    "labs": "what was measured?",
}


class Values:
    """Reads values of one case and collects remarks. ``keys`` is the place of the case in its document.

    ``diary_date`` is the date of items that state none; '' when it was refused.
    """

    def __init__(self, document: Document, keys: Keys, names: Names) -> None:
        self.document = document
        self.keys = keys
        self.names = names
        self.limits = names.plausibility
        self.remarks: list[Remark] = []
        self.diary_date = ""
        self.unknown_names = 0

    @property
    def ask(self) -> bool:
        """Whether a likeness is looked for when a name is not known: for the first names of a case, so that none takes long."""
        return self.unknown_names < _MOST_QUESTIONS

    def at(self, *keys: Key) -> Span:
        """The place of a value of the case."""
        return self.document.at(*self.keys, *keys)

    def remark(self, kind: str, field: str, text: str, *keys: Key, name: str = "", question: str = "") -> None:
        """Note something about the value under ``keys``."""
        self.remarks.append(Remark(kind, field, text, name, question, self.at(*keys)))

    def read(self, reader: Callable[[Data], T], value: Data, field: str, label: str, *keys: Key) -> T | None:
        """The value as the reader gives it, or None with a remark when it is refused. A null is None without one."""
        if value is None:
            return None
        try:
            return reader(value)
        except Refused as reason:
            text = f"{label}: {shown(value)} {reason}. The value is not used."
            self.remark("invalid", field, text, *keys, question="What is the right value?")
            return None

    def number(self, row: Row, key: str, field: str, label: str, *keys: Key) -> Decimal | None:
        """A number under a key of a row."""
        return self.read(lambda v: number(v, self.limits), row.get(key), field, label, *keys, key)

    def choice(self, shape: Shape, row: Row, key: str, field: str, label: str, *keys: Key) -> str | None:
        """One of the words of the field table; ``unknown`` is None."""
        choices = shape.field(key).choices

        def read(value: Data) -> str:
            word = clean(value).casefold()
            if word not in choices:
                raise Refused(f"is not one of {', '.join(choices)}; {did_you_mean(word, choices, otherwise='choose one')}")
            return word

        word = self.read(read, row.get(key), field, label, *keys, key)
        return None if word == "unknown" else word

    def name(self, row: Row, key: str, field: str, *keys: Key) -> tuple[str, bool]:
        """A name fit for display, and whether it may be looked up: one with characters that do not show may not."""
        value = row.get(key)
        if value is None:
            return "", False
        text = clean(value) or NO_NAME
        if text == NO_NAME:
            self.remark("invalid", field, "The name is empty, or nothing of it shows.", *keys, key, question="Which name is meant?")
            return text, False
        if is_tainted(value):
            self.remark(
                "invalid", field, f"The name '{text}' holds characters that do not show, so it is not looked up.", *keys, key, name=text
            )
            return text, False
        return text, True

    def date(self, row: Row, field: str, label: str, *keys: Key) -> str:
        """Date of an item: its own, or the diary date; '' when the one that counts is refused."""
        if row.get("date") is None:
            return self.diary_date
        return self.read(self._near_the_diary, row["date"], f"{field}.date", f"The date of {label}", *keys, "date") or ""

    def _near_the_diary(self, value: Data) -> str:
        """A date not farther from the diary date than a diary is long. Raises Refused."""
        found = calendar_date(value)
        if self.diary_date:
            apart = abs(date.fromisoformat(found) - date.fromisoformat(self.diary_date)).days
            if apart > self.limits.days_from_diary:
                raise Refused(
                    f"is {apart} days from the diary date; more than {self.limits.days_from_diary} is likely a slip of month or year"
                )
        return found

    def time(self, row: Row, field: str, label: str, *keys: Key) -> int | None:
        """Clock time of an item in minutes; a time that is not stated is remarked as missing."""
        if row.get("time") is None:
            text = f"The time of {label} is not known, so nothing is concluded about its timing."
            self.remark("missing", f"{field}.time", text, *keys, "time", question=f"When was {label} taken?")
        return self.read(clock, row.get("time"), f"{field}.time", f"The time of {label}", *keys, "time")

    def kind(self, row: Row, part: str, field: str, label: str, *keys: Key) -> str:
        """The kind of the protein or carbohydrate of an item, '' when it states none; one that nobody knows is remarked and is ''."""
        key = f"{part}_kind"
        name, known_characters = self.name(row, key, f"{field}.{key}", *keys)
        kinds = {normal_name(kind): kind for kind in self.names.kinds[part]}
        if not known_characters or normal_name(name) in kinds:
            return kinds.get(normal_name(name), "")
        listed = f"Known kinds are {', '.join(kinds.values())}."
        question = did_you_mean(name, kinds.values(), otherwise=listed) if self.ask else listed
        self.unknown_names += 1
        text = f"The kind of {part} '{cut(name)}' of {label} is not known, so its {part} counts as of unstated kind."
        self.remark("unrecognised", f"{part}_kinds", text, *keys, key, name=name, question=question[0].upper() + question[1:])
        return ""

    def unrecognised(self, in_list: str, name: str, found: Recognised, *keys: Key) -> None:
        """Note a name that no table has, or only that of a pack: what the base has never heard of stays unknown to it."""
        self.unknown_names += 1
        text = f"The name '{name}' is not known, so nothing is concluded about it."
        if found.pack:
            read = " + ".join(found.ids)
            text = (
                f"The name '{name}' is known to the pack {found.pack} only. It is read as {read}, which the knowledge base cannot confirm."
            )
            found = Recognised((), f"{name}: is it {read}, as the pack {found.pack} says?")
        self.remark("unrecognised", in_list, text, *keys, name=name, question=found.question or f"{name}: {_WHAT_IS_IT[in_list]}")


def rows(data: Row, key: str) -> Iterator[tuple[int, Row]]:
    """The entries of a list that may be left out, with their positions."""
    return enumerate(data.get(key) or ())


def to_float(value: Decimal | None) -> float | None:
    """The number as the rest of the program uses it."""
    return None if value is None else float(value)


def shown(value: Data) -> str:
    """A refused value for display: short, on one line."""
    return str(value).lower() if isinstance(value, bool) else f"'{cut(clean(value))}'"


def cut(text: str) -> str:
    """The beginning of a long text."""
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def item_label(name: str, row: Row) -> str:
    """How remarks call an item: its name, and its time when that can be read."""
    try:
        minutes = clock(row.get("time"))
    except Refused:
        return f"'{name}'"
    return f"'{name}' at {minutes // 60:02d}:{minutes % 60:02d}"


def as_entered(row: Row, key: str = "dose") -> str:
    """Number and unit as written."""
    return " ".join(cut(clean(row[k])) for k in (key, "unit") if row.get(k) is not None)


def mass_unit(unit: str) -> str | None:
    """g, mg or ug when the unit is one of their spellings, else None."""
    try:
        found = normal(unit)
    except UnitError:
        return None
    return found if found in MASS_UNITS else None
