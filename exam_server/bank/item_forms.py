"""An item as the fields of a page, and back."""

from collections.abc import Mapping
from typing import Any

from exam_server.bank.models import Item, ItemVersion
from exam_server.bank.rules import from_typed, to_typed
from exam_server.bank.service import ItemDraft
from exam_server.errors import InvalidInputError

LETTERS = "ABCDEFGH"
TRUE_FALSE = (("A", "正确"), ("B", "错误"))


def blank_fields(name: str) -> dict[str, Any]:
    """Return the fields of a new item of a type."""
    return {"type": name, "difficulty": "3", "tolerance": "0"}


def fields_of(item: Item, version: ItemVersion) -> dict[str, Any]:
    """Return the fields of an item to be changed."""
    content, key = version.content, version.key
    fields: dict[str, Any] = {
        "type": version.type,
        "point": str(item.point_id),
        "stem": to_typed(content["stem"]),
        "difficulty": str(version.difficulty),
        "explanation": version.explanation,
        "seen_version": str(version.number),
        "unit": content.get("unit") or "",
    }
    for option in content.get("options", []):
        letter = option["id"]
        fields[f"option_{letter}"] = to_typed(option["content"])
        fields[f"fixed_{letter}"] = "on" if option.get("fixed") else ""
        fields[f"key_{letter}"] = "on" if letter in key.get("correct", []) else ""
    fields["value"], fields["tolerance"] = key.get("value", ""), key.get("tolerance", "0")
    fields["tolerance_mode"] = key.get("tolerance_mode", "absolute")
    for blank, texts in key.get("blanks", {}).items():
        fields[f"blank_{blank}"] = " | ".join(texts)
    return fields


def draft_of(fields: Mapping[str, Any]) -> ItemDraft:
    """Return what the fields say; raises InvalidInputError: ``no_such_point``."""
    name = str(fields.get("type", ""))
    stem = f"<p>{from_typed(str(fields.get('stem', '')))}</p>"
    content: dict[str, Any] = {"stem": stem, "options": [], "blanks": [], "unit": None}
    makers = {"numeric": _numeric, "text_entry": _text_entry, "true_false": _true_false}
    key = makers.get(name, _choice)(fields, content)
    point = str(fields.get("point", ""))
    if not point.isdecimal():
        raise InvalidInputError("point_missing")
    difficulty = str(fields.get("difficulty", "3"))
    return ItemDraft(
        point_id=int(point),
        type=name,
        content=content,
        key=key,
        difficulty=int(difficulty) if difficulty in {"1", "2", "3", "4", "5"} else 3,
        explanation=str(fields.get("explanation", "")),
    )


def _choice(fields: Mapping[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    typed = [
        (letter, str(fields[f"option_{letter}"]).strip())
        for letter in LETTERS
        if str(fields.get(f"option_{letter}", "")).strip()
    ]
    content["options"] = [
        {
            "id": LETTERS[place],
            "content": from_typed(text),
            "fixed": bool(fields.get(f"fixed_{letter}")),
        }
        for place, (letter, text) in enumerate(typed)
    ]
    right = [
        LETTERS[place] for place, (letter, _) in enumerate(typed) if fields.get(f"key_{letter}")
    ]
    return {"correct": right}


def _true_false(fields: Mapping[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    content["options"] = [
        {"id": letter, "content": text, "fixed": True} for letter, text in TRUE_FALSE
    ]
    return {"correct": [letter for letter, _ in TRUE_FALSE if fields.get(f"key_{letter}")]}


def _numeric(fields: Mapping[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    content["unit"] = str(fields.get("unit", "")).strip() or None
    return {
        "value": str(fields.get("value", "")).strip(),
        "tolerance": str(fields.get("tolerance", "")).strip() or "0",
        "tolerance_mode": str(fields.get("tolerance_mode", "absolute")),
    }


def _text_entry(fields: Mapping[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    blanks = {
        name.removeprefix("blank_"): [part.strip() for part in str(text).split("|") if part.strip()]
        for name, text in fields.items()
        if name.startswith("blank_") and str(text).strip()
    }
    content["blanks"] = [{"id": blank} for blank in blanks]
    return {"blanks": blanks, "case_sensitive": False}
