"""The cases that a change is tried on: case files, lines of a .jsonl, records, from files and folders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from neurobalance_expert.cases.load import iter_jsonl, load_case
from neurobalance_expert.cases.types import Case
from neurobalance_expert.errors import InputProblems, Misuse
from neurobalance_expert.knowledge.names_data import Names
from neurobalance_expert.records.log import LOG
from neurobalance_expert.records.read import is_record, read_record

SUFFIXES = (".yaml", ".yml", ".json", ".jsonl")
INSIDE = "cases"  # the folder of a set of golden cases that holds the case files


def case_files(places: Sequence[Path]) -> list[Path]:
    """The files of cases in files and folders: those of its folder ``cases`` or, where it has none, of a folder itself.

    Raises:
        Misuse: no such file or folder, or a folder without cases.
    """
    found: list[Path] = []
    for place in places:
        if not place.exists():
            raise Misuse(f"there is no file or folder '{place}'; --cases names case files, records, a .jsonl, or a folder of them")
        files = [place] if place.is_file() else _of_folder(place / INSIDE) or _of_folder(place)
        if not files:
            raise Misuse(f"there is no case in the folder '{place}': no {', '.join(SUFFIXES)}")
        found += files
    return list(dict.fromkeys(found))


def read_cases(files: Sequence[Path], names: Names) -> dict[str, Case | InputProblems]:
    """Every case by a name of its own, or what is wrong with it: one bad file does not stop the others."""
    stems = Counter(path.stem for path in files)
    found: dict[str, Case | InputProblems] = {}
    for path in files:
        name = path.stem if stems[path.stem] == 1 else path.as_posix()
        for line, case in _cases_of(path, names):
            found[f"{name}:{line}" if line else name] = case
    return found


def _of_folder(folder: Path) -> list[Path]:
    """Files with cases, sorted; hidden ones and the log of a folder of records are none."""
    try:
        files = sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise Misuse(f"cannot read the folder '{folder}': {error.strerror or error}") from None
    return [path for path in files if path.suffix.lower() in SUFFIXES and path.is_file() and path.name != LOG and path.name[0] != "."]


def _cases_of(path: Path, names: Names) -> Iterator[tuple[int, Case | InputProblems]]:
    try:
        if path.suffix.lower() == ".jsonl":
            for line, entered in iter_jsonl(path, names):
                yield line, entered if isinstance(entered, InputProblems) else entered.case
        elif is_record(path):
            yield 0, read_record(path).case(names)
        else:
            yield 0, load_case(path, names)
    except InputProblems as error:
        yield 0, error
