"""The page of one rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from neurobalance_expert.explain.findings import code_text
from neurobalance_expert.explain.sentences import show
from neurobalance_expert.explain.wording import number, pieces
from neurobalance_expert.fact import FINDING, Fact
from neurobalance_expert.graphs.build import conditions, uses
from neurobalance_expert.provenance import where
from neurobalance_expert.rules.check import variable_types
from neurobalance_expert.rules.digest import rule_digest
from neurobalance_expert.rules.ir import RUNNING, Evidence, Rule, RuleTest, Term, Var
from neurobalance_expert.rules.parse import is_id
from neurobalance_expert.site.catalogue import Catalogue
from neurobalance_expert.site.drawing import neighbourhood
from neurobalance_expert.site.markup import badges, code, facts, found_by, items, link, page, raw, table, text
from neurobalance_expert.site.reading import Asked, read_rule, slot_in_words
from neurobalance_expert.site.reference_page import cited
from neurobalance_expert.site.resting import MEANS
from neurobalance_expert.vocabulary import SlotType

NOT_MEASURED = "not measured"
NO_REASON = "no comment stands beside its status."
DOES_NOT_RUN = "it does not run"


def rule_page(rule: Rule, catalogue: Catalogue) -> str:
    """Everything that is known of a rule, from what it asks to who cites it."""
    severity = rule.severity or "severity of its row"
    stratum = f"stratum {catalogue.knowledge.rules.stratum[rule.id]}" if rule.status in RUNNING else ""
    marks = [("kind", rule.kind), ("severity", severity if rule.head.code else ""), ("status", rule.status), ("stratum", stratum)]
    folder = rule.at.file.rsplit("/", 1)[0] if rule.at else ""
    return page(
        rule.title or rule.id,
        [
            *(found_by(rule.id) if is_id(rule.id) else ()),
            f"{link('Rules', '/rules.md')} › {link(folder, '/by-folder.md')} › {code(rule.id)}",
            "",
            *badges(marks),
            *_does_not_run(rule, catalogue),
            "## In words",
            "",
            *_in_words(rule, catalogue),
            "## Concludes",
            "",
            *_concludes(rule, catalogue),
            *_section("Parameters", _parameters(rule, catalogue)),
            *_section("Evidence", _evidence(rule, catalogue)),
            "## Neighbours",
            "",
            *raw(neighbourhood(catalogue.around(rule), rule.id, catalogue.address)),
            *_neighbours(rule, catalogue),
            *_section("Tests", _tests(rule, catalogue)),
            "## Record",
            "",
            *_record(rule, catalogue),
            *_section("Layers", _layers(rule, catalogue)),
        ],
    )


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return [f"## {title}", "", *lines] if lines else []


def _does_not_run(rule: Rule, catalogue: Catalogue) -> Iterator[str]:
    """What the status of a draft or a retired rule means, why it has it, and who speaks in its place."""
    if rule.status in RUNNING:
        return
    why = catalogue.resting[rule.id].why
    instead = [other for other in catalogue.by_code.get(code_text(rule), ()) if rule.head.code]
    yield from (f"```{{admonition}} {rule.status.capitalize()}: this rule does not run", ":class: warning nb-resting", "")
    yield from (MEANS[rule.status], "")
    yield from (f"**Why**: {text(why) if why else NO_REASON}", "")
    if instead:
        yield from (f"**The same finding is concluded by**: {', '.join(_rules(instead, catalogue))}", "")
    yield from ("```", "")


# --- what it asks -------------------------------------------------------------------------------------------------


def _in_words(rule: Rule, catalogue: Catalogue) -> Iterator[str]:
    reading = read_rule(rule, catalogue.rules_with(rule), catalogue.knowledge.vocabulary)
    for title, part in (("It is about cases in which", reading.scope), ("It fires when", reading.when), ("unless", reading.unless)):
        if part:
            yield f"**{title}**"
            yield ""
            yield from items(_condition(asked, catalogue, exception=part is reading.unless) for asked in part)


def _condition(asked: Asked, catalogue: Catalogue, *, exception: bool) -> str:
    there = "was concluded" if asked.derived else "is recorded"
    holds = "; ".join(map(text, asked.asks)) or there
    colon = ":" if asked.asks and not asked.asks[0].startswith("is ") else ""
    called = "".join(f"; {text(slot)} is called {code(name)}" for slot, name in asked.calls)
    aside = f"relation {catalogue.to('relation', asked.relation)}" + (f"; {text(asked.missing)}" if asked.missing and not exception else "")
    return f"**{text(asked.subject)}**{colon} {holds}{called} ({aside})"


# --- what it concludes --------------------------------------------------------------------------------------------


def _concludes(rule: Rule, catalogue: Catalogue) -> Iterator[str]:
    head = rule.head
    relation = catalogue.knowledge.vocabulary.relations[head.relation]
    terms = [(s, t) for s, t in zip(relation.slots, head.terms, strict=True) if t is not None]
    if head.relation != FINDING:
        yield f"The fact {catalogue.to('relation', head.relation)}, which other rules read."
        yield ""
        yield from table(("slot", "value"), [(text(slot.name), _term(term, slot)) for slot, term in terms])
        return
    rows = [("finding", catalogue.to("code", code_text(rule)))]
    rows += [(text(slot.name), _term(term, slot)) for slot, term in terms if slot.name not in ("code", "rule")]
    yield from facts(rows)
    for title, wording in (("It says", rule.say), ("It advises", rule.do)):
        if wording:
            yield from (f"**{title}**", "", f"> {_wording(wording)}", "")
    yield from _variables(rule, catalogue)


def _term(term: Term, slot: SlotType) -> str:
    return code(f"${term.name}") if isinstance(term, Var) else code(show(slot, term.value))


def _wording(wording: str) -> str:
    """The text of the author, with the names of its variables as code."""
    parts = [text_part + (code(name) if name else "") for text_part, name in _texts(wording)]
    return "".join(parts).strip()


def _texts(wording: str) -> Iterator[tuple[str, str]]:
    """Text, made harmless, and the variable after it; blanks beside a variable are kept."""
    for said, name, _ in pieces(wording):
        left, right = " " * (said[:1] == " "), " " * (said[-1:] == " " and said.strip() != "")
        yield f"{left}{text(said)}{right}", name


def _variables(rule: Rule, catalogue: Catalogue) -> list[str]:
    """What the variables of the wording stand for, and how they are printed."""
    used = {name: filter_ for wording in (rule.say, rule.do) for _, name, filter_ in pieces(wording) if name}
    types = variable_types(rule, catalogue.knowledge.vocabulary)
    params = {param.name: param for param in rule.params}
    rows = []
    for name in sorted(used):
        if name in params:
            means = f"parameter, {number(params[name].value)} {params[name].unit}".removesuffix(" 1")
        else:
            unit = f" in {types[name].unit}" if types[name].unit not in ("", "1") else ""
            means = slot_in_words(types[name]) + unit
        rows.append((code(name), text(means), text(used[name] or "as it is")))
    return table(("variable", "stands for", "printed as"), rows)


# --- parameters and evidence --------------------------------------------------------------------------------------


def _parameters(rule: Rule, catalogue: Catalogue) -> list[str]:
    rows = []
    for param in rule.params:
        known = catalogue.knowledge.thresholds.get(param.source)
        amount = text(f"{param.value:f} {param.unit}".removesuffix(" 1"))
        if known is None:
            rows.append((code(param.name), amount, "written in the rule", "", ""))
            continue
        sources = ", ".join(catalogue.to("reference", ref) for ref in known.sources)
        rows.append((code(param.name), amount, catalogue.to("value", param.source.rsplit(".", 1)[-1]), sources, mark(known.verified)))
    columns = 5 if any(param.source for param in rule.params) else 3
    return table(("name", "value", "from", "source", "mark")[:columns], [row[:columns] for row in rows])


def mark(verified: bool) -> str:
    """Whether a number was read in its source."""
    return "verified" if verified else "not verified"


def _evidence(rule: Rule, catalogue: Catalogue) -> list[str]:
    return table(
        ("reference", "grade", "supports", "read"),
        [(_reference(e, catalogue), _of_row(e.grade), text(e.supports), _read(e, catalogue)) for e in rule.evidence],
    )


def _reference(evidence: Evidence, catalogue: Catalogue) -> str:
    if evidence.ref.startswith("$"):
        return f"of the row: {code(evidence.ref)}"
    return "<br>".join(filter(None, [catalogue.to("reference", evidence.ref), cited(evidence.ref, catalogue)]))


def _of_row(grade: str) -> str:
    return f"of the row: {code(grade)}" if grade.startswith("$") else text(grade)


def _read(evidence: Evidence, catalogue: Catalogue) -> str:
    known = catalogue.knowledge.references.get(evidence.ref)
    read = known.get("read") if isinstance(known, dict) else None
    return text(str(read.get("what", "")).replace("_", " ")) if isinstance(read, dict) else ""


# --- neighbours ---------------------------------------------------------------------------------------------------


def _neighbours(rule: Rule, catalogue: Catalogue) -> list[str]:
    relations = list(dict.fromkeys(pattern.relation for pattern in conditions(rule)))
    used = [other for name in relations for other in catalogue.concluders.get(name, ()) if uses(rule, other)]
    users = [other for other in catalogue.readers.get(rule.head.relation, ()) if uses(other, rule)]
    exclusive = catalogue.exclusive_with(code_text(rule)) if rule.head.code else []
    return items(
        f"**{title}**: {', '.join(listed)}"
        for title, listed in (
            ("Reads", [catalogue.to("relation", name) for name in relations]),
            ("Uses the conclusions of", _rules(used, catalogue)),
            ("Its conclusion is used by", _rules(users, catalogue)),
            ("Overrides", _rules([catalogue.by_id[o] for o in rule.overrides if o in catalogue.by_id], catalogue)),
            ("Overridden by", _rules(catalogue.overridden_by.get(rule.id, ()), catalogue)),
            ("Never beside", [code(one) for one in exclusive]),
        )
        if listed
    )


def _rules(rules: Iterable[Rule], catalogue: Catalogue) -> list[str]:
    return [catalogue.to("rule", one) for one in sorted({rule.id for rule in rules})]


# --- tests --------------------------------------------------------------------------------------------------------


def _tests(rule: Rule, catalogue: Catalogue) -> list[str]:
    tests = {test.name: test for test in rule.tests}
    first = rule.tests[0] if rule.tests else None
    rows = []
    for outcome in catalogue.outcomes_of(rule):
        state = "passes" if outcome.passed else "**fails**"
        facts = _facts(tests[outcome.name], first, catalogue)
        rows.append((text(outcome.name), text(outcome.expected), facts, state))
    return table(("test", "expects", "on these facts", "result"), rows)


def _facts(test: RuleTest, first: RuleTest | None, catalogue: Catalogue) -> str:
    """The facts of a test; of one that is much like the first test, what differs."""
    shared = set(test.facts) & set(first.facts) if first else set()
    if first is None or test is first or 2 * len(shared) < len(first.facts):
        return "<br>".join(code(_fact(fact, catalogue)) for fact in test.facts) or "none"
    more = [f"with {code(_fact(fact, catalogue))}" for fact in test.facts if fact not in shared]
    less = [f"without {code(_fact(fact, catalogue))}" for fact in first.facts if fact not in shared]
    return "<br>".join(["as the first", *more, *less])


def _fact(fact: Fact, catalogue: Catalogue) -> str:
    name, slots = catalogue.knowledge.vocabulary.plain(fact)
    shown = {slot: number(value) if not isinstance(value, (str, bool)) else str(value).lower() for slot, value in slots.items()}
    return f"{name}({', '.join(f'{slot}={value}' for slot, value in shown.items())})"


# --- record -------------------------------------------------------------------------------------------------------


def _record(rule: Rule, catalogue: Catalogue) -> list[str]:
    place = f"{rule.at.file}:{rule.at.line}" if rule.at else "not known"
    return facts(
        [
            ("file and line", code(place)),
            ("digest", code(rule_digest(rule))),
            ("mutation score", text(_score(rule, catalogue))),
            ("fires on", _fires_on(rule, catalogue)),
        ]
    )


def _score(rule: Rule, catalogue: Catalogue) -> str:
    if rule.status not in RUNNING:
        return DOES_NOT_RUN
    found = catalogue.scores.rules.get(rule.id) if catalogue.scores else None
    return found.said() if found else NOT_MEASURED


def _fires_on(rule: Rule, catalogue: Catalogue) -> str:
    if rule.status not in RUNNING:
        return DOES_NOT_RUN
    if catalogue.fired is None:
        return NOT_MEASURED
    cases = catalogue.fired.get(rule.id, ())
    return "<br>".join(f"{code(one.case)}{f' ({one.times} times)' if one.times > 1 else ''}" for one in cases) or "no case of the folder"


def _layers(rule: Rule, catalogue: Catalogue) -> list[str]:
    """Where each field came from, when packs lie over the base."""
    if not catalogue.knowledge.files.packs:
        return []
    (entry,) = where(catalogue.knowledge.files, f"rules.{rule.id}")
    return table(
        ("field", "layer", "place", "over"),
        [
            (
                code(field.field),
                text(f"{field.layer}{'' if field.said[-1].how == 'set' else f', {field.said[-1].how}'}"),
                code(str(field.said[-1].at)),
                "<br>".join(f"{text(said.layer)} {code(str(said.at))}" for said in reversed(field.said[:-1])),
            )
            for field in entry.fields
        ],
    )
