"""Plain data to YAML text that ``source`` reads back as the same data.

Mappings and lists that hold only scalars, and whatever is wrapped in ``Line``, stand on one line; long text is folded.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import yaml

WIDTH = 150
FOLD_FROM = 110  # characters of a text that is given lines of its own

_PLAIN = re.compile(r"[A-Za-z_](?:[\w ./()+-]*[\w)])?")  # text that needs no quotes inside braces; a colon or comma would end it


class Line(dict[str, Any]):
    """A mapping that is written on one line whatever it holds."""


def dump(data: Any) -> str:
    """The text of some data: dict, list, str, bool, None, int and Decimal. Keys keep their order."""
    return yaml.dump(data, Dumper=_Dumper, default_flow_style=None, sort_keys=False, allow_unicode=True, width=WIDTH)


def one_line(data: Any) -> str:
    """The text of some data on one line of any length, as a person would write it: names plain, what needs quotes in double ones.

    >>> one_line({"expect": {"concludes": {"code": "UL:zinc", "severity": "minor"}}})
    '{expect: {concludes: {code: "UL:zinc", severity: minor}}}'
    """
    text = yaml.dump(data, Dumper=_LineDumper, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6)
    return text.removesuffix("...\n").strip()


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


class _LineDumper(_Dumper):
    pass


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=">" if len(text) > FOLD_FROM else None)


def _line_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if _PLAIN.fullmatch(text) else '"')


def _number(dumper: yaml.SafeDumper, number: Decimal) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:float", f"{number:f}")


def _line(dumper: yaml.SafeDumper, data: Line) -> yaml.MappingNode:
    return dumper.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=True)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Decimal, _number)
_Dumper.add_representer(Line, _line)
_LineDumper.add_representer(str, _line_text)
