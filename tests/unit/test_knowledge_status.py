"""Which values were checked in their source: marks, dates, files."""

from __future__ import annotations

from pathlib import Path

from neurobalance_expert.knowledge.status import by_file, marked_entries, oldest_first

REFERENCES = {"new": {"read": {"date": "2026-11-24"}}, "old": {"read": {"date": "2026-11-20"}}, "undated": {}}
FILE = """\
sources: {a_table: {verified: false}}
marks: {origin: memory, verified: false}
values:
  fresh: {value: 1, origin: choice, verified: false, source: new}
  stale: {value: 1, origin: fitted, verified: false, source: [undated, old]}
  seen: {value: 1, verified: true, source: old}
  bare: {value: 1, verified: false}
"""


def test_entries_with_their_marks_and_dates(tmp_path: Path) -> None:
    """Sources of a table are no values; a mark that is not stated is called so; of several sources the first with a date counts."""
    (tmp_path / "knowledge" / "x").mkdir(parents=True)
    (tmp_path / "knowledge" / "x" / "some.yaml").write_text(FILE)
    entries = marked_entries(tmp_path, REFERENCES)

    assert [
        ("marks", "memory", False, ""),
        ("values.fresh", "choice", False, "2026-11-24"),
        ("values.stale", "fitted", False, "2026-11-20"),
        ("values.seen", "seen", True, "2026-11-20"),
        ("values.bare", "not stated", False, ""),
    ] == [(e.name, e.mark, e.verified, e.read) for e in entries]
    assert ["values.stale", "values.seen", "values.fresh", "marks", "values.bare"] == [e.name for e in oldest_first(entries)]
    assert {"x/some.yaml"} == set(by_file(entries))


def test_a_reaction_has_an_entry_for_each_part_that_can_be_read(tmp_path: Path) -> None:
    """What ``read`` names is seen in the reaction's own source; the rest keeps the mark and the source of the file."""
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "some.yaml").write_text("""\
marks: {source: old, origin: memory, verified: false}
reactions:
  ONE: {equation: a -> b, ec: [1.1.1.1], genes: [ONE], cofactors: [], read: [equation, ec, kegg], source: [undated, new]}
  TWO: {cofactors: [PLP]}
""")
    entries = marked_entries(tmp_path, REFERENCES)

    assert [
        ("reactions.ONE.equation", "seen", True, ("undated", "new"), "2026-11-24"),
        ("reactions.ONE.ec", "seen", True, ("undated", "new"), "2026-11-24"),
        ("reactions.ONE.genes", "memory", False, ("old",), "2026-11-20"),
        ("reactions.ONE.cofactors", "memory", False, ("old",), "2026-11-20"),
        ("reactions.TWO.cofactors", "memory", False, ("old",), "2026-11-20"),
    ] == [(e.name, e.mark, e.verified, e.sources, e.read) for e in entries]


def test_every_threshold_is_an_entry(root: Path) -> None:
    """Nothing of the shipped table is passed over, and its marks are those of the other command."""
    from neurobalance_expert.cli.knowledge_base import load_terms

    terms = load_terms(root)
    entries = by_file(marked_entries(root, terms.references))

    assert {path.rsplit(".", 1)[1]: value.verified for path, value in terms.thresholds.items()} == {
        e.name.removeprefix("thresholds."): e.verified for e in entries["thresholds.yaml"]
    }
    assert {"plasma.yaml", "routes.yaml", "analytes.yaml", "kinetics/folate.yaml"} <= set(entries)
