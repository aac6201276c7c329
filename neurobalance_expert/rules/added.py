"""Rules that packs add beside those of the base: they may say more, never silence what the base says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fnmatch import fnmatchcase

from neurobalance_expert.errors import Problems
from neurobalance_expert.fact import FINDING
from neurobalance_expert.rules.ir import Const, Pattern, Rule


def check_added(
    rules: Sequence[Rule], exclusive: Sequence[tuple[str, ...]], packs: Collection[str], withholding: Collection[str], problems: Problems
) -> None:
    """Add a problem (NB-K115) for each rule of a pack that could take away a finding of the base.

    Args:
        rules: All rules; those of a pack stand in files that begin with its name.
        exclusive: Groups of codes that must not appear together.
        packs: Names of the packs.
        withholding: Codes (globs) that withhold the findings of a case.
        problems: Where everything wrong is added.
    """
    added = {rule.id for rule in rules if _pack(rule) in packs}
    base = {rule.id: rule for rule in rules if rule.id not in added}
    readers = {pattern.relation: (rule, pattern) for rule in base.values() for pattern in (*rule.scope, *rule.when, *rule.unless)}
    for rule in (rule for rule in rules if rule.id in added):
        for what, also in _silencing(rule, base, readers, withholding):
            why = "a pack may add or raise, never lower: what the base finds must stay found"
            fix = "conclude a finding, or a relation of your own"
            problems.add("NB-K115", what, rule.at, why=why, fix=fix, also=((also.at, "in the base"),) if also and also.at else ())
    codes = {_code(rule) for rule in base.values() if rule.head.relation == FINDING}
    for group in exclusive:
        ours = [code for code in group if any(fnmatchcase(code, known) for known in codes)]
        place = getattr(group[0], "at", None)
        if ours and place is not None and place.file.split("/")[0] in packs:
            what = f"a pack declares '{ours[0]}' of the base exclusive, which would refuse cases that the base assesses"
            problems.add("NB-K115", what, place, fix="name codes of the pack only")


def _silencing(
    rule: Rule, base: dict[str, Rule], readers: dict[str, tuple[Rule, Pattern]], withholding: Collection[str]
) -> Iterator[tuple[str, Rule | Pattern | None]]:
    """Each way in which a rule could take something away, with the place in the base that it touches."""
    for other in rule.overrides:
        if other in base:
            yield f"'{rule.id}' overrides '{other}' of the base", base[other]
    relation = rule.head.relation
    if relation != FINDING and relation in readers:
        reader, pattern = readers[relation]
        yield f"'{rule.id}' concludes '{relation}', on which '{reader.id}' of the base rests", pattern
    if relation == FINDING:
        for glob in withholding:
            if fnmatchcase(_code(rule).replace("*", "x"), glob) or fnmatchcase(glob.replace("*", "x"), _code(rule)):
                yield f"the code of '{rule.id}' is one of '{glob}', which withholds the findings of a case", None


def _code(rule: Rule) -> str:
    """The code as a glob: variables are any text."""
    return ":".join(str(part.value) if isinstance(part, Const) else "*" for part in rule.head.code)


def _pack(rule: Rule) -> str:
    return rule.at.file.split("/")[0] if rule.at else ""
