"""Facts about symptoms: as entered, what they may be a sign of, and what was taken that makes such a sign count."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial

from neurobalance_expert.cases.types import Case
from neurobalance_expert.facts.book import FactBook
from neurobalance_expert.facts.interactions import Acting
from neurobalance_expert.facts.sheet import counted
from neurobalance_expert.knowledge.warning_signs import WarningSigns

ENTERED = "as entered"


def add_symptoms(
    book: FactBook, case: Case, acting: Mapping[str, Acting], taken: Collection[str], known: Callable[[], WarningSigns]
) -> None:
    """``symptom``, and for warning signs ``warning_sign``, their number and ``acts_on``.

    Args:
        acting: The medicines that act on the day, by ingredient.
        taken: Substances that were eaten or taken.
        known: Gives the words and what acts on what; asked only when the case has symptoms.
    """
    for symptom in case.symptoms:
        book.add("symptom", ENTERED, text=symptom)
    if not case.symptoms:
        return
    signs = known()
    seen: dict[str, set[str]] = {}
    for symptom in case.symptoms:
        for found in signs.found_in(symptom):
            for flag in found.of:
                seen.setdefault(flag, set()).add(found.sign)
                book.add("warning_sign", f"the symptom '{symptom}' holds '{found.words}'", of=flag, sign=found.sign)
    for flag, found_signs in seen.items():
        words = ", ".join(sorted(found_signs)).replace("_", " ")
        work = partial(counted, "count", sorted(found_signs), "different signs among the symptoms")
        book.add("warning_signs", f"different signs among the symptoms: {words}", (), work, of=flag, count=len(found_signs))
    if seen:
        _add_what_acts(book, acting, taken, signs)


def _add_what_acts(book: FactBook, acting: Mapping[str, Acting], taken: Collection[str], signs: WarningSigns) -> None:
    for line, what in signs.acts_on.items():
        for substance in taken:
            if substance in what.substances:
                book.add("acts_on", "taken as a supplement or with food", line=line, item=substance)
        for medicine in acting.values():
            if medicine.drug in what.medicines:
                book.add("acts_on", medicine.text, line=line, item=medicine.drug)
