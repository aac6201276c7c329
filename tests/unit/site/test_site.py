"""The site about rules and knowledge: complete, linked, the same twice, and nothing in a rule is markup."""

from __future__ import annotations

import json
import posixpath
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from neurobalance_expert.errors import InputProblems, Misuse
from neurobalance_expert.kb import default_kb
from neurobalance_expert.loaded import Knowledge, load_knowledge
from neurobalance_expert.site import build as building
from neurobalance_expert.site.build import check_extra
from neurobalance_expert.site.catalogue import Catalogue
from neurobalance_expert.site.docs_pages import docs_files
from neurobalance_expert.site.drawing import neighbourhood
from neurobalance_expert.site.fired import case_paths, fired_by
from neurobalance_expert.site.index_pages import list_pages
from neurobalance_expert.site.pages import site_pages
from neurobalance_expert.site.rule_page import rule_page
from neurobalance_expert.site.scores import Score, load_scores
from neurobalance_expert.site.style import CSS
from neurobalance_expert.site.tables import labelled
from neurobalance_expert.site.write import write_site
from neurobalance_expert.source import parse_yaml
from tests.conftest import Run

LINK = re.compile(r"\]\(([^)#\s<>]+\.md)(?:#[^)]*)?\)")


@pytest.fixture(scope="module")
def shipped() -> Knowledge:
    """The shipped knowledge base with tests and places."""
    return load_knowledge(default_kb(), (), cache=False)


@pytest.fixture(scope="module")
def catalogue(shipped: Knowledge) -> Catalogue:
    """What its pages show; nobody measured scores or cases."""
    return Catalogue(shipped, None, None)


@pytest.fixture(scope="module")
def pages(catalogue: Catalogue) -> Mapping[str, str]:
    """The source of the site of the shipped knowledge base."""
    return site_pages(catalogue, docs_files())


def test_every_rule_code_value_relation_and_reference_has_a_page(pages: Mapping[str, str], shipped: Knowledge) -> None:
    """As many pages in each folder as there are things of its kind."""
    counts = {folder: sum(path.startswith(f"{folder}/") for path in pages) for folder in ("rules", "values", "relations", "references")}

    assert {
        "rules": len(shipped.rules.rules),
        "values": len(shipped.thresholds),
        "relations": len(shipped.vocabulary.relations),
        "references": len(shipped.references),
    } == counts
    assert "docs/validation.md" in pages


def test_every_link_leads_to_a_page(pages: Mapping[str, str]) -> None:
    """Links between pages, from wherever they stand."""
    broken = {
        (path, link)
        for path, text in pages.items()
        if path.endswith(".md")
        for link in LINK.findall(text)
        if not link.startswith(("http:", "https:"))
        and posixpath.normpath(posixpath.join("/", posixpath.dirname(path), link)).lstrip("/") not in pages
    }

    assert set() == broken


def test_the_page_of_a_rule_tells_condition_evidence_tests_and_score(shipped: Knowledge, tmp_path: Path, root: Path) -> None:
    """Its reading is made from the condition; the number of its threshold stands in it, and so does the case that fires it."""
    scores = tmp_path / "scores.json"
    scores.write_text(
        json.dumps({"mutants": 10, "killed": 9, "rules": {"carbohydrate-meal-raises-tryptophan-ratio": {"mutants": 4, "killed": 3}}})
    )
    (tmp_path / "cases").mkdir()
    shutil.copy(root / "examples" / "a-real-day.yaml", tmp_path / "cases")
    fired = fired_by(case_paths(tmp_path / "cases"), shipped)
    measured = Catalogue(shipped, load_scores(scores), fired)
    text = rule_page(shipped.rule_by_id["carbohydrate-meal-raises-tryptophan-ratio"], measured)
    first = next(rule for rule, cases in fired.items() if cases)

    assert "3 of 4 changes noticed (75.0 %)" in text
    assert "lyons1988" in text
    assert "mostly carbohydrate" in text
    assert "carbohydrate at least 50.0 g" in text
    assert "a-real-day" in rule_page(shipped.rule_by_id[first], measured)


def test_a_folder_that_is_not_ours_is_refused_and_what_is_gone_is_removed(tmp_path: Path) -> None:
    """A user's file stays as it is, inside a folder of ours too."""
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(Misuse, match="not empty"):
        write_site(tmp_path, {"source/a.md": b"a"})
    own = tmp_path / "site"
    write_site(own, {"source/a.md": b"a", "source/b.md": b"b"})
    (own / "mine.txt").write_text("mine")
    write_site(own, {"source/a.md": b"new"})
    with pytest.raises(Misuse, match="was not written by this command"):
        write_site(own, {"mine.txt": b"x"})

    assert ("mine", b"new", False) == ((own / "mine.txt").read_text(), (own / "source/a.md").read_bytes(), (own / "source/b.md").exists())


def test_scores_of_another_shape_are_refused(tmp_path: Path) -> None:
    """More killed than there are cannot be."""
    file = tmp_path / "scores.json"
    file.write_text('{"mutants": 1, "killed": 2}')
    with pytest.raises(InputProblems):
        load_scores(file)

    assert "no change to try" == Score(0, 0).said()


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """And that the pages can be written without it."""
    monkeypatch.setattr(building, "NEEDED", ("a_library_that_is_not_there",))
    with pytest.raises(Misuse, match=r"neurobalance\[site\].*--no-build"):
        check_extra()


