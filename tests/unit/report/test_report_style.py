"""The style sheet: text can be read in light, in dark and on paper (WCAG 2 AA)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEXT = ("ink", "soft", "accent", "contraindicated", "major", "moderate", "minor", "info")
GROUNDS = ("paper", "card", "faint", "accent-soft")
SHAPES = ("up", "down")


def palettes(root: Path) -> dict[str, dict[str, str]]:
    """Colours by name, of the three ``:root`` blocks; dark and print replace what they name."""
    css = (root / "reports" / "templates" / "report.css").read_text(encoding="utf-8")
    light, dark, paper = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", block)) for block in re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    )
    return {"light": light, "dark": light | dark, "print": light | paper}


def luminance(colour: str) -> float:
    """Relative luminance by the WCAG formula: 0 for black, 1 for white."""
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21.

    >>> round(contrast("#000", "#fff"))
    21
    """
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark", "print"])
def test_text_stands_out_from_every_ground(mode: str, root: Path) -> None:
    """At least 4.5 to 1 for every colour that letters have."""
    colours = palettes(root)[mode]
    weak = {(t, g): round(contrast(colours[t], colours[g]), 2) for t in TEXT for g in GROUNDS if contrast(colours[t], colours[g]) < 4.5}

    assert weak == {}


@pytest.mark.parametrize("mode", ["light", "dark", "print"])
def test_bars_stand_out_from_card_and_night(mode: str, root: Path) -> None:
    """At least 3 to 1 on the card for what carries meaning in the chart, and letters are readable on the night."""
    colours = palettes(root)[mode]

    assert min(contrast(colours[s], colours["card"]) for s in SHAPES) >= 3.0
    assert min(contrast(colours[t], colours["night"]) for t in ("ink", "soft")) >= 4.5
