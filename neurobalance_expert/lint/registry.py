"""The lints: each with a stable code, a name, a level and its page, beside the function that looks for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from msgspec import Struct

from neurobalance_expert.errors import Problem
from neurobalance_expert.lint.material import FileText, Finding, Found, Level, Material, RuleText

FindInRule = Callable[[RuleText, Material], Iterator[Found]]
FindInFile = Callable[[FileText, Material], Iterator[Found]]
FindInAll = Callable[[Material], Iterator[Found]]


class Lint(Struct, frozen=True):
    """One lint. ``bad`` is what it finds and ``good`` what may stand in its place; both are parts of the tested example (docs/lints.md)."""

    code: str
    name: str
    level: Level
    what: str
    why: str
    fix: str
    bad: str = ""
    good: str = ""
    mends: frozenset[str] | None = None  # fields of a rule that --fix may change; None: it does not mend this one
    whole: bool = False  # looked for only in a whole knowledge base: whether something is used anywhere

    def finding(self, found: Found) -> Finding:
        """What a check has seen, as a finding of this lint."""
        problem = Problem(self.code, found.what, found.at, found.label, self.why, found.fix or self.fix, found.also)
        return Finding(problem, self.level, self.name, found.edits)

    def page(self) -> str:
        """The page as Markdown: what, why, how to mend it, and both examples."""
        lines = [f"### {self.code} {self.name}", f"*{self.level}*" + (", mended by `--fix`" if self.mends is not None else "")]
        lines += ["", f"{self.what} {self.why[:1].upper()}{self.why[1:]}.", "", f"To mend it: {self.fix}."]
        for word, text in (("Found", self.bad), ("Good", self.good)):
            if text:
                lines += ["", f"{word}:", "```yaml", *text.rstrip("\n").split("\n"), "```"]
        return "\n".join(lines) + "\n"


LINTS: dict[str, Lint] = {}
IN_RULES: list[tuple[Lint, FindInRule]] = []
IN_FILES: list[tuple[Lint, FindInFile]] = []
IN_ALL: list[tuple[Lint, FindInAll]] = []


def register(lint: Lint) -> Lint:
    """Add a lint. Raises ValueError when its code or name is taken."""
    if lint.code in LINTS or any(lint.name == other.name for other in LINTS.values()):
        raise ValueError(f"{lint.code} {lint.name} is taken")
    LINTS[lint.code] = lint
    return lint


def in_rule(lint: Lint) -> Callable[[FindInRule], FindInRule]:
    """Register a lint with the function that looks for it in one rule."""

    def add(find: FindInRule) -> FindInRule:
        IN_RULES.append((register(lint), find))
        return find

    return add


def in_file(lint: Lint) -> Callable[[FindInFile], FindInFile]:
    """Register a lint with the function that looks for it in one file."""

    def add(find: FindInFile) -> FindInFile:
        IN_FILES.append((register(lint), find))
        return find

    return add


def in_all(lint: Lint) -> Callable[[FindInAll], FindInAll]:
    """Register a lint with the function that looks for it in all rules together."""

    def add(find: FindInAll) -> FindInAll:
        IN_ALL.append((register(lint), find))
        return find

    return add


def look(material: Material, only: Collection[str] | None = None) -> Iterator[Finding]:
    """The findings of every lint; of those about one file or rule only in the files ``only``, when given."""
    for file in material.files:
        if only is not None and file.document.file not in only:
            continue
        yield from look_into(file, material)
    for in_all_lint, find_in_all in IN_ALL:
        yield from map(in_all_lint.finding, find_in_all(material))


def look_into(file: FileText, material: Material) -> Iterator[Finding]:
    """The findings of the lints about one file and its rules."""
    for in_file_lint, find_in_file in IN_FILES:
        yield from map(in_file_lint.finding, find_in_file(file, material))
    for text in file.rules:
        for in_rule_lint, find_in_rule in IN_RULES:
            yield from map(in_rule_lint.finding, find_in_rule(text, material))
