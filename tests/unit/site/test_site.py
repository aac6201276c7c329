"""The site about rules and knowledge: complete, linked, the same twice, and nothing in a rule is markup."""

from __future__ import annotations

import json
import posixpath
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from neurobalance_expert.errors import InputProblems, Misuse
from neurobalance_expert.kb import default_kb
from neurobalance_expert.loaded import Knowledge, load_knowledge
from neurobalance_expert.site import build as building
from neurobalance_expert.site.build import check_extra
from neurobalance_expert.site.catalogue import Catalogue
from neurobalance_expert.site.docs_pages import docs_files
from neurobalance_expert.site.fired import fired_by
from neurobalance_expert.site.pages import site_pages
from neurobalance_expert.site.scores import Score, load_scores
from neurobalance_expert.site.write import write_site
from tests.conftest import Run

LINK = re.compile(r"\]\(([^)#\s<>]+\.md)(?:#[^)]*)?\)")


@pytest.fixture(scope="module")
def shipped() -> Knowledge:
    """The shipped knowledge base with tests and places."""
    return load_knowledge(default_kb(), (), cache=False)


@pytest.fixture(scope="module")
def pages(shipped: Knowledge) -> Mapping[str, str]:
    """The source of the site of the shipped knowledge base."""
    return site_pages(Catalogue(shipped, None, None), docs_files())


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
    fired = fired_by(tmp_path / "cases", shipped)
    text = site_pages(Catalogue(shipped, load_scores(scores), fired), {})["rules/carbohydrate-meal-raises-tryptophan-ratio.md"]

    assert "3 of 4 changes noticed (75.0 %)" in text
    assert "lyons1988" in text
    assert "mostly carbohydrate" in text
    assert "carbohydrate at least 50.0 g" in text
    assert any("a-real-day" in page for page in site_pages(Catalogue(shipped, None, fired), {}).values())


def test_the_source_is_the_same_twice(pages: Mapping[str, str], shipped: Knowledge) -> None:
    """No clock, no place, no random order."""
    assert pages == site_pages(Catalogue(shipped, None, None), docs_files())


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


def test_the_command_writes_the_pages_and_says_how_many(run: Run, tmp_path: Path) -> None:
    """As JSON; a second run into the same folder is welcome."""
    first = run("rules", "docs", "-o", str(tmp_path / "site"), "--no-build", "--format", "json")
    again = run("rules", "docs", "-o", str(tmp_path / "site"), "--no-build", "--format", "json")

    assert (0, 0, first.stdout) == (first.returncode, again.returncode, again.stdout)
    assert None is json.loads(first.stdout)["index"]
