"""A bank as this program writes it: blueprint, items, enemies and pictures in one JSON file.

docs/writers.md describes the format. A file written without keys cannot be read back.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from itembank.blueprint import AreaFacts, PointFacts, blueprint_problems
from itembank.blueprint_kinds import are_levels, read_levels
from itembank.interchange.checking import finding_of
from itembank.interchange.report import (
    BlueprintFacts,
    DraftItem,
    Parsed,
    PictureFile,
    RowFinding,
    UnreadableError,
    decoded,
)
from itembank.items.languages import LANGUAGE
from itembank.lifecycle import STATES

FORMAT = "exam-server-bank"
VERSION = 1
BEGINNING = 4000  # bytes in which the format's name stands
MIMES = ("image/png", "image/jpeg", "image/gif", "image/webp")
NAMED_PICTURE = re.compile(r"media:([0-9a-f]{64})")
DIFFICULTIES = range(1, 6)

Row = Mapping[str, Any]


def is_own_json(data: bytes) -> bool:
    """Say whether a file looks like a bank of ours."""
    is_object = data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{")
    return is_object and f'"{FORMAT}"'.encode() in data[:BEGINNING]


def read_own_json(data: bytes) -> Parsed:
    """Read a bank.

    Raises UnreadableError: ``not_json``, ``version_unknown``, ``own_without_keys``,
    ``own_blueprint_wrong``.
    """
    whole = _loaded(data)
    areas = tuple(_area(row) for row in _rows(whole, "areas"))
    points = tuple(_point(row) for row in _rows(whole, "points"))
    wrong = blueprint_problems(areas, points)
    if wrong:
        raise UnreadableError("own_blueprint_wrong", where=wrong[0].where)
    pictures = _pictures(whole)
    paths = _paths(areas, points)
    items, refused = [], []
    seen: set[str] = set()
    for number, row in enumerate(_rows(whole, "items"), start=1):
        finding = _problem(number, row, paths, seen)
        if finding is not None:
            refused.append(finding)
            continue
        item = _item(number, row, paths, pictures)
        finding = finding_of(item) or _picture_problem(item, pictures)
        if finding is not None:
            refused.append(finding)
            continue
        seen.add(item.code)
        items.append(item)
    return Parsed(
        FORMAT,
        tuple(items),
        tuple(refused),
        blueprint=BlueprintFacts(areas, points, _retired(whole)),
        enemies=tuple(_enemies(whole, seen)),
    )


def _loaded(data: bytes) -> Row:
    text, _ = decoded(data)
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableError("not_json", line=error.lineno, column=error.colno) from None
    if not isinstance(whole, dict) or whole.get("version") != VERSION:
        said = whole.get("version") if isinstance(whole, dict) else None
        raise UnreadableError("version_unknown", version=said, known=VERSION)
    if whole.get("has_keys") is not True:
        raise UnreadableError("own_without_keys")
    loaded: Row = whole
    return loaded


def _rows(whole: Row, name: str) -> list[Row]:
    """Return a list of objects; what is none reads as an empty one."""
    listed = whole.get(name)
    if not isinstance(listed, list):
        return []
    return [each if isinstance(each, dict) else {} for each in listed]


def _area(row: Row) -> AreaFacts:
    said = row.get("weight")
    try:
        weight = None if said is None else Decimal(str(said))
    except InvalidOperation:
        raise UnreadableError("own_blueprint_wrong", where=str(row.get("path"))) from None
    if weight is not None and not weight.is_finite():
        raise UnreadableError("own_blueprint_wrong", where=str(row.get("path")))
    return AreaFacts(str(row.get("path", "")), str(row.get("name", "")), weight)


def _point(row: Row) -> PointFacts:
    area, code, name = (str(row.get(key, "")) for key in ("area", "code", "name"))
    levels, named = read_levels(str(row.get("levels") or "")), row.get("work_types")
    work_types = tuple(str(each) for each in named) if isinstance(named, list) else ()
    levels = levels if are_levels(levels) else ""
    return PointFacts(area, code, name, row.get("importance"), levels, work_types)


def _retired(whole: Row) -> dict[str, str]:
    return {
        _point(row).full_code: str(row["retired"])
        for row in _rows(whole, "points")
        if row.get("retired") is not None
    }


def _paths(
    areas: tuple[AreaFacts, ...], points: tuple[PointFacts, ...]
) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the path of every point: code and name of each range above it, and its own."""
    names = {area.path: area.name for area in areas}

    def above(path: str) -> tuple[tuple[str, str], ...]:
        parent, _, code = path.rpartition("-")
        own = ((code, names[path]),)
        return (*above(parent), *own) if parent else own

    return {point.full_code: (*above(point.area), (point.code, point.name)) for point in points}


