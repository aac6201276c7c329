"""rules run and derive, and the choice of rules and their knowledge base that the other commands of rules share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import Engine, KnowledgeBase, TextOrJson, knowledge_base, supported_engine

if TYPE_CHECKING:
    from neurobalance_expert.cli.knowledge_base import Terms
    from neurobalance_expert.engines.base import Entry, Result
    from neurobalance_expert.loaded import Knowledge
    from neurobalance_expert.rules.ir import Rule, RuleSet
    from neurobalance_expert.vocabulary import Vocabulary

app = typer.Typer(no_args_is_help=True, help="Check, test and run the rules.")

RulePaths = Annotated[
    list[Path] | None, typer.Argument(metavar="[PATH]...", help="Rule files or folders; all rules of the knowledge base when left out.")
]


def read_tables(folder: Path, packs: tuple[Path, ...] = ()) -> Knowledge:
    """Every table of the knowledge base, read anew. Raises InputProblems."""
    from neurobalance_expert.loaded import load_knowledge

    knowledge = load_knowledge(folder, packs, cache=False)
    _ = knowledge.food_kinds, knowledge.food_signs
    return knowledge


def with_packs(paths: list[Path] | None, folder: Path, packs: tuple[Path, ...]) -> Knowledge:
    """Base and packs together. Raises Misuse for PATHS: rules of a pack are read with those of the base, never alone."""
    from neurobalance_expert.errors import Misuse

    if paths:
        raise Misuse("with a pack all rules are read together: leave PATHS out (--rule ID chooses the tests of one rule)")
    return read_tables(folder, packs)


@app.command()
def run(
    rules: Annotated[Path, typer.Argument(metavar="RULES.yaml", help="A rule file, or a folder of them.")],
    facts: Annotated[
        Path, typer.Option("--facts", metavar="FACTS.yaml", help="Facts by relation: {influx: {of: trp, window: w1, vs_fasting: 0.8}}")
    ],
    vocabulary: Annotated[
        Path | None, typer.Option("--vocabulary", metavar="FILE", help="Relations and slots; those of the knowledge base when left out.")
    ] = None,
    engine: Engine = "reference",
    form: TextOrJson = "text",
    kb: KnowledgeBase = None,
) -> None:
    """Run rules on facts: what follows, and the status of each rule.

    Example: neurobalance rules run my-rules.yaml --facts facts.yaml --engine experta --format json
    """
    name = supported_engine(engine)
    from neurobalance_expert import source
    from neurobalance_expert.cli.knowledge_base import load_terms
    from neurobalance_expert.engines.run import run_checked
    from neurobalance_expert.rules.check import slots_read
    from neurobalance_expert.rules.facts_file import parse_facts
    from neurobalance_expert.rules.load import load_rules

    terms = load_terms(knowledge_base(kb), vocabulary)
    loaded = load_rules(rules, terms.vocabulary, terms.thresholds, None, complete=False)  # to try them out; 'rules check' asks for the rest
    given = parse_facts(source.load(facts), terms.vocabulary, read=slots_read(loaded.rules))
    if name == "experta":
        from neurobalance_expert.engines.experta_engine import ExpertaEngine

        result = run_checked(loaded, terms.vocabulary, given, ExpertaEngine())
    else:
        result = run_checked(loaded, terms.vocabulary, given, None)
    printed = result_json(result, loaded, terms.vocabulary)
    print(output.json_text(printed) if form == "json" else _result_text(printed))


@app.command()
def derive(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; end with 1 when rules and model have drifted apart.")] = False,
    form: TextOrJson = "text",
    kb: KnowledgeBase = None,
) -> None:
    """Write rules/derived from the reaction network, the carriers and the kinetics.

    Thresholds are computed from the constants; each rule names what it came from, with a digest. --check tells which rules no longer
    follow from the model, and which were edited by hand.

    Example: neurobalance rules derive --check
    """
    from neurobalance_expert.derivation.derive import derive as derive_all
    from neurobalance_expert.derivation.derive import load_model, rule_files
    from neurobalance_expert.derivation.files import drifts, write_rules
    from neurobalance_expert.errors import Misuse
    from neurobalance_expert.kb import is_packaged

    folder = knowledge_base(kb)
    if not check and is_packaged(folder):
        raise Misuse(
            "the knowledge base inside the installed program is not written to: 'neurobalance init DIR' makes a copy, --kb DIR uses it"
        )
    drafts = derive_all(load_model(folder))
    texts = rule_files(drafts)
    found = drifts(folder / "rules", texts)
    changed = [] if check else write_rules(folder / "rules", texts)
    if form == "json":
        listed = [{"rule": d.rule, "file": d.file, "kind": d.kind, "told": d.told} for d in found]
        print(output.json_text({"rules": len(drafts), "files": sorted(texts), "changed": changed, "drift": listed}))
    else:
        for drift in found:
            print(f"{drift.file}: {drift.rule or 'layout'}: {drift.told}")
        state = f"{len(found)} differ" if found else "none differs"
        written = f", {count(len(changed), 'file')} written" if changed else ""
        print(f"{count(len(drafts), 'rule')} follow from the model, {state}{' from rules/derived' if check else ''}{written}")
    if check and found:
        raise typer.Exit(1)


def result_json(result: Result, rules: RuleSet, vocabulary: Vocabulary) -> dict[str, Any]:
    """``{facts: [[relation, {slot: value}], …], statuses: {rule: [{binding, status, blocking | missing, margin}]}}``."""
    from neurobalance_expert.engines.reference import fact_order

    by_id = {rule.id: rule for rule in rules.rules}
    return {
        "facts": [list(vocabulary.plain(fact)) for fact in sorted(result.facts, key=fact_order)],
        "statuses": {rule: [_entry(entry, by_id[rule], vocabulary) for entry in entries] for rule, entries in result.entries.items()},
    }


def _entry(entry: Entry, rule: Rule, vocabulary: Vocabulary) -> dict[str, Any]:
    from neurobalance_expert.rules.check import variable_types
    from neurobalance_expert.vocabulary import from_value

    types = variable_types(rule, vocabulary)
    out: dict[str, Any] = {"binding": {name: from_value(types[name], value) for name, value in entry.binding}, "status": entry.status}
    if entry.label:
        out["blocking"] = entry.label
    if entry.missing:
        out["missing"] = list(entry.missing)
    if entry.margin is not None and entry.seen is not None:
        out["margin"] = vocabulary.relations[entry.seen.relation].slot(entry.margin_slot).unscaled(entry.margin)
    if entry.by:
        out["by"] = entry.by
    return out


def _result_text(printed: Mapping[str, Any]) -> str:
    lines = [f"{relation}({', '.join(f'{slot}={value}' for slot, value in slots.items())})" for relation, slots in printed["facts"]]
    lines.append("")
    for rule, entries in printed["statuses"].items():
        for entry in entries:
            binding = ", ".join(f"{name}={value}" for name, value in entry["binding"].items())
            detail = entry.get("blocking") or ", ".join(entry.get("missing", ())) or entry.get("by", "")
            margin = f" (by {entry['margin']})" if "margin" in entry else ""
            lines.append(f"{entry['status']:12} {rule}" + (f" [{binding}]" if binding else "") + (f": {detail}{margin}" if detail else ""))
    return "\n".join(lines)


def count(number: int, what: str) -> str:
    """``1 rule``, ``2 rules``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _terms(kb: Path) -> Terms:
    from neurobalance_expert.cli.knowledge_base import load_terms

    return load_terms(kb)


