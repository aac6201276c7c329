"""Every case under two versions of a knowledge base: what is concluded of it by each, and in what the two differ.

Where only rules, wording or policy differ the facts of a case are the same, so they are computed once and the rules run twice. Proofs are
made for the cases that differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Literal

from msgspec import Struct, json
from msgspec.structs import replace

from neurobalance_expert.assessment import assemble, conclude_from, judge, prove
from neurobalance_expert.cases.types import Case
from neurobalance_expert.errors import InputProblems
from neurobalance_expert.explain.document import as_data
from neurobalance_expert.explain.findings import Explainer, not_assessed
from neurobalance_expert.facts.prepare import Prepared, prepare
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.outcome import Finding, Recommendation, as_json
from neurobalance_expert.recommend import Trial
from neurobalance_expert.records.compare import Difference, Side, compare, digest_changes
from neurobalance_expert.records.digests import digests_of, layers
from neurobalance_expert.records.read import Digests

Level = Literal["conclusions", "words", "rest"]
LEVELS: tuple[Level, ...] = ("conclusions", "words", "rest")
AFTER_THE_FACTS = (  # files that no fact comes from, so that facts may be shared where they differ; of thresholds two are looked at apart
    "rules/",
    "reports/",
    "knowledge/claims.yaml",
    "knowledge/kb.yaml",
    "knowledge/policy.yaml",
    "knowledge/references.yaml",
    "knowledge/suggestions.yaml",
    "knowledge/thresholds.yaml",
)
ENGINE = "reference"


class Version(Struct, frozen=True):
    """One of the two: a loaded knowledge base, its name, and the digests of what is in it."""

    name: str
    knowledge: Knowledge
    digests: Digests


class Pair(Struct, frozen=True):
    """Two versions. ``files`` differ; ``rules`` are the ids of rules that differ or that only one has; ``shared``: facts are the same."""

    before: Version
    after: Version
    files: tuple[str, ...]
    rules: frozenset[str]
    shared: bool


class Suggested(Struct, frozen=True):
    """A recommendation that only one version makes."""

    what: Literal["gained", "lost"]
    id: str
    action: str


class Said(Struct, frozen=True):
    """What a finding that only one version concludes says."""

    what: Literal["gained", "lost"]
    code: str
    rule: str
    about: str
    window: str
    statement: str


class CaseChange(Struct, frozen=True):
    """A case of which the two versions say different things.

    ``level``: ``conclusions`` where a finding is gained, lost or moved, or disposition or recommendations differ; ``words`` where the same
    is concluded with other words, evidence or numbers; ``rest`` where only something beside the findings differs, such as what could not be
    decided. ``rules`` are those of the rules that differ whose conclusions on this case differ.
    """

    case: str
    level: Level
    disposition: tuple[str, str]
    suggested: tuple[Suggested, ...]
    said: tuple[Said, ...]
    rules: tuple[str, ...]
    difference: Difference


class Tried(Struct, frozen=True):
    """One case under both versions. ``fired`` and ``moved`` are of the rules that differ; ``failed`` where a version cannot assess it."""

    case: str
    fired: frozenset[str] = frozenset()
    moved: frozenset[str] = frozenset()
    change: CaseChange | None = None
    failed: InputProblems | None = None


class _Seen(Struct, frozen=True):
    trial: Trial
    explainer: Explainer
    found: tuple[Finding, ...]
    disposition: str
    recommendations: tuple[Recommendation, ...]


Cases = Mapping[str, Case | InputProblems]
Preparing = Callable[[Case], Prepared]


def version(name: str, knowledge: Knowledge) -> Version:
    """A knowledge base with its digests."""
    return Version(name, knowledge, digests_of(knowledge, layers(knowledge)))


def pair(before: Version, after: Version) -> Pair:
    """Two versions, and in what they differ."""
    one, other = before.digests, after.digests
    files = tuple(change.path.removeprefix("knowledge.").removeprefix("packs.") for change in digest_changes(one, other))
    files = tuple(file for file in files if not file.startswith(("rules.", "program", "lock.")))
    rules = frozenset(rule for rule in {*one.rules, *other.rules} if one.rules.get(rule) != other.rules.get(rule))
    limits = {(v.knowledge.coverage_limit, v.knowledge.ranking_limit) for v in (before, after)}
    shared = len(limits) == 1 and all(file.startswith(AFTER_THE_FACTS) for file in files)
    return Pair(before, after, files, rules, shared)


def run(two: Pair, before: Cases, after: Cases) -> Iterator[Tried]:
    """Every case under both versions, in order. The cases are given as each version reads them; a broken one is passed on as it is."""
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name), after.get(name)
        broken = next((case for case in (one, other) if isinstance(case, InputProblems)), None)
        if broken is not None or not isinstance(one, Case) or not isinstance(other, Case):
            yield Tried(name, failed=broken)
            continue
        yield try_case(name, one, other, two)


def try_case(name: str, before: Case, after: Case, two: Pair) -> Tried:
    """One case under both versions. ``failed`` where one of them concludes what its rules declare exclusive."""
    seen: list[_Seen] = []
    kept: dict[bytes, Prepared] = {}
    for case, one in ((before, two.before), (after, two.after)):
        preparing = (
            partial(_prepared, knowledge=two.before.knowledge, kept=kept) if two.shared else partial(prepare, knowledge=one.knowledge)
        )
        try:
            seen.append(_see(case, one.knowledge, preparing))
        except InputProblems as error:
            return Tried(name, failed=error)
    old, new = seen
    fired = [_fired(side, two.rules) for side in seen]
    moved = frozenset(rule for rule in two.rules if fired[0].get(rule) != fired[1].get(rule))
    difference = Difference() if two.shared and _same(old, new) else _difference(old, new, two)
    change = _change(name, old, new, tuple(sorted(moved)), difference) if difference else None
    return Tried(name, frozenset({*fired[0], *fired[1]}), moved, change)


def _prepared(case: Case, *, knowledge: Knowledge, kept: dict[bytes, Prepared]) -> Prepared:
    """Facts of a case, computed once for both versions."""
    key = json.encode(case)
    if key not in kept:
        kept[key] = prepare(case, knowledge)
    return kept[key]


def _see(case: Case, knowledge: Knowledge, preparing: Preparing) -> _Seen:
    trial, explainer, found = conclude_from(preparing(case), knowledge, ENGINE)
    return _Seen(trial, explainer, found, *judge(trial, found, knowledge, preparing))


def _fired(seen: _Seen, rules: frozenset[str]) -> dict[str, frozenset[object]]:
    """What each of these rules concluded, and from which binding."""
    out: dict[str, set[object]] = {}
    for derivation in seen.trial.result.derivations:
        if derivation.rule in rules:
            out.setdefault(derivation.rule, set()).add((derivation.fact, derivation.binding))
    return {rule: frozenset(found) for rule, found in out.items()}


def _same(old: _Seen, new: _Seen) -> bool:
    """Whether two conclusions from the same facts say the same; where a rule stands in its file does not count."""

    def told(seen: _Seen) -> tuple[object, ...]:
        found = tuple(replace(finding, rule_at="") for finding in seen.found)
        return found, seen.disposition, seen.recommendations, not_assessed(seen.trial.result, seen.explainer)

    return told(old) == told(new)


def _difference(old: _Seen, new: _Seen, two: Pair) -> Difference:
    """In what two assessments differ, by the comparison of records; files that differ are those of the pair, the same for each case."""
    found = compare(_side(old, two.before), _side(new, two.after))
    return replace(found, digests=())


def _side(seen: _Seen, of: Version) -> Side:
    proved = prove(seen.trial, seen.explainer, of.knowledge)
    made = assemble(seen.trial, seen.found, seen.disposition, seen.recommendations, seen.explainer, proved, of.knowledge, ENGINE)
    assessment, proofs = as_json(made), as_data(proved)
    return Side(assessment | {"findings": _placeless(assessment["findings"])}, proofs | {"steps": _placeless(proofs["steps"])}, of.digests)


def _placeless(entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Entries without the line of the file that their rule stands in, which moves with every line above it."""
    return [{key: value for key, value in entry.items() if key != "at"} for entry in entries]


