"""export: an assessment for other systems."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import Layers
from neurobalance_expert.cli.subjects import Subject, proved

if TYPE_CHECKING:
    from neurobalance_expert.export.subject import Subject as Exported
    from neurobalance_expert.loaded import Knowledge
    from neurobalance_expert.proof import Proofs

Form = Annotated[
    Literal["prov", "cds-hooks", "fhir"],
    typer.Option("--format", help="prov: W3C PROV-JSON of the proofs. cds-hooks: cards. fhir: an R4 bundle of issues."),
]
Target = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here instead of printing.")]
Recorded = Annotated[
    str | None,
    typer.Option(
        metavar="INSTANT",
        help="fhir: when the issues are recorded, such as 2026-03-17T09:00:00Z; the beginning of the last day of the diary when left out.",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(export)


def export(case: Subject, form: Form, target: Target = None, recorded: Recorded = None, kb: Layers = None) -> None:
    """The assessment for other systems: PROV-JSON, CDS Hooks cards or a FHIR bundle.

    All from the checked assessment and its proofs, with the same bytes for the same case; docs/exports.md says what is in each. A case
    that cannot be assessed is exported as such.

    Example: neurobalance export examples/a-real-day.yaml --format prov -o provenance.json
    """
    from neurobalance_expert.errors import Misuse

    if recorded is not None and form != "fhir":
        raise Misuse(f"--recorded goes with --format fhir; {form} has no time in it")
    place = None if str(target) == "-" else target
    if place is not None:
        output.check_target(place, [case])
    with proved(case, kb) as (assessment, document, knowledge):
        text = output.json_text(_exported(exported_subject(assessment, document, knowledge), form, recorded)) + "\n"
    if place is None:
        print(text, end="")
        return
    output.write(place, text)
    output.note(f"{form} written to {place}")


def _exported(subject: Exported, form: str, recorded: str | None) -> dict[str, Any]:
    if form == "prov":
        from neurobalance_expert.export.prov import prov_json

        return prov_json(subject)
    if form == "cds-hooks":
        from neurobalance_expert.export.cds_hooks import cds_hooks_json

        return cds_hooks_json(subject)
    from neurobalance_expert.export.fhir import fhir_json, recorded_at

    return fhir_json(subject, recorded_at(recorded, subject.assessment["case"]["diary_date"]))


def exported_subject(assessment: dict[str, Any], proofs: Proofs, knowledge: Knowledge) -> Exported:
    """An assessment with the words of the knowledge base that its names stand for."""
    from neurobalance_expert.export.subject import Disposition
    from neurobalance_expert.export.subject import Subject as Exported
    from neurobalance_expert.records.overrides import load_reasons
    from neurobalance_expert.summary import reference

    policy = knowledge.policy
    asked = assessment["disposition"]
    return Exported(
        assessment=assessment,
        proofs=proofs,
        disposition=Disposition(asked, policy.titles[asked], policy.texts[asked], mildest=asked == policy.order[-1]),
        sources={key: reference(key, knowledge) for key in knowledge.references},
        names={s.id: s.name for s in knowledge.names.substances.values()},
        override_reasons={reason.id: reason.title for reason in load_reasons(knowledge.files.root).values()},
    )
