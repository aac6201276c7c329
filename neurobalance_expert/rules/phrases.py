"""Phrases of whole words, looked for in running text. No regular expressions are written by hand outside this module.

A phrase is words with blanks between them:

    stop/halt … medicine    one of the words, up to three others, the word
    DRUG, BRAIN             one of the words of a class
    #                       a number; ``{{ dose | mg }}`` is a number and a unit

Words are whole and blind to case. Nothing reaches over the end of a sentence, a colon, a semicolon or a bracket.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from msgspec import Struct

GAP = 3  # words that '…' may stand for
STOP = "¶"  # what no phrase reaches over

_TOKEN = re.compile(r"\{\{[^{}]*\}\}|\d[\d.,]*(?<=\d)|[^\W\d_][\w'’\-]*|\n\s*\n|[.:!?](?=[\s\x22”)]|$)|[();]|%")
_PRINTED = {"mg": ("#", "mg"), "grams": ("#", "g"), "percent": ("#", "%"), "hours": ("#", "h"), "number": ("#",)}
_GAP = rf"(?:[^ {STOP}]+ ){{0,{GAP}}}?"


class Words(Struct, frozen=True):
    """A text as small words, one blank after each, and where each stands in the text."""

    line: str
    starts: tuple[int, ...]  # of each word in ``line``
    places: tuple[tuple[int, int], ...]  # of each word in the text: from, to

    def count(self, at: int) -> int:
        """How many words stand before a place of ``line``."""
        return self.line.count(" ", 0, at)


def split(text: str) -> Words:
    """The words of a text. Two line ends in a row end a sentence, one does not."""
    words: list[str] = []
    places: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(text):
        for word in _spoken(match.group()):
            words.append(word)
            places.append(match.span())
    starts, at = [], 0
    for word in words:
        starts.append(at)
        at += len(word) + 1
    return Words("".join(f"{word} " for word in words), tuple(starts), tuple(places))


def find(phrase: str, words: Words, classes: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """Where a phrase stands: number of its first word, and of the word after its last."""
    for match in _compiled(phrase, tuple(classes.items())).finditer(words.line):
        yield words.count(match.start()), words.count(match.end())


def stands_in(allowed: str, words: Words, first: int, end: int, classes: Mapping[str, str]) -> bool:
    """Whether the words from ``first`` up to ``end`` stand inside an allowed phrase, whose ``{}`` means them.

    >>> text = split("Do not ever stop it.")
    >>> stands_in("not … {}", text, 3, 4, {})
    True
    """
    before, _, after = allowed.partition("{}")
    left = words.line[: words.starts[first]]
    right = words.line[words.starts[end] :] if end < len(words.starts) else ""
    known = tuple(classes.items())
    return bool(_ending(before.strip(), known).search(left)) and bool(_compiled(after.strip(), known, begin=True).match(right))


def _spoken(token: str) -> tuple[str, ...]:
    if token.startswith("{{"):
        return _PRINTED.get(token[2:-2].partition("|")[2].strip(), ("slot",))
    if token[0].isdigit():
        return ("#",)
    if token[0] in ".:;!?()\n":
        return (STOP,)
    return (token.lower().replace("’", "'"),)


def _pattern(phrase: str, classes: tuple[tuple[str, str], ...]) -> str:
    named = dict(classes)
    out = ""
    for part in phrase.split():
        if part == "…":
            out += _GAP
            continue
        choices = [word for choice in part.split("/") for word in (named[choice].split() if choice in named else [choice])]
        out += f"(?:{'|'.join(map(re.escape, choices))}) "
    return out


@lru_cache(maxsize=1024)
def _compiled(phrase: str, classes: tuple[tuple[str, str], ...], begin: bool = False) -> re.Pattern[str]:
    return re.compile(("" if begin else "(?:(?<= )|^)") + _pattern(phrase, classes))


@lru_cache(maxsize=1024)
def _ending(phrase: str, classes: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:(?<= )|^){_pattern(phrase, classes)}\Z")