def test_the_command_writes_the_same_pages_and_says_how_many(run: Run, tmp_path: Path, pages: Mapping[str, str]) -> None:
    """Another process, with other hashes, gives the same bytes: no clock, place or random order. A folder of an earlier run is welcome."""
    write_site(tmp_path / "site", {"source/gone.md": b"of an earlier run"})
    done = run("rules", "docs", "-o", str(tmp_path / "site"), "--no-build", "--format", "json", PYTHONHASHSEED="11")
    source = tmp_path / "site" / "source"
    written = {path.relative_to(source).as_posix(): path.read_bytes() for path in source.rglob("*") if path.is_file()}

    assert (0, None) == (done.returncode, json.loads(done.stdout)["index"])
    assert {path: page.encode() for path, page in pages.items()} == written


def test_drafts_and_retired_rules_have_a_marked_page_and_count_as_none(shipped: Knowledge, root: Path) -> None:
    """The page says the status, what it means, the comment beside it as text, and who speaks instead; the list names them apart."""
    labs = (root / "rules/cofactors/labs.yaml").read_text()
    found = re.search(r"  - id: lab-below-limit\n.*?\n(?=  - id: )", labs, re.DOTALL)
    rule, now = found[0] if found else "", "status: stable"
    retired = rule.replace("id: lab-below-limit", "id: an-old-limit").replace(now, "status: retired  # since *2026*: <b>old</b>")
    draft = rule.replace("id: lab-below-limit", "id: a-new-limit").replace(now, "status: draft").replace(":low", ":new")
    file = parse_yaml(f"language: 1\nrules:\n{retired}{draft}", "rules/old.yaml")
    documents = {**shipped.files.documents, "rules/old.yaml": file}
    catalogue = Catalogue(replace(shipped, files=replace(shipped.files, documents=documents)))
    old, new = (rule_page(catalogue.resting[name].rule, catalogue) for name in ("an-old-limit", "a-new-limit"))
    listed = list_pages(catalogue)

    assert "{admonition} Retired: this rule does not run" in old
    assert "since \\*2026\\*: &lt;b&gt;old&lt;/b&gt;" in old
    assert "[lab-below-limit](/rules/lab-below-limit.md)" in old.split("## In words")[0]
    assert ["passes |", "passes |"] == [page.split("| just below |")[1].split("\n")[0][-8:] for page in (old, new)]
    assert "{admonition} Draft: this rule does not run" in new
    assert "228 running, 1 draft, 1 retired." in listed["rules"].replace(str(len(shipped.rules.rules)), "228")
    assert "[an-old-limit](/rules/an-old-limit.md)" in listed["rules"].split("## Rules that do not run")[1]
    assert "an-old-limit" not in listed["by-folder"] + listed["codes"]


def test_every_drawing_fits_its_frame_and_says_what_it_shows(catalogue: Catalogue) -> None:
    """The wide and the tall one: a title, a description, names that no other element has, boxes inside, each link with its words."""
    wrong = []
    for rule in catalogue.rules:
        drawn = ElementTree.fromstring("".join(neighbourhood(catalogue.around(rule), rule.id, catalogue.address)))
        names = [element.get("id") for element in drawn.iter() if element.get("id")]
        if len(names) != len(set(names)):
            wrong.append((rule.id, "names"))
        for svg in drawn.findall("svg"):
            width, height = map(float, str(svg.get("viewBox")).split()[2:])
            boxes = [[float(str(box.get(key))) for key in ("x", "y", "width", "height")] for box in svg.iter("rect")]
            if rule.id not in str(svg.findtext("title")) or not svg.findtext("desc"):
                wrong.append((rule.id, "title"))
            if any(x < 0 or y < 0 or x + wide > width or y + high > height for x, y, wide, high in boxes):
                wrong.append((rule.id, "a box outside"))
            if any(not "".join(link.itertext()).strip() for link in svg.iter("a")):
                wrong.append((rule.id, "a link without words"))

    assert [] == wrong


def test_the_tall_drawing_fits_a_narrow_screen_and_has_the_boxes_of_the_wide_one(catalogue: Catalogue) -> None:
    """420 pixels less borders leave 388."""
    rule = catalogue.knowledge.rule_by_id["lab-below-limit"]
    wide, tall = ElementTree.fromstring("".join(neighbourhood(catalogue.around(rule), rule.id, catalogue.address))).findall("svg")
    links = [sorted(str(link.get("href")) for link in svg.iter("a")) for svg in (wide, tall)]

    assert links[0] == links[1]
    assert float(str(tall.get("viewBox")).split()[2]) <= 388


def test_words_in_small_boxes_can_be_read() -> None:
    """At least 4.5 to 1 between each colour and its ground, as WCAG asks for."""
    pairs = re.findall(r"background: (#[0-9a-f]{6});[^}]*?[; ]color: (#[0-9a-f]{6});", CSS)

    assert 8 == len(pairs)
    assert [] == [pair for pair in pairs if contrast(*pair) < 4.5]


def contrast(one: str, other: str) -> float:
    """The ratio of the relative luminances of two colours (WCAG 2.2)."""
    low, high = sorted(luminance(colour) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of ``#rrggbb``."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_cells_carry_their_heading_and_rows_their_first_cell() -> None:
    """The first cell of a row is its title; a table without heading has its rows headed."""
    head = '<thead><tr class="row-odd"><th class="head"><p>rule</p></th><th class="head"><p>a &amp; "b"</p></th></tr></thead>'
    body = '<tbody><tr class="row-even"><td><p>x</p></td><td><p>y</p></td></tr></tbody>'
    plain = '<table class="docutils"><tbody><tr class="row-odd"><th class="stub"><p>x</p></th><td><p>y</p></td></tr></tbody></table>'

    assert '<td role="cell"><p>x</p></td><td role="cell" data-label="a &amp; &quot;b&quot;"><p>y</p></td>' in labelled(
        f'<table class="docutils">{head}{body}</table>'
    )
    assert plain.replace('class="stub"', 'class="stub" scope="row"') == labelled(plain)
