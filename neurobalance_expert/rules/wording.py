"""What ``say`` and ``do`` may contain: text, names of the rule, and filters for how they are printed. No logic.

The condition is explained from the compiled rule, so wording that repeats a comparison could only come to disagree with it.
"""

from __future__ import annotations

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
    "enum": "name",
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
    from jinja2 import TemplateSyntaxError

    try:
        tree = _environment().parse(text)
    except TemplateSyntaxError as error:
        yield UnfitError("NB-R050", f"the wording cannot be read: {error.message}", fix=_ONLY)
        return
    for part in tree.body:
        yield from _check_part(part, shapes)


def _check_part(part: nodes.Node, shapes: Mapping[str, Shape]) -> Iterator[UnfitError]:
    from jinja2 import nodes

    if not isinstance(part, nodes.Output):
        yield UnfitError("NB-R053", f"the wording contains logic ({{% {type(part).__name__.lower()} %}})", why=_DRIFT, fix=_ONLY)
        return
    for piece in part.nodes:
        if not isinstance(piece, nodes.TemplateData):
            yield from _check_piece(piece, shapes)


def _check_piece(piece: nodes.Node, shapes: Mapping[str, Shape]) -> Iterator[UnfitError]:
    from jinja2 import nodes

    filters: list[str] = []
    inner: nodes.Node | None = piece
    while isinstance(inner, nodes.Filter):
        if any(not isinstance(a, nodes.Const) for a in inner.args) or inner.kwargs or inner.dyn_args or inner.dyn_kwargs:
            yield UnfitError("NB-R053", f"the filter '{inner.name}' is given more than constants", why=_DRIFT, fix=_ONLY)
        filters.append(inner.name)
        inner = inner.node
    if not isinstance(inner, nodes.Name):
        kind = type(inner).__name__.lower()
        yield UnfitError("NB-R053", f"the wording computes something ({kind})", why=_DRIFT, fix=_ONLY)
        return
    shape = shapes.get(inner.name)
    if shape is None:
        hint = did_you_mean(inner.name, shapes, otherwise=f"known names: {', '.join(sorted(shapes)) or 'none'}")
        why = "a name that no condition binds has nothing to print"
        yield UnfitError("NB-R051", f"the wording names '{inner.name}', which the rule does not bind", why=why, fix=hint)
    for name in filters:
        if name not in FILTERS:
            hint = did_you_mean(name, FILTERS, otherwise="known filters: " + ", ".join(FILTERS))
            yield UnfitError("NB-R052", f"unknown filter '{name}'", fix=hint)
    first = FILTERS.get(filters[-1]) if filters else None
    if shape and first and shape != first:
        fitting = ", ".join(n for n, s in FILTERS.items() if s == shape)
        what = f"the filter '{filters[-1]}' prints a {first}, and '{inner.name}' is a {shape}"
        yield UnfitError("NB-R052", what, fix=f"use one of {fitting}")


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(autoescape=False)
