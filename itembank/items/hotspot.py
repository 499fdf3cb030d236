"""Hotspot (图上点选): a place in a picture. An answer is ``[x, y]`` in the picture's pixels."""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from itembank.items.choices import stem_problems
from itembank.items.item_types import About
from itembank.items.key_forms import KeyField, Typed, areas_field
from itembank.items.shapes import number, rows, text
from itembank.problems import Problem
from scoring.marks import match_area

NAME = "hotspot"
ABOUT = About(
    letter="H",
    words={"zh_Hans_CN": "图上点选", "en": "point at the picture"},
    titles={"zh_Hans_CN": "图上点选题", "en": "Point at the picture"},
    content=("stem", "picture", "alt", "width", "height"),
    key=("areas",),
    place=80,
)
PICTURE = re.compile(r"media:[0-9a-f]{64}")
LARGEST = 10_000  # pixels a side
MOST_AREAS = 20
AREAS_WORDS = {"zh_Hans_CN": "正确区域", "en": "Right areas"}
N_COORDS = {"circle": (3, 3), "rect": (4, 4), "poly": (6, 100)}


def content_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the item."""
    problems = stem_problems(content)
    if not PICTURE.fullmatch(text(content, "picture")):
        problems.append(Problem("picture", "picture_missing"))
    if not text(content, "alt"):
        problems.append(Problem("alt", "picture_without_alt"))
    sides = [content.get("width"), content.get("height")]
    if not all(_is_side(side) for side in sides):
        return [*problems, Problem("picture", "picture_size", {"most": LARGEST})]
    return [*problems, *_key_problems(content, key)]


def _key_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    areas = rows(key, "areas")
    if not areas:
        return [Problem("key", "key_missing")]
    if len(areas) > MOST_AREAS:
        return [Problem("key.areas", "too_many_areas", {"most": MOST_AREAS})]
    return [
        Problem(f"key.areas.{place}", code, {"area": place})
        for place, area in enumerate(areas, start=1)
        if (code := area_problem(content, area))
    ]


def area_problem(content: Mapping[str, Any], area: Mapping[str, Any]) -> str | None:
    """Return ``area_shape``, ``area_coords``, ``area_outside``, ``area_empty`` or ``None``."""
    shape, coords = area.get("shape"), area.get("coords")
    if not isinstance(shape, str) or shape not in N_COORDS:
        return "area_shape"
    fewest, most = N_COORDS[shape]
    if not isinstance(coords, list) or not fewest <= len(coords) <= most:
        return "area_coords"
    exact = [each for each in map(number, coords) if each is not None]
    if len(exact) < len(coords) or len(coords) % 2 != fewest % 2:
        return "area_coords"
    places = exact[:2] if shape == "circle" else exact
    corners = zip(places[::2], places[1::2], strict=True)
    if not all(_is_in_picture(content, x, y) for x, y in corners):
        return "area_outside"
    return "area_empty" if _is_empty(shape, exact) else None


def _is_empty(shape: str, coords: list[Fraction]) -> bool:
    if shape == "circle":
        return coords[2] <= 0
    if shape == "rect":
        return coords[0] >= coords[2] or coords[1] >= coords[3]
    corners = list(zip(coords[::2], coords[1::2], strict=True))
    turned = [*corners[1:], corners[0]]
    return not sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(corners, turned, strict=True))


def answer_problem(content: Mapping[str, Any], answer: Any) -> str | None:
    """Return ``answer_not_a_place`` unless the answer is a place in the picture."""
    if not isinstance(answer, list) or len(answer) != 2:  # noqa: PLR2004 - x and y
        return "answer_not_a_place"
    x, y = map(number, answer)
    if x is None or y is None or not _is_in_picture(content, x, y):
        return "answer_not_a_place"
    return None


def score(
    content: Mapping[str, Any], key: Mapping[str, Any], answer: Any, max_mark: Decimal
) -> Decimal:
    """Return the full mark for a place inside a keyed area."""
    if answer is None or answer_problem(content, answer):
        return Decimal(0)
    x, y = (Fraction(each) for each in answer)
    return match_area((x, y), key["areas"], max_mark)


def right_answer(_content: Mapping[str, Any], key: Mapping[str, Any]) -> Any:
    """Return an answer that earns the full mark: the first area's centre, or a corner of it."""
    area = key["areas"][0]
    coords = area["coords"]
    if area["shape"] == "rect":
        return [(coords[0] + coords[2]) / 2, (coords[1] + coords[3]) / 2]
    return coords[:2]


def key_words(view: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """Return where the areas lie, in hundredths of the picture's width and height.

    Examples
    --------
    >>> areas = [{"shape": "circle", "coords": [90, 60, 20]}]
    >>> key_words({"width": 400, "height": 300}, {"areas": areas})
    '○ 22 % → 20 % ↓, r 5 %'
    """
    return "　".join(_area_words(view, area) for area in key.get("areas", []))


def _area_words(view: Mapping[str, Any], area: Mapping[str, Any]) -> str:
    across = [f"{100 * each / view['width']:.0f}" for each in area["coords"][::2]]
    down = [f"{100 * each / view['height']:.0f}" for each in area["coords"][1::2]]
    if area["shape"] == "circle":
        return f"○ {across[0]} % → {down[0]} % ↓, r {across[1]} %"
    if area["shape"] == "rect":
        return f"□ {'–'.join(across)} % → {'–'.join(down)} % ↓"
    corners = ", ".join(f"{x}/{y}" for x, y in zip(across, down, strict=True))
    return f"◇ {corners} % →/↓"


def seat_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a seat gets."""
    return {name: content[name] for name in ("stem", "picture", "alt", "width", "height")}


def seat_orders(
    _content: Mapping[str, Any], _key: Mapping[str, Any], _rng: np.random.Generator
) -> dict[str, list[str]]:
    """Return nothing: a picture has no order."""
    return {}


def _is_side(side: Any) -> bool:
    return isinstance(side, int) and not isinstance(side, bool) and 1 <= side <= LARGEST


def _is_in_picture(content: Mapping[str, Any], x: Fraction, y: Fraction) -> bool:
    return bool(0 <= x <= content["width"] and 0 <= y <= content["height"])


def key_form(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[KeyField]:
    """Return the key as a form: the areas on the picture."""
    return [areas_field(key, content, AREAS_WORDS)]


def retyped(_content: Mapping[str, Any], key: Mapping[str, Any], typed: Typed) -> dict[str, Any]:
    """Return the key that a form says."""
    return {**key, "areas": typed.areas("areas")}
