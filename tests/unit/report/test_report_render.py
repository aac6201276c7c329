"""The rendered report: order, completeness, strictness, accessibility and speed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace

from neurobalance_expert.errors import Misuse
from neurobalance_expert.explain.wording import WordingError
from neurobalance_expert.outcome import Assessment
from neurobalance_expert.report.render import FORMATS, render
from tests.unit.report.sample_assessment import quiet, sample, severe

VOID = {"meta", "br", "col", "img", "hr", "input", "link"}
DRAWN = {"path", "rect", "circle"}
CASES = {"sample": sample(), "quiet": quiet(), "severe": severe()}


class Tree(HTMLParser):
    """Checks that tags balance, and collects attributes and ids."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in DRAWN, f"<{tag}/> does not close in HTML"
        self.seen.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def values(self, attribute: str) -> list[str]:
        return [attrs[attribute] for _, attrs in self.seen if attribute in attrs]


@pytest.fixture(params=CASES, ids=str)
def case(request: pytest.FixtureRequest) -> Assessment:
    """Each of the sample assessments."""
    return CASES[request.param]


def test_html_is_balanced_and_every_link_inside_has_its_target(case: Assessment, root: Path) -> None:
    """Tags nest, ids are unique, and no anchor or aria reference points nowhere."""
    tree = Tree(render(case, "html", root))
    ids = tree.values("id")
    targets = [href.removeprefix("#") for href in tree.values("href") if href.startswith("#")]
    targets += [name for names in tree.values("aria-labelledby") for name in names.split()]

    assert tree.open == []
    assert len(ids) == len(set(ids))
    assert set(targets) <= set(ids)


def test_html_loads_nothing_and_runs_nothing(case: Assessment, root: Path) -> None:
    """No script, no handler, no resource; addresses stand in links of references only, and the policy forbids the rest."""
    page = render(case, "html", root)
    tree = Tree(page)
    tags = {tag for tag, _ in tree.seen}
    outward = [tag for tag, attrs in tree.seen for value in attrs.values() if "//" in value and not value.endswith("w3.org/2000/svg")]

    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in tree.values("content")
    assert tags.isdisjoint({"script", "link", "img", "iframe", "object", "embed", "form", "base"})
    assert set(outward) <= {"a"}
    assert not [name for _, attrs in tree.seen for name in attrs if name.startswith("on") or name in ("src", "style")]
    assert re.search(r"@import|url\((?!#)|@font-face", page) is None


def test_html_is_marked_up_for_a_reader_who_does_not_see_it(root: Path) -> None:
    """Language, one h1, no level of heading skipped, captions, header cells with scope, drawings named or hidden."""
    page = render(sample(), "html", root)
    tree = Tree(page)
    levels = [int(tag[1]) for tag, _ in tree.seen if re.fullmatch("h[1-6]", tag)]
    tables = [tag for tag, _ in tree.seen].count("table")

    assert tree.seen[0] == ("html", {"lang": "en"})
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    assert page.count("<caption>") == tables > 4
    assert all("scope" in attrs for tag, attrs in tree.seen if tag == "th")
    assert all(attrs.get("aria-hidden") == "true" or "aria-labelledby" in attrs for tag, attrs in tree.seen if tag == "svg")


@pytest.mark.parametrize("format", FORMATS)
def test_every_finding_is_there_with_code_rule_place_and_words(format: str, case: Assessment, root: Path) -> None:
    """Folded or short, nothing is left out of any format."""
    text = " ".join(render(case, format, root, width=400).replace("\u00a0", " ").replace("\\", "").split())

    for f in case.findings:
        for part in (f.code, f.rule, f.rule_at, f.statement, f.advice, *f.conditions):
            assert part in text


