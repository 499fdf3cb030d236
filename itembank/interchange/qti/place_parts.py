"""Places in a picture, and sliders."""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from itembank.interchange.qti.bodies import Body, is_untranslated, store_picture
from itembank.interchange.qti.declarations import Declaration, area_of
from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.parts import Part, ShapeError, keyed, said
from itembank.interchange.qti.text_parts import numeric_part
from itembank.items.hotspot import LARGEST, MOST_AREAS
from scoring.marks import match_area

GRID: Final = 12
FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # markers that tell a size
PNG: Final = b"\x89PNG\r\n\x1a\n"


def hotspot_part(interaction: Element, declared: Declaration, body: Body) -> Part:
    """Return a place to be chosen in a picture.

    Raises ShapeError: ``qti_places_several``, ``qti_area_unknown``, ``figure_missing``.
    """
    if interaction.get("maxChoices", "1") != "1" and declared.cardinality != "single":
        raise ShapeError("qti_places_several", interaction=interaction.name)
    content = _picture(interaction, body)
    choices = interaction.find("hotspotChoice")
    if choices:
        return _spots(choices, declared, content, interaction)
    mapping = declared.area_mapping
    areas = [] if mapping is None else [area for area, worth in mapping.areas if worth > 0]
    return _areas(areas, declared, content)


def _picture(interaction: Element, body: Body) -> dict[str, Any]:
    shown_ = next(iter(interaction.find("object", "img")), None)
    address = shown_.get("data") or shown_.get("src") if shown_ is not None else ""
    name = store_picture(address, body)
    if shown_ is None or not name:
        raise ShapeError("qti_picture_missing", figure=address[-60:])
    width, height = (_pixels(shown_.get(side)) for side in ("width", "height"))
    width, height = (width, height) if width and height else picture_size(body.pictures[name].body)
    if not width or not height or max(width, height) > LARGEST:
        raise ShapeError("picture_size", most=LARGEST)
    made: dict[str, Any] = {"stem": "", "picture": f"media:{name}", "alt": ""}
    made |= {"width": width, "height": height}
    if is_untranslated(shown_, body):
        return made
    words = shown_.get("alt") or shown_.text() or address.rpartition("/")[2]
    return {**made, "alt": words}


def _pixels(said_: str) -> int:
    found = re.fullmatch(r"\s*(\d{1,5})(?:\.0+)?(?:px)?\s*", said_)
    return int(found[1]) if found else 0


def picture_size(data: bytes) -> tuple[int, int]:
    """Return a picture's width and height from the head of its file; zeros where unknown."""
    if data.startswith(PNG):
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data[:4] == b"GIF8":
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    at = 2
    while data[:2] == b"\xff\xd8" and at + 9 < len(data):
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in FRAMES:
            sides = data[at + 5 : at + 9]
            return int.from_bytes(sides[2:], "big"), int.from_bytes(sides[:2], "big")
        at += 2 + length
    return 0, 0


def _plain_area(area: Mapping[str, Any]) -> dict[str, Any] | None:
    if area["shape"] not in ("circle", "rect", "poly"):
        return None
    coords = list(area["coords"])
    if area["shape"] == "rect":
        x1, y1, x2, y2 = coords
        coords = [min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)]
    return {"shape": area["shape"], "coords": [_number(each) for each in coords]}


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


def _areas(areas: list[Mapping[str, Any]], declared: Declaration, content: dict[str, Any]) -> Part:
    made = [_plain_area(each) for each in areas]
    own = [each for each in made if each is not None]
    if not own or len(own) < len(made) or len(own) > MOST_AREAS:
        raise ShapeError("qti_area_unknown")

    def say(answer: Any) -> dict[str, Any]:
        if answer is None:
            return {declared.name: None}
        point = tuple(Fraction(each) for each in answer)
        return {declared.name: said(declared, [point])}

    key = {"areas": own}
    right = [_number(Fraction(each)) for each in _centre(own[0])]
    return Part("hotspot", content, key, say, [None, *_points(content, own)], right)


def _centre(area: Mapping[str, Any]) -> list[Fraction]:
    coords = [Fraction(each) for each in area["coords"]]
    if area["shape"] == "rect":
        return [(coords[0] + coords[2]) / 2, (coords[1] + coords[3]) / 2]
    return coords[:2]


def _points(content: Mapping[str, Any], areas: list[dict[str, Any]]) -> list[Any]:
    """Return places inside, at the border and outside of areas, and a grid over the picture."""
    width, height = content["width"], content["height"]
    places = [
        [width * across / GRID, height * along / GRID]
        for across in range(GRID + 1)
        for along in range(GRID + 1)
    ]
    for area in areas:
        x, y = (_number(each) for each in _centre(area))
        coords = area["coords"]
        places.append([x, y])
        if area["shape"] == "circle":
            r = coords[2]
            places += [[x + r, y], [x, y - r], [x + r + 1, y], [x, y - r - 1]]
        else:
            corners = list(zip(coords[::2], coords[1::2], strict=True))
            places += [[at[0] + step, at[1] + step] for at in corners for step in (-1, 0, 1)]
    return [each for each in places if 0 <= each[0] <= width and 0 <= each[1] <= height]


def _spots(
    choices: list[Element], declared: Declaration, content: dict[str, Any], interaction: Element
) -> Part:
    """Return spots of which one is right: only the right ones' areas are kept."""
    known = {each.get("identifier"): area_of(each) for each in choices}
    right = [each for each in keyed(declared) if each in known][:1]
    found = [_plain_area(area) for name, area in known.items() if area and name in right]
    own = [each for each in found if each is not None]
    if not right or not own:
        raise ShapeError("qti_no_key" if not right else "qti_area_unknown")
    wrong = [name for name in known if name not in right]

    def say(answer: Any) -> dict[str, Any]:
        if answer is None:
            return {declared.name: None}
        is_right = answer == centre
        return {declared.name: said(declared, right if is_right else [wrong[0]])}

    centre = [_number(each) for each in _centre(own[0])]
    outside = next((each for each in _points(content, []) if not _hits(each, own)), None)
    part = Part("hotspot", content, {"areas": own}, say, [None, centre], centre)
    if outside is not None and wrong:
        part.samples.append(outside)
    part.losses["qti_areas_not_shown"] = {interaction.name}
    return part


def _hits(place: list[Any], areas: list[dict[str, Any]]) -> bool:
    return match_area((Fraction(place[0]), Fraction(place[1])), areas, Decimal(1)) > 0


def slider_part(item: Element, interaction: Element, declared: Declaration) -> Part:
    """Return a number to be typed instead of set on a slider."""
    part = numeric_part(item, declared)
    ends = f"{interaction.get('lowerBound')} – {interaction.get('upperBound')}"
    part.losses["qti_slider_as_number"] = {ends}
    return part
