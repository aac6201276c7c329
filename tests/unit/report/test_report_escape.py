"""Text of a person is data in every format."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace

from neurobalance_expert.outcome import Assessment
from neurobalance_expert.report import escape
from neurobalance_expert.report.render import FORMATS, render
from tests.unit.report.sample_assessment import sample

PAYLOADS = (
    "<script>alert(1)</script>",
    "</p></section><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "<svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</style><style>*{display:none}",
    "<!-- comment",
    "]]><x>",
    "&lt;script&gt; &#60;b&#62;",
    "<a href=javascript:alert(1)>x</a>",
    "{{7*7}}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{# comment #}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "[x](https://evil.example)",
    "![x](https://evil.example/pixel.png)",
    "https://evil.example and www.evil.example",
    "<https://evil.example>",
    "**bold** _it_ ~~gone~~ `code`",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "| a | b |\n| - | - |",
    "line\nbreak\r\n\n# second",
    "```\nfence",
    "\\*not escaped\\*",
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x9b31mred",
    "\x07bell \x08back \x00nul \x7fdel",
    "admin\u202egnp.exe",
    "a\u2066b\u2069c\u200ed\u061ce",
    "zero\u200bwidth\ufeff\u2060",
    "para\u2029graph\u2028line\x85next",
    "\ud800 lone surrogate",
    "tag\U000e0041\U000e0042",
)
UNWANTED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


class Skeleton(HTMLParser):
    """The elements of a page with their attribute names, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.shape: list[tuple[str, ...]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shape.append((tag, *(name for name, _ in attrs)))

    def handle_comment(self, data: str) -> None:
        self.shape.append(("comment",))

    def handle_data(self, data: str) -> None:
        self.text += data


def with_text(text: str) -> Assessment:
    """The sample with a text of the person in every place that a person can fill."""
    a = sample()
    foods = tuple(replace(f, entered=text, candidates=(text,), description=text) if i == 0 else f for i, f in enumerate(a.foods))
    supplements = tuple(replace(s, entered=text) if i == 0 else s for i, s in enumerate(a.supplements))
    windows = tuple(replace(w, items=(text,)) if i == 0 else w for i, w in enumerate(a.windows))
    labs = tuple(replace(x, entered=text) for x in a.labs)
    person = (("Diet", text), *a.person)
    statement = replace(a.findings[0], statement=text, conditions=(text,))
    return replace(
        a,
        goal=text,
        case_id=text,
        person=person,
        foods=foods,
        supplements=supplements,
        windows=windows,
        labs=labs,
        questions=(text,),
        findings=(statement, *a.findings[1:]),
    )


@pytest.mark.parametrize("payload", PAYLOADS, ids=ascii)
def test_html_keeps_its_elements_whatever_a_person_writes(payload: str, root: Path) -> None:
    """The page has the same elements and attributes as with a harmless word, and shows the text without controls."""
    harmless = Skeleton(render(with_text("word"), "html", root))
    page = render(with_text(payload), "html", root)
    attacked = Skeleton(page)

    assert attacked.shape == harmless.shape
    assert escape.tied(escape.visible(payload)) in attacked.text
    assert UNWANTED.search(page) is None


@pytest.mark.parametrize("payload", PAYLOADS, ids=ascii)
def test_markdown_prints_the_text_and_no_markup(payload: str, root: Path) -> None:
    """With escapes and entities taken away, no character is left that Markdown or HTML would act on, in no place."""
    text = render(with_text(f"zq {payload} qz"), "md", root)
    running = re.sub(r"(?<!\\)`[^`\n]*`", "", text)  # a code span is literal: nothing in it acts
    printed = re.findall(r"zq (.*?) qz", running)

    assert UNWANTED.search(text) is None
    assert len(printed) == len(re.findall("qz", running)) >= 8
    for inside in printed:
        left = re.sub(r"\\[!-/:-@\[-`{-~]|&(?:amp|lt|gt|#64);", "", inside)
        assert re.search(r"[<>\[\]*_`|~$#&@]|https?:|www\.", left) is None


@pytest.mark.parametrize("payload", PAYLOADS, ids=ascii)
def test_a_terminal_gets_letters_only(payload: str, root: Path) -> None:
    """Without colour there is no control character but the line end, and the text stands there as it was written."""
    text = render(with_text(f"zq {payload} qz"), "text", root, width=4000)
    shown = " ".join(f"zq {escape.visible(payload)} qz".split())

    assert UNWANTED.search(text) is None
    assert shown in " ".join(text.split())


@pytest.mark.parametrize("payload", PAYLOADS, ids=ascii)
def test_json_gives_the_text_back_unchanged(payload: str, root: Path) -> None:
    """JSON is for programs: nothing is lost, and nothing in it acts on a terminal or splits the line of a .jsonl."""
    line = render(with_text(payload), "jsonl", root)

    assert json.loads(line)["foods"][0]["entered"] == payload
    assert UNWANTED.search(line) is None
    assert len(line.splitlines()) == 1


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_can_be_written_as_utf8(format: str, root: Path) -> None:
    """Half of a surrogate pair, which no file can hold, does not reach the output."""
    assert render(with_text("\ud83d"), format, root).encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# a", r"\# a"),
        ("- a", r"\- a"),
        ("12. a", r"12\. a"),
        ("2.31 mg", "2.31 mg"),
        ("a - b, 1. c", "a - b, 1. c"),
        ("=== a", r"\=== a"),
        ("a@b.org", "a&#64;b.org"),
        ("HTTP://x.org www.x.org", r"HTTP\://x.org www\.x.org"),
    ],
)
def test_markdown_escapes_what_starts_a_block_or_a_link_and_leaves_the_rest_readable(text: str, expected: str) -> None:
    """Numbers and dashes inside a line are left alone."""
    assert escape.markdown(text) == expected


def test_names_in_other_scripts_stay_whole() -> None:
    """Letters, marks and the joiners that scripts need are no controls."""
    for name in ("Zoë Ångström", "محمد", "می‌خواهم", "नमस्ते", "李小龙", "👩‍🔬"):
        assert escape.visible(name) == name
