"""How numbers and ids are put into words: the filters of rule texts and of the report templates.

A rule text (``say`` and ``do``) is the part of Jinja2 that ``rules check`` lets through: text, ``{{ name }}`` and ``{{ name | filter }}``.
So little is read here without compiling anything, as a test against Jinja2 shows; values are data.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from msgspec import Struct, field

from neurobalance_expert.errors import NeurobalanceError

NOT_KNOWN = "not known"

AMINO_ACIDS: Mapping[str, str] = {
    "trp": "tryptophan", "tyr": "tyrosine", "phe": "phenylalanine", "leu": "leucine", "ile": "isoleucine", "val": "valine",
    "met": "methionine", "thr": "threonine", "his": "histidine", "lys": "lysine", "gln": "glutamine", "cys": "cysteine",
    "arg": "arginine", "ala": "alanine", "asp": "aspartic acid", "glu": "glutamic acid", "gly": "glycine", "pro": "proline",
    "ser": "serine", "hyp": "hydroxyproline", "phe_tyr": "phenylalanine + tyrosine", "met_cys": "methionine + cysteine",
}  # fmt: skip
_ENUMS: Mapping[str, str] = {
    "ear": "average requirement (EAR)",
    "rda": "recommended allowance (RDA)",
    "ai": "adequate intake (AI)",
    "who_mean": "mean requirement (WHO)",
    "fed": "after food",
    "older_adult": "adult of 65 or more",
    "glutamate_gaba": "glutamate and GABA",
    "refer_low": "low, refer",
    "refer_high": "high, refer",
    "low_phe": "low in phenylalanine",
    "lnaa": "large neutral amino acids",
}
_ACRONYMS = (
    "bcaa",
    "eaa",
    "sam",
    "plp",
    "bh4",
    "lnaa",
    "epa",
    "dha",
    "alt",
    "ast",
    "tsh",
    "gaba",
    "dopa",
    "htp",
    "lat1",
    "aadc",
    "b6",
    "b12",
)
_TOKENS: Mapping[str, str] = {**{t: t.upper() for t in _ACRONYMS}, "same": "SAMe"}


class WordingError(NeurobalanceError):
    """A rule text or a template that cannot be rendered with the values it was given: a fault of the knowledge base."""


class Labels(Struct, frozen=True):
    """Words for ids: windows ("w2" -> "lunch at 12:30"), nutrients, substances, analytes, conditions. Amino acids are built in."""

    windows: Mapping[str, str] = field(default_factory=dict)
    nutrients: Mapping[str, str] = field(default_factory=dict)
    substances: Mapping[str, str] = field(default_factory=dict)
    analytes: Mapping[str, str] = field(default_factory=dict)
    conditions: Mapping[str, str] = field(default_factory=dict)


def number(value: object, digits: int = 3) -> str:
    """A number in plain digits. A Decimal or int is exact (it has its resolution already), a float gets ``digits`` significant ones.

    None and NaN are "not known"; text that is no number stays as it is.

    >>> number(Decimal("450.000")), number(1234.56), number(0.07123), number(None)
    ('450', '1235', '0.0712', 'not known')
    """
    exact = _decimal(value)
    if exact is None:
        return str(value) if isinstance(value, str) else NOT_KNOWN
    if isinstance(value, float) and exact:
        exact = exact.quantize(Decimal(1).scaleb(min(0, exact.adjusted() - digits + 1)))
        if digits <= exact.adjusted():
            exact = exact.quantize(Decimal(1))
    return format(exact.normalize() + 0, "f") if exact else "0"


def percent(value: object) -> str:
    """A share as a percentage.

    >>> percent(Decimal("0.71")), percent(0.7149)
    ('71 %', '71.5 %')
    """
    exact = _decimal(value)
    if exact is None:
        return NOT_KNOWN
    return f"{number(float(exact * 100) if isinstance(value, float) else exact * 100)} %"


def hours(value: object) -> str:
    """A time span in hours as hours and minutes.

    >>> hours(Decimal("1.5")), hours(Decimal("0.25")), hours(2)
    ('1 h 30 min', '15 min', '2 h')
    """
    exact = _decimal(value)
    if exact is None:
        return NOT_KNOWN
    whole, minutes = divmod(abs(int((exact * 60).to_integral_value())), 60)
    text = " ".join([f"{whole} h"] * bool(whole) + [f"{minutes} min"] * bool(minutes or not whole))
    return f"-{text}" if exact < 0 else text


def grams(value: object) -> str:
    """``12.5`` as ``12.5 g``."""
    return _with_unit(value, "g")


def mg(value: object) -> str:
    """``450`` as ``450 mg``."""
    return _with_unit(value, "mg")


def aa(value: object) -> str:
    """``trp`` as ``tryptophan``."""
    return AMINO_ACIDS.get(str(value), words(value))


def enum(value: object) -> str:
    """A word of the vocabulary as plain text: ``not_pregnant`` as ``not pregnant``, ``true`` as ``yes``."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return {"true": "yes", "false": "no"}.get(str(value)) or _ENUMS.get(str(value)) or words(value)


