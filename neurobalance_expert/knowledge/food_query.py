"""A name as typed to the wordings that are looked for in the table.

In order: joined words ("cornflakes" is corn + flakes, "soy milk" also soymilk), typing errors, everyday names. Each step may leave
several wordings; all of them are tried and the best match counts.

A typing error is corrected only when one word is clearly meant: the same first letter, one slip in a word of five letters or more
(two from eight), and up to six letters only a missing, doubled or swapped one. What is farther away is kept as a *guess*: it finds
candidates for the question, never a match.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import islice

from msgspec import Struct, field
from msgspec.structs import replace

from neurobalance_expert.knowledge.food_index import Postings
from neurobalance_expert.knowledge.food_lexicon import Lexicon, Words
from neurobalance_expert.knowledge.food_words import normal

MAX_CHARS = 200
MAX_WORDS = 12
MAX_WORDINGS = 6
SHORTEST_PART = 3
SHORT = 6  # up to this length a wrong letter is not corrected
SURE_FREQUENCY = 4  # of two equally near words the one that is this many times more frequent is meant


class Wording(Struct, frozen=True):
    """Words to look for. ``how`` says by which step they came about; ``guesses`` are far corrections of a word nobody knows."""

    words: Words
    how: str = "words"
    guesses: Mapping[str, Words] = field(default_factory=dict)


class Reader:
    """Reads queries against the words of a table. Building it is cheap; the work is done when a query asks for it."""

    def __init__(self, lexicon: Lexicon, postings: Postings) -> None:
        self.lexicon = lexicon
        self.postings = postings
        self.vocabulary = postings.number
        self._everyday = frozenset(word for names in (lexicon.names, lexicon.ambiguous) for name in names for word in name)
        self._longest = max((len(name) for name in lexicon.names), default=1)

    def words(self, query: str) -> Words:
        """The comparable words of a query without those that mean nothing. Length is limited: a name is not a novel."""
        return tuple(word for word in normal(query[:MAX_CHARS]) if word not in self.lexicon.ignored)[:MAX_WORDS]

    def wordings(self, query: str) -> tuple[Wording, ...]:
        """Every wording to try, the literal one first; none for a query without words."""
        words = self.words(query)
        if not words:
            return ()
        known, how, guesses = self._spelled(words)
        found: dict[Words, Wording] = {}
        for start in (known, *_paired(known, self.vocabulary)):
            first = Wording(start, how if start == known else "compound", guesses)
            for wording in self._named(first):
                found.setdefault(wording.words, wording)
        return tuple(islice(found.values(), MAX_WORDINGS))

    def _spelled(self, words: Words) -> tuple[Words, str, dict[str, Words]]:
        out: list[str] = []
        guesses: dict[str, Words] = {}
        how = "words"
        for word in words:
            if self._is_known(word):
                out.append(word)
                continue
            parts = _parts(word, self.vocabulary)
            near, far = ((), ()) if parts else self._corrections(word)
            out += parts or near[:1] or (word,)
            how = "compound" if parts else "typo" if near else how
            if far and not near:
                guesses[word] = far
        return tuple(out), how, guesses

    def _is_known(self, word: str) -> bool:
        words_of = (self.vocabulary, self._everyday, self.lexicon.neutral, self.lexicon.absent)
        return not word.isalpha() or any(word in words for words in words_of)

    def _corrections(self, word: str) -> tuple[Words, Words]:
        """(the one word clearly meant, words that might be meant)."""
        from rapidfuzz import process  # heavy; needed only for a word that nobody knows
        from rapidfuzz.distance import OSA

        if len(word) < 4:
            return (), ()
        choices = sorted(w for w in {*self.vocabulary, *self._everyday} if w.isalpha() and abs(len(w) - len(word)) <= 2)
        limit = 1 if len(word) < 6 else 2
        near = process.extract(word, choices, scorer=OSA.distance, score_cutoff=limit, limit=8)
        hits = [(choice, int(slips)) for choice, slips, _ in near]
        clear = [(slips, choice) for choice, slips in hits if _clear(word, choice, slips)]
        best = sorted((choice for slips, choice in clear if slips == min(clear)[0]), key=self.postings.count, reverse=True)
        counts = [self.postings.count(choice) for choice in best[:2]]
        sure = len(counts) == 1 or (len(counts) == 2 and counts[0] >= SURE_FREQUENCY * max(1, counts[1]))
        starts = [w for w in choices if w.startswith(word)]
        return tuple(best[:1]) if sure else (), tuple(dict.fromkeys([*(c for c, _ in hits), *starts]))[:8]

    def _named(self, wording: Wording) -> Iterator[Wording]:
        """The wording with every everyday name replaced in each of its ways (longest names first); as it is when there is none.

        Inside a longer query a name that is also a word of the table may be meant literally ("mince pie"), so that is tried as well.
        """
        done: list[Wording] = [replace(wording, words=())]
        at = 0
        while at < len(wording.words):
            n = self._phrase(wording.words, at) or 1
            literal = wording.words[at : at + n]
            ways = self.lexicon.names.get(literal, ()) if self._holds(literal, wording.words) else ()
            if not ways or (not self._is_whole(literal, wording.words) and all(word in self.vocabulary for word in literal)):
                ways = (*ways, literal)
            done = [replace(w, words=w.words + way, how=_how(w.how, way != literal)) for way in dict.fromkeys(ways) for w in done]
            done = done[:MAX_WORDINGS]
            at += n
        yield from (replace(w, words=tuple(dict.fromkeys(w.words))) for w in done)

    def _phrase(self, words: Words, at: int) -> int:
        """Length of the longest everyday name that begins at a position and holds there; 0 for none."""
        lengths = range(min(self._longest, len(words) - at), 0, -1)
        return next((n for n in lengths if words[at : at + n] in self.lexicon.names and self._holds(words[at : at + n], words)), 0)

    def _holds(self, name: Words, words: Words) -> bool:
        return name not in self.lexicon.alone or self._is_whole(name, words)

    def _is_whole(self, name: Words, words: Words) -> bool:
        """Whether the query says nothing beside the name but how the food is cooked or cut."""
        lexicon = self.lexicon
        return all(word in name or word in lexicon.asked_states or word in lexicon.neutral or not word.isalpha() for word in words)


def _how(so_far: str, changed: bool) -> str:
    if not changed:
        return so_far
    return "synonym" if so_far in ("words", "compound", "synonym") else f"{so_far}, synonym" if "synonym" not in so_far else so_far


def _parts(word: str, vocabulary: Collection[str]) -> Words:
    """Two known words that make up this one."""
    cuts = range(SHORTEST_PART, len(word) - SHORTEST_PART + 1)
    return next(((word[:i], word[i:]) for i in cuts if word[:i] in vocabulary and word[i:] in vocabulary), ())


def _paired(words: Words, vocabulary: Collection[str]) -> Iterator[Words]:
    """The same words with two neighbours written as one, where the table does so."""
    for i in range(len(words) - 1):
        if words[i] + words[i + 1] in vocabulary:
            yield (*words[:i], words[i] + words[i + 1], *words[i + 2 :])


def _clear(word: str, choice: str, slips: int) -> bool:
    if not choice or choice[0] != word[0] or len(word) < 5:
        return False
    if len(word) <= SHORT:  # no wrong letter: "bailey" is no barley
        return slips == 1 and (len(choice) != len(word) or sorted(choice) == sorted(word)) and len(choice) >= len(word) - (len(word) > 5)
    return slips <= (2 if len(word) >= 8 else 1)
