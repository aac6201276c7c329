"""Foods by everyday names: which entry is meant, and whether it may be used without asking.

A description scores by how much of the query it covers, less what it says beyond the query (``food_index`` says what each word costs),
less a wrong state (raw or cooked; a diary is written as eaten), plus small tie-breakers: words preferred by ``synonyms.yaml``, and
entries whose amino acids and micronutrients are known before equally plain ones where they are not.

A match is *confident* only when every content word of the query is covered, the head noun of the description is one of the covered
words, the description says little beyond the query, and no letter of the query is of another alphabet; a food that only holds what
was asked for ("Potato salad with egg" for "egg salad") is never used. Otherwise the name is unknown, and the best candidates become
a question.
No string distance decides a match: it only corrects typing errors (``food_query``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from neurobalance_expert import source
from neurobalance_expert.knowledge import food_cache, food_index, food_lexicon, food_query, food_words
from neurobalance_expert.knowledge.food_index import ADDED, BRACKET, HEAD, NAME, Postings, build_postings
from neurobalance_expert.knowledge.food_lexicon import COOKED, FRIED, METHODS, RAW, Lexicon, parse_lexicon
from neurobalance_expert.knowledge.food_query import Reader, Wording
from neurobalance_expert.knowledge.foods import FoodTable

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

CACHE_FORMAT = "food-index-1"

# Points of a score; the sum of what can be gained is 100.
COVERED = 86.0
KNOWN, PREFERRED, ORDER = 6.0, 6.5, 1.5
EACH_PREFERRED = 1.3
BEYOND, BEYOND_SCALE = 34.0, 2.0  # what the description says beyond the query: 34 * (1 - exp(-cost / 2))
WRONG_STATE = 9.0
NO_HEAD = 15.0
CONFIDENT = 5.0  # an entry that may be used stands before one that may not

# Limits of confidence.
CONTENT_ENOUGH, STATE_ENOUGH = 0.8, 0.6
BEYOND_MOST = 2.1
HANDICAP_MOST = 5.0

CONTENT_WEIGHT, STATE_WEIGHT, NEUTRAL_WEIGHT = 0.5, 0.5, 0.15
BRACKET_QUALITY, TYPO_QUALITY, GUESS_QUALITY = 0.95, 0.9, 0.45
ETHANOL_G_PER_ML = 0.789  # 5 % by volume is 3.9 g/100 ml
PERCENT_TOLERANCE = 0.15
REMEMBERED = 10_000  # names whose answer is kept


class Match(Struct, frozen=True):
    """An entry of the table that fits a name. ``score`` is 0 to 100; ``confident``: we would use it without asking."""

    row: int
    ndb: str
    description: str
    group: str
    score: float
    confident: bool


class Resolution(Struct, frozen=True):
    """What a name means. ``match`` is None when it is unknown; ``candidates`` are then the question (best first, at most 5).

    ``how``: ``words`` (as typed), ``synonym``, ``typo``, ``compound``; ``ambiguous`` or ``unknown`` without a match.
    """

    name: str
    match: Match | None
    runner_up: Match | None
    candidates: tuple[Match, ...]
    how: str


class _Scores(Struct, frozen=True):
    """All foods against one query: (food,) score, whether the entry may be used, and the wording that won."""

    score: Floats
    usable: Flags
    wording: NDArray[np.int8]
    wordings: tuple[Wording, ...]


class FoodIndex(Struct, frozen=True, dict=True):
    """Search over one food table. Immutable; safe to share."""

    table: FoodTable
    lexicon: Lexicon
    postings: Postings

    def search(self, query: str, limit: int = 10) -> tuple[Match, ...]:
        """The entries that fit best. Only the first can be confident; empty when nothing in the query is a word of the table."""
        return self._search(query, limit)[0]

    def resolve(self, name: str) -> Resolution:
        """The entry to use for a name, or none with candidates. A name that was asked before is answered from memory."""
        known = self._resolved.get(name)
        if known is None:
            known = self._resolve(name)
            if len(self._resolved) < REMEMBERED:
                self._resolved[name] = known
        return known

    @cached_property
    def _resolved(self) -> dict[str, Resolution]:
        return {}

    def _resolve(self, name: str) -> Resolution:
        found, how = self._search(name, 5)
        match = found[0] if found and found[0].confident else None
        return Resolution(name, match, found[1] if match and len(found) > 1 else None, found, how)

    def _search(self, query: str, limit: int) -> tuple[tuple[Match, ...], str]:
        readings = self.lexicon.ambiguous.get(self._reader.words(query))
        found, how = self._plain(query, limit)
        if not food_words.is_read(query):
            return tuple(map(_doubtful, found)), "unknown"
        if not readings:
            return found, how
        named = [match for reading in readings for match in self._plain(reading, 1)[0]]
        rest = [match for match in found if match.row not in {m.row for m in named}]
        return tuple(_doubtful(match) for match in (*named, *rest))[:limit], "ambiguous"

    def _plain(self, query: str, limit: int) -> tuple[tuple[Match, ...], str]:
        """The search without regard to ambiguous names."""
        scores = self._scores(query)
        if scores is None:
            return (), "unknown"
        found = self._best(scores, limit)
        if not found or not found[0].confident:
            return found, "unknown"
        return found, scores.wordings[scores.wording[found[0].row]].how

    def _best(self, scores: _Scores, limit: int) -> tuple[Match, ...]:
        rank = scores.score + CONFIDENT * scores.usable
        order = np.argsort(-rank, kind="stable")[: max(limit, 0)].tolist()
        return tuple(self._match(row, scores, first=i == 0) for i, row in enumerate(order) if scores.score[row] > 0)

    def _match(self, row: int, scores: _Scores, *, first: bool) -> Match:
        score = round(min(100.0, float(scores.score[row])), 1)
        table = self.table
        return Match(row, table.ndb[row], table.descriptions[row], table.groups[row], score, first and bool(scores.usable[row]))

    def _scores(self, query: str) -> _Scores | None:
        wordings = self._reader.wordings(query)
        if not wordings:
            return None
        asked = self._reader.words(query)
        each = [self._score(wording, asked) for wording in wordings]
        if len(each) == 1:
            return _Scores(*each[0], np.zeros(len(self.postings.total), np.int8), wordings)
        rank = np.stack([score + CONFIDENT * usable for score, usable in each])
        best = np.argmax(rank, axis=0)
        pick = np.arange(rank.shape[1])
        score = np.stack([s for s, _ in each])[best, pick]
        usable = np.stack([u for _, u in each])[best, pick]
        return _Scores(score, usable, best.astype(np.int8), wordings)

    def _score(self, wording: Wording, asked: Sequence[str]) -> tuple[Floats, Flags]:
        """One wording against every description: (food,) score and whether the entry may be used."""
        index, lexicon = self.postings, self.lexicon
        size = len(index.total)
        covered, weights = np.zeros(size, np.float32), 0.0
        enough, any_content, head, in_order = (np.full(size, start) for start in (True, False, False, False))
        beyond = index.total.copy()
        unnamed, added = index.named.copy(), np.zeros(size, bool)
        last = next((w for w in reversed(asked) if w not in lexicon.neutral and w not in lexicon.asked_states), "")
        state_asked = any(word in lexicon.states for word in wording.words)
        for word in wording.words:
            quality, entries = self._literal(word, wording)
            bits = lexicon.asked_states.get(word, 0)
            for part in entries:
                beyond[index.food[part]] -= index.cost[part]
                heads = index.food[part][index.flags[part] & HEAD > 0]
                head[heads] = True
                unnamed[index.food[part][index.flags[part] & NAME > 0]] -= 1
                added[index.food[part][index.flags[part] & ADDED > 0]] = True
                in_order[heads] |= word == last
            if bits:
                weight, need = STATE_WEIGHT, STATE_ENOUGH
                quality = np.maximum(quality, _state_quality(bits, index.states))
            elif word in lexicon.neutral or word.isdecimal():
                weight, need = NEUTRAL_WEIGHT, 0.0
            else:
                weight, need = CONTENT_WEIGHT + self._rarity(word), CONTENT_ENOUGH
                quality = self._softened(word, quality)
                any_content |= quality > 0
            weights += weight
            covered += weight * quality
            enough &= quality >= need
        bonus = self._preferred(wording, beyond)
        wrong = np.zeros(size, bool) if state_asked else (index.as_eaten ^ (index.states & (RAW | COOKED))) == RAW | COOKED
        over = np.maximum(beyond, 0.0)
        score = COVERED * covered / max(weights, 1e-9) - BEYOND * (1 - np.exp(-over / BEYOND_SCALE)) + KNOWN * index.known + bonus
        score += ORDER * in_order - NO_HEAD * ~head - WRONG_STATE * wrong - index.handicap
        another = added & (unnamed > 0)  # "Potato salad with egg" is no egg salad
        usable = enough & any_content & head & ~another & (over <= BEYOND_MOST) & (index.handicap <= HANDICAP_MOST)
        return np.where(any_content, score, 0.0).astype(np.float32), usable

    def _literal(self, word: str, wording: Wording) -> tuple[Floats, list[slice]]:
        """(food,) quality of the word itself or of the guesses for it, and the entries that it covers."""
        index = self.postings
        quality = np.zeros(len(index.total), np.float32)
        full = TYPO_QUALITY if "typo" in wording.how else 1.0
        options = [(word, full), *((guess, GUESS_QUALITY) for guess in wording.guesses.get(word, ()))]
        entries = [index.entries(option) for option, _ in options]
        for part, (_, worth) in zip(entries, options, strict=True):
            in_brackets = index.flags[part] & BRACKET > 0
            quality[index.food[part]] = np.where(in_brackets, BRACKET_QUALITY * worth, worth)
        return quality, entries

    def _softened(self, word: str, quality: Floats) -> Floats:
        """A percentage agrees with the alcohol or fat of the entry; "without salt" with one that holds hardly any."""
        if word.endswith("%"):
            share = float(word[:-1])
            alcohol, fat = self._column("alcohol_g"), self._column("fat_g")
            agrees = (alcohol > 0) & _near(alcohol, share * ETHANOL_G_PER_ML) | (alcohol == 0) & (fat > 0) & _near(fat, share)
            return np.maximum(quality, np.where(agrees, 0.9, 0.0).astype(np.float32))
        if word in self.lexicon.unless_stated:
            column, most = self.lexicon.unless_stated[word]
            lacks = self.table.values[:, self.table.column(column)] <= most  # False where not known
            return np.maximum(quality, np.where(lacks, 0.85, 0.0).astype(np.float32))
        return quality

    def _preferred(self, wording: Wording, beyond: Floats) -> Floats:
        """(food,) points for words that the most special defaults prefer; what they cost is given back in ``beyond``."""
        index = self.postings
        asked = set(wording.words)
        holding = [(when, prefer) for when, prefer in self.lexicon.defaults if when <= asked]
        wanted = {word for when, prefer in holding if not any(when < other for other, _ in holding) for word in prefer} - asked
        met = np.zeros(len(beyond), np.float32)
        for word in sorted(wanted):
            part = index.entries(word)
            met[index.food[part]] += 1.0
            beyond[index.food[part]] -= index.cost[part]
        points: Floats = np.minimum(EACH_PREFERRED * met, PREFERRED).astype(np.float32)
        return points

    def _rarity(self, word: str) -> float:
        """1 for a word of one description, or of none; towards 0 for a word of all."""
        return 1.0 - math.log(max(self.postings.count(word), 1)) / math.log(len(self.postings.total) + 1)

    def _column(self, name: str) -> Floats:
        return np.nan_to_num(self.table.values[:, self.table.column(name)]).astype(np.float32)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.lexicon, self.postings)


def _state_quality(bits: int, states: NDArray[np.uint8]) -> Floats:
    """(food,) how well each state answers the one asked for: the same, one of its kind, not stated, another, the opposite."""
    raw, cooked = states & RAW > 0, states & COOKED > 0
    if bits == RAW:
        return np.select([raw, cooked], [1.0, 0.0], 0.85).astype(np.float32)
    if not bits & METHODS:
        return np.select([cooked, raw], [1.0, 0.0], 0.75).astype(np.float32)
    same, unsaid = states & bits & METHODS > 0, cooked & (states & METHODS == 0)
    left_open = [0.85, 0.4, 0.0] if not bits & FRIED else [0.4, 0.4, 0.0]  # frying adds fat: it must be said
    return np.select([same, unsaid, cooked, raw], [0.95, *left_open], 0.55 if not bits & FRIED else 0.4).astype(np.float32)


def _near(values: Floats, wanted: float) -> Flags:
    near: Flags = np.abs(values - wanted) <= PERCENT_TOLERANCE * max(wanted, 0.1)
    return near


def _doubtful(match: Match) -> Match:
    return Match(match.row, match.ndb, match.description, match.group, match.score, False)


def load_food_index(kb: Path, table: FoodTable, cache: Path | None = None) -> FoodIndex:
    """The search index of a table with the everyday names of a knowledge base; from the cache when nothing has changed.

    Raises:
        InputProblems: ``synonyms.yaml`` is missing or wrong.
    """
    text = source.read_text(kb / food_lexicon.PATH, shown_as=food_lexicon.PATH)
    digest = sha256(f"{table.digest} {_code_digest()} {text}".encode()).hexdigest()
    stored = food_cache.read(cache, CACHE_FORMAT, digest)
    if stored is not None:
        lexicon = food_lexicon.from_text(stored.pop("lexicon", None))
        postings = food_index.from_arrays(stored, len(table.ndb))
        if lexicon and postings:
            return FoodIndex(table, lexicon, postings)
    lexicon = parse_lexicon(source.parse_yaml(text, food_lexicon.PATH))
    postings = build_postings(table, lexicon)
    arrays: dict[str, Any] = food_index.to_arrays(postings) | {"lexicon": food_lexicon.to_text(lexicon)}
    food_cache.write(cache, CACHE_FORMAT, digest, arrays)
    return FoodIndex(table, lexicon, postings)


def _code_digest() -> str:
    """The cache is void when the code that fills it changes."""
    files = (food_index.__file__, food_words.__file__, food_lexicon.__file__, food_query.__file__)
    return sha256(b"".join(Path(file).read_bytes() for file in files)).hexdigest()
