"""rules docs: a site about the rules and the knowledge that they speak through."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import Layers, TextOrJson, knowledge_layers

if TYPE_CHECKING:
    from neurobalance_expert.site.catalogue import Catalogue


def add_to(app: typer.Typer) -> None:
    """Register the command of this module."""
    app.command()(docs)


def docs(
    target: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="A new or empty folder, or one that this command wrote.")],
    cases: Annotated[
        Path | None, typer.Option("--cases", metavar="DIR", help="Case files: the page of a rule says on which of them it fires.")
    ] = None,
    scores: Annotated[Path | None, typer.Option("--scores", metavar="FILE", help="What 'rules mutate --format json' printed.")] = None,
    build: Annotated[bool, typer.Option("--build/--no-build", help="Write the pages alone, without Sphinx.")] = True,
    form: TextOrJson = "text",
    kb: Layers = None,
) -> None:
    """Write a site: a page for each rule, finding code, value, relation and reference, with lists, search and the documentation.

    Pages go to DIR/source, the site to DIR/html; it opens without a server or a network. Needs the extra 'site' unless --no-build.

    Example: neurobalance rules docs -o out/site --cases examples
    """
    from neurobalance_expert.errors import Misuse
    from neurobalance_expert.site.build import check_extra
    from neurobalance_expert.site.docs_pages import docs_files
    from neurobalance_expert.site.pages import site_pages
    from neurobalance_expert.site.write import ours

    if build:
        check_extra()
    try:
        ours(target)
        catalogue = _catalogue(cases, scores, kb)
        documents = docs_files()
        pages = {f"source/{path}": text.encode() for path, text in site_pages(catalogue, documents).items()}
        html = _write(target, pages, build=build)
    except OSError as error:
        raise Misuse(f"cannot write '{target}': {error.strerror or error}. Choose another folder with -o") from None
    if form == "json":
        counts = {"rules": len(catalogue.rules), "codes": len(catalogue.by_code), "pages": sum(path.endswith(".md") for path in pages)}
        print(output.json_text({**counts, "docs": bool(documents), "index": str(target / "html" / "index.html") if html else None}))
        return
    without = "" if documents else ", without the documentation, which this installation does not have"
    print(f"{len(pages)} files in {target / 'source'}{without}" + (f"; open {target / 'html' / 'index.html'}" if html else ""))


def _catalogue(cases: Path | None, scores: Path | None, kb: list[Path] | None) -> Catalogue:
    from neurobalance_expert.loaded import load_knowledge
    from neurobalance_expert.site.catalogue import Catalogue
    from neurobalance_expert.site.fired import case_paths, fired_by
    from neurobalance_expert.site.scores import load_scores

    folder, packs = knowledge_layers(kb)
    measured = load_scores(scores) if scores else None  # what is quickly read is refused quickly
    paths = case_paths(cases) if cases else ()
    knowledge = load_knowledge(folder, packs, cache=False)  # the cache keeps neither tests nor places
    return Catalogue(knowledge, measured, fired_by(paths, knowledge) if cases else None)


def _write(target: Path, pages: dict[str, bytes], *, build: bool) -> bool:
    """Write the pages, and the site that is built from them. Whether there is a site."""
    import gc
    import os

    from neurobalance_expert.site.build import build as built
    from neurobalance_expert.site.write import write_site

    write_site(target, pages)
    if not build:
        return False
    gc.enable()
    html = {f"html/{path}": content for path, content in built(target / "source", os.cpu_count() or 1).items()}
    write_site(target, pages | html)
    return True