def words(value: object) -> str:
    """An id as words.

    >>> words("vitamin_b6"), words("l_tryptophan"), words("five_htp"), words("vitamin_c")
    ('vitamin B6', 'L-tryptophan', '5-HTP', 'vitamin C')
    """
    tokens = str(value).split("_")
    if tokens[0] in {"l", "five", "n"} and len(tokens) > 1:
        head = {"l": "L", "five": "5", "n": "N"}[tokens[0]]
        return f"{head}-{words('_'.join(tokens[1:]))}"
    out = [_TOKENS.get(t, t) for t in tokens]
    if out[0] == "vitamin":
        out[1:2] = [t.upper() for t in out[1:2]]
    return " ".join(out)


def window(value: object, labels: Labels) -> str:
    """A window by what opened it: ``w2`` as ``lunch at 12:30``."""
    return labels.windows.get(str(value), f"window {value}")


def nutrient(value: object, labels: Labels) -> str:
    """A nutrient in words; amino acids count as nutrients."""
    return labels.nutrients.get(str(value)) or aa(value)


def substance(value: object, labels: Labels) -> str:
    """A supplement substance in words."""
    return labels.substances.get(str(value)) or aa(value)


def analyte(value: object, labels: Labels) -> str:
    """A laboratory analyte in words."""
    return labels.analytes.get(str(value)) or aa(value)


def condition(value: object, labels: Labels) -> str:
    """A condition in words."""
    return labels.conditions.get(str(value)) or words(value)


_PLAIN: Mapping[str, Callable[..., str]] = {
    "percent": percent,
    "number": number,
    "aa": aa,
    "hours": hours,
    "grams": grams,
    "mg": mg,
    "enum": enum,
}
_LABELLED: Mapping[str, Callable[..., str]] = {
    "window": window,
    "nutrient": nutrient,
    "substance": substance,
    "analyte": analyte,
    "condition": condition,
}
FILTERS: dict[str, Callable[..., str]] = {**_PLAIN, **_LABELLED}  # the labelled ones take Labels as their second argument
_SLOT = re.compile(  # a value, or a remark, which is nothing; "-" eats the blank beside it
    r"(?: ?\{\{-|\{\{\+?) ?(?P<name>[^\W\d]\w*) ?(?:\| ?(?P<filter>\w+) ?)?(?:-\}\} ?|\+?\}\})|(?: ?\{#-|\{#).*?(?:-#\} ?|#\})"
)


def say(template: str, values: Mapping[str, object], labels: Labels) -> str:
    """A rule's ``say`` or ``do`` as one paragraph of plain text, its first letter large.

    Args:
        template: the author's text, with ``{{ name }}`` and ``{{ name | filter }}`` where values go.
        values: the variables of the rule: Decimal, text or bool; a tuple is listed.
        labels: words for ids.

    Raises:
        WordingError: the text holds anything else in braces, or names a variable or a filter that does not exist.

    >>> say("{{ of | aa }} had {{ x | percent }}.", {"of": "trp", "x": Decimal("0.71")}, Labels())
    'Tryptophan had 71 %.'
    """
    try:
        written = [text + (_printed(values[name], words_for, labels) if name else "") for text, name, words_for in pieces(template)]
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise WordingError(f"the rule text '{template}' cannot be written: {error}") from error
    return sentence(" ".join("".join(written).split()))


def sentence(text: str) -> str:
    """The text with a large first letter, unless its first word carries large letters or digits of its own."""
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first.islower() and first.rstrip(",;:").replace("-", "").isalpha() else text


@lru_cache(maxsize=2048)
def pieces(template: str) -> tuple[tuple[str, str, str], ...]:
    """A rule text as (text, name of the value after it, filter of that value). Raises WordingError."""
    text = " ".join(f"-{template}-".split())[1:-1]  # a run of blanks is one blank, also at the ends
    found: list[tuple[str, str, str]] = []
    end = 0
    for slot in _SLOT.finditer(text):
        found.append((text[end : slot.start()], slot["name"] or "", slot["filter"] or ""))
        end = slot.end()
    found.append((text[end:], "", ""))
    for inner, _, words_for in found:
        if any(mark in inner for mark in ("{{", "{%", "{#")) or words_for not in ("", *FILTERS):
            what = words_for or inner.strip()
            raise WordingError(f"the rule text '{template}' cannot be written: '{what}' is not text, a name or a known filter")
    return tuple(found)


def _printed(value: object, words_for: str, labels: Labels) -> str:
    if isinstance(value, tuple):
        each = [_printed(one, words_for, labels) for one in value]
        return " and ".join(filter(None, (", ".join(each[:-1]), each[-1])))
    if words_for in _LABELLED:
        return _LABELLED[words_for](value, labels)
    return _PLAIN[words_for](value) if words_for else str(value)


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, float):
        return Decimal(repr(value)) if math.isfinite(value) else None
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return None
    return exact if exact.is_finite() else None


def _with_unit(value: object, unit: str) -> str:
    return f"{number(value)} {unit}" if _decimal(value) is not None else NOT_KNOWN
