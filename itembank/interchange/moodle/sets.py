"""Item sets by way of Moodle: a description tagged ``set:CODE`` and its parts ``part_of:CODE``."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from itembank.interchange.moodle.cloze import cloze
from itembank.interchange.moodle.kinds import KINDS, Made, refused
from itembank.interchange.moodle.making import Making
from itembank.interchange.moodle.marker import marker
from itembank.interchange.moodle.questions import Question, RefusedQuestionError

PART_KINDS: Final = {**KINDS, "ddmarker": marker, "cloze": cloze, "multianswer": cloze}


def grouped(questions: Iterable[Question]) -> Iterator[Question]:
    """Give questions, a tagged description and the parts behind it as one."""
    material: Question | None = None
    parts: list[Question] = []
    for question in questions:
        owner = question.tagged("part_of")
        if material is not None and owner is not None and owner == material.tagged("set"):
            parts.append(question)
            continue
        if material is not None:
            yield _whole(material, parts)
            material, parts = None, []
        if question.kind == "description" and question.tagged("set"):
            material = question
        else:
            yield question
    if material is not None:
        yield _whole(material, parts)


def _whole(material: Question, parts: list[Question]) -> Question:
    return replace(material, kind="item_set", facts={**material.facts, "parts": parts})


def item_set(making: Making) -> Made:
    """Return an item set of a material and its parts."""
    made, keys = [], {}
    for number, part in enumerate(making.question.facts.get("parts", ()), start=1):
        name = part.tagged("part") or f"p{number}"
        aside = Making(part, making.files, making.made)
        try:
            kind, content, key = PART_KINDS.get(part.kind, refused)(aside)
        except RefusedQuestionError as wrong:
            raise RefusedQuestionError(wrong.code, f"parts.{name}", **wrong.detail) from None
        said: dict[str, Any] = content.pop("translations", {})
        for language, texts in said.items():
            entries = making.translations.setdefault(language, {}).setdefault("parts", [])
            entries.append({"id": name, **texts})
        share = part.tagged("share") or f"{part.mark.normalize():f}"
        made.append({"id": name, "type": kind, "mark_share": share, **content})
        keys[name] = key
    content = {"stem": making.stem(), "parts": made}
    return "item_set", making.content(**content), {"parts": keys}