@pytest.mark.parametrize("format", ["text", "md", "html"])
def test_what_was_entered_and_what_is_proposed_is_accounted_for(format: str, root: Path) -> None:
    """Each food with its entry and runner-up, each supplement (a name that is not known says so), each change, question and open rule."""
    a = sample()
    page = render(a, format, root, width=400).replace("\u00a0", " ").replace("\\", "")
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
    foods = [part for f in a.foods for part in (f.entered, f.description, f.ndb, f.runner_up, *f.candidates)]
    changes = [part for r in a.recommendations for part in (r.action, r.metric)]
    still_open = [part for n in a.not_assessed for part in (n.title, n.code, n.rule, *n.missing)]

    for part in (*foods, *(s.entered for s in a.supplements), *changes, *a.questions, *still_open, *a.assumptions, *a.standing_remarks):
        assert part in text
    assert text.count("not recognised: not checked") == 1
    assert text.count("no confident match: not counted") == 1


@pytest.mark.parametrize("format", ["text", "md", "html"])
def test_the_sections_come_in_their_order(format: str, root: Path) -> None:
    """What matters first, versions last, then the standing sentence."""
    text = " ".join(render(sample(), format, root).split())
    text = text.split("<main>")[-1].lower()
    marks = ["assessed", "timing", "what matters", "simulated", "questions to ask", "the day", "precursors", "co-factors and other",
             "laboratory values", "not assessed, and why", "xylotl", "contested: whether", "references", "versions and digests",
             "decision support for a professional"]  # fmt: skip
    places = [text.index(marks[0])]
    for mark in marks[1:]:
        places.append(text.index(mark, places[-1]))

    assert places == sorted(places)


def test_the_first_ten_lines_of_text_have_the_outcome_and_the_worst_finding(root: Path) -> None:
    """A contraindication cannot be scrolled past."""
    head = render(severe(), "text", root).splitlines()[:10]

    assert head[:2] == [
        "NEUROBALANCE ASSESSMENT  case bcaa-before-sleep, diary of 2026-03-03",
        "Outcome: Findings only, no advice. Only warnings are given. Requirements of healthy adults do not",
    ]
    assert "Most severe: CONTRAINDICATED  Phenylketonuria: aspartame is a source of phenylalanine  [COND:pku]" in head
    assert "Findings: 1 contraindicated, 3 major, 4 moderate, 1 minor" in head


def test_a_card_in_markdown_reads_as_written_here(root: Path) -> None:
    """Severity in words, statement, advice, then code, subject and evidence."""
    expected = """\
### Minor: Tryptophan above the amount that is flagged

500 mg of free tryptophan is above the flag of 450 mg a day and far below 4.5 g, where effects were reported.

**What to do:** Ask the prescriber or pharmacist before it is combined with an antidepressant.

`CEIL:l_tryptophan` · L-tryptophan · evidence B, one good human study, or several that mostly agree
"""

    assert expected in render(sample(), "md", root)


def test_the_day_as_text_is_a_table(root: Path) -> None:
    """Nothing eaten is a dash; something eaten whose amount is not known says so."""
    lines = render(sample(), "text", root).splitlines()
    start = lines.index("Time         Part        Items                 Protein g    Carb. g  Trp entry  Tyr entry   Trp/LNAA")

    assert lines[start + 1] == "08:00–13:00  after food  oats dry; cow milk         23.4       68.2       0.88       1.06      0.094"
    assert lines[start + 6] == "19:00–22:15  after food  salmon cooked;        not known  not known       0.74  not known  not known"
    assert lines[start + 11] == "23:00–07:00  night       –                             –          –       1.14       0.76      0.117"


@pytest.mark.parametrize("format", ["text", "md", "html"])
def test_marks_and_remarks_are_explained(format: str, root: Path) -> None:
    """The unverified mark, the imputed mark, the contested evidence and the standing sentence."""
    text = " ".join(render(sample(), format, root).split())

    for part in ("‡", "from memory, not yet verified", "≈", "contested", "Not a medical device, not a diagnosis", "Silence is not safety"):
        assert part in text


@pytest.mark.parametrize("format", ["text", "md"])
def test_a_quiet_day_advises_nothing(format: str, root: Path) -> None:
    """On a balanced day the report's own words contain no advice, no praise and no alarm."""
    text = render(quiet(), format, root).lower()

    assert "no concern found in what was entered" in text
    assert "not a proof of adequacy" in text
    assert re.findall(r"\b(take|stop|recommended|deficien\w+|everything looks fine|no interactions|what to do:)\b", text) == []