def _change(name: str, old: _Seen, new: _Seen, moved: tuple[str, ...], difference: Difference) -> CaseChange:
    suggested = (*_suggested("lost", old, new), *_suggested("gained", new, old))
    disposition = (old.disposition, new.disposition)
    level: Level = "rest"
    if suggested or old.disposition != new.disposition or any(change.what != "changed" for change in difference.findings):
        level = "conclusions"
    elif difference.findings or old.recommendations != new.recommendations:
        level = "words"
    said = (*_said("lost", old, difference), *_said("gained", new, difference))
    return CaseChange(name, level, disposition, suggested, said, moved, difference)


def _suggested(what: Literal["gained", "lost"], these: _Seen, those: _Seen) -> Iterable[Suggested]:
    others = {recommendation.id for recommendation in those.recommendations}
    return [Suggested(what, r.id, r.action) for r in these.recommendations if r.id not in others]


def _said(what: Literal["gained", "lost"], seen: _Seen, difference: Difference) -> Iterator[Said]:
    wanted = {(c.code, c.rule, c.about, c.window) for c in difference.findings if c.what == what}
    for finding in seen.found:
        if (finding.code, finding.rule, finding.about, finding.window) in wanted:
            yield Said(what, finding.code, finding.rule, finding.about, finding.window, finding.statement)
