"""A site whose every text tries to act where it is printed: each is read as it was written, and nothing else comes of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote

import pytest
from msgspec.structs import replace
from sphinx.search.en import SearchEnglish

from neurobalance_expert.fact import FINDING, Fact
from neurobalance_expert.kb import default_kb
from neurobalance_expert.knowledge.values import KnownValue
from neurobalance_expert.loaded import load_knowledge
from neurobalance_expert.report.escape import visible
from neurobalance_expert.rules.ir import Const, Evidence, Head, Param, Pattern, Rule, RuleSet, RuleTest
from neurobalance_expert.site.build import build
from neurobalance_expert.site.catalogue import Catalogue
from neurobalance_expert.site.fired import Fired
from neurobalance_expert.site.markup import slugs, text
from neurobalance_expert.site.pages import site_pages
from neurobalance_expert.site.write import MARK, ours, write_site
from tests.security.payloads import TEXTS

OF_MYST = ("% a comment", "(target)=", "+++", ":::{raw} html", "{eval-rst}`x`")
NAMES = tuple(dict.fromkeys(" ".join(visible(one).split()) or "nothing" for one in (*TEXTS, *OF_MYST)))
ACTING = ("script", "iframe", "img", "form", "input", "object", "base", "meta", "link", "style", "math")
WITH_VALUES = 12  # texts that are also the meaning of a value
VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})


def hostile(number: int, name: str) -> Rule:
    """A rule whose title, wording, evidence, parameter and test are the text."""
    said = name if not any(mark in name for mark in ("{{", "{%", "{#")) else "plain"
    fact = Fact("supplement", (name,))
    head = Head(FINDING, (None, Const(f"rule-n{number}"), Const("info"), Const(name), None, None), (Const("INFO"), Const("seen")))
    pattern = Pattern("supplement", (), "supplement")
    return Rule(
        f"rule-n{number}", name, "note", "stable", "info", (Evidence(f"ref{number}", "A", name),),
        (Param("limit", Decimal(1), "mg", f"knowledge.thresholds.value{number}"),), (), (pattern,), (), head, (), said, said,
        (RuleTest(name, (fact,), "fired"),),
    )  # fmt: skip


class Page(HTMLParser):
    """The elements of the article with their attributes, its text, the title, and the links and names of the whole page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.links: list[str] = []
        self.names: set[str] = set()
        self.text = self.title = ""
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element."""
        given = dict(attrs)
        self.names |= {str(given[name]) for name in ("id", "name") if given.get(name)}
        self.links += [str(given[name]) for name in ("href", "src") if given.get(name)]
        if tag not in VOID:
            self._open.append(tag)
        if "article" in self._open:
            self.elements.append((tag, given))

    def handle_endtag(self, tag: str) -> None:
        """Close everything up to the element."""
        while tag in self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        if "article" in self._open:
            self.text += data
            self.title += data if "h1" in self._open and "a" not in self._open else ""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """The built site of a rule, a reference and a value for each text."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "knowledge").mkdir()
    shipped = load_knowledge(default_kb())
    relations = {name: shipped.vocabulary.relations[name] for name in ("supplement", FINDING)}
    rules = tuple(hostile(number, name) for number, name in enumerate(NAMES))
    values = {
        path: KnownValue(path, Decimal(1), "mg", Decimal(1), name, (f"ref{number}",), "A", True, name)
        for number, name in enumerate(NAMES[:WITH_VALUES])
        for path in [f"knowledge.thresholds.value{number}"]
    }
    knowledge = replace(
        shipped,
        files=replace(shipped.files, root=folder),
        name=NAMES[0],
        vocabulary=replace(shipped.vocabulary, relations=relations),
        rules=RuleSet(rules, {rule.id: 0 for rule in rules}, frozenset()),
        thresholds=values,
        references={f"ref{number}": {"cite": name, "note": name, "link": name, "doi": name} for number, name in enumerate(NAMES)},
    )
    fired = {rule.id: (Fired(NAMES[number], 1),) for number, rule in enumerate(rules)}
    for path, page in site_pages(Catalogue(knowledge, None, fired), {}).items():
        (folder / "out" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "out" / path).write_text(page, encoding="utf-8")
    return build(folder / "out")


@pytest.fixture(scope="module")
def read(site: Mapping[str, bytes]) -> Mapping[str, Page]:
    """Its pages."""
    return {path: Page(content.decode()) for path, content in site.items() if path.endswith(".html")}


pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")


@pytest.mark.slow
def test_each_text_is_read_as_it_was_written(read: Mapping[str, Page]) -> None:
    """As the title of a page, and in the page of its reference."""
    titles = [read[f"rules/rule-n{number}.html"].title for number in range(len(NAMES))]
    notes = [" ".join(read[f"references/ref{number}.html"].text.split()) for number in range(len(NAMES))]

    assert list(NAMES) == titles
    assert [] == [name for name, note in zip(NAMES, notes, strict=True) if name not in note]


def test_no_element_comes_of_a_text(read: Mapping[str, Page]) -> None:
    """No script, frame, form, picture or handler in any article, and no link to the web but that of a reference to its registry."""
    found = [(path, tag, attrs) for path, page in read.items() if "/" in path for tag, attrs in page.elements]
    links = [str(attrs["href"]).lower() for _, _, attrs in found if attrs.get("href")]

    assert [] == [one for one in found if one[1] in ACTING]
    assert [] == [(path, name) for path, _, attrs in found for name in attrs if name.startswith("on")]
    assert [] == [link for link in links if link.startswith(("javascript:", "data:", "//"))]
    assert {link.split("/")[2] for link in links if link.startswith("http")} <= {"doi.org"}


