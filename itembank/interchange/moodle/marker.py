"""Moodle's markers on a picture (ddmarker): one marker with one right area is a hotspot."""

import hashlib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from xml.etree.ElementTree import Element

from itembank.interchange.moodle.kinds import Made
from itembank.interchange.moodle.making import Making
from itembank.interchange.moodle.questions import RefusedQuestionError
from itembank.interchange.report import PictureFile
from itembank.picture_sizes import picture_size

CIRCLE_CORNERS: Final = 2
RECTANGLE_PAIRS: Final = 2


def marker_facts(each: Element, files: Mapping[str, PictureFile]) -> dict[str, Any]:
    """Return markers, areas and the background of a question."""
    drops = [
        (
            (drop.findtext("shape") or "").strip(),
            (drop.findtext("coords") or "").strip(),
            (drop.findtext("choice") or "").strip(),
        )
        for drop in each.findall("drop")
    ]
    return {"drops": drops, "n_drags": len(each.findall("drag")), "background": files}


def marker(making: Making) -> Made:
    """Return a hotspot; several areas only where the tag ``policy:any_area`` says so."""
    facts = making.question.facts
    drops, files = facts.get("drops", ()), facts.get("background", {})
    is_any = making.question.tagged("policy") == "any_area"
    if facts.get("n_drags") != 1 or not drops or (len(drops) > 1 and not is_any) or len(files) != 1:
        raise RefusedQuestionError("marker_not_one", "drop")
    picture = next(iter(files.values()))
    size = picture_size(picture.body)
    if size is None:
        raise RefusedQuestionError("picture_unreadable", "file")
    digest = hashlib.sha256(picture.body).hexdigest()
    making.made.pictures[digest] = picture
    alt = making.question.tagged("alt") or making.question.name.strip() or "图"
    content = {
        "stem": making.stem(),
        "picture": f"media:{digest}",
        "alt": alt,
        "width": size[0],
        "height": size[1],
    }
    areas = [_area(shape, coords) for shape, coords, _ in drops]
    return "hotspot", making.content(**content), {"areas": areas}


def _area(shape: str, coords: str) -> dict[str, Any]:
    try:
        pairs = [[_number(each) for each in pair.split(",")] for pair in coords.split(";")]
        flat = [each for pair in pairs for each in pair]
    except InvalidOperation:
        raise RefusedQuestionError("area_coords", "drop", area=coords[:40]) from None
    if shape == "circle" and len(flat) == CIRCLE_CORNERS + 1:
        return {"shape": "circle", "coords": flat}
    if shape == "rectangle" and len(pairs) == RECTANGLE_PAIRS and len(flat) == 2 * RECTANGLE_PAIRS:
        x, y, width, height = flat
        return {"shape": "rect", "coords": [x, y, x + width, y + height]}
    if shape == "polygon" and len(flat) == 2 * len(pairs):
        return {"shape": "poly", "coords": flat}
    raise RefusedQuestionError("area_coords", "drop", area=coords[:40])


def _number(text: str) -> int | float:
    number = Decimal(text.strip())
    if not number.is_finite() or abs(number) > 10**6:
        raise InvalidOperation
    return int(number) if number == int(number) else float(number)
