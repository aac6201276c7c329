"""Text of a food name or description to comparable words.

Both sides go through the same steps, so that "Whole-wheat breads, unsalted" and "wholewheat bread without salt" can meet: lower case
without accents and apostrophes, numbers with their per cent sign, singular, and words that belong together joined. ``-salt`` is
"without salt", ``low:fat`` is "low fat": a food low in something must not match the something.

>>> normal("Yogurts, plain, low-fat")
('yogurt', 'plain', 'low:fat')
>>> normal("bread, no salt added")
('bread', '-salt', 'added')
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

_TOKEN = re.compile(r"\d+/\d+|\d+(?:\.\d+)?%?|[a-z]+")
_PERCENT = re.compile(r"(\d)\s*(?:percent|per cent|pct\b|%)")
_LEAN_AND_FAT = re.compile(r"\blean and fat\b")  # one description of a cut; "fat" alone is another food
_SEGMENT = re.compile(r"[,;()]")

_NEGATIONS = frozenset({"without", "no", "not", "non"})
_BETWEEN = frozenset({"added", "any", "with"})
_FREE_OF = frozenset({"fat", "sugar", "salt", "gluten", "caffeine", "lactose", "sodium", "alcohol", "dairy", "cholesterol"})
_AMOUNTS = {"low": "low", "lower": "low", "reduced": "reduced", "high": "high"}
_ONE_WORD = {
    "lowfat": "low:fat",
    "nonfat": "-fat",
    "unsalted": "-salt",
    "unsweetened": "-sugar",
    "sugarless": "-sugar",
    "-sweetened": "-sugar",
    "unfortified": "-fortified",
    "unenriched": "-enriched",
    "decaffeinated": "-caffeine",
    "decaf": "-caffeine",
    "salted": "salt",
    "skinless": "-skin",
    "boneless": "-bone",
}
_PAIRS = {
    ("dry", "heat"): "dryheat",
    ("moist", "heat"): "moistheat",
    ("hard", "boiled"): "hardboiled",
    ("pan", "fried"): "panfried",
    ("stir", "fried"): "stirfried",
    ("pan", "broiled"): "panbroiled",
    ("pan", "browned"): "panbrowned",
    ("mature", "seed"): "matureseed",
    ("immature", "seed"): "immatureseed",
    ("baby", "food"): "babyfood",
}
_IRREGULAR = {"leaves": "leaf", "loaves": "loaf", "halves": "half", "calves": "calf", "knives": "knife", "geese": "goose"}
_SAME_IN_PLURAL = frozenset({"molasses", "hummus", "asparagus", "couscous", "swiss", "bass", "citrus", "octopus", "cos", "gas", "less"})


def normal(text: str) -> tuple[str, ...]:
    """The comparable words of a text, in order. Commas, semicolons and brackets end a run of words that may be joined."""
    return tuple(word for segment in _SEGMENT.split(fold(text)) for word in _joined(_words(segment)))


def normal_folded(text: str) -> tuple[str, ...]:
    """The same for one segment that is folded already."""
    return tuple(_joined(_words(text)))


def fold(text: str) -> str:
    """Lower case, without accents and apostrophes; "5 per cent" is "5%".

    >>> fold("Crème fraîche, Campbell's 5 percent")
    'creme fraiche, campbells 5%'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _LEAN_AND_FAT.sub("leanfat", _PERCENT.sub(r"\1%", plain.replace("'", "").replace("&", " and ")))


def is_read(text: str) -> bool:
    """Whether ``fold`` keeps every letter. One of another alphabet is dropped, also one that only looks like ours.

    >>> is_read("cr\u00e8me br\u00fbl\u00e9e"), is_read("bro\u0441coli")
    (True, False)
    """
    return text.isascii() or all(c.isascii() for c in unicodedata.normalize("NFKD", text) if c.isalpha())


def singular(word: str) -> str:
    """A word without its plural ending; both sides are treated alike, so an odd stem does no harm.

    >>> [singular(w) for w in ("berries", "potatoes", "radishes", "eggs", "hummus")]
    ['berry', 'potato', 'radish', 'egg', 'hummus']
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ie") and len(word) > 4:
        return word[:-2] + "y"  # cookie, as cookies
    if len(word) < 4 or not word.endswith("s") or word.endswith("ss") or word in _SAME_IN_PLURAL:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("oes", "ches", "shes", "sses", "xes")) and len(word) > 4:
        return word[:-2]
    return word[:-1]


def _words(segment: str) -> list[str]:
    return [singular(token) for token in _TOKEN.findall(segment)]


def _joined(words: Sequence[str]) -> Iterator[str]:
    """Negations, "free" and amounts joined to the word they belong to."""
    at = 0
    while at < len(words):
        word, after = words[at], words[at + 1] if at + 1 < len(words) else ""
        if word in _NEGATIONS:
            at += 1
            while at < len(words) and words[at] in _BETWEEN:
                at += 1
            if at < len(words):
                yield _ONE_WORD.get(f"-{words[at]}", f"-{words[at]}")
                at += 1
            continue
        if word in _AMOUNTS and after:
            yield f"{_AMOUNTS[word]}:{after}"
            at += 2
        elif (word, after) in _PAIRS:
            yield _PAIRS[word, after]
            at += 2
        elif after == "free" and word in _FREE_OF:
            yield f"-{word}"
            at += 2
        else:
            yield _ONE_WORD.get(word, word)
            at += 1
