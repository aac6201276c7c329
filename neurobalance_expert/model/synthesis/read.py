"""The numbers of a kinetic model from ``knowledge/kinetics``, strictly; and the models by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import isfinite
from pathlib import Path

from neurobalance_expert.errors import Misuse, did_you_mean
from neurobalance_expert.model.entries import FIELDS, EntryReader
from neurobalance_expert.model.synthesis import dopamine, folate, methionine, serotonin
from neurobalance_expert.model.synthesis.rates import Gate
from neurobalance_expert.model.synthesis.types import Constants, KineticModel
from neurobalance_expert.source import Document, in_shape, load

FOLDER = "knowledge/kinetics"
MODELS: Mapping[str, KineticModel] = {m.MODEL.name: m.MODEL for m in (dopamine, serotonin, methionine, folate)}
STEPS_FILE = f"{FOLDER}/steps.yaml"
STEPS = ("AANAT_opens", "AANAT_closes")
SECTIONS = ("parameters", "start", "published", "rest")


def model_named(name: str) -> KineticModel:
    """The equations of a model. Raises Misuse with the nearest name."""
    if name not in MODELS:
        hint = did_you_mean(name, MODELS, otherwise=f"there are {', '.join(MODELS)}")
        raise Misuse(f"there is no kinetic model '{name}'; {hint}")
    return MODELS[name]


def load_kinetics(kb: Path, model: KineticModel, references: Mapping[str, object] | None = None) -> Constants:
    """The numbers of one model.

    Args:
        kb: Folder that holds ``knowledge/kinetics``.
        model: Says which parameters there must be, in which units.
        references: When given, every source must be one of its keys.

    Raises:
        InputProblems: every entry that is missing, unknown, incomplete, of another unit or with an unknown source.
    """
    name = f"{FOLDER}/{model.name}.yaml"
    return parse_kinetics(load(kb / name, shown_as=name), model, references)


@in_shape
def parse_kinetics(document: Document, model: KineticModel, references: Mapping[str, object] | None = None) -> Constants:
    """The same from a parsed document."""
    reader = EntryReader(document, references)
    data = document.data if isinstance(document.data, dict) else {}
    _known(reader, (), ("model", *SECTIONS))
    shown = {**model.variables, **dict.fromkeys(model.stoichiometry, model.unit)}
    start = {v: model.variables[v] for v in model.solved}
    parts: dict[str, dict[str, float]] = {}
    for section, units, all_needed in zip(SECTIONS, (model.parameters, start, shown, shown), (True, True, False, False), strict=True):
        written = data.get(section)
        held = written if isinstance(written, dict) else {}
        _known(reader, (section,), units)
        for entry in held:
            if entry in units:
                _known(reader, (section, entry), ("value", *FIELDS))
        names = units if all_needed else [n for n in units if n in held]
        parts[section] = {n: reader.scalar((section, n), units[n]) for n in names}
    reader.problems.stop()
    return Constants(**parts)


def load_gate(kb: Path, references: Mapping[str, object] | None = None) -> Gate:
    """When the pineal has AANAT. Raises InputProblems."""
    document = load(kb / STEPS_FILE, shown_as=STEPS_FILE)
    reader = EntryReader(document, references)
    _known(reader, (), ("steps",))
    _known(reader, ("steps",), STEPS)
    opens, closes = (reader.clock(("steps", k)) for k in STEPS)
    reader.problems.stop()
    return Gate(opens, closes)


def change(model: KineticModel, constants: Constants, changes: Collection[str]) -> dict[str, float]:
    """The parameters with changes such as ``btyr=194``.

    Raises:
        Misuse: no number, an unknown name (with the nearest), a variable that is solved for, a number that is negative or not finite.
    """
    parameters = dict(constants.parameters)
    for text in changes:
        name, equals, number = (part.strip() for part in text.partition("="))
        if not equals:
            raise Misuse(f"--set needs NAME=VALUE, such as {next(iter(parameters))}=100, not '{text}'")
        if name in model.variables:
            raise Misuse(f"--set {name}: '{name}' is what the {model.name} model solves for; change what it depends on")
        if name not in parameters:
            raise Misuse(f"--set {name}: the {model.name} model has no such parameter; {_hint(name, parameters)}")
        parameters[name] = _amount(name, number)
    return parameters


def _hint(name: str, parameters: Collection[str]) -> str:
    """The nearest name, whatever its case."""
    lower = {p.lower(): p for p in parameters}
    near = did_you_mean(name.lower(), lower)
    for short, full in lower.items():
        near = near.replace(f"'{short}'", f"'{full}'")
    return near or f"it has {', '.join(parameters)}"


def _amount(name: str, number: str) -> float:
    try:
        value = float(number)
    except ValueError:
        raise Misuse(f"--set {name}: '{number}' is not a number") from None
    if not isfinite(value) or value < 0:
        raise Misuse(f"--set {name}: {number} must be a finite number of 0 or more")
    return value


def _known(reader: EntryReader, keys: tuple[str, ...], allowed: Collection[str]) -> None:
    """Note every key of a mapping that is not allowed there."""
    spec = reader.document.data
    for key in keys:
        spec = spec.get(key) if isinstance(spec, dict) else None
    for key in spec if isinstance(spec, dict) else ():
        if key not in allowed:
            hint = did_you_mean(str(key), allowed, otherwise=f"it may have {', '.join(allowed)}")
            where = ".".join(keys) or "the file"
            reader.problems.add("NB-K008", f"unknown key '{key}' in {where}", reader.document.at_key(*keys, key), fix=hint)
