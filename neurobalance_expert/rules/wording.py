"""What ``say`` and ``do`` may contain: text, names of the rule, and filters for how they are printed. No logic.

The condition is explained from the compiled rule, so wording that repeats a comparison could only come to disagree with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from neurobalance_expert.errors import did_you_mean
from neurobalance_expert.rules.values import UnfitError

if TYPE_CHECKING:
    from jinja2 import nodes
    from jinja2.sandbox import SandboxedEnvironment

Shape = Literal["number", "name"]

FILTERS: Mapping[str, Shape] = {
    "percent": "number",
    "number": "number",
    "hours": "number",
    "grams": "number",
    "mg": "number",
    "aa": "name",
    "window": "name",
    "nutrient": "name",
    "substance": "name",
    "analyte": "name",
    "condition": "name",
    "enum": "name",
}

_STATEMENTS = {"assign": "set", "assignblock": "set", "fromimport": "from", "callblock": "call", "filterblock": "filter"}
_COMPUTED = {
    "Getattr": "an attribute",
    "Getitem": "a part of a value",
    "Call": "a call",
    "Const": "a constant",
    "CondExpr": "an 'if'",
    "Compare": "a comparison",
    "Test": "a comparison",
}
_ONLY = "write text, {{ name }} and {{ name | filter }} only"
_DRIFT = "the condition is explained from the rule itself; wording with logic of its own could come to disagree with it"


def check_wording(text: str, shapes: Mapping[str, Shape]) -> Iterator[UnfitError]:
    """Every problem of one piece of wording.

    Args:
        text: A Jinja2 text.
        shapes: The variables and parameters of the rule; whether each is a number or a name.
    """
    if "{" not in text:
        return
    if re.search(r"{%-?\s*raw\b", text):
        yield UnfitError("NB-R053", "the wording contains logic ({% raw %})", why=_DRIFT, fix=_ONLY, near="{%")
        return
    from jinja2 import TemplateSyntaxError, nodes

    try:
        tree = _environment().parse(text)
    except TemplateSyntaxError as error:
        near = text.splitlines()[error.lineno - 1].strip() if 0 < error.lineno <= len(text.splitlines()) else ""
        yield UnfitError("NB-R050", f"the wording cannot be read: {error.message}", fix=_ONLY, near=near)
        return
    count = 0
    for part in tree.body:
        if not isinstance(part, nodes.Output):
            name = type(part).__name__.lower()
            what = f"the wording contains logic ({{% {_STATEMENTS.get(name, name)} %}})"
            yield UnfitError("NB-R053", what, why=_DRIFT, fix=_ONLY, near="{%", nth=count)
            count += sum(not isinstance(p, nodes.TemplateData) for inner in part.find_all(nodes.Output) for p in inner.nodes)
            continue
        for piece in part.nodes:
            if not isinstance(piece, nodes.TemplateData):
                count += 1
                for problem in _check_piece(piece, shapes):
                    problem.nth = count
                    yield problem


def _check_piece(piece: nodes.Node, shapes: Mapping[str, Shape]) -> Iterator[UnfitError]:
    from jinja2 import nodes

    filters: list[str] = []
    inner: nodes.Node | None = piece
    while isinstance(inner, nodes.Filter):
        if inner.args or inner.kwargs or inner.dyn_args or inner.dyn_kwargs:
            why = "how a value is printed is the same everywhere, so that a report reads alike"
            yield UnfitError("NB-R053", f"the filter '{inner.name}' is given an argument", why=why, fix=_ONLY, near=f"{inner.name}(")
        filters.append(inner.name)
        inner = inner.node
    if len(filters) > 1:
        why = "a filter makes text of a value, and a second one would take the text for a value"
        named = " | ".join(reversed(filters))
        fix = f"keep '{filters[-1]}' or '{filters[0]}'"
        yield UnfitError("NB-R053", f"two filters stand in a row ({named})", why=why, fix=fix, near=named)
        return
    if not isinstance(inner, nodes.Name):
        yield _computed(inner, shapes)
        return
    shape = shapes.get(inner.name)
    if shape is None:
        hint = did_you_mean(inner.name, shapes, otherwise=f"known names: {', '.join(sorted(shapes)) or 'none'}")
        why = "a name that no condition binds has nothing to print"
        yield UnfitError("NB-R051", f"the wording names '{inner.name}', which the rule does not bind", why=why, fix=hint, near=inner.name)
    for name in filters:
        if name not in FILTERS:
            hint = did_you_mean(name, FILTERS, otherwise="known filters: " + ", ".join(FILTERS))
            yield UnfitError("NB-R052", f"unknown filter '{name}'", fix=hint, near=name)
    first = FILTERS.get(filters[-1]) if filters else None
    if shape and first and shape != first:
        fitting = ", ".join(n for n, s in FILTERS.items() if s == shape)
        what = f"the filter '{filters[-1]}' prints a {first}, and '{inner.name}' is a {shape}"
        yield UnfitError("NB-R052", what, fix=f"use one of {fitting}", near=filters[-1])


def _computed(piece: nodes.Node | None, shapes: Mapping[str, Shape]) -> UnfitError:
    """The problem of something that is no name: an attribute, a call, arithmetic, a constant."""
    from jinja2 import nodes

    fix, near = _ONLY, ""
    if isinstance(piece, nodes.Getattr) and isinstance(piece.node, nodes.Name):
        name = piece.node.name
        near = f"{name}.{piece.attr}"
        if shapes.get(name) == "name":
            fix = f"write {{{{ {name} }}}} with a filter that puts it into words, such as {{{{ {name} | window }}}}"
    kind = _COMPUTED.get(type(piece).__name__, "something that is worked out")
    return UnfitError("NB-R053", f"the wording holds {kind}, not a name", why=_DRIFT, fix=fix, near=near)


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(autoescape=False)
