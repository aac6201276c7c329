"""An assessment as text, Markdown, HTML or JSON.

Each text format has one Jinja2 environment: sandboxed, strict about variables, and with one escape function that every printed value
passes (``finalize``). What a macro or one of the drawing functions returns is marked as done and is not escaped again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurobalance_expert.errors import Misuse, did_you_mean
from neurobalance_expert.outcome import Assessment, as_json
from neurobalance_expert.report import escape

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

FORMATS = ("text", "md", "html", "json", "jsonl")
TEMPLATES = {"text": "text.j2", "md": "markdown.j2", "html": "html.j2"}
_ESCAPES: dict[str, Callable[[str], str]] = {"text": escape.visible, "md": escape.markdown, "html": escape.html}
_GAPS = re.compile(r"\n{3,}")
_CHART_WIDTHS = {"wide": 860, "narrow": 350}


def render(assessment: Assessment, format: str, kb: Path, *, colour: bool = False, width: int = 100, audience: str = "professional") -> str:
    """The report, ending with a line end. Equal assessments give equal bytes: there is no clock, locale or random order in it.

    Args:
        assessment: what to print.
        format: one of ``FORMATS``. ``html`` is one file that loads nothing; ``jsonl`` is one line.
        kb: the knowledge base; the templates are in its ``reports/templates``. JSON does not use it.
        colour: whether ``text`` may contain colour sequences.
        width: longest line of ``text``, at least 40.
        audience: ``professional`` shows the basis of everything; ``person`` what was found and whom to ask. JSON is the same for both.

    Raises:
        Misuse: the format is not one of ``FORMATS``.
        WordingError: a template is missing, broken, or uses a name that does not exist.
    """
    if format in ("json", "jsonl"):
        return _json(assessment, indent=2 if format == "json" else None)
    if format not in FORMATS:
        raise Misuse(f"the format '{format}' is not known; {did_you_mean(format, FORMATS, otherwise='formats: ' + ', '.join(FORMATS))}")
    from jinja2 import TemplateError

    from neurobalance_expert.explain.wording import WordingError

    try:
        template = _environment(kb / "reports" / "templates", format).get_template(TEMPLATES[format])
        text = template.render(_values(assessment, format, colour, max(40, width), audience))
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        place = getattr(error, "name", None) or TEMPLATES[format]
        raise WordingError(f"the template '{place}' cannot be rendered: {error}") from error
    return _GAPS.sub("\n\n", text).strip("\n") + "\n"


def _values(assessment: Assessment, format: str, colour: bool, width: int, audience: str) -> dict[str, Any]:
    """What a template sees. Imported here, so that JSON does not pay for it."""
    from neurobalance_expert.report.view import build

    view = build(assessment, audience)
    if format == "html":
        from markupsafe import Markup

        from neurobalance_expert.report.charts import day_svg

        charts = {name: Markup(day_svg(view.day, size, f"day-{name}")) for name, size in _CHART_WIDTHS.items()}  # escaped as they are drawn
        return {"v": view, **charts}
    from neurobalance_expert.report.tables import tables

    values: dict[str, Any] = {"v": view, "tables": tables(view)}
    if format == "text":
        from neurobalance_expert.report.terminal import Terminal

        values["t"] = Terminal(width, colour)
    return values


def _json(assessment: Assessment, indent: int | None) -> str:
    """Keys sorted, no NaN, and no character in it that could drive a terminal or split a line."""
    separators = (",", ": ") if indent else (",", ":")
    text = json.dumps(as_json(assessment), indent=indent, separators=separators, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return escape.json_text(text) + "\n"


@lru_cache(maxsize=8)
def _environment(folder: Path, format: str) -> SandboxedEnvironment:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment
    from markupsafe import Markup

    clean = _ESCAPES[format]

    def printed(value: object) -> object:
        """What stands on the page for a value. None is refused: a template says in words that something is not known."""
        if hasattr(value, "__html__"):  # the result of a macro, a drawing, or a laid-out paragraph
            return value
        if value is None:
            raise ValueError("a template printed None")
        return Markup(clean(str(value)))

    env = SandboxedEnvironment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=printed,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.globals.clear()
    if format == "md":
        env.filters["code"] = lambda text: Markup(escape.markdown_code(str(text)))
        env.filters["address"] = Markup  # view.py lets no character through that could end the address
    if format == "html":
        env.filters["drawing"] = Markup  # for the strips of view.py, which hold numbers only
    return env
