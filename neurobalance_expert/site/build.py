"""The source of the site to HTML, by Sphinx (extra ``site``). A warning of Sphinx is a fault of ours: its first lines are the error."""

from __future__ import annotations

import tempfile
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

from neurobalance_expert.errors import Misuse, NeurobalanceError
from neurobalance_expert.site.tables import labelled

NEEDED = ("sphinx", "myst_parser", "furo")
MOST_SHOWN = 5  # warnings that the error names


def check_extra() -> None:
    """Whether Sphinx and what it needs are there. Raises Misuse."""
    lacking = [name for name in NEEDED if find_spec(name) is None]
    if lacking:
        raise Misuse(f"a site is built with {', '.join(lacking)}: pip install 'neurobalance[site]'; --no-build writes the pages alone")


def build(source: Path, work: int = 1) -> dict[str, bytes]:
    """Every file of the built site by its path.

    Args:
        source: the folder of the pages.
        work: processes that read and write pages.

    Raises:
        NeurobalanceError: Sphinx warned or failed; exit code 3, because the pages are ours.
    """
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    warnings = StringIO()
    with tempfile.TemporaryDirectory(prefix=".neurobalance-", suffix=".tmp") as name:
        target = Path(name) / "html"
        try:
            with patch_docutils(source), docutils_namespace():  # what a build registers is gone after it, so that another one may follow
                app = Sphinx(source, source, target, Path(name) / "doctrees", "html", status=None, warning=warnings, parallel=work)
                app.build()
        except SphinxError as error:
            raise NeurobalanceError(f"the site could not be built: {error}") from error
        if warnings.getvalue().strip():
            shown = [line.replace(str(source), "") for line in warnings.getvalue().strip().splitlines()[:MOST_SHOWN]]
            raise NeurobalanceError(f"the site was not built without warnings: {'; '.join(shown)}")
        return {path.relative_to(target).as_posix(): _content(path) for path in sorted(target.rglob("*")) if _kept(path)}


def _kept(path: Path) -> bool:
    return path.is_file() and path.name not in (".buildinfo", "objects.inv")


def _content(path: Path) -> bytes:
    content = path.read_bytes()
    return labelled(content.decode()).encode() if path.suffix == ".html" else content
