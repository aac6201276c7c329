"""Lints about titles and sentences that a report prints."""

from __future__ import annotations

import re
from collections.abc import Iterator

from neurobalance_expert.lint.logic import slot_type
from neurobalance_expert.lint.material import Edit, Found, Material, RuleText
from neurobalance_expert.lint.names import printed_names
from neurobalance_expert.lint.numbers import TELLING
from neurobalance_expert.lint.places import end_of_text
from neurobalance_expert.lint.registry import Lint, in_all, in_rule
from neurobalance_expert.rules.check import variable_types
from neurobalance_expert.rules.ir import Test
from neurobalance_expert.vocabulary import SlotType

TITLE_MOST, SAY_MOST = 100, 600  # characters

SAME_TITLE = Lint(
    "NB-L040", "title-repeated", "warning",
    what="Two rules with different codes have the same title.",
    why="a report lists findings by title, and a reader could not tell the two apart",
    fix="say in the title what makes this rule another one",
    bad=(
        "title: A meal lowered the entry of tryptophan\n"
        "kind: note"
    ),
    good=(
        "title: Something held tryptophan back in a window\n"
        "kind: note"
    ),
)  # fmt: skip
TITLE_STOP = Lint(
    "NB-L041", "title-ends-with-a-stop", "info",
    what="A title ends with a full stop.",
    why="titles stand in tables and lists, where the others have none",
    fix="remove the full stop",
    bad="title: A meal lowered the entry of tryptophan.",
    good="title: A meal lowered the entry of tryptophan",
    mends=frozenset({"title"}),
)  # fmt: skip
TITLE_LONG = Lint(
    "NB-L042", "title-too-long", "info",
    what=f"A title is longer than {TITLE_MOST} characters.",
    why="it is cut or broken in tables and on small screens",
    fix="keep what tells it from other titles, and say the rest in 'say'",
    bad="title: A meal that was eaten some time in the course of the day lowered the entry of tryptophan into the brain for hours",
    good="title: A meal lowered the entry of tryptophan",
)  # fmt: skip
NO_STOP = Lint(
    "NB-L043", "sentence-without-end", "warning",
    what="'say' or 'do' ends without a full stop.",
    why="the sentence looks cut off, and the next one runs into it",
    fix="end the sentence with a full stop",
    bad=(
        "do: Nothing needs to be done\n"
        "tests:"
    ),
    good=(
        "do: Nothing needs to be done.\n"
        "tests:"
    ),
    mends=frozenset({"say", "do"}),
)  # fmt: skip
NUMBER_UNSAID = Lint(
    "NB-L044", "number-not-said", "info",
    what="A number decides whether the rule fires, and its text prints no number.",
    why="a reader of the report cannot see how near the limit the value was",
    fix="bind the slot with {bind: $name, ...} and print {{ name | number }} in 'say'",
    bad="say: The entry of tryptophan fell.",
    good="say: The entry of tryptophan fell to {{ ratio | percent }}.",
)  # fmt: skip
SAY_LONG = Lint(
    "NB-L045", "say-too-long", "info",
    what=f"'say' is longer than {SAY_MOST} characters.",
    why="a finding is read among many others; what is always true belongs into the docs",
    fix="keep what the numbers of this person mean",
)  # fmt: skip
SAME_SAY = Lint(
    "NB-L046", "say-repeated", "info",
    what="Two rules with different codes say the same.",
    why="a report would print one sentence under two headings",
    fix="say what makes each of them another finding, or make one rule of the two",
    bad="say: The entry of tryptophan fell to {{ ratio | percent }}.",
    good="say: Something held {{ aa | aa }} back, to {{ ratio | percent }}.",
)  # fmt: skip
ENUM_RAW = Lint(
    "NB-L047", "word-printed-raw", "warning",
    what="A word of a closed list is printed without a filter.",
    why="the report would show 'not_pregnant' or 'trp' as the vocabulary writes it",
    fix="add '| enum', or the filter for that kind of name, such as '| aa'",
    bad="held {{ aa }} back",
    good="held {{ aa | aa }} back",
)  # fmt: skip
NUMBER_RAW = Lint(
    "NB-L048", "number-printed-raw", "warning",
    what="A measured number is printed without a filter.",
    why="the filters round and write the unit, so that all numbers of a report read alike",
    fix="add '| percent' for a ratio, or '| grams', '| mg', '| hours' or '| number'",
    bad="back, to {{ ratio }}",
    good="back, to {{ ratio | percent }}",
)  # fmt: skip
DOUBLED = Lint(
    "NB-L049", "doubled-word", "warning",
    what="A word stands twice in a row.",
    why="it is a slip that every reader of the report sees",
    fix="remove one of the two",
    bad="do: Nothing needs to be be done.",
    good="do: Nothing needs to be done.",
)  # fmt: skip
_SHOWN = re.compile(r"\{\{\s*(\w+)\s*(\|)?")
_TWICE = re.compile(r"\b([a-z]{2,})\s+\1\b(?!-)")
_MAY_DOUBLE = ("that", "had")


