"""Text to plain data with the place of every node: strict YAML and JSON.

What is plain here: ``dict``, ``list``, ``str``, ``bool``, ``None`` and ``Decimal``. Only ``true``, ``false``, ``null``
(and ``~`` or nothing) and decimal numbers are read as such; the rest is text. So ``07:30`` and ``no`` stay text, ``1e-3``
is text in YAML and a number in JSON, where the standard says so. An equal key, an alias, a tag, a second document, too deep
a nesting and too large a file are problems, each with its place.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import wraps
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]  # the decoder of the standard library, escapes and all
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import yaml
from msgspec import Struct, field

from neurobalance_expert.errors import InputProblems, Problem, Problems, Span

Data = Any  # dict | list | str | bool | Decimal | None, nested
Keys = tuple[str | int, ...]
P = ParamSpec("P")
T = TypeVar("T")

MAX_BYTES = 5_000_000
BOM = b"\xef\xbb\xbf"  # a byte-order mark: dropped where a file is read, kept where it is written over
MAX_DEPTH = 32
MAX_NODES = 100_000
MAX_DIGITS = 40

_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


class Document(Struct, frozen=True):
    """Parsed data, the text it came from, and where each node stands."""

    data: Data
    text: str
    file: str
    spans: dict[Keys, Span] = field(default_factory=dict)
    key_spans: dict[Keys, Span] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()  # only of a document read with ``keep``

    def at(self, *keys: str | int) -> Span:
        """Span of the node under these keys, or of the nearest parent that exists."""
        for end in range(len(keys), -1, -1):
            if keys[:end] in self.spans:
                return self.spans[keys[:end]]
        return Span(self.file, 1, 1)

    def at_key(self, *keys: str | int) -> Span:
        """Span of the key itself (left of the colon); falls back to the value's span."""
        return self.key_spans.get(keys) or self.at(*keys)


def load(path: Path, *, shown_as: str | None = None, keep: bool = False) -> Document:
    """Read and parse a ``.json`` file as JSON, anything else as YAML.

    Args:
        keep: Equal keys and tags do not raise; they stay with the document as ``problems``, for a reader that goes on to find the rest.

    Raises:
        InputProblems: the file is missing, unreadable, too large, not UTF-8 or not strict YAML/JSON.
    """
    name = shown_as or str(path)
    text = read_text(path, shown_as=name)
    return parse_json(text, name, keep=keep) if path.suffix.lower() == ".json" else parse_yaml(text, name, keep=keep)


def read_text(path: Path, *, shown_as: str | None = None, limit: int = MAX_BYTES) -> str:
    """The text of a file, refused before it is read when it is larger than ``limit`` bytes."""
    return decode(read_bytes(path, shown_as=shown_as, limit=limit), shown_as or str(path))


