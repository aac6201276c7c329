"""Facts about symptoms: as entered, what they may be a sign of, and what was taken that makes such a sign count."""

from __future__ import annotations

from collections.abc import Callable, Collection

from neurobalance_expert.cases.types import Case
from neurobalance_expert.facts.book import FactBook
from neurobalance_expert.knowledge.warning_signs import WarningSigns, still_counts

ENTERED = "as entered"


def add_symptoms(book: FactBook, case: Case, taken: Collection[str], known: Callable[[], WarningSigns]) -> None:
    """``symptom``, and for warning signs ``warning_sign``, their number and ``acts_on``.

    Args:
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
        text = f"different signs among the symptoms: {', '.join(sorted(found_signs)).replace('_', ' ')}"
        book.add("warning_signs", text, of=flag, count=len(found_signs))
    if seen:
        _add_what_acts(book, case, taken, signs)


def _add_what_acts(book: FactBook, case: Case, taken: Collection[str], signs: WarningSigns) -> None:
    for line, what in signs.acts_on.items():
        for substance in taken:
            if substance in what.substances:
                book.add("acts_on", "taken as a supplement or with food", line=line, item=substance)
        for medicine in case.medications:
            days = what.medicines.get(medicine.ingredient)
            if days is not None and still_counts(medicine.status, medicine.stopped, days, case.diary_date):
                stopped = f", last taken on {medicine.stopped} and counted for {days} days" if medicine.stopped else ""
                book.add("acts_on", f"a stated medicine{stopped}", line=line, item=medicine.ingredient)
