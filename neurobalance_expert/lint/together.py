"""Lints about rules taken together, and about the knowledge base around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from neurobalance_expert.errors import Span
from neurobalance_expert.lint.logic import exclude_each_other, values_by_variable
from neurobalance_expert.lint.material import Found, Material, RuleText
from neurobalance_expert.lint.numbers import VOCABULARY
from neurobalance_expert.lint.registry import Lint, in_all, in_rule
from neurobalance_expert.rules.ir import RUNNING, Rule

REFERENCES = "knowledge/references.yaml"
KIND_OF_FAMILY: Mapping[str, str] = {
    "BOTTLENECK": "bottleneck", "CEIL": "safety", "COFACTOR": "bottleneck", "COMPETE": "competition", "CONFLICT": "data", "FLAG": "safety",
    "IMBALANCE": "imbalance", "INVALID": "data", "LAB": "safety", "LOW": "depletion", "MISS": "data", "PRECURSOR": "depletion",
    "REF": "safety", "TIMING": "competition", "TRADE": "imbalance", "UL": "safety",
}  # fmt: skip

OTHER_KIND = Lint(
    "NB-L060", "kind-does-not-fit-the-code", "warning",
    what="The kind of a rule is another one than its family of codes has.",
    why="reports sort by kind, and codes are read by their family; the two would tell a reader different things",
    fix="correct the kind, or choose a code of another family (docs/codes.md)",
    bad=(
        "kind: note\n"
        "status: stable\n"
        "review_by: 2027-11-30\n"
        "severity: minor"
    ),
    good=(
        "kind: competition\n"
        "status: stable\n"
        "review_by: 2027-11-30\n"
        "severity: minor"
    ),
)  # fmt: skip
IDLE_OVERRIDE = Lint(
    "NB-L061", "override-never-applies", "warning",
    what="Two rules that never fire for the same values override one another.",
    why="an override applies where both fire; what it says never happens",
    fix="remove the override, or correct the condition that keeps the two apart",
    bad=(
        "- crowded: {aa: {bind: $aa, in: [trp, tyr]}, window: $w}\n"
        "- window: {id: $w, phase: night}"
    ),
    good=(
        "- crowded: {aa: {bind: $aa, in: [trp, tyr]}, window: $w}\n"
        "- window: {id: $w, phase: fed}"
    ),
)  # fmt: skip
SAME_RULE = Lint(
    "NB-L062", "rule-repeated", "warning",
    what="Two rules conclude the same from the same conditions.",
    why="a report would say it twice, and an edit of one of them goes wrong without notice; one of them may be a derived rule",
    fix="remove one of the two",
    bad=(
        "- id: dose-crowds-again\n"
        "  title: A dose held tryptophan back once more\n"
        "  status: experimental\n"
        "  params: {much: knowledge.thresholds.dose_high}\n"
        "  when:\n"
        "    - dose: {substance: {in: [leucine, valine]}, mg: {at_least: $much}}\n"
        "    - window: {id: $v, phase: {in: [fed, fasting]}}\n"
        "  concludes: {crowded: {aa: trp, window: $v}}\n"
        "- id: dose-crowds-tryptophan"
    ),
    good="- id: dose-crowds-tryptophan",
)  # fmt: skip
NOT_READ = Lint(
    "NB-L063", "conclusion-never-used", "warning",
    what="A rule concludes a relation that no rule looks at.",
    why="only findings are reported, so the conclusion reaches nobody",
    fix="use it in a condition of another rule, or give the rule a code and a text of its own",
    bad=(
        "- id: dose-holds-back\n"
        "  title: A dose held tryptophan back once more\n"
        "  status: experimental\n"
        "  params: {much: knowledge.thresholds.dose_high}\n"
        "  when:\n"
        "    - dose: {substance: {in: [leucine, valine]}, mg: {at_least: $much}}\n"
        "    - window: {id: $v, phase: {in: [fed, fasting]}}\n"
        "  concludes: {held: {aa: trp, window: $v}}\n"
        "- id: dose-crowds-tryptophan"
    ),
    good="- id: dose-crowds-tryptophan",
    whole=True,
)  # fmt: skip
NOT_CONCLUDED = Lint(
    "NB-L064", "condition-over-what-no-rule-concludes", "warning",
    what="A condition looks at a relation that rules conclude, and no rule that runs does.",
    why="it never holds",
    fix="write the rule that concludes it, or look at another relation",
    bad=(
        "- crowded: {aa: {bind: $aa, in: [trp, tyr]}, window: $w}\n"
        "- held: {aa: $aa, window: $w}"
    ),
    good="- crowded: {aa: {bind: $aa, in: [trp, tyr]}, window: $w}",
    whole=True,
)  # fmt: skip
IDLE_ENUM = Lint(
    "NB-L065", "enum-unused", "warning",
    what="No slot of the vocabulary has this list of words as its type.",
    why="whoever adds a word to it expects that something changes",
    fix="remove the list, or name it as the type of the slot that it was meant for",
    bad=(
        "phase: [fed, fasting, night]\n"
        "diet: [vegan, omnivore]"
    ),
    good="phase: [fed, fasting, night]",
    whole=True,
)  # fmt: skip
UNCITED = Lint(
    "NB-L066", "reference-uncited", "info",
    what="Nothing cites a reference, and nobody has read it.",
    why="a list of sources that were neither read nor used looks like support that is not there",
    fix="read it and cite it where it is used, or remove it",
    bad=(
        "smith1987: {cite: Smith, read: {what: abstract}}\n"
        "jones2001: {cite: Jones, read: {what: not_read}}"
    ),
    good="smith1987: {cite: Smith, read: {what: abstract}}",
    whole=True,
)  # fmt: skip
NO_README = Lint(
    "NB-L067", "folder-without-readme", "info",
    what="A folder of rules has no README.md.",
    why="whoever adds a rule needs to know what belongs there and what does not",
    fix="add a README.md that says which question the folder answers",
    whole=True,
)  # fmt: skip


@in_rule(OTHER_KIND)
def other_kind(text: RuleText, material: Material) -> Iterator[Found]:
    """A code of a known family with another kind."""
    family = str(getattr(text.rule.head.code[0], "value", "")) if text.rule.head.code else ""
    kind = KIND_OF_FAMILY.get(family)
    if kind is not None and text.rule.kind != kind:
        yield Found(
            f"'{text.rule.kind}' is not the kind of {family} codes, which are of kind '{kind}'",
            text.at("kind"),
            fix=f"write 'kind: {kind}'",
        )


@in_rule(IDLE_OVERRIDE)
def never_together(text: RuleText, material: Material) -> Iterator[Found]:
    """An override between rules whose conditions exclude each other for equal shared variables."""
    for i, name in enumerate(text.rule.overrides):
        other = material.by_id.get(name)
        if other is not None and _never_together(text.rule, other.rule, material):
            what = f"'{text.rule.id}' and '{name}' never fire for the same values"
            yield Found(what, text.at("overrides", i), also=((other.at("id"), "the other rule"),))


def _never_together(one: Rule, two: Rule, material: Material) -> bool:
    shared = one.variables() & two.variables()
    mine, theirs = ((*rule.scope, *rule.when) for rule in (one, two))
    if any(exclude_each_other(p, q, material.vocabulary, shared) for p in mine for q in theirs):
        return True
    allowed, there = (values_by_variable(patterns, material.vocabulary) for patterns in (mine, theirs))
    own = [name for name in shared if not allowed[name].empty() and not there[name].empty()]  # else the rule alone is the problem
    return any(allowed[name].meet(there[name]).empty() for name in own)


@in_all(SAME_RULE)
def same_rule(material: Material) -> Iterator[Found]:
    """A rule with the conditions and the conclusion of an earlier one."""
    first: dict[tuple[object, ...], RuleText] = {}
    for text in material.rules:
        rule = text.rule
        if rule.status in RUNNING:
            own = [frozenset(map(str, ((p.relation, p.slots, p.absent) for p in part))) for part in (rule.scope, rule.when, rule.unless)]
            concluded = (
                rule.head.relation,
                rule.head.code,
                tuple(term for term in rule.head.terms if getattr(term, "value", "") != rule.id),
            )
            other = first.setdefault((*own, str(concluded)), text)
            if other is not text:
                what = f"'{rule.id}' concludes the same as '{other.rule.id}' from the same conditions"
                yield Found(what, text.at("id"), also=((other.at("id"), "the other rule"),))


def _read(material: Material) -> set[str]:
    return {p.relation for text in material.rules for p in (*text.rule.scope, *text.rule.when, *text.rule.unless)}


@in_all(NOT_READ)
def not_read(material: Material) -> Iterator[Found]:
    """An intermediate conclusion without a reader, when all rules are known."""
    read = _read(material)
    for text in material.rules if material.whole else ():
        if not text.rule.head.code and text.rule.head.relation not in read:
            yield Found(f"no rule looks at '{text.rule.head.relation}'", text.at_key("concludes"))


@in_all(NOT_CONCLUDED)
def not_concluded(material: Material) -> Iterator[Found]:
    """A condition over a derived relation without a rule, when all rules are known."""
    concluded = {rule.head.relation for rule in material.ruleset.rules}
    for text in material.rules if material.whole else ():
        for pattern in (*text.rule.scope, *text.rule.when):
            relation = material.vocabulary.relations[pattern.relation]
            if relation.derived and pattern.relation not in concluded:
                yield Found(f"no rule that runs concludes '{pattern.relation}'", pattern.at or text.at("id"))


@in_all(IDLE_ENUM)
def enum_unused(material: Material) -> Iterator[Found]:
    """A list of the vocabulary that is the type of no slot."""
    document = material.tables.get(VOCABULARY)
    if document is None:
        return
    enums = document.data.get("enums")
    used = {slot.enum for relation in material.vocabulary.relations.values() for slot in relation.slots}
    for name, words in enums.items() if isinstance(enums, dict) else ():
        if tuple(words) not in used:
            yield Found(f"no slot has the type '{name}'", document.at_key("enums", name))


@in_all(UNCITED)
def uncited(material: Material) -> Iterator[Found]:
    """A key of references.yaml that stands nowhere else in the knowledge base; what was read may stand as read."""
    document = material.tables.get(REFERENCES)
    if document is None or not material.whole:
        return
    texts = [other.text for path, other in material.tables.items() if path != REFERENCES]
    words = {word for text in (*texts, *(file.document.text for file in material.files)) for word in re.findall(r"[\w-]+", text)}
    for name, reference in document.data["references"].items():
        read = reference.get("read")
        if name not in words and isinstance(read, dict) and read.get("what") == "not_read":
            yield Found(f"nothing cites '{name}', which nobody has read", document.at_key("references", name))


@in_all(NO_README)
def no_readme(material: Material) -> Iterator[Found]:
    """A folder below ``rules/`` without a README.md."""
    seen: set[str] = set()
    for file in material.files if material.tables else ():
        folder = file.document.file.rpartition("/")[0]
        if folder not in seen and folder not in material.readmes and "/" in folder:
            yield Found(f"'{folder}' has no README.md", Span(file.document.file, 1, 1))
        seen.add(folder)