@pytest.mark.parametrize("width", [40, 72, 100])
def test_no_line_of_text_is_wider_than_asked(width: int, case: Assessment, root: Path) -> None:
    """Tables are narrowed and paragraphs wrapped; a phone terminal of 40 columns is enough."""
    assert max(map(len, render(case, "text", root, width=width).splitlines())) <= width


def test_colour_is_added_on_request_and_changes_no_word(root: Path) -> None:
    """With the sequences taken out, the coloured text is the plain one."""
    plain = render(sample(), "text", root)
    coloured = render(sample(), "text", root, colour=True)

    assert "\x1b" not in plain
    assert "\x1b[1;33mMODERATE" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


def test_json_is_sorted_and_one_line_when_asked(root: Path) -> None:
    """json and jsonl hold the same object."""
    text, line = render(sample(), "json", root), render(sample(), "jsonl", root)
    data = json.loads(text)

    assert json.loads(line) == data
    assert list(data) == sorted(data)
    assert line.count("\n") == 1
    assert data["schema"] == "neurobalance/assessment/1"


def test_an_empty_assessment_renders_in_every_format(root: Path) -> None:
    """A case that could not be assessed at all still has a report."""
    nothing = dict.fromkeys(("findings", "foods", "windows", "adequacy", "assumptions", "references", "standing_remarks", "person"), ())
    a = replace(
        quiet(), disposition="cannot_assess", disposition_title="Cannot be assessed yet", totals={}, goal="", max_severity="", **nothing
    )

    for format in FORMATS:
        assert render(a, format, root)
    assert "Cannot be assessed yet" in render(a, "html", root)


@pytest.mark.parametrize(
    "template",
    [
        "{{ v.nothing }}",
        "{{ nothing }}",
        "{{ v.case_id.__class__ }}",
        "{% for x in v.findings %}{{ x.nope }}{% endfor %}",
        "{% set x = none %}{{ x }}",
        "{{ v",
        "",
    ],
)
def test_a_template_with_a_fault_is_an_error_and_no_report(template: str, tmp_path: Path) -> None:
    """A name that does not exist, a forbidden attribute, a printed None, a syntax error, a missing file."""
    folder = tmp_path / "reports" / "templates"
    folder.mkdir(parents=True)
    if template:
        (folder / "text.j2").write_text(template, encoding="utf-8")

    with pytest.raises(WordingError, match=r"text\.j2"):
        render(sample(), "text", tmp_path)


def test_an_unknown_format_is_refused(root: Path) -> None:
    """The message names the nearest one."""
    with pytest.raises(Misuse, match="did you mean 'html'"):
        render(sample(), "htm", root)


def test_the_report_is_the_same_in_every_process(root: Path) -> None:
    """Hash seeds, locales and time zones do not show."""
    code = (
        "import sys, hashlib; from pathlib import Path; from tests.unit.report.sample_assessment import sample;"
        "from neurobalance_expert.report.render import render;"
        "print([hashlib.sha256(render(sample(), f, Path(sys.argv[1])).encode()).hexdigest() for f in ('text', 'md', 'html', 'json')])"
    )
    outputs = set()
    for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(root)}
        command = [sys.executable, "-c", code, str(root)]
        outputs.add(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)

    assert len(outputs) == 1


def test_json_does_not_pay_for_the_template_engine(root: Path) -> None:
    """Importing the renderer and printing JSON loads neither jinja2 nor the view."""
    code = (
        "import sys; from pathlib import Path; from tests.unit.report.sample_assessment import sample;"
        "from neurobalance_expert.report.render import render; render(sample(), 'json', Path(sys.argv[1]));"
        "print([m for m in ('jinja2', 'neurobalance_expert.report.view') if m in sys.modules])"
    )
    command = [sys.executable, "-c", code, str(root)]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("format", ["text", "md", "html"])
def test_a_warm_report_takes_less_than_thirty_milliseconds(format: str, root: Path) -> None:
    """The best of seven, so that a busy machine does not fail the test."""
    times = []
    for _ in range(7):
        start = time.perf_counter()
        render(sample(), format, root)
        times.append(time.perf_counter() - start)

    assert min(times[1:]) < 0.030
