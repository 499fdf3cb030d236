"""Ids and orders that this program wrote into tags, given back to what was read."""

from collections.abc import Mapping, Sequence
from typing import Any

from itembank.interchange.moodle.making import Making

Both = tuple[dict[str, Any], dict[str, Any]]  # content and key


def renamed_match(making: Making, content: dict[str, Any], key: dict[str, Any]) -> Both:
    """Return a match with the ids it had, its right column in the order it had."""
    lefts = _names(making, "left", content["left"])
    rights = _names(making, "right", content["right"])
    made = _listed(_listed(content, "left", lefts), "right", rights)
    made = _sorted(making, made, "right")
    return made, {**key, "pairs": [[lefts[one], rights[other]] for one, other in key["pairs"]]}


def renamed_order(making: Making, content: dict[str, Any], key: dict[str, Any]) -> Both:
    """Return an order with the ids it had, its options in the order they had."""
    names = _names(making, "ids", content["options"])
    made = _sorted(making, _listed(content, "options", names), "options")
    fixed = (making.question.tagged("fixed") or "").split()
    options = [{**row, "fixed": row["id"] in fixed} for row in made["options"]]
    return {**made, "options": options}, {**key, "order": [names[each] for each in key["order"]]}


def renamed_blanks(making: Making, content: dict[str, Any], key: dict[str, Any]) -> Both:
    """Return a text with the ids its blanks had."""
    names = _names(making, "blanks", content["blanks"])

    def stem(text: str) -> str:
        made = text
        for old, new in names.items():
            made = made.replace(f'data-blank="{old}"', f'data-blank="\ue001{new}"')
        return made.replace("\ue001", "")

    said = {
        language: {**texts, "stem": stem(texts["stem"])} if "stem" in texts else texts
        for language, texts in (content.get("translations") or {}).items()
    }
    order = (making.question.tagged("order") or "").split()
    ids = sorted(names.values(), key=lambda name: order.index(name) if name in order else 0)
    made = {**content, "stem": stem(content["stem"]), "blanks": [{"id": name} for name in ids]}
    blanks = {name: key["blanks"][old] for name in ids for old, new in names.items() if new == name}
    return ({**made, "translations": said} if said else made), {**key, "blanks": blanks}


def _names(making: Making, tag: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the new id of each old one; the old ones where the tag does not fit."""
    old = [str(row["id"]) for row in rows]
    new = (making.question.tagged(tag) or "").split()
    return dict(zip(old, new if len(set(new)) == len(old) else old, strict=True))


def _listed(content: dict[str, Any], name: str, names: Mapping[str, str]) -> dict[str, Any]:
    made = {**content, name: [{**row, "id": names[row["id"]]} for row in content[name]]}
    said = {
        language: {
            **texts,
            name: [{**row, "id": names[row["id"]]} for row in texts[name]],
        }
        if name in texts
        else texts
        for language, texts in (content.get("translations") or {}).items()
    }
    return {**made, "translations": said} if said else made


def _sorted(making: Making, content: dict[str, Any], name: str) -> dict[str, Any]:
    """Return rows in the order the tag ``order:`` names, in every language."""
    order = (making.question.tagged("order") or "").split()

    def place(row: Mapping[str, Any]) -> int:
        return order.index(row["id"]) if row["id"] in order else len(order)

    made = {**content, name: sorted(content[name], key=place)}
    said = {
        language: {**texts, name: sorted(texts[name], key=place)} if name in texts else texts
        for language, texts in (content.get("translations") or {}).items()
    }
    return {**made, "translations": said} if said else made
