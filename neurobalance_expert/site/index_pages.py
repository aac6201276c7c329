"""The first page, and the lists: rules by folder, kind, severity and stratum; codes, values, relations, references, files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from neurobalance_expert.fact import SEVERITIES
from neurobalance_expert.rules.ir import KINDS, Rule
from neurobalance_expert.site.catalogue import Catalogue
from neurobalance_expert.site.markup import code, facts, items, link, page, table, text, toctree
from neurobalance_expert.site.other_pages import file_path, resting_table, rule_table
from neurobalance_expert.site.rule_page import NOT_MEASURED, mark

LISTS = ("rules", "by-folder", "by-kind", "by-severity", "by-stratum", "codes", "values", "relations", "references", "files")


def index_page(catalogue: Catalogue, *, docs: bool) -> str:
    """The first page: what the knowledge base holds, and where to go on."""
    knowledge = catalogue.knowledge
    counted = [
        (len(catalogue.rules), "rules", "rules"),
        (len(catalogue.by_code), "codes", "finding codes"),
        (len(knowledge.thresholds), "values", "values that rules compare with"),
        (len(knowledge.vocabulary.relations), "relations", "relations"),
        (len(knowledge.references), "references", "references"),
        (len(catalogue.entries), "files", "marked values of the knowledge files"),
    ]
    layers = "".join(f", {pack.name} {pack.version}" for pack in knowledge.files.packs)
    measured = catalogue.scores.whole.said() if catalogue.scores else NOT_MEASURED
    body = [
        f"{text(f'{knowledge.name} {knowledge.version}{layers}')}. All pages are made from the rules and the knowledge files themselves.",
        "",
        "```{container} nb-cards",
        *items(f"**{number}** {link(name, f'/{target}.md')}" for number, target, name in counted),
        "```",
        "",
        "## By severity",
        "",
        *_counted("by-severity", Counter(_severity(rule) for rule in catalogue.rules), (*SEVERITIES[::-1], *_OTHER)),
        "## By kind",
        "",
        *_counted("by-kind", Counter(rule.kind for rule in catalogue.rules), KINDS),
        "## Record",
        "",
        *facts([("digest of the knowledge base", code(knowledge.digest)), ("mutation score of all rules", text(measured))]),
        *toctree(LISTS, "Rules and knowledge"),
        *(toctree(("documentation", "docs/validation"), "Documentation") if docs else []),
    ]
    return page("Rules and knowledge of neurobalance", body, orphan=False)


def documentation_page(titles: Mapping[str, str]) -> str:
    """The list of the pages of docs/, decisions apart."""
    pages = sorted(titles.items(), key=lambda pair: pair[1].lower())
    decisions = [link(title, f"/{path}") for path, title in sorted(titles.items()) if "/decisions/" in path]
    body = items(link(title, f"/{path}") for path, title in pages if "/decisions/" not in path)
    return page("Documentation", [*body, *(["## Decisions", "", *items(decisions)] if decisions else [])], orphan=False)


def list_pages(catalogue: Catalogue) -> dict[str, str]:
    """Every list by its name."""
    rules = catalogue.rules
    return {
        "rules": page("All rules", _all(catalogue), orphan=False),
        "by-folder": _grouped("Rules by folder", catalogue, _folder, sorted({_folder(rule) for rule in rules})),
        "by-kind": _grouped("Rules by kind", catalogue, lambda rule: rule.kind, KINDS),
        "by-severity": _grouped("Rules by severity", catalogue, _severity, (*SEVERITIES[::-1], *_OTHER)),
        "by-stratum": _grouped("Rules by stratum", catalogue, _stratum(catalogue), [f"stratum {n}" for n in range(len(rules))]),
        "codes": _codes(catalogue),
        "values": _values(catalogue),
        "relations": _relations(catalogue),
        "references": _references(catalogue),
        "files": _files(catalogue),
    }


def _all(catalogue: Catalogue) -> list[str]:
    """The running rules, then the others."""
    resting = Counter(one.rule.status for one in catalogue.resting.values())
    others = "".join(f", {number} {status}" for status, number in sorted(resting.items()))
    body = [f"{len(catalogue.rules)} running{others}.", "", *rule_table(catalogue.rules, catalogue)]
    return [*body, *(["## Rules that do not run", "", *resting_table(catalogue)] if resting else [])]


_ROW, _NONE = "severity of its row", "concludes for other rules"
_OTHER = (_ROW, _NONE)


def _severity(rule: Rule) -> str:
    return (rule.severity or _ROW) if rule.head.code else _NONE


def _folder(rule: Rule) -> str:
    return rule.at.file.rsplit("/", 1)[0] if rule.at and "/" in rule.at.file else "."


def _stratum(catalogue: Catalogue) -> Callable[[Rule], str]:
    return lambda rule: f"stratum {catalogue.knowledge.rules.stratum[rule.id]}"


def _grouped(title: str, catalogue: Catalogue, group: Callable[[Rule], str], order: Sequence[str]) -> str:
    groups: dict[str, list[Rule]] = {}
    for rule in catalogue.rules:
        groups.setdefault(group(rule), []).append(rule)
    body = [line for name in order if name in groups for line in (f"## {text(name)}", "", *rule_table(groups[name], catalogue))]
    return page(title, body, orphan=False)


def _counted(target: str, counts: Mapping[str, int], order: Sequence[str]) -> list[str]:
    return items(f"{link(name, f'/{target}.md')}: {counts[name]}" for name in order if counts.get(name))


def _codes(catalogue: Catalogue) -> str:
    body: list[str] = []
    for family, found in groupby(catalogue.by_code.items(), key=lambda pair: pair[0].split(":")[0]):
        rows = [(catalogue.to("code", one), ", ".join(catalogue.to("rule", rule.id) for rule in rules)) for one, rules in found]
        body += [f"## {text(family)}", "", *table(("code", "rules"), rows)]
    return page("Finding codes", body, orphan=False)


def _values(catalogue: Catalogue) -> str:
    rows = []
    for path, value in sorted(catalogue.knowledge.thresholds.items()):
        amount = f"{value.value:f} {value.unit}".removesuffix(" 1")
        used = str(len(catalogue.users_of_value.get(path, ())))
        rows.append((catalogue.to("value", path.rsplit(".", 1)[-1]), text(amount), text(value.meaning), mark(value.verified), used))
    return page("Values that rules compare with", table(("name", "value", "meaning", "mark", "rules"), rows), orphan=False)


def _relations(catalogue: Catalogue) -> str:
    body: list[str] = []
    relations = catalogue.knowledge.vocabulary.relations
    for title, derived in (("Given by the case and the model", False), ("Concluded by rules", True)):
        rows = [
            (catalogue.to("relation", name), text(one.meaning), str(len(catalogue.readers.get(name, ()))))
            for name, one in sorted(relations.items())
            if one.derived == derived
        ]
        body += [f"## {title}", "", *table(("relation", "meaning", "read by"), rows)]
    return page("Relations", body, orphan=False)


def _references(catalogue: Catalogue) -> str:
    rows = [_reference(key, catalogue) for key in sorted(map(str, catalogue.knowledge.references))]
    return page("References", table(("reference", "what", "cited by rules", "by values"), rows), orphan=False)


def _reference(key: str, catalogue: Catalogue) -> tuple[str, str, str, str]:
    known = catalogue.knowledge.references[key]
    cite = str(known.get("cite", "")) if isinstance(known, dict) else ""
    values = len(catalogue.values_citing.get(key, ())) + len(catalogue.entries_citing.get(key, ()))
    return catalogue.to("reference", key), text(cite), str(len(catalogue.citers.get(key, ()))), str(values)


def _files(catalogue: Catalogue) -> str:
    counts = Counter(entry.file for entry in catalogue.entries)
    checked = Counter(entry.file for entry in catalogue.entries if entry.verified)
    rows = [(link(file, f"/{file_path(file)}.md"), str(number), str(checked[file])) for file, number in sorted(counts.items())]
    return page("Files of knowledge", table(("file", "marked values", "checked in their source"), rows), orphan=False)