@in_all(SAME_TITLE)
def same_title(material: Material) -> Iterator[Found]:
    """A title that an earlier rule with another code has."""
    first: dict[str, RuleText] = {}
    for text in material.rules:
        other = first.setdefault(text.rule.title.casefold(), text)
        if text.rule.title and other.rule.head.code != text.rule.head.code:
            what = f"'{text.rule.id}' has the title of '{other.rule.id}'"
            yield Found(what, text.at("title"), also=((other.at("title"), "the other rule"),))


@in_rule(TITLE_STOP)
def title_stop(text: RuleText, material: Material) -> Iterator[Found]:
    """A title that ends with a full stop (not with an ellipsis)."""
    if text.rule.title.endswith(".") and not text.rule.title.endswith(".."):
        end = end_of_text(text.document, (*text.keys, "title"))
        edits = (Edit(text.document.file, end - 1, end, ""),) if end > 0 and text.document.text[end - 1] == "." else ()
        yield Found("the title ends with a full stop", text.at("title"), edits=edits)


@in_rule(TITLE_LONG)
def title_long(text: RuleText, material: Material) -> Iterator[Found]:
    """A title beyond the limit."""
    if len(text.rule.title) > TITLE_MOST:
        yield Found(f"the title has {len(text.rule.title)} characters", text.at("title"))


@in_rule(NO_STOP)
def no_stop(text: RuleText, material: Material) -> Iterator[Found]:
    """A text that ends with a letter or digit; one that ends with a printed value may bring its own stop."""
    for name, words in (("say", text.rule.say), ("do", text.rule.do)):
        if words.rstrip()[-1:].isalnum():
            end = end_of_text(text.document, (*text.keys, name))
            edits = (Edit(text.document.file, end, end, "."),) if end > 0 else ()
            yield Found(f"'{name}' ends without a full stop", text.at(name), edits=edits)


def _compares(tests: tuple[Test, ...], kind: SlotType) -> bool:
    """Whether a measured number is compared with more than 0 or 1: being there, or being above a reference, is said in words."""
    return any(isinstance(test.bound, int) and kind.unscaled(test.bound) not in TELLING for test in tests)


@in_rule(NUMBER_UNSAID)
def number_unsaid(text: RuleText, material: Material) -> Iterator[Found]:
    """A finding over a threshold whose text prints neither a bound number nor a parameter."""
    rule = text.rule
    tested = any(_compares(s.tests, slot_type(p, s, material.vocabulary)) for p in rule.when for s in p.slots)
    numbers = {name for name, slot in variable_types(rule, material.vocabulary).items() if slot.kind == "number"}
    numbers |= {param.name for param in rule.params}
    if rule.say and tested and not numbers & printed_names(rule):
        yield Found(f"'{rule.id}' compares a number and prints none", text.at_key("say"))


@in_rule(SAY_LONG)
def say_long(text: RuleText, material: Material) -> Iterator[Found]:
    """``say`` beyond the limit."""
    if len(text.rule.say) > SAY_MOST:
        yield Found(f"'say' has {len(text.rule.say)} characters", text.at_key("say"))


@in_all(SAME_SAY)
def same_say(material: Material) -> Iterator[Found]:
    """``say`` of an earlier rule that concludes another code."""
    first: dict[str, RuleText] = {}
    for text in material.rules:
        other = first.setdefault(text.rule.say, text)
        if text.rule.say and other.rule.head.code != text.rule.head.code:
            what = f"'{text.rule.id}' says the same as '{other.rule.id}'"
            yield Found(what, text.at_key("say"), also=((other.at_key("say"), "the other rule"),))


def _raw(text: RuleText) -> Iterator[tuple[str, str]]:
    """Key and name of each variable that is printed without a filter."""
    for key, words in (("say", text.rule.say), ("do", text.rule.do)):
        for match in _SHOWN.finditer(words):
            if match[2] is None:
                yield key, match[1]


@in_rule(ENUM_RAW)
def enum_raw(text: RuleText, material: Material) -> Iterator[Found]:
    """A variable over an enum without a filter."""
    types = variable_types(text.rule, material.vocabulary)
    for key, name in _raw(text):
        if name in types and types[name].kind == "enum":
            yield Found(f"'{name}' is a word of the vocabulary and is printed as it is", text.at_key(key))


@in_rule(NUMBER_RAW)
def number_raw(text: RuleText, material: Material) -> Iterator[Found]:
    """A number with a unit, or finer than 1, without a filter; a count needs none."""
    types = variable_types(text.rule, material.vocabulary)
    for key, name in _raw(text):
        slot = types.get(name)
        if slot is not None and slot.kind == "number" and (slot.resolution < 1 or slot.unit in ("mg", "g")):
            yield Found(f"'{name}' is a number in '{slot.unit}' and is printed without a filter", text.at_key(key))


@in_rule(DOUBLED)
def doubled(text: RuleText, material: Material) -> Iterator[Found]:
    """The same word twice, but for those that may stand so."""
    for key, words in (("title", text.rule.title), ("say", text.rule.say), ("do", text.rule.do)):
        for match in _TWICE.finditer(words):
            if match[1] not in _MAY_DOUBLE:
                yield Found(f"'{match[0]}' in '{key}'", text.at_key(key))
