"""Single values as written, to values that can be trusted. Any other is refused with the reason; nothing is clamped or guessed."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

from neurobalance_expert.knowledge.names_data import Plausibility
from neurobalance_expert.source import Data

_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLAIN_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.?(nan|inf|infinity)", re.IGNORECASE)
_SEPARATED = re.compile(r"[-+]?[0-9]{1,3}([,. '\u00a0\u202f][0-9]{3})*[,.][0-9]+|[-+]?[0-9]{1,3}([,'\u00a0\u202f ][0-9]{3})+")
_EXPONENT = re.compile(r"[-+]?[0-9.]+[eE][-+]?[0-9]+")
_YEARS = (1900, 2200)


class Refused(ValueError):  # noqa: N818 - a verdict on input, not a failure of the program
    """A value that is not used; the message says why and completes "<value> …"."""


def number(value: Data, limits: Plausibility) -> Decimal:
    """A finite number, zero or more, of ordinary size and precision. Raises Refused."""
    if isinstance(value, bool):
        raise Refused("is true or false, not a number")
    if isinstance(value, str):
        raise Refused(_why_no_number(value))
    if not isinstance(value, Decimal):
        raise Refused("is not a number")
    if value < 0:
        raise Refused("is negative")
    if len(value.normalize().as_tuple().digits) > limits.significant_digits:
        raise Refused(f"has more than {limits.significant_digits} significant digits")
    if value > limits.largest or 0 < value < limits.smallest:
        raise Refused("is no amount of this kind")
    return value + 0  # -0 becomes 0


def _why_no_number(text: str) -> str:
    plain = text.strip()
    if _NOT_FINITE.fullmatch(plain):
        return "is not a finite number"
    if _PLAIN_NUMBER.fullmatch(plain):
        return "is text in quotes; write the number without them"
    if _EXPONENT.fullmatch(plain):
        return "has an exponent; write the number in full"
    if _SEPARATED.fullmatch(plain):
        return "has separators; write digits and at most one decimal point"
    return "is not a number"


def whole(value: Data, limits: Plausibility) -> int:
    """A whole number, zero or more. Raises Refused."""
    found = number(value, limits)
    if found != found.to_integral_value():
        raise Refused("is not a whole number")
    return int(found)


def flag(value: Data) -> bool:
    """true or false. Raises Refused."""
    if not isinstance(value, bool):
        raise Refused("is neither true nor false")
    return value


def clock(value: Data) -> int:
    """Minutes after midnight of ``07:30`` or ``7:30``. Raises Refused.

    >>> clock("07:30")
    450
    """
    if not isinstance(value, str):
        raise Refused("is not a clock time; write hours and minutes such as 07:30")
    match = _CLOCK.fullmatch(value.strip())
    if not match:
        raise Refused("is not a clock time; write hours and minutes such as 07:30")
    hours, minutes = int(match.group(1)), int(match.group(2))
    if hours == 24 and minutes == 0:
        raise Refused("is not a clock time; midnight is 00:00 of the next date")
    if hours > 23 or minutes > 59:
        raise Refused("is not a clock time; hours go to 23 and minutes to 59")
    return hours * 60 + minutes


def calendar_date(value: Data) -> str:
    """A date as ``2026-03-02``. Raises Refused."""
    if not isinstance(value, str) or not _DATE.fullmatch(value.strip()):
        raise Refused("is not a date; write year-month-day such as 2026-03-02")
    try:
        found = date.fromisoformat(value.strip())
    except ValueError:
        raise Refused("is not a day of the calendar") from None
    if not _YEARS[0] <= found.year < _YEARS[1]:
        raise Refused(f"is not a date between {_YEARS[0]} and {_YEARS[1]}")
    return found.isoformat()


def clean(value: Data) -> str:
    """Text for display: one line, without control, formatting or broken characters."""
    return " ".join("".join(_visible(c) for c in str(value)).split())


def is_tainted(value: Data) -> bool:
    """Whether text holds characters that do not show: controls, direction marks, zero-width marks, halves of surrogate pairs."""
    if str(value).isprintable():
        return False
    return any(unicodedata.category(c) in _HIDDEN for c in str(value) if c not in "\t\n\r")


_HIDDEN = ("Cc", "Cf", "Cs", "Co")


def _visible(char: str) -> str:
    if char in "\t\n\r\x0b\x0c\x85\u2028\u2029":
        return " "
    return "" if unicodedata.category(char) in _HIDDEN else char


def age_on(birth: str, day: str) -> int:
    """Completed years on a day; a birthday counts from that day on, 29 February from 1 March in common years.

    >>> age_on("2000-02-29", "2025-02-28"), age_on("2000-02-29", "2025-03-01")
    (24, 25)
    """
    born, on = date.fromisoformat(birth), date.fromisoformat(day)
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
