"""Our records as types of the protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from lsprotocol import types

from neurobalance_expert.errors import Problem, Span
from neurobalance_expert.lsp.complete import Item as Proposal
from neurobalance_expert.lsp.fixes import Fix
from neurobalance_expert.lsp.lens import FAILED, Lens
from neurobalance_expert.lsp.outline import Item
from neurobalance_expert.lsp.positions import Encoding, Lines, Range

SOURCE = "neurobalance"
RUN_TESTS = "neurobalance.runTests"
Locate = Callable[[Span], types.Location]

_SYMBOLS = {
    "rule": types.SymbolKind.Function,
    "condition": types.SymbolKind.Boolean,
    "test": types.SymbolKind.Method,
    "relation": types.SymbolKind.Struct,
    "slot": types.SymbolKind.Field,
    "enum": types.SymbolKind.Enum,
    "entry": types.SymbolKind.Constant,
    "section": types.SymbolKind.Namespace,
}
_PROPOSALS = {
    "key": types.CompletionItemKind.Property,
    "relation": types.CompletionItemKind.Struct,
    "slot": types.CompletionItemKind.Field,
    "value": types.CompletionItemKind.EnumMember,
    "variable": types.CompletionItemKind.Variable,
    "parameter": types.CompletionItemKind.Constant,
    "threshold": types.CompletionItemKind.Constant,
    "reference": types.CompletionItemKind.Reference,
    "rule": types.CompletionItemKind.Function,
    "test": types.CompletionItemKind.Method,
    "label": types.CompletionItemKind.Value,
    "filter": types.CompletionItemKind.Operator,
    "entry": types.CompletionItemKind.Constant,
}


def to_range(found: Range) -> types.Range:
    """A range of the protocol."""
    return types.Range(types.Position(*found.start), types.Position(*found.end))


def diagnostic(
    problem: Problem, severity: types.DiagnosticSeverity, at: types.Range, links: Mapping[str, str], locate: Locate
) -> types.Diagnostic:
    """A problem with its reason, remedy, page and further places."""
    told = [problem.what, problem.label, problem.why and f"why: {problem.why}", problem.fix and f"fix: {problem.fix}"]
    return types.Diagnostic(
        range=at,
        message="\n".join(part for part in told if part),
        severity=severity,
        code=problem.code,
        code_description=types.CodeDescription(links[problem.code]) if problem.code in links else None,
        source=f"{SOURCE} test" if problem.code == FAILED else SOURCE,
        related_information=[types.DiagnosticRelatedInformation(locate(span), text) for span, text in problem.also] or None,
    )


def code_lens(lens: Lens, at: types.Range, uri: str) -> types.CodeLens:
    """A lens; one that runs nothing is a text."""
    command = types.Command(lens.title, RUN_TESTS, arguments=[uri, lens.rule, lens.test]) if lens.runs else types.Command(lens.title, "")
    return types.CodeLens(at, command)


def quick_fix(fix: Fix, at: types.Location, told: list[types.Diagnostic]) -> types.CodeAction:
    """A remedy as an edit; ``told`` are the diagnostics that it is for."""
    return types.CodeAction(
        title=f"change to '{fix.text}'",
        kind=types.CodeActionKind.QuickFix,
        diagnostics=told or None,
        edit=types.WorkspaceEdit(changes={at.uri: [types.TextEdit(at.range, fix.text)]}),
    )


def document_symbols(items: Iterable[Item], lines: Lines, encoding: Encoding) -> list[types.DocumentSymbol]:
    """The outline."""
    return [
        types.DocumentSymbol(
            name=item.name,
            detail=item.detail or None,
            kind=_SYMBOLS[item.sort],
            range=to_range(lines.between(item.start, item.end, encoding)),
            selection_range=to_range(lines.range(item.at, encoding)),
            children=document_symbols(item.inside, lines, encoding) or None,
        )
        for item in items
    ]


def proposals(items: Iterable[Proposal], at: types.Range) -> types.CompletionList:
    """What may be typed, in our order; each replaces what was typed of it."""
    return types.CompletionList(
        is_incomplete=False,
        items=[
            types.CompletionItem(
                label=item.label,
                kind=_PROPOSALS[item.sort],
                detail=item.detail or None,
                documentation=types.MarkupContent(types.MarkupKind.Markdown, item.about) if item.about else None,
                sort_text=f"{number:05}",
                filter_text=item.label,
                text_edit=types.TextEdit(at, item.text),
            )
            for number, item in enumerate(items)
        ],
    )
