"""Colours of the pages: what is written can be read, and what can be pressed can be seen, by day and by night."""

import re

import pytest

from tests.contracts.modules import ROOT

SHEET = (ROOT / "templates/web/assets/style.css").read_text(encoding="utf-8")
TEXT = [
    *[(ink, ground) for ink in ("ink", "body", "muted", "accent") for ground in ("ground", "panel")],
    *[("ink", tint) for tint in ("tint", "good-tint", "warning-tint", "error-tint")],
    ("accent-deep", "panel"),
    ("error", "panel"),
    ("on-accent", "accent"),
    ("on-accent", "accent-deep"),
]
EDGES = [
    *[(edge, "panel") for edge in ("control-edge", "accent", "error", "rule")],
    ("good", "good-tint"),
    ("warning", "warning-tint"),
]


def colours(scheme: str) -> dict[str, str]:
    """Return the colours of the sheet by name: those of the day, or of the night over them."""
    day, night = SHEET.split("@media (prefers-color-scheme: dark)", 1)
    named = re.compile(r"--([a-z-]+): #([0-9a-f]{6});")
    found = dict(named.findall(day))
    return found | dict(named.findall(night)) if scheme == "dark" else found


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast(scheme: str) -> None:
    named = colours(scheme)

    assert {pair for pair in TEXT if contrast(named[pair[0]], named[pair[1]]) < 4.5} == set()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_edges_of_controls_have_enough_contrast(scheme: str) -> None:
    named = colours(scheme)

    assert {pair for pair in EDGES if contrast(named[pair[0]], named[pair[1]]) < 3} == set()
