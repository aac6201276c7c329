"""What a name means, as Markdown for the box that an editor shows beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from neurobalance_expert.explain.findings import code_text
from neurobalance_expert.explain.wording import FILTERS
from neurobalance_expert.fact import FINDING
from neurobalance_expert.knowledge.values import KnownValue
from neurobalance_expert.lsp.checking import View
from neurobalance_expert.lsp.entries import described
from neurobalance_expert.lsp.names import Symbol
from neurobalance_expert.rules.check import variable_types
from neurobalance_expert.rules.ir import RUNNING, Pattern, Rule, Var
from neurobalance_expert.rules.values import describe_slot
from neurobalance_expert.rules.wording import FILTERS as SHAPES
from neurobalance_expert.vocabulary import Relation, SlotType

READ = {
    "table": "read in the source: the numbers or the passage itself",
    "abstract": "the abstract was read",
    "code": "read in a public model",
    "secondary": "somebody quoting it was read",
    "not_read": "not read",
}


def hover(view: View, symbol: Symbol) -> str:
    """The text for a symbol; '' when nothing is known of it."""
    return _OF[symbol.kind](view, symbol)


def describe_relation(view: View, relation: Relation) -> str:
    """A relation: meaning, world, origin, key and slots."""
    slots = "\n".join(f"- `{s.name}`{' (key)' if s.name in relation.key else ''}: {_slot_line(s)}" for s in relation.slots)
    key = ", ".join(f"`{name}`" for name in relation.key) or "none: there is at most one such fact"
    parts = [
        f"**{relation.name}** (relation)",
        relation.meaning,
        f"{_origin(view, relation)}  \n{_world(view, relation)}  \nKey: {key}",
        slots,
    ]
    return "\n\n".join(part for part in parts if part)


def describe_slot_of(view: View, relation: Relation, slot: SlotType) -> str:
    """A slot: meaning, type, unit, resolution, and the relation it belongs to."""
    role = "key" if slot.name in relation.key else "value"
    head = f"**{relation.name}.{slot.name}** ({role} slot): {describe_slot(slot)}"
    number = f"Unit `{slot.unit}`; rounded to {slot.resolution} before it is compared." if slot.kind == "number" else ""
    about = f"`{relation.name}`: {relation.meaning}" if relation.meaning else ""
    where = f"{_origin(view, relation)}  \n{_world(view, relation)}"
    return "\n\n".join(part for part in (head, slot.meaning, number, about, where) if part)


def describe_rule(view: View, rule: Rule) -> str:
    """A rule: title, what it concludes, its state and its wording."""
    code = f"Concludes `{code_text(rule)}`" if rule.head.code else f"Adds `{rule.head.relation}` for other rules"
    state = rule.status if rule.status in RUNNING else f"{rule.status}: does not run"
    facts = f"{code}  \n{rule.kind}, {rule.severity or 'severity from a variable'}, {state}; {len(rule.tests)} tests"
    over = f"Overrides {', '.join(f'`{other}`' for other in rule.overrides)}" if rule.overrides else ""
    under = [other.id for other in view.above.get(rule.id, ())]
    below = f"Overridden by {', '.join(f'`{other}`' for other in under)}" if under else ""
    place = f"{rule.at.file}:{rule.at.line}" if rule.at else ""
    parts = (f"**{rule.id}** (rule)", rule.title, facts, rule.say and "> " + " ".join(rule.say.split()), over, below, place)
    return "\n\n".join(part for part in parts if part)


def describe_threshold(view: View, value: KnownValue) -> str:
    """A threshold: value, unit, meaning, source and mark."""
    mark = "verified" if value.verified else "**not verified**: a report prints it with its mark"
    cited = "\n".join(f"- `{ref}`: {_cite(view, ref)}" for ref in value.sources)
    head = f"**{value.path}** = {value.value} {value.unit}"
    facts = f"Step {value.step} {value.unit}; evidence {value.evidence}; {mark}"
    return "\n\n".join(part for part in (head, value.meaning, facts, cited, value.note) if part)


def describe_reference(view: View, key: str) -> str:
    """A reference: citation, links, and how far it was read."""
    entry: Any = view.terms.references.get(key) if view.terms else None
    if not isinstance(entry, dict):
        return ""
    read: Any = entry.get("read") if isinstance(entry.get("read"), dict) else {}
    links = [str(entry["link"])] if entry.get("link") else []
    links += [f"https://doi.org/{entry['doi']}"] if entry.get("doi") else []
    links += [f"https://pubmed.ncbi.nlm.nih.gov/{entry['pmid']}/"] if entry.get("pmid") else []
    how = READ.get(str(read.get("what")), "")
    date = f", {read['date']}" if read.get("date") else ""
    parts = (f"**{key}** (reference)", str(entry.get("cite", "")), "  \n".join(links), how and f"{how}{date}", str(entry.get("note", "")))
    return "\n\n".join(part for part in parts if part)


def describe_filter(name: str) -> str:
    """A filter of say and do: what it prints."""
    if name not in SHAPES:
        return ""
    told = (FILTERS[name].__doc__ or "").strip().splitlines()
    return f"**{name}** (filter for a {SHAPES[name]})\n\n{told[0] if told else ''}".strip()


def _slot_line(slot: SlotType) -> str:
    return f"{describe_slot(slot)}{'. ' + slot.meaning if slot.meaning else ''}"


def _origin(view: View, relation: Relation) -> str:
    if relation.name == FINDING:
        return "Concluded by rules with `code:`."
    if not relation.derived:
        return f"Given by case and model{f'; entered as {relation.enter}' if relation.enter else ''}."
    made = [rule.id for rule in view.by_id.values() if rule.head.relation == relation.name]
    return "Concluded by rules: " + (", ".join(f"`{rule}`" for rule in made) or "none yet")


def _world(view: View, relation: Relation) -> str:
    is_open = relation.name in view.ruleset.open_relations if view.ruleset and relation.derived else relation.open
    if not is_open:
        return "Closed world: no fact means that it is not so."
    closing = f" (closed when the case has `{relation.closed_by[0]}`)" if relation.closed_by else ""
    return f"Open world: no fact means not known{closing}."


def _cite(view: View, ref: str) -> str:
    entry: Any = view.terms.references.get(ref) if view.terms else None
    return str(entry.get("cite", "")) if isinstance(entry, dict) else ""


def _relation(view: View, name: str) -> Relation | None:
    return view.terms.vocabulary.relations.get(name) if view.terms else None


def _of_relation(view: View, symbol: Symbol) -> str:
    relation = _relation(view, symbol.name)
    return describe_relation(view, relation) if relation else ""


def _of_slot(view: View, symbol: Symbol) -> str:
    relation = _relation(view, symbol.owner[0])
    slot = next((s for s in relation.slots if s.name == symbol.name), None) if relation else None
    return describe_slot_of(view, relation, slot) if relation and slot else ""


def _of_rule(view: View, symbol: Symbol) -> str:
    rule = view.by_id.get(symbol.name)
    return describe_rule(view, rule) if rule else ""


def _of_threshold(view: View, symbol: Symbol) -> str:
    value = view.terms.thresholds.get(symbol.name) if view.terms else None
    return describe_threshold(view, value) if value else ""


def written(view: View, symbol: Symbol) -> Mapping[str, Any]:
    """The rule that owns a symbol, as its file says it; {} when there is none."""
    file, number = symbol.owner
    listed = view.documents[file].data.get("rules") if file in view.documents else None
    rule = listed[int(number)] if isinstance(listed, list) and int(number) < len(listed) else None
    return rule if isinstance(rule, dict) else {}


def owner_of(view: View, symbol: Symbol) -> Rule | None:
    """The checked rule that owns a symbol."""
    rule_id = written(view, symbol).get("id")
    return next((rule for rule in view.rules.get(symbol.owner[0], ()) if rule.id == rule_id), None)


def _of_parameter(view: View, symbol: Symbol) -> str:
    value = (written(view, symbol).get("params") or {}).get(symbol.name)
    known = view.terms.thresholds.get(value) if view.terms and isinstance(value, str) else None
    head = f"**${symbol.name}** (parameter)"
    if known is not None:
        return f"{head}\n\n{describe_threshold(view, known)}"
    return f"{head} = {value}\n\nA constant of this rule." if isinstance(value, (str, Decimal)) else ""


def _of_variable(view: View, symbol: Symbol) -> str:
    rule = owner_of(view, symbol)
    if rule is None or view.terms is None:
        return ""
    slot = variable_types(rule, view.terms.vocabulary).get(symbol.name)
    if slot is None:
        return ""
    uses = [use for p in (*rule.scope, *rule.when, *rule.unless) if (use := _use(p, symbol.name))]
    head = f"**${symbol.name}** (variable of `{rule.id}`): {describe_slot(slot)}"
    return "\n\n".join(part for part in (head, slot.meaning, "Bound by " + ", ".join(dict.fromkeys(uses))) if part)


def _use(pattern: Pattern, variable: str) -> str:
    slots = [slot.name for slot in pattern.slots if isinstance(slot.term, Var) and slot.term.name == variable]
    return f"`{pattern.label}` (`{pattern.relation}.{slots[0]}`)" if slots else ""


def _of_label(view: View, symbol: Symbol) -> str:
    rule = owner_of(view, symbol)
    parts = {"scope": rule.scope, "when": rule.when, "unless": rule.unless} if rule else {}
    for part, patterns in parts.items():
        for pattern in patterns:
            if pattern.label == symbol.name:
                relation = _relation(view, pattern.relation)
                told = f"\n\n{relation.meaning}" if relation and relation.meaning else ""
                return f"**{symbol.name}**: condition over `{pattern.relation}` in `{part}`{told}"
    return ""


def _of_test(view: View, symbol: Symbol) -> str:
    rule = owner_of(view, symbol)
    test = next((t for t in rule.tests if t.name == symbol.name), None) if rule else None
    return f"**{symbol.name}** (test of `{rule.id}`): expects {test.status.replace('_', ' ')}" if rule and test else ""


def _of_enum(view: View, symbol: Symbol) -> str:
    values = _enum_values(view, symbol.name)
    return f"**{symbol.name}** (enum): {', '.join(f'`{value}`' for value in values)}" if values else ""


def _of_value(view: View, symbol: Symbol) -> str:
    enum = symbol.owner[0]
    values = _enum_values(view, enum)
    if symbol.name not in values:
        return ""
    return f"**{symbol.name}**: a value of `{enum}` ({', '.join(f'`{value}`' for value in values)})"


def _enum_values(view: View, enum: str) -> tuple[str, ...]:
    relations = view.terms.vocabulary.relations.values() if view.terms else ()
    return next((slot.enum for relation in relations for slot in relation.slots if slot.enum_name == enum), ())


def _of_code(view: View, symbol: Symbol) -> str:
    rules = [rule for rule in view.by_id.values() if rule.head.code and code_text(rule) == symbol.name]
    listed = "\n".join(f"- `{rule.id}` ({rule.severity or 'severity from a variable'}): {rule.title}" for rule in rules)
    return f"**{symbol.name}** (code of a finding), concluded by\n\n{listed}" if rules else ""


_OF: Mapping[str, Callable[[View, Symbol], str]] = {
    "rule": _of_rule,
    "code": _of_code,
    "parameter": _of_parameter,
    "variable": _of_variable,
    "label": _of_label,
    "test": _of_test,
    "threshold": _of_threshold,
    "relation": _of_relation,
    "slot": _of_slot,
    "enum": _of_enum,
    "value": _of_value,
    "reference": lambda view, symbol: describe_reference(view, symbol.name),
    "filter": lambda view, symbol: describe_filter(symbol.name),
    "entry": lambda view, symbol: described(view.documents, view.entries, symbol.owner[0], symbol.name),
}
