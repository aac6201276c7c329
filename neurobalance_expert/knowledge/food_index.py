"""The descriptions of the food table as arrays that a query can be scored against.

An SR description goes from the name to its qualifiers: ``Fish, cod, Atlantic, cooked, dry heat``. For each word of each description
the index holds what it costs when a query does not mention it, and whether it is the *head*, the noun that says what the food is:

* the head is the last word of the first segment that is not only a group ("Fish"), a brand or a plain word; in "jams and preserves"
  both. A match whose head the query does not cover ("Pie, pumpkin" for "pumpkin") is never used without asking;
* words cost more the rarer they are and the nearer to the front; plain words ("whole", "without salt") and species next to nothing; a
  changed food ("canned", "breaded") and brand names (BRAND CAPITALS) more; something else in it ("with ham") most;
* words in brackets are other names: they help a match and cost nothing.

Raw and cooked are kept apart as bits, so that "baked" can meet "cooked, dry heat".
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from neurobalance_expert.knowledge import food_cache
from neurobalance_expert.knowledge.food_lexicon import COOKED, FRIED, METHODS, RAW, Lexicon
from neurobalance_expert.knowledge.food_words import fold, normal_folded
from neurobalance_expert.knowledge.foods import FoodTable

Floats = NDArray[np.float32]

HEAD, BRACKET, NAME, ADDED = 1, 2, 4, 8  # flags of a word in a description: NAME stands before the head, ADDED after its "with"

PLAIN_COST = 0.03
STATE_COST, FRIED_COST = 0.08, 0.3  # who says "cooked" seldom means fried
LACKING_COST = 0.35  # "-fat", "-skin"; "-salt" is plain
ALTERED_COST = 0.9
BRAND_COST, BRAND_WORD_COST = 1.3, 0.5
ADDED_COST = 2.2  # something else in it ("with ham"), or another food ("imitation", "powder")
GENERIC_COST = -0.05  # "all commercial varieties": rather that than one variety
PART_COST = 0.25
POSITION = (2.4, 1.0, 0.7)  # factor of the head segment, the next, all others

_BRACKETS = re.compile(r"\(([^)]*)\)?")
_CAPITALS = re.compile(r"[A-Z][A-Z'&.\-]{2,}[A-Z]|[A-Z]{3,}")
_AND = re.compile(r"\b(?:and|or)\b")
_MEASURE = re.compile(r"\s*\d+ grams protein per")  # tells yogurts apart, but is no name
_AND_FIRST = re.compile(r"\s*and\b")
_OR = re.compile(r"\bor\b")
_WITH = re.compile(r"\bwith\b(?! added (?:vitamin|calcium))")
_NOT_NUTRIENT_CHECKED = ("starch_g", "sugars_g", "hyp_g", "vitamin_d_iu", "vitamin_e_mg", "ash_g", "caffeine_mg", "alcohol_g")


class Postings(Struct, frozen=True, dict=True):
    """Words of all descriptions, word by word (compressed sparse rows)."""

    vocabulary: tuple[str, ...]  # (word,)
    start: NDArray[np.int32]  # (word + 1,) where the entries of a word begin
    food: NDArray[np.int32]  # (entry,) row of the food
    cost: Floats  # (entry,) when the query does not mention the word
    flags: NDArray[np.uint8]  # (entry,) HEAD, BRACKET, NAME, ADDED
    total: Floats  # (food,) sum of the costs
    states: NDArray[np.uint8]  # (food,) bits RAW, COOKED, …
    handicap: Floats  # (food,) points taken from a group that a plain name does not mean
    as_eaten: NDArray[np.uint8]  # (food,) the state in which the food is eaten when nobody says: RAW or COOKED
    known: Floats  # (food,) 0..1 how much of the composition is known

    @cached_property
    def number(self) -> dict[str, int]:
        """Position of each word."""
        return {word: i for i, word in enumerate(self.vocabulary)}

    @cached_property
    def named(self) -> NDArray[np.int64]:
        """(food,) how many words of its name say which kind of the head it is."""
        return np.bincount(self.food[self.flags & NAME > 0], minlength=len(self.total))

    def count(self, word: str) -> int:
        """In how many descriptions a word stands."""
        part = self.entries(word)
        return int(part.stop - part.start)

    def entries(self, word: str) -> slice:
        """Entries of a word; empty for a word that no description has."""
        at = self.number.get(word)
        return slice(0, 0) if at is None else slice(int(self.start[at]), int(self.start[at + 1]))


def build_postings(table: FoodTable, lexicon: Lexicon) -> Postings:
    """Read every description of the table."""
    read = [_read(description, lexicon) for description in table.descriptions]
    counts: dict[str, int] = {}
    for words in read:
        for word in words:
            counts[word] = counts.get(word, 0) + 1
    rarity = {word: 1.0 - math.log(n) / math.log(len(read) + 1) for word, n in counts.items()}
    vocabulary = tuple(sorted(counts))
    number = {word: i for i, word in enumerate(vocabulary)}
    rows = [
        (number[word], food, role.weight if role.fixed else role.weight * (0.25 + 0.75 * rarity[word]), role.flags)
        for food, words in enumerate(read)
        for word, role in words.items()
    ]
    entry = np.array(rows, dtype=[("word", "i4"), ("food", "i4"), ("cost", "f4"), ("flags", "u1")])
    entry.sort(order=["word", "food"])
    start = np.searchsorted(entry["word"], np.arange(len(vocabulary) + 1)).astype(np.int32)
    total = np.bincount(entry["food"], weights=entry["cost"], minlength=len(read)).astype(np.float32)
    states = np.array([_states(words, lexicon) for words in read], dtype=np.uint8)
    handicap = np.array([lexicon.unlikely.get(group, 0.0) for group in table.groups], dtype=np.float32)
    as_eaten = np.array([_as_eaten(words, group, lexicon) for words, group in zip(read, table.groups, strict=True)], dtype=np.uint8)
    columns = {name: np.ascontiguousarray(entry[name]) for name in ("food", "cost", "flags")}
    return Postings(vocabulary, start, **columns, total=total, states=states, handicap=handicap, as_eaten=as_eaten, known=_known(table))


class _Role(Struct):
    """What a word does in one description: its cost (``fixed``: whatever its rarity) and flags."""

    weight: float
    fixed: bool
    flags: int


def _read(description: str, lexicon: Lexicon) -> dict[str, _Role]:
    roles: dict[str, _Role] = {}
    position = -1  # of the segment, counted from the head segment
    after_capitals = False
    segments = [segment for segment in _segments(description) if not _MEASURE.match(segment)]
    for segment, next_one in zip(segments, [*segments[1:], ""], strict=True):
        outside = _BRACKETS.sub(" ", segment)
        brands = _brands(outside, lexicon)
        words = [w for w in normal_folded(fold(outside)) if w not in lexicon.ignored]
        company = "company" in words or tuple(words) in lexicon.classes
        if position < 0 and company:
            for word in words:
                _note(roles, word, _Role(PLAIN_COST, True, HEAD))
            _note_brands(roles, brands, "")
            continue
        own = [w for w in words if w not in brands and w not in lexicon.plain]
        if position >= 0 or own:
            position += 1
        heads = _heads(outside, lexicon, brands) if position == 0 else frozenset()
        listed = _AND_FIRST.match(segment) or _AND_FIRST.match(next_one)
        added = frozenset(words) if listed else _added(outside, position == 0 and not after_capitals)
        after_capitals |= bool(brands) and not own
        either = position == 0 and _OR.search(outside)  # "hazelnuts or filberts": the same food
        for word in words:
            if word not in brands:
                role = _role(word, position, word in added, HEAD if word in heads else 0, lexicon)
                role.flags |= (
                    ADDED if word in added and word not in heads else NAME if position == 0 and _names(word, heads, lexicon) else 0
                )
                _note(roles, word, _Role(STATE_COST, True, role.flags) if either and not role.fixed else role)
        _note_brands(roles, brands, "" if own or position > 0 else words[-1])
        for bracket in _BRACKETS.findall(segment):
            folded = fold(bracket)
            named = position == 0 and not folded.startswith("include")
            for part in re.split(r"[,;]|\b(?:and|or)\b", folded):
                inside = [w for w in normal_folded(part) if w not in lexicon.ignored]
                for i, word in enumerate(inside):
                    last = HEAD if named and i == len(inside) - 1 else 0
                    _note(roles, word, _Role(0.0, True, BRACKET | last))
    if _states(roles, lexicon) & COOKED:  # a mix that is prepared is as eaten
        roles |= {word: _Role(STATE_COST, True, roles[word].flags) for word in roles.keys() & lexicon.another & lexicon.states.keys()}
    return roles


def _names(word: str, heads: frozenset[str], lexicon: Lexicon) -> bool:
    """Whether a word of the name says which kind of the head it is: the potato of "potato salad"."""
    return word not in heads and not any(word in words for words in (lexicon.plain, lexicon.generic, lexicon.states, lexicon.parts))


def _segments(description: str) -> Iterator[str]:
    """Parts between commas and semicolons; a comma in brackets does not part."""
    depth, begin = 0, 0
    for i, char in enumerate(description):
        depth += (char == "(") - (char == ")")
        if char in ",;" and depth <= 0:
            yield description[begin:i]
            begin = i + 1
    yield description[begin:]


def _brands(segment: str, lexicon: Lexicon) -> frozenset[str]:
    names = {word for name in _CAPITALS.findall(segment) for word in normal_folded(fold(name))}
    return frozenset(names - lexicon.ignored - {"usda"})


def _heads(segment: str, lexicon: Lexicon, brands: frozenset[str]) -> frozenset[str]:
    """The last own word of each part of "… and …"; of "corn with butter" the part before "with"."""
    heads = set()
    for part in _AND.split(_WITH.split(fold(segment))[0]):
        own = [w for w in normal_folded(part) if w not in lexicon.ignored and w not in lexicon.plain and w not in brands]
        heads.update(own[-1:])
    return frozenset(heads)


def _added(segment: str, name: bool) -> frozenset[str]:
    """Words of something else in the food: after "with", and in a name the parts of "… and …" ("ham and cheese sandwich")."""
    own, *more = _WITH.split(fold(segment))
    if name and len(parts := re.split(r"\band\b", own)) > 1:
        more += parts
    return frozenset(word for part in more for word in normal_folded(part))


def _role(word: str, position: int, added: bool, head: int, lexicon: Lexicon) -> _Role:
    if word in lexicon.generic and not head:
        return _Role(GENERIC_COST, True, head)
    if word in lexicon.plain or word[0].isdigit():
        return _Role(PLAIN_COST, True, head)
    if word in lexicon.parts:
        return _Role(PART_COST, True, head)
    other = word in lexicon.another or (position == 0 and not head and word in lexicon.altered)
    if other or (added and word not in lexicon.states):
        return _Role(ADDED_COST, True, head)
    if word.startswith("-"):
        return _Role(LACKING_COST, True, head)
    if word in lexicon.altered or ":" in word:
        return _Role(ALTERED_COST, True, head)
    if word in lexicon.states:
        return _Role(FRIED_COST if lexicon.states[word] & FRIED else STATE_COST, True, head)
    return _Role(POSITION[min(max(position, 0), len(POSITION) - 1)], False, head)


def _note(roles: dict[str, _Role], word: str, role: _Role) -> None:
    """A word met again keeps its higher cost and both flags."""
    if word in roles:
        old = roles[word]
        dearer = old if old.weight >= role.weight else role
        flags = old.flags | role.flags if not role.flags & BRACKET else old.flags | (role.flags & HEAD)
        role = _Role(dearer.weight, dearer.fixed, flags)
    roles[word] = role


def _note_brands(roles: dict[str, _Role], brands: frozenset[str], head: str) -> None:
    """A brand costs in full once; ``head`` is the last word of a name that is all capitals."""
    paid = any(role.weight == BRAND_COST for role in roles.values())
    for i, word in enumerate(sorted(brands)):
        _note(roles, word, _Role(BRAND_WORD_COST if paid or i else BRAND_COST, True, HEAD if word == head else 0))


def _states(words: dict[str, _Role], lexicon: Lexicon) -> int:
    outside = {word for word, role in words.items() if not role.flags & BRACKET}
    bits = 0
    for word in outside & lexicon.states.keys():
        bits |= lexicon.states[word]
    if outside & {"raw"} and not bits & METHODS and "cooked" not in outside:
        return RAW  # "raw, prepared with calcium sulfate"
    return bits & ~RAW if bits & COOKED else bits


def _as_eaten(words: dict[str, _Role], group: str, lexicon: Lexicon) -> int:
    heads = {word for word, role in words.items() if role.flags & HEAD}
    if heads & lexicon.raw_foods:
        return RAW
    return COOKED if group in lexicon.cooked_groups or heads & lexicon.cooked_foods else RAW


def _known(table: FoodTable) -> Floats:
    """Half for a tryptophan value, half for the share of the other columns: a tie-breaker among equally plain entries."""
    wanted = [i for i, name in enumerate(table.columns) if name not in _NOT_NUTRIENT_CHECKED]
    share = np.mean(~np.isnan(table.values[:, wanted]), axis=1)
    trp = ~np.isnan(table.values[:, table.column("trp_g")])
    known: Floats = (0.5 * trp + 0.5 * share).astype(np.float32)
    return known


# --- cache --------------------------------------------------------------------------------------------------------

_ARRAYS = ("start", "food", "cost", "flags", "total", "states", "handicap", "as_eaten", "known")


def to_arrays(postings: Postings) -> food_cache.Arrays:
    """The postings for the cache."""
    arrays: dict[str, NDArray[Any]] = {name: getattr(postings, name) for name in _ARRAYS}
    return arrays | {"vocabulary": food_cache.text(postings.vocabulary)}


def from_arrays(arrays: food_cache.Arrays, foods: int) -> Postings | None:
    """The postings again, or None when the arrays do not fit together."""
    try:
        postings = Postings(food_cache.lines(arrays["vocabulary"]), **{name: arrays[name] for name in _ARRAYS})
    except (KeyError, ValueError):
        return None
    per_food = (postings.total, postings.states, postings.handicap, postings.as_eaten, postings.known)
    fits = len(postings.start) == len(postings.vocabulary) + 1 and len(postings.food) == len(postings.cost) == len(postings.flags)
    return postings if fits and all(len(array) == foods for array in per_food) else None
