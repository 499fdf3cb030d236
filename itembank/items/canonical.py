"""What an item says and takes as right, without what is only another way to write the same."""

from collections.abc import Mapping
from typing import Any, Final

from itembank.items.languages import LISTS
from itembank.items.registry import TYPES
from itembank.items.shapes import rows, text
from scoring.marks import read_number

USUAL: Final = {
    "mark_share": "1",
    "tolerance": "0",
    "tolerance_mode": "absolute",
    "policy": "all_or_nothing",
}
LISTED_POINTS: Final = ("rubric", "levels")
SETS: Final = ("correct", "pairs")  # whose order says nothing


def same_item(
    one: tuple[str, Mapping[str, Any], Mapping[str, Any]],
    other: tuple[str, Mapping[str, Any], Mapping[str, Any]],
) -> bool:
    """Say whether two items (type, content, key) say and mark the same.

    Examples
    --------
    >>> stem = {"stem": "<p>1 + 1</p>"}
    >>> same_item(("numeric", {**stem, "unit": None}, {"value": "2", "tolerance": "0"}),
    ...           ("numeric", {**stem, "options": []}, {"value": "2"}))
    True
    """
    if one[0] != other[0]:
        return False
    if (one[1], one[2]) == (other[1], other[2]):
        return True
    return _content(*one[:2]) == _content(*other[:2]) and _key(one[2]) == _key(other[2])


def _content(kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
    known = TYPES[kind].ABOUT.content if kind in TYPES else None
    said = {name: each for name, each in content.items() if known is None or name in known}
    plain: dict[str, Any] = {name: _value(name, each) for name, each in said.items()}
    if content.get("mark_share"):
        plain["mark_share"] = str(content["mark_share"])
    translations = content.get("translations")
    if isinstance(translations, dict):
        plain["translations"] = {
            str(tag): _difference(dict(content), each) for tag, each in translations.items()
        }
    return _bare(plain)


def _value(name: str, value: Any) -> Any:
    if name == "parts" and isinstance(value, list):
        return [
            {
                "id": part.get("id"),
                "type": part.get("type"),
                **_content(str(part.get("type")), part),
            }
            for part in value
            if isinstance(part, dict)
        ]
    if name in (*LISTS, "blanks") and isinstance(value, list):
        return [
            _bare({**row, "content": text(row, "content")}) for row in rows({name: value}, name)
        ]
    return value.strip() if isinstance(value, str) else value


def _difference(content: Mapping[str, Any], said: Any) -> dict[str, Any]:
    """Return what a translation says otherwise than the original."""
    if not isinstance(said, dict):
        return {}
    found: dict[str, Any] = {}
    for name, value in said.items():
        if name in LISTS:
            own = {row.get("id"): text(row, "content") for row in rows(content, name)}
            theirs = {row.get("id"): text(row, "content") for row in rows(said, name)}
            found[name] = {
                each: told for each, told in theirs.items() if told and told != own.get(each)
            }
        elif name == "parts":
            parts = {part.get("id"): part for part in rows(content, "parts")}
            found[name] = _bare(
                {
                    str(part.get("id")): _difference(parts.get(part.get("id"), {}), part)
                    for part in rows(said, "parts")
                }
            )
        elif name != "id" and isinstance(value, str) and value.strip() != text(content, name):
            found[name] = value.strip()
    return _bare(found)


def _key(key: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for name, value in key.items():
        if name == "parts" and isinstance(value, dict):
            plain[name] = {
                part: _key(each) for part, each in value.items() if isinstance(each, dict)
            }
        elif name in SETS and isinstance(value, list):
            plain[name] = sorted(map(list, value)) if name == "pairs" else sorted(map(str, value))
        elif name == "points" and isinstance(value, dict):
            numbers = {each: _number(worth) for each, worth in value.items()}
            plain[name] = {each: worth for each, worth in numbers.items() if worth != "0"}
        elif name in LISTED_POINTS and isinstance(value, list):
            plain[name] = [_worth(each) for each in value if isinstance(each, dict)]
        elif name in ("value", "tolerance"):
            plain[name] = _number(value)
        else:
            plain[name] = value
    return _bare(plain)


def _worth(row: dict[str, Any]) -> dict[str, Any]:
    """Return a criterion or level, its points in one spelling."""
    return {**_key(row), "points": _number(row.get("points"))}


def _number(value: Any) -> str:
    """Return a number in one spelling."""
    number = read_number(str(value))
    return str(value) if number is None else str(number.normalize())


def _bare(said: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty or says what is so anyhow."""
    return {
        name: value
        for name, value in said.items()
        if value not in (None, "", [], {}, False) and USUAL.get(name) != value
    }
