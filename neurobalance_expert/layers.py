"""Packs laid over the documents of a knowledge base: entries are added, lists are lengthened, severities go up. Nothing else is possible.

It is done before anything is typed, so that every check of a knowledge base also reads what a pack brought, each with its own place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from msgspec import Struct

from neurobalance_expert import source
from neurobalance_expert.errors import InputProblems, Problems, Span, did_you_mean
from neurobalance_expert.fact import SEVERITIES
from neurobalance_expert.knowledge.names_data import normal_name
from neurobalance_expert.packs import HEAD, Pack, Raise
from neurobalance_expert.source import Document, Keys

MEDICINES, SUBSTANCES, CONDITIONS = (f"knowledge/{name}.yaml" for name in ("medicines", "substances", "conditions"))
INTERACTIONS, EFFECTS = "knowledge/interactions.yaml", "knowledge/condition_effects.yaml"
# Sections that a pack may add to, and the lists of an entry of ours that it may lengthen; "" is the entry itself, when it is a list.
MAY_ADD: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    CONDITIONS: {"sources": (), "conditions": ("also",)},
    EFFECTS: {"groups": (), "conditions": ("effects",), "lab_interference": ()},
    INTERACTIONS: {"groups": (), "foods": ("words",), "interactions": ()},
    MEDICINES: {"sources": (), "classes": ("ingredients",), "also_known_as": ("",), "brands": ()},
    SUBSTANCES: {"sources": (), "substances": ("also",)},
    "knowledge/references.yaml": {"references": ()},
    "knowledge/thresholds.yaml": {"thresholds": ()},
    "knowledge/vocabulary.yaml": {"enums": (), "relations": ()},
    "knowledge/warning_signs.yaml": {"signs": ("words",)},
}
VERSION_KEYS = ("schema", "vocabulary")
STAMPED = {(INTERACTIONS, "interactions"), (EFFECTS, "conditions")}  # entries that say which pack they are from
FROM_PACKS = "from_packs"  # of the tables of names: spelling -> pack


class Rewritten(Struct, frozen=True):
    """A field of an entry that a pack raised: its keys in the document, and its value before; None when it had none."""

    keys: Keys
    before: Any


class Change(Struct, frozen=True):
    """What a pack did to one entry. ``base`` is the place in the knowledge base that it lengthened or raised.

    ``path`` is the document; ``fields`` are those of an entry that was raised.
    """

    pack: str
    what: str  # added | lengthened | raised
    name: str  # interactions.x, rules.y, or a file of rules
    at: Span
    base: Span | None = None
    told: str = ""
    path: str = ""
    fields: tuple[Rewritten, ...] = ()


class Layered(Struct, frozen=True):
    """The documents of base and packs together, and everything that the packs changed."""

    documents: Mapping[str, Document]
    changes: tuple[Change, ...]


def lay_over(base: Mapping[str, Document], packs: Sequence[Pack]) -> Layered:
    """Lay packs over a knowledge base, in their order.

    Raises:
        InputProblems: a part that a pack may not touch (NB-K112), an id that is there already (NB-K113), something that is not raised
            (NB-K114), a medicine that would leave a class or join one that silences rows (NB-K116), two packs of one name (NB-K110).
    """
    layers = _Layers(base)
    for pack in packs:
        layers.add(pack)
    layers.problems.stop()
    return Layered(layers.documents, tuple(layers.changes))


class _Layers:
    def __init__(self, base: Mapping[str, Document]) -> None:
        self.base = base
        self.documents = dict(base)
        self.changes: list[Change] = []
        self.problems = Problems(sources={d.file: d.text for d in base.values()})
        self.packs: set[str] = set()
        self.names = {path: _known_names(path, base[path].data) for path in (MEDICINES, SUBSTANCES, CONDITIONS)}

    def add(self, pack: Pack) -> None:
        """Everything of one pack."""
        self.problems.sources |= pack.sources()
        if pack.name in self.packs:
            self.problems.add("NB-K110", f"two packs have the name '{pack.name}'", Span(pack.shown(HEAD), 1, 1), fix="rename one")
        self.packs.add(pack.name)
        for path, text in pack.texts.items():
            if path != HEAD:
                self._file(pack, path, text)
        with source.followed(Document(None, pack.texts[HEAD], pack.shown(HEAD))):
            for raised in pack.raises:
                self._raise(pack, raised)

    def _file(self, pack: Pack, path: str, text: str) -> None:
        try:
            document = source.parse_yaml(text, pack.shown(path))
        except InputProblems as error:
            self.problems.found += error.problems
            return
        if path.startswith("rules/"):
            self.documents[f"rules/{pack.name}/{path.removeprefix('rules/')}"] = document
            self.changes.append(Change(pack.name, "added", f"rules in {document.file}", document.at()))
        elif not isinstance(document.data, dict):
            self.refused("NB-K112", "the file holds no sections", document.at(), "compare it with the file of the knowledge base")
        else:
            self._sections(pack, path, document)

    def _sections(self, pack: Pack, path: str, document: Document) -> None:
        whole = self._open(path)
        for section, entries in document.data.items():
            at = document.at_key(section)
            if section in VERSION_KEYS:
                if entries != whole.data.get(section):
                    self.refused("NB-K112", f"'{section}' differs from that of {path}", at, f"write '{section}: {whole.data.get(section)}'")
                continue
            if section not in MAY_ADD[path]:
                may = f"a pack may add to {', '.join(MAY_ADD[path])} of this file"
                self.refused("NB-K112", f"a pack may not change '{section}' of {path}", at, may)
                continue
            if not isinstance(entries, dict):
                self.refused("NB-K112", f"'{section}' holds no entries", at, "write an id and its fields below it")
                continue
            ours = whole.data.setdefault(section, {})
            for id_, spec in entries.items():
                _Entry(self, pack, path, section, str(id_), document, whole).add(spec, ours)

    def _open(self, path: str) -> Document:
        """The document of a path as one that may be changed."""
        found = self.documents[path]
        if found is self.base.get(path):
            found = Document(deepcopy(found.data), found.text, found.file, dict(found.spans), dict(found.key_spans))
            self.documents[path] = found
        return found

    def _raise(self, pack: Pack, raised: Raise) -> None:
        ids = _raisable(self.documents, raised.part)
        if raised.id not in ids:
            fix = did_you_mean(raised.id, ids, otherwise="raise what the knowledge base has; what is new is added")
            self.refused("NB-K114", f"there is nothing to raise: no '{raised.id}' in {raised.part}", raised.at, fix)
            return
        path, keys = ids[raised.id]
        whole = self._open(path)
        spec = _under(whole.data, keys)
        field, old, new = (
            ("refer", spec.get("refer") is True, True) if raised.refer else ("severity", spec.get("severity"), raised.severity)
        )
        place = whole.at(*keys, field)
        if not raised.refer and old not in SEVERITIES:
            why = "each row of its table has a severity of its own"
            fix = "raise the row, or add a rule of your own"
            self.refused("NB-K114", f"'{raised.id}' has no severity of its own to raise", raised.at, fix, why, (place, "here"))
        elif old is True or (not raised.refer and SEVERITIES.index(new) <= SEVERITIES.index(old)):
            why = "a pack may add or raise, never lower: a reader trusts that nothing of the base is missing"
            what = f"'{raised.id}' is not raised: its {field} is {_word(old)} in the base and {_word(new)} in the pack"
            self.refused("NB-K114", what, raised.at, "name a higher severity, or take the entry out", why, (place, "in the base"))
        else:
            before = leaves(deepcopy(spec), keys)
            told = _raised(spec, raised, old, pack.name)
            after = leaves(spec, keys)
            fields = tuple(Rewritten(k, before.get(k)) for k, value in after.items() if k not in before or before[k] != value)
            whole.spans.update(dict.fromkeys((f.keys for f in fields if f.before is None or f.keys == (*keys, field)), raised.at))
            self.changes.append(Change(pack.name, "raised", f"{raised.part}.{raised.id}", raised.at, place, told, path, fields))

    def refused(self, code: str, what: str, at: Span, fix: str, why: str = "", base: tuple[Span, str] | None = None) -> None:
        """One more problem."""
        self.problems.add(code, what, at, why=why, fix=fix, also=(base,) if base else ())


class _Entry:
    """One entry of a pack on its way into a document."""

    def __init__(self, layers: _Layers, pack: Pack, path: str, section: str, id_: str, document: Document, whole: Document) -> None:
        self.layers, self.pack, self.path, self.section, self.id = layers, pack, path, section, id_
        self.document, self.whole = document, whole
        self.keys: Keys = (section, id_)

    def add(self, spec: Any, ours: dict[str, Any]) -> None:
        """Put it in, lengthen what is there, or say why not."""
        at = self.document.at_key(*self.keys)
        if self.path == EFFECTS and isinstance(spec, dict) and "own_targets" in spec:
            why = "with targets of its own a condition takes the person out of every check of intake"
            self.layers.refused("NB-K112", f"a pack may not set 'own_targets' of '{self.id}'", at, "write refer: true instead", why)
            return
        if self.id not in ours:
            ours[self.id] = self._stamped(deepcopy(spec))
            self._copy_spans(self.keys, lambda keys: keys)
            if self.path in self.layers.names:
                self._names(_names_of(self.path, self.section, self.id, spec))
            self.layers.changes.append(Change(self.pack.name, "added", f"{self.section}.{self.id}", at))
            return
        place = self.whole.at_key(*self.keys)
        longer = MAY_ADD[self.path][self.section]
        fields = {"": spec} if longer == ("",) and isinstance(spec, list) else spec
        same_kind = isinstance(fields, dict) and (longer == ("",)) == isinstance(ours[self.id], list)
        if not longer or not same_kind or any(field not in longer or not isinstance(fields[field], list) for field in fields):
            may = f"of '{self.id}' a pack may lengthen {', '.join(filter(None, longer))}" if any(longer) else "give it another id"
            why = "an entry of the base must stay what it is: a pack adds, or raises in pack.yaml"
            what = f"'{self.id}' is there already, in '{self.section}' of {self.path}"
            self.layers.refused("NB-K113", what, at, may, why, (place, "in the base"))
            return
        if self.path == EFFECTS and any(isinstance(row, dict) and row.get("use") == "treatment" for row in fields.get("effects", ())):
            why = "the more severe row speaks, and as treatment it would only warn of a change"
            self.layers.refused(
                "NB-K112", f"a pack may not add treatment to '{self.id}'", at, "leave 'use' out", why, (place, "in the base")
            )
            return
        for field, listed in fields.items():
            if self._may_join(listed):
                self._lengthen(field, listed, ours)
        self.layers.changes.append(Change(self.pack.name, "lengthened", f"{self.section}.{self.id}", at, place))

    def _lengthen(self, field: str, listed: list[Any], ours: dict[str, Any]) -> None:
        before = (*self.keys, field) if field else self.keys
        target = ours[self.id] if not field else ours[self.id].setdefault(field, [])
        start = len(target)
        target += [self._stamped(deepcopy(item), row=True) for item in listed]
        depth = len(before)
        self._copy_spans(before, lambda keys: (*keys[:depth], int(keys[depth]) + start, *keys[depth + 1 :]) if len(keys) > depth else keys)
        if self.path in self.layers.names:
            self._names(str(item) for item in listed)

    def _stamped(self, spec: Any, *, row: bool = False) -> Any:
        if (self.path, self.section) in STAMPED and isinstance(spec, dict):
            spec["pack"] = self.pack.name
            for effect in spec.get("effects", ()) if not row and isinstance(spec.get("effects"), list) else ():
                if isinstance(effect, dict):
                    effect["pack"] = self.pack.name
        return spec

    def _copy_spans(self, prefix: Keys, moved: Callable[[Keys], Keys]) -> None:
        for whole, own in ((self.whole.spans, self.document.spans), (self.whole.key_spans, self.document.key_spans)):
            new = {moved(keys): span for keys, span in own.items() if keys[: len(prefix)] == prefix}
            for keys, span in new.items():
                whole.setdefault(keys, span)

    def _names(self, spellings: Iterable[str]) -> None:
        """Note the names that the base does not know; reports say of such a name that only the pack knows it."""
        new = {s: self.pack.name for s in spellings if normal_name(s) not in self.layers.names[self.path]}
        if new:
            self.whole.data.setdefault(FROM_PACKS, {}).update(new)

    def _may_join(self, listed: list[Any]) -> bool:
        """Whether ingredients may join a class: none that the base knows, and no class whose members silence a row."""
        if (self.path, self.section) != (MEDICINES, "classes"):
            return True
        moved = [str(item) for item in listed if normal_name(str(item)) in self.layers.names[MEDICINES]]
        at = self.document.at_key(*self.keys)
        if moved:
            fix = "make a class of your own for it"
            self.layers.refused("NB-K116", f"'{moved[0]}' is a medicine of the base and would be moved into '{self.id}'", at, fix)
        groups = self.layers.base[INTERACTIONS].data.get("groups", {})
        silenced = [name for name, group in groups.items() if isinstance(group, dict) and group.get("without") == self.id]
        if silenced:
            place = self.layers.base[INTERACTIONS].at_key("groups", silenced[0])
            why = f"rows about '{silenced[0]}' hold only without this class, so a new member would silence them"
            self.layers.refused(
                "NB-K116", f"a pack may not lengthen the class '{self.id}'", at, "ask for it in the base", why, (place, "here")
            )
        return not moved and not silenced


def _raised(spec: dict[str, Any], raised: Raise, old: object, pack: str) -> str:
    """Raise a rule, a row (also for its single ingredients) or a condition, and let its text say so."""
    to = "made to refer to a clinician" if raised.refer else f"raised from {old} to {raised.severity}"
    told = f"{to} by the pack {pack}: {raised.because}"
    text, sources = {"interactions": ("because", "sources"), "conditions": ("text", "source"), "rules": ("say", "evidence")}[raised.part]
    spec[text] = f"{spec.get(text) or ''} ({told[:1].upper()}{told[1:].rstrip('.')}.)".strip()
    listed = spec.get(sources) or []
    if raised.part == "rules":
        spec[sources] = [*listed, *({"ref": s, "grade": "D", "supports": f"raised by {pack}"} for s in raised.sources)]
    else:
        before = listed if isinstance(listed, list) else [listed]
        spec[sources] = [*before, *(s for s in raised.sources if s not in before)]
    if raised.refer:
        spec["refer"] = True
        return told
    spec["severity"] = raised.severity
    lower = SEVERITIES[: SEVERITIES.index(raised.severity)]
    for ingredient, severity in spec.get("severity_of", {}).items():
        spec["severity_of"][ingredient] = raised.severity if severity in lower else severity
    return told


def leaves(data: Any, keys: Keys = ()) -> dict[Keys, Any]:
    """Everything that is no mapping and no list, and what is empty, by its keys."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    if not inner or not data:
        return {keys: data}
    return {k: value for key, child in inner for k, value in leaves(child, (*keys, key)).items()}


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f"'{value}'"


