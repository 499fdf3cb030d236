"""Every theme can be read: contrasts computed from the one file that gives the colours."""

import re
from itertools import product

import pytest

from tests.source import ROOT, place, source_files

TOKENS = ROOT / "frontend" / "lib" / "tokens.css"
THEMES = {
    "light": '[data-theme="light"]',
    "dark": '[data-theme="dark"]',
    "contrast": '[data-theme="contrast"]',
}
GROUNDS = (
    "ground",
    "surface",
    "sunken",
    "accent-ground",
    "ok-ground",
    "attention-ground",
    "danger-ground",
)
TEXTS = ("ink", "ink-soft", "accent", "accent-strong", "ok", "attention", "danger")
EDGES = ("line-strong", "focus")
FILLED = ("accent", "accent-strong", "ok", "attention", "danger")
READABLE, VISIBLE = 4.5, 3.0
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\brgba?\(", re.IGNORECASE)
# Colours of things, not of a theme: paper is white, print is black.
FREE = {"frontend/lib/tokens.css", "frontend/staff/print.css"}


def blocks() -> list[tuple[str, dict[str, str]]]:
    """Return each rule of the file with its tokens."""
    text = re.sub(r"/\*.*?\*/", "", TOKENS.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = re.findall(r"([^{}]+)\{([^{}]*)\}", text)
    return [
        (" ".join(names.split()), dict(re.findall(r"--([\w-]+):\s*([^;]+);", body)))
        for names, body in found
    ]


def theme(name: str) -> dict[str, str]:
    return next(tokens for names, tokens in blocks() if THEMES[name] in names)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_ratio_is_the_known_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", THEMES)
def test_every_text_can_be_read_on_every_ground(name: str) -> None:
    tokens = theme(name)
    weak = {
        f"{text} on {ground}": round(contrast(tokens[text], tokens[ground]), 2)
        for text, ground in product(TEXTS, GROUNDS)
        if contrast(tokens[text], tokens[ground]) < READABLE
    }
    weak |= {
        f"on-accent on {fill}": round(contrast(tokens["on-accent"], tokens[fill]), 2)
        for fill in FILLED
        if contrast(tokens["on-accent"], tokens[fill]) < READABLE
    }
    assert weak == {}


@pytest.mark.parametrize("name", THEMES)
def test_every_control_and_focus_has_an_edge_that_can_be_seen(name: str) -> None:
    tokens = theme(name)
    weak = {
        f"{edge} on {ground}": round(contrast(tokens[edge], tokens[ground]), 2)
        for edge, ground in product(EDGES, GROUNDS)
        if contrast(tokens[edge], tokens[ground]) < VISIBLE
    }
    assert weak == {}


@pytest.mark.parametrize("name", ["dark", "contrast"])
def test_the_system_and_the_switch_give_the_same_colours(name: str) -> None:
    chosen = theme(name)
    by_system = [tokens for names, tokens in blocks() if names == ":root:not([data-theme])"]
    assert chosen in by_system


def test_the_three_themes_give_the_same_names() -> None:
    assert len({tuple(sorted(set(theme(name)) & set(theme("dark")))) for name in THEMES}) == 1
    assert set(theme("dark")) == set(theme("contrast"))


def test_styles_take_their_colours_from_the_tokens() -> None:
    wrong = [
        f"{place(path)}:{number} {line.strip()}"
        for path in source_files(".css", folders=("frontend/lib", "frontend/staff"))
        if place(path) not in FREE
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if COLOUR.search(line) and "not themed:" not in line
    ]
    assert wrong == []
