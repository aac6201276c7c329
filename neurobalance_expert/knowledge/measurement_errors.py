"""How far a quantity may be off when nothing has changed: what the distance to a limit is set beside."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from neurobalance_expert.source import Data, Document, in_shape

PATH = "knowledge/measurement_errors.yaml"
KINDS = {"retest": "a repeated measurement", "model": "the model"}


class MeasurementError(Struct, frozen=True):
    """One standard deviation as a share of the value, what it is the error of, and where it was read."""

    share: float
    kind: str  # retest | model
    source: str
    verified: bool

    @property
    def of(self) -> str:
        """What it is the error of, in words."""
        return KINDS[self.kind]


class MeasurementErrors(Struct, frozen=True):
    """The known errors, by relation and slot, then by the value of the key slot that tells quantities apart."""

    known: Mapping[tuple[str, str], tuple[str, Mapping[str, MeasurementError]]]

    def find(self, relation: str, slot: str, values: Mapping[str, object]) -> MeasurementError | None:
        """The error of a slot of a fact with these values; None where no error is known."""
        by, errors = self.known.get((relation, slot), ("", {}))
        return errors.get(str(values.get(by)))


NO_ERRORS = MeasurementErrors({})


@in_shape
def parse_measurement_errors(document: Document, references: Mapping[str, object]) -> MeasurementErrors:
    """The errors of ``knowledge/measurement_errors.yaml``.

    Raises:
        InputProblems: the file has another shape, a share is not above 0, or a source is not a known reference.
    """
    known: dict[tuple[str, str], tuple[str, Mapping[str, MeasurementError]]] = {}
    for relation, table in document.data["errors"].items():
        if table["kind"] not in KINDS:
            raise ValueError(f"the kind of '{relation}' must be one of {', '.join(KINDS)}")
        errors = {name: _error(name, spec, table["kind"], references) for name, spec in table["values"].items()}
        known[relation, table["slot"]] = table["by"], errors
    return MeasurementErrors(known)


def _error(name: str, spec: Mapping[str, Data], kind: str, references: Mapping[str, object]) -> MeasurementError:
    if spec["source"] not in references:
        raise ValueError(f"the source '{spec['source']}' of '{name}' is not in knowledge/references.yaml")
    if spec["unit"] != "1" or spec["value"] <= 0:
        raise ValueError(f"the error of '{name}' is a share above 0, with the unit \"1\"")
    return MeasurementError(float(spec["value"]), kind, spec["source"], spec["verified"] is True)
