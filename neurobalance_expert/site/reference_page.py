"""The pages of references: what is cited, how far it was read, and who rests on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neurobalance_expert.site.catalogue import Catalogue
from neurobalance_expert.site.markup import code, facts, items, page, text, web

ADDRESSES = {
    "doi": "https://doi.org/{}",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/{}/",
    "pmcid": "https://pmc.ncbi.nlm.nih.gov/articles/{}/",
    "link": "{}",
}


def cited(key: str, catalogue: Catalogue) -> str:
    """The citation with its links; '' for a reference without one."""
    known = catalogue.knowledge.references.get(key)
    if not isinstance(known, dict):
        return ""
    return " ".join([text(str(known.get("cite", ""))), *_links(known)])


def _links(known: Mapping[str, Any]) -> list[str]:
    found = [(name, str(known[name])) for name in ADDRESSES if known.get(name)]
    return [web(name if name == "link" else f"{name} {value}", ADDRESSES[name].format(value)) for name, value in found]


def reference_page(key: str, catalogue: Catalogue) -> str:
    """One reference."""
    known = catalogue.knowledge.references[key]
    data: Mapping[str, Any] = known if isinstance(known, dict) else {}
    read = data["read"] if isinstance(data.get("read"), dict) else {}
    rows = [("key", code(key)), ("read", text(str(read.get("what", "not stated")).replace("_", " ")))]
    rows += [("read on", text(str(read["date"])))] if read.get("date") else []
    rows += [("links", " · ".join(_links(data)))] if _links(data) else []
    rules = [f"{catalogue.to('rule', rule.id)}: {text(_supports(rule.id, key, catalogue))}" for rule in catalogue.citers.get(key, ())]
    values = [catalogue.to("value", value.path.rsplit(".", 1)[-1]) for value in catalogue.values_citing.get(key, ())]
    entries = [f"{code(entry.name)} in {text(entry.file)}" for entry in catalogue.entries_citing.get(key, ())]
    body = [text(str(data.get("cite", key))), "", *facts(rows)]
    if data.get("note"):
        body += [f"> {text(str(data['note']))}", ""]
    for title, listed in (("Rules", rules), ("Values", values), ("Other knowledge", entries)):
        if listed:
            body += [f"## {title}", "", *items(listed)]
    if not (rules or values or entries):
        body += ["No rule and no marked value of this knowledge base cites it.", ""]
    return page(key, body)


def _supports(rule: str, key: str, catalogue: Catalogue) -> str:
    """What a rule cites it for, with the grade."""
    evidence = [e for r in catalogue.citers[key] if r.id == rule for e in r.evidence if e.ref == key]
    return "; ".join(f"grade {e.grade}{f', {e.supports}' if e.supports else ''}" for e in evidence)
