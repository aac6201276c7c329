"""Every exception ends in a message and an exit code, and nobody sees a traceback or their own data in a crash."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator

import pytest
import typer

from neurobalance_expert.cli import guard
from neurobalance_expert.errors import EngineDisagreement, InputProblems, Misuse, Problem, Span


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    """The guard turns the collector of cycles off for the life of a command; the test process lives on."""
    yield
    gc.enable()


def application(error: Exception | None) -> typer.Typer:
    """A command that raises."""
    app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)

    @app.command()
    def command(form: str = typer.Option("text", "--format")) -> None:
        if error:
            raise error

    return app


def ending(error: Exception | None, *arguments: str) -> int:
    """The exit code that the guarded command leaves with."""
    with pytest.raises(SystemExit) as stop:
        guard.run(application(error), list(arguments))
    assert isinstance(stop.value.code, int)
    return stop.value.code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (None, 0),
        (InputProblems([Problem("NB-C001", "what")]), 1),
        (Misuse("how"), 2),
        (EngineDisagreement("who"), 3),
        (ValueError("why"), 3),
        (RecursionError("deep"), 3),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_each_kind_of_error_has_its_exit_code(error: Exception | None, code: int) -> None:
    """0 done, 1 problems in the input, 2 misuse, 3 our bug."""
    assert code == ending(error)


def test_an_unknown_option_is_misuse() -> None:
    """typer's own usage errors end with 2 as well."""
    assert ending(None, "--nonsense") == 2


def test_problems_are_printed_as_text_and_on_request_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Text on stderr in both cases; with --format json the same fields on stdout."""
    problem = Problem("NB-C001", "what is wrong", Span("day.yaml", 2, 5), fix="do this")

    ending(InputProblems([problem], {"day.yaml": "a: 1\nb: two"}), "--format", "json")

    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"errors": [problem.as_dict()]}
    assert printed.err.startswith("error[NB-C001]: what is wrong\n  --> day.yaml:2:5\n")


def test_a_crash_tells_its_id_and_nothing_of_the_data(capsys: pytest.CaptureFixture[str]) -> None:
    """The message of a foreign exception may hold a name or a dose, so it is not printed."""
    assert ending(KeyError("Jane Doe, 300 mg")) == 3

    printed = capsys.readouterr()
    assert "bug " in printed.err
    assert "Jane" not in printed.err + printed.out
    assert "Traceback" not in printed.err


def test_debugging_shows_the_traceback(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for it sees everything."""
    monkeypatch.setenv("NEUROBALANCE_DEBUG", "1")

    assert ending(KeyError("Jane Doe")) == 3

    assert "KeyError: 'Jane Doe'" in capsys.readouterr().err


def test_equal_bugs_have_equal_ids_and_different_places_different_ones() -> None:
    """The id depends on the kind of exception and on the lines, not on the data."""

    def here(data: str) -> Exception:
        try:
            raise ValueError(data)
        except ValueError as error:
            return error

    def there() -> Exception:
        try:
            raise ValueError("one")
        except ValueError as error:
            return error

    assert guard.bug_id(here("one")) == guard.bug_id(here("two"))
    assert guard.bug_id(here("one")) != guard.bug_id(there())


def test_a_name_in_a_file_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """An escape sequence in a key is printed as '?', line ends stay."""
    ending(InputProblems([Problem("NB-C001", "unknown key '\x1b[2J\u202e'", fix="a\nb")]))

    assert capsys.readouterr().err == "error[NB-C001]: unknown key '?[2J?'\n   = fix: a\nb\n"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["assess", "x", "--format", "json"], True),
        (["assess", "--format=jsonl", "x"], True),
        (["assess", "--format", "json", "--format", "text"], False),
        (["assess", "json", "--format"], False),
        ([], False),
    ],
)
def test_whether_json_was_asked_for_is_read_from_the_arguments(arguments: list[str], expected: bool) -> None:
    """The last --format counts, whatever else is wrong."""
    assert guard.wants_json(arguments) is expected
