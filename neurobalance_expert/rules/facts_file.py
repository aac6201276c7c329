"""Facts written by hand: the files given to ``rules run``, and the facts of the tests inside rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct

from neurobalance_expert.errors import Problems, Span
from neurobalance_expert.fact import FINDING, Fact, Value
from neurobalance_expert.rules.reading import find_relation, find_slot
from neurobalance_expert.rules.values import UnfitError, describe, plain, read_value
from neurobalance_expert.source import Data, Document, Keys
from neurobalance_expert.vocabulary import Relation, Vocabulary

_NOT_ZERO = "a value that is left out is not zero and not false; nothing could be compared"


class Given(Struct, frozen=True):
    """One fact as far as it was written: the values of some slots, and its place."""

    relation: str
    values: Mapping[str, Value]
    at: Span


def parse_facts(document: Document, vocabulary: Vocabulary, *, read: Mapping[str, Collection[str]] | None = None) -> tuple[Fact, ...]:
    """Facts of a file, in its order, equal ones once.

    Two forms are accepted, also under a key ``facts:``: a mapping (or a list of mappings) from relations to one fact ``{slot: value}`` or a
    list of facts, and a list of ``[relation, {slot: value}]`` as ``rules run`` prints it. In the second form findings are left out: a
    run concludes them anew.

    Args:
        document: The file.
        vocabulary: Relations and slots.
        read: The slots of each relation that the rules read; other slots that are no key may be left out. None: every slot is needed.

    Raises:
        InputProblems: every unknown name, value that does not fit, slot left out, and two facts of one key with different values.
    """
    problems = Problems(sources={document.file: document.text})
    given = list(_each(document, vocabulary, problems))
    for fact in given:
        relation = vocabulary.relations[fact.relation]
        wanted = {s.name for s in relation.slots} if read is None else set(read.get(fact.relation, ()))
        lacking = [s.name for s in relation.slots if s.name in wanted and s.name not in fact.values and s.name not in relation.key]
        if lacking:
            add_left_out(problems, fact.relation, lacking, fact.at)
    check_keys_agree(vocabulary, problems, given)
    problems.stop()
    return tuple(dict.fromkeys(to_fact(vocabulary, fact) for fact in given))


def read_given(doc: Document, vocabulary: Vocabulary, problems: Problems, name: str, data: Data, keys: Keys) -> Iterator[Given]:
    """One fact or a list of facts of one relation; what cannot be read is noted and left out."""
    relation = find_relation(vocabulary, problems, name, doc.at_key(*keys))
    if relation is None:
        return
    if name == FINDING:
        problems.add("NB-R020", "a finding is concluded, never given", doc.at_key(*keys), fix="remove it; give the facts that lead to it")
        return
    items = [((*keys, i), item) for i, item in enumerate(data)] if isinstance(data, list) else [(keys, data)]
    for here, item in items:
        fact = _read_one(doc, problems, relation, item, here)
        if fact is not None:
            yield fact


def to_fact(vocabulary: Vocabulary, given: Given) -> Fact:
    """The fact in slot order; '' for a slot that was left out."""
    relation = vocabulary.relations[given.relation]
    return Fact(given.relation, tuple([given.values.get(s.name, "") for s in relation.slots]))


def check_keys_agree(vocabulary: Vocabulary, problems: Problems, given: Iterable[Given], *, within: str = "") -> None:
    """Two facts about the same thing must agree in all their values."""
    seen: dict[tuple[str, tuple[Value, ...]], Given] = {}
    for fact in given:
        relation = vocabulary.relations[fact.relation]
        key = tuple([fact.values.get(name, "") for name in relation.key])
        first = seen.setdefault((fact.relation, key), fact)
        if first.values != fact.values:
            about = ", ".join(f"{n}: {plain(relation.slot(n), v)}" for n, v in zip(relation.key, key, strict=True))
            one = " and ".join(map(repr, relation.key)) or "case"
            problems.add(
                "NB-R061",
                f"two facts of '{fact.relation}'{f' ({about})' if about else ''} differ{within}",
                fact.at,
                label="second fact",
                why=f"there can be one such fact for each {one}; which one holds cannot be guessed",
                fix="remove one of them",
                also=((first.at, "first fact"),),
            )


def add_left_out(problems: Problems, relation: str, slots: Collection[str], at: Span) -> None:
    """Note slots that a fact should have and has not."""
    names = ", ".join(f"'{name}'" for name in slots)
    fix = f"write {names}, or leave the whole fact out when it is not known"
    problems.add("NB-R060", f"a fact of '{relation}' lacks {names}", at, why=_NOT_ZERO, fix=fix)


def _each(doc: Document, vocabulary: Vocabulary, problems: Problems) -> Iterator[Given]:
    data: Data = doc.data
    keys: Keys = ()
    if isinstance(data, dict) and isinstance(data.get("facts"), (list, dict)) and "facts" not in vocabulary.relations:
        data, keys = data["facts"], ("facts",)
    if isinstance(data, dict):
        yield from _read_mapping(doc, vocabulary, problems, data, keys)
    elif _is_pair(data):
        yield from _read_pair(doc, vocabulary, problems, data, keys)
    elif isinstance(data, list):
        for i, item in enumerate(data):
            read = _read_mapping if isinstance(item, dict) else _read_pair
            yield from read(doc, vocabulary, problems, item, (*keys, i))
    else:
        what = f"a file of facts maps relations to their slots, and this is {describe(data)}"
        fix = "write 'relation: {slot: value}', or a list of [relation, {slot: value}]; {} is a file without any fact"
        problems.add("NB-R090", what, doc.at(), fix=fix)


def _read_mapping(doc: Document, vocabulary: Vocabulary, problems: Problems, data: Data, keys: Keys) -> Iterator[Given]:
    for name, item in data.items():
        yield from read_given(doc, vocabulary, problems, name, item, (*keys, name))


def _is_pair(data: Data) -> bool:
    return isinstance(data, list) and len(data) == 2 and isinstance(data[0], str) and isinstance(data[1], dict)


def _read_pair(doc: Document, vocabulary: Vocabulary, problems: Problems, pair: Data, keys: Keys) -> Iterator[Given]:
    if not _is_pair(pair):
        what = f"a fact in a list is [relation, {{slot: value}}], not {describe(pair)}"
        problems.add("NB-R090", what, doc.at(*keys), fix="write the relation and its slots as a list of two")
        return
    relation = find_relation(vocabulary, problems, pair[0], doc.at(*keys, 0))
    if relation is None or relation.name == FINDING:
        return
    fact = _read_one(doc, problems, relation, pair[1], (*keys, 1))
    if fact is not None:
        yield fact


def _read_one(doc: Document, problems: Problems, relation: Relation, data: Data, keys: Keys) -> Given | None:
    if not isinstance(data, dict):
        what = f"a fact of '{relation.name}' needs its slots in braces, not {describe(data)}"
        problems.add("NB-R005", what, doc.at(*keys), fix="write {slot: value, ...}")
        return None
    before = len(problems.found)
    values: dict[str, Value] = {}
    for name, item in data.items():
        slot = find_slot(relation, problems, name, doc.at_key(*keys, name))
        if slot is None:
            continue
        try:
            values[name] = read_value(slot, item, exact=False)
        except UnfitError as problem:
            problems.add(problem.code, problem.what, doc.at(*keys, name), label=problem.label, why=problem.why, fix=problem.fix)
    if len(problems.found) == before and (lacking := [name for name in relation.key if name not in values]):
        add_left_out(problems, relation.name, lacking, doc.at(*keys))
    return Given(relation.name, values, doc.at(*keys)) if len(problems.found) == before else None
