"""Words of the symptom list that can be warning signs, and what acts on what: ``knowledge/warning_signs.yaml``, read strictly."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from neurobalance_expert.errors import Problems, did_you_mean
from neurobalance_expert.knowledge.names_types import Names
from neurobalance_expert.source import Document, Keys, in_shape

PATH = "knowledge/warning_signs.yaml"
_PRESSURE = re.compile(r"(?<![\d/.-])(\d{2,3}) ?/ ?(\d{2,3})(?![\d/.-])")
_BELIEVED = ((60, 300), (30, 200))  # mmHg; other pairs of numbers are no blood pressure


class Sign(Struct, frozen=True):
    """A sign: its words as plain text, the words before it that make it something else, and the flags it belongs to."""

    id: str
    of: tuple[str, ...]
    words: tuple[str, ...]
    not_after: frozenset[str]


class Found(Struct, frozen=True):
    """A sign in a symptom, and the words that showed it."""

    sign: str
    of: tuple[str, ...]
    words: str


class ActsOn(Struct, frozen=True):
    """Medicines (ingredients) and substances that act on a line."""

    medicines: frozenset[str]
    substances: frozenset[str]


class WarningSigns(Struct, frozen=True):
    """Everything that the facts about symptoms are read with."""

    signs: tuple[Sign, ...]
    before: frozenset[str]
    after: frozenset[str]
    pressure: Found
    limits: tuple[int, int]
    acts_on: Mapping[str, ActsOn]

    def found_in(self, symptom: str) -> tuple[Found, ...]:
        """The signs that whole words of a symptom name, in the order of the file.

        "No tremor" and "seizure free" are none.
        """
        text = plain(symptom)
        found = [Found(sign.id, sign.of, words) for sign in self.signs if (words := self._says(text, sign))]
        high = [f"{a}/{b}" for a, b in _readings(symptom) if a >= self.limits[0] or b >= self.limits[1]]
        return (*found, Found(self.pressure.sign, self.pressure.of, high[0])) if high else tuple(found)

    def _says(self, text: str, sign: Sign) -> str:
        padded = f" {text} "
        for words in sign.words:
            start = padded.find(f" {words} ")
            while start >= 0:
                before, after = padded[:start].split(), padded[start + len(words) + 1 :].split()
                if not self._denied(before, after) and not (before and before[-1] in sign.not_after):
                    return words
                start = padded.find(f" {words} ", start + 1)
        return ""

    def _denied(self, before: list[str], after: list[str]) -> bool:
        near = before[-2:] if before and before[-1] in ("any", "more", "of", "a") else before[-1:]
        return any(word in self.before for word in near) or bool(after and after[0] in self.after)


def plain(text: str) -> str:
    """Words in small letters, one blank apart.

    >>> plain("Self-harm,  PLAN!")
    'self harm plan'
    """
    return re.sub(r"[^a-z0-9]+", " ", text.casefold()).strip()


def _readings(text: str) -> list[tuple[int, int]]:
    pairs = [(int(a), int(b)) for a, b in _PRESSURE.findall(text)]
    (low, high), (lower, upper) = _BELIEVED
    return [(a, b) for a, b in pairs if low <= a <= high and lower <= b <= upper and a > b]


@in_shape
def parse_warning_signs(document: Document, names: Names) -> WarningSigns:
    """The typed content of the file.

    Raises:
        InputProblems: every incomplete entry (NB-K090) and every unknown class or substance (NB-K091).
    """
    reader = _Reader(document, names)
    signs = tuple(reader.sign(str(id_), spec) for id_, spec in reader.mapping("signs").items())
    pressure = reader.mapping("blood_pressure")
    limits = tuple(reader.number(pressure, end, ("blood_pressure",)) for end in ("systolic", "diastolic"))
    negations = reader.mapping("negations")
    before, after = (frozenset(reader.texts(negations, end, ("negations",))) for end in ("before", "after"))
    acts_on = {str(line): reader.acts_on(str(line), spec) for line, spec in reader.mapping("acts_on").items()}
    high = Found(str(pressure.get("sign", "")), tuple(reader.texts(pressure, "of", ("blood_pressure",))), "")
    reader.problems.stop()
    return WarningSigns(signs, before, after, high, (limits[0], limits[1]), acts_on)


class _Reader:
    def __init__(self, document: Document, names: Names) -> None:
        self.document = document
        self.data: dict[str, Any] = document.data if isinstance(document.data, dict) else {}
        self.names = names
        self.problems = Problems(sources={document.file: document.text})

    def mapping(self, name: str) -> dict[str, Any]:
        found = self.data.get(name)
        if isinstance(found, dict) and found:
            return found
        self._wrong(f"there is nothing under '{name}:'", (name,), "compare it with the file that ships")
        return {}

    def sign(self, id_: str, spec: object) -> Sign:
        keys = ("signs", id_)
        given: dict[str, Any] = spec if isinstance(spec, dict) else {}
        self._fields(given, keys, ("of", "words"), ("not_after",))
        words = self.texts(given, "words", keys)
        for n, text in enumerate(words):
            if text != plain(text):
                self._wrong(f"'{text}' can never be found", (*keys, "words", n), f"write '{plain(text)}'")
        not_after = self.texts(given, "not_after", keys) if "not_after" in given else []
        return Sign(id_, tuple(self.texts(given, "of", keys)), tuple(words), frozenset(not_after))

    def acts_on(self, line: str, spec: object) -> ActsOn:
        keys = ("acts_on", line)
        given: dict[str, Any] = spec if isinstance(spec, dict) else {}
        self._fields(given, keys, ("medicine_classes", "substances"), ())
        medicines: set[str] = set()
        for n, name in enumerate(self.texts(given, "medicine_classes", keys)):
            found = self.names.medicine_classes.get(name)
            if found is None:
                self._unknown("class of medicines", name, self.names.medicine_classes, (*keys, "medicine_classes", n))
                continue
            medicines.update(found.ingredients)
        substances = self.texts(given, "substances", keys)
        for n, name in enumerate(substances):
            if name not in self.names.substances:
                self._unknown("substance", name, self.names.substances, (*keys, "substances", n))
        return ActsOn(frozenset(medicines), frozenset(substances))

    def number(self, spec: dict[str, Any], field: str, keys: Keys) -> int:
        value = spec.get(field)
        if isinstance(value, Decimal) and value > 0:
            return int(value)
        self._wrong(f"'{field}' must be a number above 0", (*keys, field), "give it in mmHg")
        return 0

    def texts(self, spec: dict[str, Any], field: str, keys: Keys) -> list[str]:
        listed = spec.get(field)
        if isinstance(listed, list) and all(isinstance(text, str) and text for text in listed):
            return listed
        self._wrong(f"'{field}' must be a list of words", (*keys, field), f"write {field}: [word, two words]")
        return []

    def _fields(self, spec: dict[str, Any], keys: Keys, needed: tuple[str, ...], other: tuple[str, ...]) -> None:
        for field in spec:
            if field not in (*needed, *other):
                fix = did_you_mean(str(field), (*needed, *other), otherwise=f"it may have {', '.join((*needed, *other))}")
                self._wrong(f"'{keys[-1]}' has a field '{field}', which is not read", (*keys, str(field)), fix)

    def _unknown(self, what: str, word: str, known: Collection[str], keys: Keys) -> None:
        fix = did_you_mean(word, known, otherwise="use a name of the knowledge base")
        why = "a row that names nothing known would warn of nothing"
        self.problems.add("NB-K091", f"unknown {what}: '{word}'", self.document.at(*keys), why=why, fix=fix)

    def _wrong(self, what: str, keys: Keys, fix: str) -> None:
        self.problems.add("NB-K090", what, self.document.at_key(*keys), why="a warning of a report rests on this entry", fix=fix)