def read_bytes(path: Path, *, shown_as: str | None = None, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a file, refused like ``read_text``."""
    name = shown_as or str(path)
    try:
        if path.is_dir():
            raise _fail("NB-S001", f"'{name}' is a folder, not a file", fix="name a file in it")
        if path.stat().st_size > limit:
            raise _too_large(name, limit)
        with path.open("rb") as file:
            raw = file.read(limit + 1)  # a device has no size to look at
    except FileNotFoundError:
        raise _fail("NB-S001", f"there is no file '{name}'", fix="check the spelling and the folder you are in") from None
    except OSError as error:
        raise _fail("NB-S001", f"cannot read '{name}': {error.strerror}", fix="check the permissions of the file") from None
    except ValueError:  # a NUL in the name
        raise _fail("NB-S001", "the name of the file cannot be a name", fix="check the spelling") from None
    if len(raw) > limit:
        raise _too_large(name, limit)
    return raw


def decode(raw: bytes, file: str) -> str:
    """UTF-8 text of the bytes, a byte-order mark dropped. Raises InputProblems when they are not UTF-8."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _fail("NB-S002", "the file is not UTF-8 text", Span(file, line, 1), fix="save it as UTF-8") from None


def parse_yaml(text: str, file: str, *, keep: bool = False) -> Document:
    """Strict YAML to data with positions. ``keep``: see ``load``.

    Raises:
        InputProblems: every problem found (a syntax error ends the search).
    """
    problems = Problems(sources={file: text})
    _check_size(text, file)
    try:
        root = _compose(text, file, problems)
    except yaml.MarkedYAMLError as error:
        raise InputProblems([_syntax(error, text, file)], {file: text}) from None
    except UnicodeEncodeError as error:
        at = Span(file, text.count("\n", 0, error.start) + 1, 1)
        raise _fail("NB-S002", "the text holds half of a surrogate pair", at, fix="save the file as UTF-8") from None
    except yaml.YAMLError as error:
        reason = str(error).splitlines()[0]
        raise _fail("NB-S003", f"this is not YAML: {reason}", Span(file, 1, 1), text=text, fix="remove the character") from None
    builder = _Builder(file, problems)
    data = builder.build(root, (), 0) if root is not None else None
    if not keep:
        problems.stop()
    return Document(data, text, file, builder.spans, builder.key_spans, tuple(problems.found))


def parse_json(text: str, file: str, *, keep: bool = False) -> Document:
    """JSON to data with positions. ``keep``: see ``load``. Equal keys are problems; NaN and Infinity stay text."""
    _check_size(text, file)
    problems = Problems(sources={file: text})
    reader = _JsonReader(text, file, problems)
    try:
        data = reader.document()
    except JSONDecodeError as error:
        at = Span(file, error.lineno, error.colno)
        raise _fail("NB-S003", f"this is not JSON: {error.msg}", at, text=text, fix="mend the text at the place shown") from None
    if not keep:
        problems.stop()
    return Document(data, text, file, reader.spans, reader.key_spans, tuple(problems.found))


def is_date(data: object) -> bool:
    """Whether this is the text of a day that the calendar has, as ISO 8601 writes it with hyphens."""
    try:
        return isinstance(data, str) and date.fromisoformat(data).isoformat() == data
    except ValueError:
        return False


def is_text(plain: str) -> bool:
    """Whether YAML without quotes is read as text, not as true, false, null or a number."""
    return plain not in _CONSTANTS and not (len(plain) <= MAX_DIGITS and _NUMBER.fullmatch(plain))


def to_json(data: Data) -> str:
    """JSON text of plain data, ASCII, numbers digit for digit: ``parse_json`` reads equal data from it."""
    if isinstance(data, Decimal):
        return str(data)
    if isinstance(data, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{to_json(value)}" for key, value in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ",".join(map(to_json, data)) + "]"
    return json.dumps(data)


@contextmanager
def followed(document: Document) -> Iterator[None]:
    """A problem where the document has another shape than what reads it takes for granted: a list for a mapping, a key that is gone.

    Readers of knowledge check what a writer is likely to get wrong, each with its place; this is for the rest.
    """
    try:
        yield
    except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        what = f"the file does not have the shape it needs ({type(error).__name__}: {error})"
        problem = Problem("NB-K066", what, document.at(), fix="compare it with the file that ships")
        raise InputProblems([problem], {document.file: document.text}) from error


def in_shape(read: Callable[Concatenate[Document, P], T]) -> Callable[Concatenate[Document, P], T]:
    """A reader of a document that stops with a problem where it cannot follow the document."""

    @wraps(read)
    def reader(document: Document, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with followed(document):
            return read(document, *args, **kwargs)

    return reader


def _check_size(text: str, file: str) -> None:
    if len(text) > MAX_BYTES:
        raise _too_large(file, MAX_BYTES)


def _too_large(file: str, limit: int) -> InputProblems:
    return _fail(
        "NB-S004",
        f"'{file}' is larger than {limit:,} bytes",
        why="a file of this size is not a diary or a rule; reading it could exhaust the memory",
        fix="split it, or use JSONL with one case a line",
    )


def _fail(code: str, what: str, at: Span | None = None, *, text: str | None = None, why: str = "", fix: str = "") -> InputProblems:
    sources = {at.file: text} if at and text is not None else {}
    return InputProblems([Problem(code, what, at, "", why, fix)], sources)


# --- YAML ---------------------------------------------------------------------------------------------------------


def _compose(text: str, file: str, problems: Problems) -> yaml.Node | None:
    """The node tree of the one document. Aliases, deep nesting and a second document are refused while events stream, tags are noted."""
    _refuse_events(text, file, problems)
    loader = yaml.CSafeLoader(text) if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
        return node
    finally:
        loader.dispose()


def _refuse_events(text: str, file: str, problems: Problems) -> None:
    depth = nodes = documents = 0
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for event in yaml.parse(text, Loader=loader):
        mark = event.start_mark
        at = _mark_span(mark, file) if mark else Span(file, 1, 1)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _fail(
                "NB-S005",
                "anchors and aliases (& and *) are not allowed",
                at,
                text=text,
                why="a few nested aliases can stand for billions of nodes",
                fix="write the value out at each place",
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            problems.add(
                "NB-S010",
                f"the tag '{tag}' is not allowed",
                at,
                why="tags can make a reader build any object, so none is accepted",
                fix="remove the tag and write the plain value",
            )
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _fail("NB-S006", "a second document starts here ('---')", at, text=text, fix="keep one document in a file")
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth, nodes = depth + 1, nodes + 1
            if depth > MAX_DEPTH:
                raise _fail("NB-S007", f"nested deeper than {MAX_DEPTH} levels", at, text=text, fix="flatten the file")
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1
        elif isinstance(event, yaml.ScalarEvent):
            nodes += 1
        if nodes > MAX_NODES:
            raise _fail("NB-S007", f"more than {MAX_NODES:,} values", at, text=text, fix="split the file")


def _mark_span(mark: Any, file: str, length: int = 1) -> Span:
    return Span(file, mark.line + 1, mark.column + 1, length)


def _syntax(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    at = _mark_span(mark, file) if mark else Span(file, 1, 1)
    what = error.problem or "syntax error"
    lines = text.splitlines()
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    fix = "check the indentation, quotes and colons at the place shown"
    brace = re.search(r":\s+(\{\{)", line)
    if "\\t" in what or "tab character" in what:
        fix = "use spaces to indent"
    elif brace and mark:
        at = Span(file, mark.line + 1, brace.start(1) + 1, 2)
        fix = "put the text in quotes: a value that begins with '{' is read as a mapping"
    elif "could not find expected ':'" in what and error.context_mark:
        at, fix = _mark_span(error.context_mark, file), "write 'name: value', with a colon and a space behind the name"
    elif "mapping values are not allowed" in what and line:
        at, fix = _misplaced_colon(lines[: at.line], at)
    return Problem("NB-S003", f"this is not YAML: {what}", at, error.context or "", "", fix)


def _misplaced_colon(lines: Sequence[str], at: Span) -> tuple[Span, str]:
    """Where a key of the last line stands that YAML takes for a part of the text before it, and how to mend that."""
    *earlier, line = lines
    indent = len(line) - len(line.lstrip(" "))
    above = next((other for other in reversed(earlier) if other.strip() and not other.lstrip().startswith("#")), "")
    before = len(above) - len(above.lstrip(" "))
    if indent > before and ":" not in line[: at.col - 1]:
        key = above.strip().split(":", 1)[0]
        fix = f"let the line begin in the same column as '{key}' above it ({before + 1})"
        return Span(at.file, at.line, indent + 1, len(line.strip())), fix
    return at, "put the whole text in quotes: a colon and a space within it begin another value"


class _Builder:
    """Node tree to plain data; notes spans and problems on the way."""

    def __init__(self, file: str, problems: Problems) -> None:
        self.file = file
        self.problems = problems
        self.spans: dict[Keys, Span] = {}
        self.key_spans: dict[Keys, Span] = {}

    def build(self, node: yaml.Node, keys: Keys, depth: int) -> Data:
        """Plain data of a node; its span is kept under ``keys``."""
        self.spans[keys] = self._span(node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, keys, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*keys, i), depth + 1) for i, child in enumerate(node.value)]
        return self._scalar(node) if isinstance(node, yaml.ScalarNode) else None

    def _mapping(self, node: yaml.MappingNode, keys: Keys, depth: int) -> dict[str, Data]:
        out: dict[str, Data] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            at = self._span(key_node)
            if key is None:
                self.problems.add("NB-S008", "a key must be a single word or text", at, fix="write 'name: value'")
                continue
            if key in out:
                first = self.key_spans[(*keys, key)]
                self.problems.add(
                    "NB-S009",
                    f"the key '{key}' stands twice",
                    at,
                    label="second time",
                    why="only one of the two values could be used, and nothing says which was meant",
                    fix="remove one of them, or make the values a list",
                    also=((first, "first defined here"),),
                )
                continue
            self.key_spans[(*keys, key)] = at
            out[key] = self.build(value_node, (*keys, key), depth + 1)
        return out

    def _scalar(self, node: yaml.ScalarNode) -> Data:
        text = node.value
        if node.style in ("'", '"', "|", ">") or is_text(text):
            return text
        return _CONSTANTS[text] if text in _CONSTANTS else Decimal(text)

    def _span(self, node: yaml.Node) -> Span:
        one_line = node.start_mark.line == node.end_mark.line
        length = max(1, node.end_mark.column - node.start_mark.column) if one_line else 1
        return _mark_span(node.start_mark, self.file, length)


# --- JSON ---------------------------------------------------------------------------------------------------------

_JSON_SPACE = re.compile(r"[ \t\n\r]*")
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d{1,3})?", re.ASCII)
_JSON_WORD = re.compile(r"-?[A-Za-z]+")
_JSON_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


class _JsonReader:
    """A small recursive reader that keeps positions; strings are decoded by the standard library."""

    def __init__(self, text: str, file: str, problems: Problems) -> None:
        self.text, self.file, self.problems = text, file, problems
        self.spans: dict[Keys, Span] = {}
        self.key_spans: dict[Keys, Span] = {}
        self.nodes = 0
        self.line_starts = [0, *(m.end() for m in re.finditer("\n", text))]

    def document(self) -> Data:
        """The one value of the text; anything after it is an error."""
        data, end = self._value(self._skip(0), (), 0)
        if self._skip(end) != len(self.text):
            raise JSONDecodeError("text after the end of the value", self.text, self._skip(end))
        return data

    def _skip(self, at: int) -> int:
        match = _JSON_SPACE.match(self.text, at)
        return match.end() if match else at

    def _span(self, start: int, end: int) -> Span:
        line = bisect_right(self.line_starts, start)
        return Span(self.file, line, start - self.line_starts[line - 1] + 1, max(1, end - start))

    def _value(self, at: int, keys: Keys, depth: int) -> tuple[Data, int]:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise _fail("NB-S007", f"nested deeper than {MAX_DEPTH} levels or too many values", self._span(at, at), text=self.text)
        char = self.text[at : at + 1]
        self.spans[keys] = self._span(at, at + 1)
        if char == "{":
            return self._object(at, keys, depth)
        if char == "[":
            return self._array(at, keys, depth)
        data, end = self._string(at) if char == '"' else self._plain(at)
        self.spans[keys] = self._span(at, end)
        return data, end

    def _string(self, at: int) -> tuple[str, int]:
        text, end = scanstring(self.text, at + 1, True)
        return text, end

    def _plain(self, at: int) -> tuple[Data, int]:
        number = _JSON_NUMBER.match(self.text, at)
        if number and len(number.group()) <= MAX_DIGITS:
            return Decimal(number.group()), number.end()
        word = _JSON_WORD.match(self.text, at)
        if word and word.group() in _JSON_CONSTANTS:
            return _JSON_CONSTANTS[word.group()], word.end()
        if word and word.group() in ("NaN", "Infinity", "-Infinity"):
            return word.group(), word.end()
        raise JSONDecodeError("expected a value", self.text, at)

    def _items(self, at: int, close: str) -> Iterator[int]:
        """Positions of the items between brackets; ``self._end`` is where the last item ended, then after the bracket."""
        self._end = self._skip(at + 1)
        if self.text[self._end : self._end + 1] == close:
            self._end += 1
            return
        while True:
            yield self._skip(self._end)
            here = self._skip(self._end)
            char = self.text[here : here + 1]
            self._end = here + 1
            if char == close:
                return
            if char != ",":
                raise JSONDecodeError(f"expected ',' or '{close}'", self.text, here)

    def _array(self, at: int, keys: Keys, depth: int) -> tuple[list[Data], int]:
        out: list[Data] = []
        for here in self._items(at, "]"):
            data, self._end = self._value(here, (*keys, len(out)), depth + 1)
            out.append(data)
        return out, self._end

    def _object(self, at: int, keys: Keys, depth: int) -> tuple[dict[str, Data], int]:
        out: dict[str, Data] = {}
        for here in self._items(at, "}"):
            if self.text[here : here + 1] != '"':
                raise JSONDecodeError("expected a key in double quotes", self.text, here)
            key, end = self._string(here)
            colon = self._skip(end)
            if self.text[colon : colon + 1] != ":":
                raise JSONDecodeError("expected ':'", self.text, colon)
            span = self._span(here, end)
            value_at = self._skip(colon + 1)
            if key in out:
                self.problems.add(
                    "NB-S009",
                    f"the key '{key}' stands twice",
                    span,
                    label="second time",
                    why="only one of the two values could be used, and nothing says which was meant",
                    fix="remove one of them, or make the values a list",
                    also=((self.key_spans[(*keys, key)], "first defined here"),),
                )
                _, self._end = self._value(value_at, (*keys, f"{key} (again)"), depth + 1)
                continue
            self.key_spans[(*keys, key)] = span
            out[key], self._end = self._value(value_at, (*keys, key), depth + 1)
        return out, self._end
