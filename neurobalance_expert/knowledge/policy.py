"""From findings to the disposition of the report. Findings may only tighten it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from msgspec import Struct

from neurobalance_expert.errors import Problems, did_you_mean
from neurobalance_expert.fact import SEVERITIES
from neurobalance_expert.source import Document, in_shape


class CodeRule(Struct, frozen=True):
    """A disposition that a code (a glob) asks for, from a severity on."""

    code: str
    disposition: str
    min_severity: str
    why: str


class Policy(Struct, frozen=True):
    """Dispositions from the strictest to the mildest, and what asks for each."""

    order: tuple[str, ...]
    untrusted: str
    referred: str
    codes: tuple[CodeRule, ...]
    severity: Mapping[str, str]
    titles: Mapping[str, str]
    texts: Mapping[str, str]
    nothing_found: str

    @property
    def withholding(self) -> tuple[str, ...]:
        """Codes (globs) whose disposition is that of a record that cannot be used."""
        return tuple(rule.code for rule in self.codes if rule.disposition == self.untrusted)

    def disposition(self, findings: Iterable[tuple[str, str]], *, trusted: bool, referred: bool = False) -> str:
        """The strictest disposition that anything asks for.

        Args:
            findings: (code, severity) of each.
            trusted: False when a value was refused or entries contradict each other.
            referred: True when a stated condition refers, whatever is taken.
        """
        asked = {self.order[-1]} if trusted else {self.untrusted}
        if referred:
            asked.add(self.referred)
        for code, severity in findings:
            asked.add(self.severity[severity])
            asked |= {r.disposition for r in self.codes if fnmatchcase(code, r.code) and rank(severity) >= rank(r.min_severity)}
        return min(asked, key=self.order.index)


def rank(severity: str) -> int:
    """0 for info to 4 for contraindicated."""
    return SEVERITIES.index(severity)


@in_shape
def parse_policy(document: Document) -> Policy:
    """Policy from ``knowledge/policy.yaml``.

    Raises:
        InputProblems: a disposition that is not in ``order``, or a severity without one.
    """
    problems = Problems(sources={document.file: document.text})
    data = document.data["policy"]
    order = tuple(data["order"])
    codes = []
    for i, entry in enumerate(data["codes"]):
        codes.append(CodeRule(str(entry["code"]), str(entry["disposition"]), str(entry.get("min_severity", "info")), str(entry["why"])))
        _known(problems, document, ("policy", "codes", i, "disposition"), codes[-1].disposition, order)
    severity = {str(k): str(v) for k, v in data["severity"].items()}
    for name in SEVERITIES:
        _known(problems, document, ("policy", "severity", name), severity.get(name, ""), order)
    for name in ("untrusted", "referred"):
        _known(problems, document, ("policy", name), str(data.get(name, "")), order)
    texts = data["dispositions"]
    for name in order:
        if name not in texts:
            problems.add(
                "NB-K017", f"disposition '{name}' has no text", document.at("policy", "dispositions"), fix="add a title and a text"
            )
    problems.stop()
    return Policy(
        order,
        str(data["untrusted"]),
        str(data["referred"]),
        tuple(codes),
        severity,
        {name: str(texts[name]["title"]) for name in order},
        {name: str(texts[name]["text"]) for name in order},
        str(data["nothing_found"]),
    )


def _known(problems: Problems, document: Document, keys: tuple[str | int, ...], name: str, order: tuple[str, ...]) -> None:
    if name not in order:
        fix = did_you_mean(name, order, otherwise="use one of " + ", ".join(order))
        problems.add("NB-K018", f"'{name}' is not a disposition", document.at(*keys), fix=fix)
