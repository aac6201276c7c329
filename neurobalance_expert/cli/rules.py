"""rules check, test and run: for whoever writes rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import Engine, KnowledgeBase, Layers, TextOrJson, knowledge_base, knowledge_layers, supported_engine

if TYPE_CHECKING:
    from neurobalance_expert.cli.knowledge_base import Terms
    from neurobalance_expert.engines.base import Entry, Result
    from neurobalance_expert.engines.testing import TestOutcome
    from neurobalance_expert.errors import Problem, Span
    from neurobalance_expert.loaded import Knowledge
    from neurobalance_expert.rules.ir import Rule, RuleSet
    from neurobalance_expert.vocabulary import Vocabulary

app = typer.Typer(no_args_is_help=True, help="Check, test and run the rules.")

RulePaths = Annotated[
    list[Path] | None, typer.Argument(metavar="[PATH]...", help="Rule files or folders; all rules of the knowledge base when left out.")
]


@app.command()
def check(paths: RulePaths = None, form: TextOrJson = "text", kb: Layers = None) -> None:
    """Report every problem of the rules, with its place; without PATHS also of the tables that they speak through.

    Names, types, units, safety of variables, layers, exclusive conclusions, wording; rows of interactions, conditions, foods and limits.

    Example: neurobalance rules check rules/transport
    """
    folder, packs = knowledge_layers(kb)
    if packs:
        rules = list(_with_packs(paths, folder, packs).rules.rules)
    else:
        rules = _selected(_load(paths, _terms(folder), folder), paths, folder)
        if not paths:
            _read_tables(folder)
    files = {rule.at.file for rule in rules if rule.at}
    if form == "json":
        print(output.json_text({"rules": len(rules), "files": len(files), "errors": []}))
    else:
        print(f"{_count(len(rules), 'rule')} in {_count(len(files), 'file')}, no problems")


def _read_tables(folder: Path, packs: tuple[Path, ...] = ()) -> Knowledge:
    """Every table of the knowledge base, read anew. Raises InputProblems."""
    from neurobalance_expert.loaded import load_knowledge

    knowledge = load_knowledge(folder, packs, cache=False)
    _ = knowledge.food_kinds, knowledge.food_signs
    return knowledge


def _with_packs(paths: list[Path] | None, folder: Path, packs: tuple[Path, ...]) -> Knowledge:
    """Base and packs together. Raises Misuse for PATHS: rules of a pack are read with those of the base, never alone."""
    from neurobalance_expert.errors import Misuse

    if paths:
        raise Misuse("with a pack all rules are read together: leave PATHS out (--rule ID chooses the tests of one rule)")
    return _read_tables(folder, packs)


@app.command()
def test(
    paths: RulePaths = None,
    rule: Annotated[list[str] | None, typer.Option("--rule", metavar="ID", help="Only the tests of this rule. May be repeated.")] = None,
    form: TextOrJson = "text",
    kb: Layers = None,
) -> None:
    """Run the tests inside the rules, and name those that are not there.

    Ends with 1 when a test fails or a rule has a threshold, an exception or a missing fact that no test tries.

    Example: neurobalance rules test --rule lnaa-crowd-out-tryptophan
    """
    from neurobalance_expert.engines.testing import missing_tests, run_tests

    folder, packs = knowledge_layers(kb)
    terms: Knowledge | Terms
    if packs:
        terms = layered = _with_packs(paths, folder, packs)
        rules = layered.rules
    else:
        terms = _terms(folder)
        rules = _load(paths, terms, folder)
    chosen = _named(_selected(rules, paths, folder), rule)
    ids = {r.id for r in chosen}
    outcomes = [outcome for outcome in run_tests(rules, terms.vocabulary) if outcome.rule in ids]
    gaps = [gap for gap in missing_tests(rules, terms.vocabulary, terms.thresholds) if _rule_at(gap.at, rules) in ids]
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if form == "json":
        tests = [
            {"rule": o.rule, "test": o.name, "passed": o.passed, "expected": o.expected, "got": o.got, "at": str(o.at)} for o in outcomes
        ]
        print(output.json_text({"tests": tests, "missing": [gap.as_dict() for gap in gaps]}))
    else:
        _print_outcomes(failed, gaps)
        tried = f"{_count(len(chosen), 'rule')}, {_count(len(outcomes), 'test')}"
        print(f"{tried}: {len(outcomes) - len(failed)} passed, {len(failed)} failed, {len(gaps)} missing")
    if failed or gaps:
        raise typer.Exit(1)


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
        written = f", {_count(len(changed), 'file')} written" if changed else ""
        print(f"{_count(len(drafts), 'rule')} follow from the model, {state}{' from rules/derived' if check else ''}{written}")
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


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _terms(kb: Path) -> Terms:
    from neurobalance_expert.cli.knowledge_base import load_terms

    return load_terms(kb)


def _load(paths: list[Path] | None, terms: Terms | Knowledge, kb: Path) -> RuleSet:
    """The rules of the paths. Rules of the knowledge base are read with all others of it, because they may name each other."""
    from neurobalance_expert.rules.load import load_rules

    own = kb / "rules"
    inside = all(path.resolve().is_relative_to(own.resolve()) and path.exists() for path in paths or ())
    return load_rules([own] if inside else paths or [], terms.vocabulary, terms.thresholds, terms.references, shown_from=kb)


def _selected(rules: RuleSet, paths: list[Path] | None, kb: Path) -> list[Rule]:
    """The rules that stand in the paths."""
    if not paths:
        return list(rules.rules)
    from neurobalance_expert.errors import Problems
    from neurobalance_expert.rules.load import rule_files, shown

    problems = Problems()
    files = {shown(file, kb) for file in rule_files(paths, problems)}
    problems.stop()
    return [rule for rule in rules.rules if rule.at and rule.at.file in files]


def _named(rules: list[Rule], ids: list[str] | None) -> list[Rule]:
    """The rules of these ids, all when there are none. Raises Misuse for an id that no rule has."""
    from neurobalance_expert.errors import Misuse, did_you_mean

    known = {rule.id: rule for rule in rules}
    for name in ids or ():
        if name not in known:
            raise Misuse(f"there is no rule '{name}'; {did_you_mean(name, known, otherwise='check the spelling')}")
    return [known[name] for name in ids] if ids else rules


def _rule_at(place: Span | None, rules: RuleSet) -> str:
    """The id of the rule that a place in a file belongs to: the last one that begins at or before it."""
    before = [rule for rule in rules.rules if place and rule.at and rule.at.file == place.file and rule.at.line <= place.line]
    return max(before, key=lambda rule: rule.at.line if rule.at else 0).id if before else ""


def _print_outcomes(failed: Sequence[TestOutcome], gaps: Sequence[Problem]) -> None:
    from neurobalance_expert.cli.guard import printable
    from neurobalance_expert.errors import render

    for outcome in failed:
        print(
            printable(
                f"FAILED {outcome.rule}: {outcome.name}\n  --> {outcome.at}\n  expected {outcome.expected}\n  got      {outcome.got}\n"
            )
        )
    for gap in gaps:
        print(printable(f"{render(gap)}\n"))