def _raisable(documents: Mapping[str, Document], part: str) -> dict[str, tuple[str, Keys]]:
    """Id to file and place of everything that a pack may raise in a part."""
    if part == "rules":
        return {
            str(rule["id"]): (path, ("rules", n))
            for path, document in documents.items()
            if path.startswith("rules/") and isinstance(document.data, dict) and isinstance(document.data.get("rules"), list)
            for n, rule in enumerate(document.data["rules"])
            if isinstance(rule, dict) and "id" in rule
        }
    path = INTERACTIONS if part == "interactions" else EFFECTS
    return {str(id_): (path, (part, id_)) for id_ in documents[path].data.get(part, {})}


def _under(data: Any, keys: Keys) -> Any:
    for key in keys:
        data = data[key]
    return data


def _known_names(path: str, data: Mapping[str, Any]) -> set[str]:
    """Every spelling that a table of names decides, in normal form; an ambiguous one is decided by nobody."""
    listed = {section: data.get(section) or {} for section in MAY_ADD[path] if section != "sources"}
    found = {s for section, entries in listed.items() for id_, spec in entries.items() for s in _names_of(path, section, str(id_), spec)}
    plain = data.get("without_rule") or {}
    also = (s for id_, names in plain.items() for s in (id_, *names))
    return {normal_name(str(s)) for s in (*found, *also, *data.get("without_class", ()))}


def _names_of(path: str, section: str, id_: str, spec: Any) -> Iterator[str]:
    """The spellings that an entry of a table of names brings."""
    if section == "brands" and path == MEDICINES:
        yield id_
    elif section == "also_known_as" and path == MEDICINES:
        yield from _texts(spec)
    elif section in ("classes", "substances", "conditions") and path in (MEDICINES, SUBSTANCES, CONDITIONS) and isinstance(spec, dict):
        if path != MEDICINES:
            yield id_
        if path == CONDITIONS:
            yield str(spec.get("name", id_))
        for field in ("ingredients", "also", "salts"):
            yield from _texts(spec.get(field))


def _texts(listed: Any) -> list[str]:
    return [str(item) for item in listed] if isinstance(listed, list | dict) else []
