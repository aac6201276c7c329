"""What is known of medicine and supplement, typed: rows of ``knowledge/interactions.yaml``, and what foods bring that rows speak of."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from msgspec import Struct

TRIGGERS = ("any_dose", "above_dose", "from_dose", "apart", "depletion")
ACTIONS = ("block_and_refer", "refer_before_use", "separate", "monitor", "inform", "do_not_stop_prescribed")


class Trigger(Struct, frozen=True):
    """What has to be reached before a pair matters. A trigger with hours may also have a dose: both have to be reached."""

    kind: str  # one of TRIGGERS
    dose_mg: float | None = None  # a day
    before_h: float | None = None  # the medicine less than so long before the substance
    after_h: float | None = None  # or less than so long after it


class Row(Struct, frozen=True):
    """One record: a medicine beside substances, or a medicine that uses nutrients up (``trigger.kind`` is depletion)."""

    id: str
    partners: tuple[str, ...]  # substances; nutrients of a depletion
    trigger: Trigger
    severity: str
    action: str
    evidence: str
    sources: tuple[str, ...]
    origin: str  # seen | memory
    verified: bool
    because: str
    severity_of: Mapping[str, str] = {}  # ingredient -> severity
    trigger_of: Mapping[str, Trigger] = {}  # ingredient or substance -> trigger
    otherwise: tuple[str, str] | None = None  # severity and action below the dose
    pack: str = ""  # the pack that added it

    def severity_for(self, ingredient: str) -> str:
        """Severity for one ingredient."""
        return self.severity_of.get(ingredient, self.severity)

    def trigger_for(self, ingredient: str, partner: str) -> Trigger:
        """Trigger for one ingredient and substance."""
        return self.trigger_of.get(ingredient) or self.trigger_of.get(partner) or self.trigger


class Member(Struct, frozen=True):
    """A row that speaks of an ingredient, and which other ingredients it asks for or rules out."""

    row: Row
    together_with: frozenset[str] = frozenset()  # at least one of them, when there are any
    without: frozenset[str] = frozenset()  # none of them

    def holds(self, acting: Collection[str]) -> bool:
        """Whether it holds beside these ingredients."""
        return (not self.together_with or not self.together_with.isdisjoint(acting)) and self.without.isdisjoint(acting)


class Interactions(Struct, frozen=True):
    """All rows by the ingredients that they speak of, so that nobody looks at the others; and what counts as serotonergic."""

    of: Mapping[str, tuple[Member, ...]]
    serotonergic_medicines: frozenset[str]
    serotonergic_substances: frozenset[str]


class FoodSign(Struct, frozen=True):
    """How a food shows that it brings something. A column that the table knows decides alone; ``protein_g`` is eaten at one time.

    ``words`` and ``taken_out`` are in the plain form of ``plain_words``, one blank between words.
    """

    id: str
    name: str
    words: frozenset[str] = frozenset()
    taken_out: frozenset[str] = frozenset()
    column: str = ""
    least: float = 0.0
    protein_g: float | None = None
    sources: tuple[str, ...] = ()


MOST_WORDS = 3  # in one wording of a sign
_NO_WORD = re.compile(r"[^a-z0-9]+")


def plain_words(text: str) -> list[str]:
    """The words of a name, in order.

    >>> plain_words("Cheese, cottage (2% fat)")
    ['cheese', 'cottage', '2', 'fat']
    """
    return _NO_WORD.sub(" ", text.casefold()).split()
