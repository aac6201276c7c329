"""foods search and foods show: the food-composition table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import KnowledgeBase, TextOrJson, knowledge_base

if TYPE_CHECKING:
    from neurobalance_expert.knowledge.foods import FoodTable

app = typer.Typer(no_args_is_help=True, help="Search and show the food-composition table.")


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="A food in everyday words, spelling mistakes allowed.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many entries at most.")] = 10,
    form: TextOrJson = "text",
    kb: KnowledgeBase = None,
) -> None:
    """Find foods by an everyday name, best first.

    A star marks a match that a case file would accept.

    Example: neurobalance foods search "oatmeal cooked" --limit 3
    """
    from neurobalance_expert.kb import cache_dir
    from neurobalance_expert.knowledge.food_search import load_food_index
    from neurobalance_expert.knowledge.foods import load_foods

    folder, cache = knowledge_base(kb), cache_dir()
    index = load_food_index(folder, load_foods(folder, cache), cache)
    hits = [
        {"ndb": hit.ndb, "description": hit.description, "group": hit.group, "score": hit.score, "confident": hit.confident}
        for hit in index.search(query, limit)
    ]
    print(output.json_text(hits) if form == "json" else _hits_text(query, hits))


@app.command()
def show(
    food: Annotated[str, typer.Argument(metavar="NDB|NAME", help="Number of the table (five digits) or a name.")],
    form: TextOrJson = "text",
    kb: KnowledgeBase = None,
) -> None:
    """Print what is known of one food.

    Per 100 g, with household measures; what is not known is listed as not known.

    Example: neurobalance foods show 20421
    """
    from neurobalance_expert.kb import cache_dir
    from neurobalance_expert.knowledge.foods import load_foods

    folder = knowledge_base(kb)
    table = load_foods(folder, cache_dir())
    entry = _entry(table, _ndb(food, table, folder))
    print(output.json_text(entry) if form == "json" else _entry_text(entry))


def _ndb(food: str, table: FoodTable, kb: Path) -> str:
    """The number given, or that of the confident match of a name. Raises InputProblems with the nearest names."""
    if food in table.ndb:
        return food
    from neurobalance_expert.errors import InputProblems, Problem
    from neurobalance_expert.kb import cache_dir
    from neurobalance_expert.knowledge.food_search import load_food_index

    meant = load_food_index(kb, table, cache_dir()).resolve(food)
    if meant.match:
        return meant.match.ndb
    near = "; ".join(f"{hit.ndb} {hit.description}" for hit in meant.candidates)
    fix = f"use one of these numbers if it is meant: {near}" if near else "try 'neurobalance foods search' with other words"
    raise InputProblems(
        [Problem("NB-K030", f"no food of the table is surely '{food}'", None, "", "the nearest string is not the same food", fix)]
    )


def _entry(table: FoodTable, ndb: str) -> dict[str, Any]:
    row = table.row(ndb)
    values = {name: float(value) for name, value in zip(table.columns, table.values[row], strict=True)}
    return {
        "ndb": ndb,
        "description": table.descriptions[row],
        "group": table.groups[row],
        "release": table.release,
        "per_100_g": {name: value for name, value in values.items() if value == value},
        "not_known": [name for name, value in values.items() if value != value],
        "flagged": row in table.flagged,
        "measures": [{"amount": m.amount, "measure": m.name, "grams": m.grams} for m in table.measures(ndb)],
    }


def _hits_text(query: str, hits: list[dict[str, Any]]) -> str:
    if not hits:
        return f"nothing in the table resembles '{query}'"
    lines = [
        f"{'*' if hit['confident'] else ' '} {hit['ndb']}  {hit['description']}" + (f"  [{hit['group']}]" if hit["group"] else "")
        for hit in hits
    ]
    if not hits[0]["confident"]:
        lines.append("no match is sure: a case file would report this name as unknown and ask")
    return "\n".join(lines)


def _entry_text(entry: dict[str, Any]) -> str:
    lines = [
        f"{entry['ndb']}  {entry['description']}",
        f"{entry['release']}, per 100 g" + (f", {entry['group']}" if entry["group"] else ""),
    ]
    lines += [f"  {name:28}{value:>12g}" for name, value in entry["per_100_g"].items()]
    if entry["not_known"]:
        lines.append(f"not known: {', '.join(entry['not_known'])}")
    if entry["flagged"]:
        lines.append("its amino acids look odd beside its protein: look before you rely on them")
    lines += [f"{m['amount']:g} {m['measure']} = {m['grams']:g} g" for m in entry["measures"]]
    return "\n".join(lines)
