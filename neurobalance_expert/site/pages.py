"""The source of the whole site: every page by its path, the same bytes for the same knowledge base."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from neurobalance_expert.site.catalogue import Catalogue
from neurobalance_expert.site.docs_pages import docs_pages, excerpt, titles
from neurobalance_expert.site.families import Family, read_families
from neurobalance_expert.site.index_pages import documentation_page, index_page, list_pages
from neurobalance_expert.site.other_pages import code_page, file_page, file_path, relation_page, value_page
from neurobalance_expert.site.reference_page import reference_page
from neurobalance_expert.site.rule_page import rule_page
from neurobalance_expert.site.style import CONF, CSS


def site_pages(catalogue: Catalogue, docs: Mapping[str, str]) -> dict[str, str]:
    """Every file of the source, by its path.

    Args:
        docs: the pages and drawings of docs/ by their path there.
    """
    knowledge = catalogue.knowledge
    families = [Family(f.forms, excerpt(f.grammar), excerpt(f.says)) for f in read_families(docs.get("codes.md", ""))] if docs else []
    out = {"conf.py": CONF, "_static/neurobalance.css": CSS, "index.md": index_page(catalogue, docs=bool(docs))}
    out |= {"documentation.md": documentation_page(titles(docs))} if docs else {}
    out |= {f"{name}.md": page for name, page in list_pages(catalogue).items()}
    rules = (*catalogue.rules, *(one.rule for one in catalogue.resting.values()))
    out |= {f"{catalogue.path('rule', rule.id)}.md": rule_page(rule, catalogue) for rule in rules}
    out |= {f"{catalogue.path('code', code)}.md": code_page(code, catalogue, families) for code in catalogue.by_code}
    for value in knowledge.thresholds.values():
        out[f"{catalogue.path('value', value.path.rsplit('.', 1)[-1])}.md"] = value_page(value, catalogue)
    out |= {f"{catalogue.path('relation', r.name)}.md": relation_page(r, catalogue) for r in knowledge.vocabulary.relations.values()}
    out |= {f"{catalogue.path('reference', key)}.md": reference_page(key, catalogue) for key in map(str, knowledge.references)}
    ordered = sorted(catalogue.entries, key=lambda entry: entry.file)
    out |= {f"{file_path(file)}.md": file_page(file, list(found), catalogue) for file, found in groupby(ordered, key=lambda e: e.file)}
    return dict(sorted((out | docs_pages(docs)).items()))