def _pictures(whole: Row) -> dict[str, PictureFile]:
    """Return the pictures whose bytes are what their name says; others are not there."""
    listed = whole.get("pictures")
    found: dict[str, PictureFile] = {}
    for name, row in (listed if isinstance(listed, dict) else {}).items():
        if not isinstance(row, dict) or row.get("mime") not in MIMES:
            continue
        try:
            body = base64.b64decode(str(row.get("base64", "")), validate=True)
        except binascii.Error:
            continue
        if hashlib.sha256(body).hexdigest() == name:
            found[name] = PictureFile(body, row["mime"])
    return found


def _problem(
    number: int,
    row: Row,
    paths: Mapping[str, object],
    seen: set[str],
) -> RowFinding | None:
    """Return the first thing wrong with an item's facts, or ``None``."""
    code = row.get("code")
    if not isinstance(code, str):
        return RowFinding(number, "", "code", "id_unknown", {"id": ""})
    if code in seen:
        return RowFinding(number, code, "code", "id_repeated", {"id": code})
    if str(row.get("point")) not in paths:
        detail: dict[str, object] = {"point": str(row.get("point"))}
        return RowFinding(number, code, "point", "point_unknown", detail)
    if row.get("state") not in STATES:
        return RowFinding(number, code, "state", "state_unknown", {"state": str(row.get("state"))})
    if row.get("difficulty") not in DIFFICULTIES:
        return RowFinding(number, code, "difficulty", "difficulty_unknown")
    if not isinstance(row.get("content"), dict) or not isinstance(row.get("key"), dict):
        return RowFinding(number, code, "content", "row_not_an_object")
    return None


def _picture_problem(item: DraftItem, pictures: Mapping[str, PictureFile]) -> RowFinding | None:
    absent = _named_pictures(item.content) - set(pictures)
    if not absent:
        return None
    detail: dict[str, object] = {"figure": min(absent)[:8]}
    return RowFinding(item.row, item.code, "pictures", "picture_not_in_file", detail)


def _named_pictures(content: Row) -> set[str]:
    return set(NAMED_PICTURE.findall(str(content)))


def _item(
    number: int,
    row: Row,
    paths: Mapping[str, tuple[tuple[str, str], ...]],
    pictures: Mapping[str, PictureFile],
) -> DraftItem:
    named = sorted(_named_pictures(row["content"]) & set(pictures))
    return DraftItem(
        code=row["code"],
        path=paths[str(row["point"])],
        type=str(row.get("type")),
        content=row["content"],
        key=row["key"],
        pictures={name: pictures[name] for name in named},
        row=number,
        difficulty=row["difficulty"],
        explanation=str(row.get("explanation") or ""),
        explanations=_explanations(row),
        state=row["state"],
    )


def _explanations(row: Row) -> dict[str, str] | None:
    """Return the explanations by language; ``None`` where a file of before says nothing of them."""
    said = row.get("explanations")
    if not isinstance(said, dict):
        return None
    return {
        str(tag): text
        for tag, text in said.items()
        if LANGUAGE.fullmatch(str(tag)) and isinstance(text, str) and text
    }


def _enemies(whole: Row, codes: set[str]) -> list[tuple[str, str]]:
    """Return the pairs of two different items that have been read."""
    listed = whole.get("enemies")
    pairs = [
        (each[0], each[1])
        for each in (listed if isinstance(listed, list) else [])
        if isinstance(each, list) and len(each) == 2  # noqa: PLR2004 - a pair
    ]
    return [(one, other) for one, other in pairs if one != other and {one, other} <= codes]