def test_every_link_of_the_built_site_leads_somewhere(read: Mapping[str, Page], site: Mapping[str, bytes]) -> None:
    """To a file of the site, and to a name in it when it has one."""
    broken = []
    for path, page in read.items():
        for link in page.links:
            target, _, name = link.partition("#")
            if link.startswith(("http:", "https:", "data:")):
                continue
            goal = normpath(join(dirname(path), unquote(target.split("?")[0]))) if target else path
            if goal not in site or (name and goal in read and unquote(name) not in read[goal].names):
                broken.append((path, link))

    assert [] == broken


def test_a_name_of_a_file_is_safe_and_its_own() -> None:
    """Small letters, digits and '-' alone, at most 89 of them, and no two names share one."""
    found = slugs((*TEXTS, "a" * 5000, "../../etc/passwd", "LAB:x:low", "LAB:$x:low", "lab-x-low", "", "é", "ü"))

    assert len(found) == len(set(found.values()))
    assert [] == [one for one in found.values() if not one or len(one) > 89 or one.strip("abcdefghijklmnopqrstuvwxyz0123456789-")]


def test_no_table_has_an_empty_heading_and_no_page_leaves_a_level_of_headings_out(site: Mapping[str, bytes]) -> None:
    """One title, and below it each heading at most one level deeper than the one before; every drawing has a title and a description."""
    wrong = []
    for path, content in site.items():
        if not path.endswith(".html"):
            continue
        article = content.decode().partition("<article")[2].partition("</article>")[0]
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", article)]
        if levels[:1] != [1] or levels.count(1) != 1 or any(b - a > 1 for a, b in pairwise(levels)):
            wrong.append((path, f"levels {levels}"))
        if re.search(r"<thead>(?:(?!</thead>).)*<th[^>]*>(?:<p>\s*</p>)?</th>", article, re.DOTALL):
            wrong.append((path, "a heading of a table is empty"))
        if not article.count("<svg") == article.count("<title id=") == article.count("<desc id="):
            wrong.append((path, "a drawing without words"))

    assert [] == [one for one in wrong if one[0] not in ("search.html", "genindex.html")]


@pytest.mark.parametrize(
    ("words", "page"),
    [("rule-n7", "rules/rule-n7"), ("INFO:seen", "codes/info-seen"), ("value7", "values/value7"), ("ref7", "references/ref7")],
)
def test_the_search_finds_a_rule_a_code_a_value_and_a_reference(site: Mapping[str, bytes], words: str, page: str) -> None:
    """The index has the page under every word of its name, as the search of the page looks them up."""
    script = site["searchindex.js"].decode()
    index = json.loads(script[script.index("(") + 1 : script.rindex(")")])
    stem = SearchEnglish({}).stem
    found = [set(_pages_of(index, stem(word.lower()))) for word in re.findall(r"\w+", words)]

    assert page in set.intersection(*found)


def test_whoever_searches_for_the_id_of_a_rule_finds_its_page_first(site: Mapping[str, bytes]) -> None:
    """The index has a main entry of that name, which the search puts before pages that hold its words."""
    script = site["searchindex.js"].decode()
    index = json.loads(script[script.index("(") + 1 : script.rindex(")")])

    assert [("rules/rule-n7", True)] == [(index["docnames"][number], main) for number, _, main in index["indexentries"]["rule-n7"]]


def _pages_of(index: Mapping[str, Any], word: str) -> list[str]:
    """The pages that hold a word in their text or title: the index gives one number or a list of them."""
    numbers = [index[part].get(word, []) for part in ("terms", "titleterms")]
    return [index["docnames"][n] for part in numbers for n in (part if isinstance(part, list) else [part])]


@pytest.mark.parametrize("start", ["% c", "(x)=", "- a", "1. a", "# a", "> a", "+++", "::: a", "``` a", "| a |", "    a", "\ta", "--- "])
def test_no_block_begins_in_a_text(start: str) -> None:
    """What would begin one begins with a sign that takes its meaning away."""
    written = text(start)

    assert written[0] in "\\&1a"
    assert not written.startswith("1. ")


def test_a_mark_that_names_what_lies_outside_removes_nothing(tmp_path: Path) -> None:
    """Paths that leave the folder are no files of ours, whoever wrote the list."""
    (tmp_path / "mine.txt").write_text("mine")
    own = tmp_path / "site"
    own.mkdir()
    (own / MARK).write_text('{"schema": "neurobalance/site/1", "files": ["../mine.txt", "/etc/hostname", "a/../../mine.txt", "C:x", ""]}')

    assert set() == ours(own)
    write_site(own, {"a.md": b"a"})
    assert "mine" == (tmp_path / "mine.txt").read_text()


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    """A folder of ours in which somebody put a link to elsewhere."""
    from neurobalance_expert.errors import Misuse

    (tmp_path / "elsewhere").mkdir()
    write_site(tmp_path / "site", {"a.md": b"a"})
    (tmp_path / "site" / "source").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Misuse, match="is a link"):
        write_site(tmp_path / "site", {"source/a.md": b"a"})

    assert [] == list((tmp_path / "elsewhere").iterdir())
