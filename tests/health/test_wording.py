"""No text that a reader can meet has a forbidden meaning: templates, knowledge that is printed, samples, and reports of all vignettes."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from neurobalance_expert import source
from neurobalance_expert.assessment import Knowledge, assess, load_case_file
from neurobalance_expert.report.render import render
from neurobalance_expert.rules.meanings import find_meanings

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "reports" / "templates").glob("*.j2"))
SAMPLES = sorted((ROOT / "reports" / "samples").glob("*.*"))
CASES = sorted((ROOT / "tests" / "data" / "cases").glob("*.yaml"))
PRINTED = ("policy", "suggestions", "claims", "assumptions", "nutrients", "analytes", "conditions")  # files whose texts a report quotes
FORMATS = {".txt": "text", ".md": "md", ".html": "html", ".json": "json"}


def strings(data: Any) -> Iterator[str]:
    """Every text in plain data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, (dict, list)):
        for inner in data.values() if isinstance(data, dict) else data:
            yield from strings(inner)


def plain(text: str, form: str) -> str:
    """The words of a report in one format, a full stop where a cell, a paragraph or an item ends."""
    if form == "json":
        return ". ".join(strings(json.loads(text)))
    if form == "html":
        text = re.sub(r"(?s)<(style|script|title)\b.*?</\1>|<!--.*?-->", " . ", text)
        text = html.unescape(re.sub(r"</?(?:a|b|i|em|strong|code|span|sub|sup)\b[^>]*>", "", text))
        return re.sub(r"<[^>]*>", " . ", text)
    text = re.sub(r"\\(?=[!-/:-@\[-`{-~])", "", html.unescape(text)) if form == "md" else text
    text = re.sub(r"\n +(?![-*+→?‡#\[\d ])", "\n", text)  # the indent of a paragraph that runs on
    text = re.sub(r"[|│]|[ ]{3,}(?=\S)|\n(?=\s*(?:[-*+→?‡#]|\[\d+\]|\d+\.)\s)", " . ", text)
    return re.sub(r"[*`]", "", text)


def said(text: str, quoted: list[str]) -> list[tuple[str, str]]:
    """Codes and words of the forbidden meanings. Titles of papers are quotations: what they claim is theirs."""
    for title in quoted:
        text = text.replace(title, " . ")
    return [(hit.meaning.code, text[max(0, hit.start - 60) : hit.start + 60]) for hit in find_meanings(text)]


@pytest.fixture(scope="module")
def cites(knowledge: Knowledge) -> list[str]:
    """Every citation, as a report prints it."""
    return [str(reference["cite"]) for reference in knowledge.references.values()]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates(template: Path) -> None:
    """The layout has a few sentences of its own."""
    text = re.sub(r"(?s)\{#.*?#\}|\{%.*?%\}", " . ", template.read_text(encoding="utf-8"))
    kept = " . ".join([plain(text, "html"), *re.findall(r'"([^"{}]*)"', template.read_text(encoding="utf-8"))])

    assert [] == said(kept, [])


@pytest.mark.parametrize("name", PRINTED)
def test_knowledge_that_is_printed(name: str) -> None:
    """Outcomes, suggestions, claims, assumptions and names."""
    data = source.load(ROOT / "knowledge" / f"{name}.yaml").data
    data.pop("sources", None)  # titles of papers

    assert [] == said(". ".join(strings(data)), [])


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_samples(sample: Path, cites: list[str]) -> None:
    """As they stand in the repository."""
    assert [] == said(
        " ".join(plain(sample.read_text(encoding="utf-8"), FORMATS[sample.suffix]).split()), [" ".join(c.split()) for c in cites]
    )


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_reports_of_the_vignettes(path: Path, knowledge: Knowledge, cites: list[str]) -> None:
    """All four formats."""
    case = load_case_file(path, knowledge)
    assessment = assess(case, knowledge, engine="reference")
    entered = source.load(path).data.get("medications") or ()
    taken = [
        f"{m['ingredient']} {m['dose']} {m['unit']}" for m in entered if m.get("dose") and m.get("unit")
    ]  # printed as entered, like the goal
    quoted = [" ".join(text.split()) for text in (*cites, case.goal, *taken) if text]
    for form in FORMATS.values():
        text = " ".join(plain(render(assessment, form, ROOT), form).split())

        assert [] == said(text, quoted), form


@pytest.mark.parametrize("form", FORMATS.values())
def test_a_planted_sentence_would_be_found(form: str, knowledge: Knowledge) -> None:
    """Through wrapping, escapes and tags: so the tests above look at what is printed."""
    assessment = assess(load_case_file(CASES[0], knowledge), knowledge, engine="reference")
    text = "The item was taken in the evening, and whoever has trouble falling asleep should, if all else fails, stop taking tablets."
    assessment = replace(assessment, findings=tuple(replace(finding, statement=text) for finding in assessment.findings))

    assert {"NB-R101"} == {code for code, _ in said(" ".join(plain(render(assessment, form, ROOT), form).split()), [])}
