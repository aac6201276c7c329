"""lsp: rule files and knowledge in an editor."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import KnowledgeBase, knowledge_base


def add_to(app: typer.Typer) -> None:
    """Register the command of this module."""
    app.command()(lsp)


def lsp(
    kb: KnowledgeBase = None,
    pause: Annotated[float, typer.Option(min=0, metavar="SECONDS", help="Without a key stroke, before problems are told.")] = 0.15,
    lints: Annotated[bool, typer.Option(help="Also what 'rules check' advises (docs/lints.md).")] = True,
) -> None:
    """Language server for rule files, vocabulary and knowledge, over standard input and output. An editor starts it.

    Problems while you type, what a name means, completion, definition and references, renaming, an outline, and lenses that run the tests
    of a rule. A folder that holds a knowledge base is checked as a whole; a rule file elsewhere with the terms of --kb. Needs the extra
    'lsp': pip install 'neurobalance[lsp]'.

    VS Code: an extension that starts any server, such as "Generic LSP Client"; command neurobalance, arguments ["lsp"], language yaml.

    Neovim: vim.lsp.config('neurobalance', {cmd = {'neurobalance', 'lsp'}, filetypes = {'yaml'}, root_markers = {'knowledge'}})
    and vim.lsp.enable('neurobalance')

    Helix: in languages.toml [language-server.neurobalance] command = "neurobalance", args = ["lsp"], and for the language yaml
    language-servers = ["neurobalance"]

    Emacs: (add-to-list 'eglot-server-programs '(yaml-mode . ("neurobalance" "lsp")))

    docs/lsp.md has these as files to copy.

    Example: neurobalance lsp --kb my-knowledge
    """
    from neurobalance_expert.errors import Misuse

    folder = knowledge_base(kb)
    if not (folder / "knowledge" / "vocabulary.yaml").is_file():
        raise Misuse(f"'{folder}' is not a knowledge base: it has no knowledge/vocabulary.yaml. 'neurobalance init DIR' makes one")
    try:
        from neurobalance_expert.lsp.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in ("pygls", "lsprotocol", "cattrs", "attrs", "attr"):
            raise
        raise Misuse("the language server needs the extra 'lsp': pip install 'neurobalance[lsp]'") from None
    if sys.stdin.isatty():
        output.note("waiting for an editor on standard input: docs/lsp.md says how to wire it; Ctrl-C ends it")
    raise typer.Exit(serve(folder.resolve(), pause, lints=lints))
