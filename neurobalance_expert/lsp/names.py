"""What can be named in a file, and a place that names it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from neurobalance_expert.errors import Span

Kind = Literal[
    "rule", "code", "parameter", "variable", "label", "test", "threshold", "relation", "slot", "enum", "value", "reference", "filter",
    "entry",
]  # fmt: skip


class Symbol(Struct, frozen=True):
    """Something that has a name. What belongs to one rule carries the file and the number of the rule before its own name, an entry of a
    table of names the table."""

    kind: Kind
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name itself."""
        return self.names[-1]

    @property
    def owner(self) -> tuple[str, ...]:
        """What stands before it: file and rule, or the relation of a slot."""
        return self.names[:-1]


class Mention(Struct, frozen=True):
    """A place that names a symbol. ``defines``: it is made here. ``whole``: the span is a whole scalar, quotes and all."""

    symbol: Symbol
    span: Span
    defines: bool = False
    whole: bool = False