def load(paths: list[Path] | None, terms: Terms | Knowledge, kb: Path, *, trusted: bool = False) -> RuleSet:
    """The rules of the paths. Rules of the knowledge base are read with all others of it, because they may name each other.

    Args:
        trusted: what the texts mean is not checked; that is for 'rules check'.
    """
    from neurobalance_expert.rules.load import load_rules

    own = kb / "rules"
    inside = all(path.resolve().is_relative_to(own.resolve()) and path.exists() for path in paths or ())
    asked = _files(paths, kb) if paths and inside else None
    files = [own] if inside else paths or []
    return load_rules(files, terms.vocabulary, terms.thresholds, terms.references, shown_from=kb, closely=asked, trusted=trusted)


def selected(rules: RuleSet, paths: list[Path] | None, kb: Path) -> list[Rule]:
    """The rules that stand in the paths."""
    if not paths:
        return list(rules.rules)
    files = _files(paths, kb)
    return [rule for rule in rules.rules if rule.at and rule.at.file in files]


def _files(paths: list[Path], kb: Path) -> set[str]:
    """The rule files of the paths, as messages print them. Raises InputProblems."""
    from neurobalance_expert.errors import Problems
    from neurobalance_expert.rules.load import rule_files, shown

    problems = Problems()
    files = {shown(file, kb) for file in rule_files(paths, problems)}
    problems.stop()
    return files
