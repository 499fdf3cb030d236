"""A bank as Moodle's XML: every type, in all its languages, so that it can be read back.

What Moodle has no field for (place in the blueprint, difficulty, state, ids, fixed options)
stands in tags such as ``point:A-B-001``, which Moodle keeps.
"""

import html
from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.etree.ElementTree import Comment, Element, SubElement, indent, tostring

from itembank.interchange.moodle.answer_writing import KINDS
from itembank.interchange.moodle.calculated_writing import moodle_places, names_of
from itembank.interchange.moodle.question_writing import (
    UNWRITABLE,
    OutItem,
    Writing,
    languages_said,
)
from itembank.interchange.own_paths import Path, category_names
from itembank.interchange.report import PictureFile
from itembank.items.shapes import key_of_part, share_of_part

LOST: Final = ("试题编号 / Item", "未能带出", "not carried")


def moodle_xml(
    items: Sequence[OutItem],
    pictures: Mapping[str, PictureFile],
    lost: Sequence[tuple[str, str, str]] = (),
) -> bytes:
    """Return items as a file that Moodle and this program read.

    ``lost`` is told in a comment at its beginning: codes, and in two languages what is lost.
    """
    quiz = Element("quiz")
    if lost:
        said = "\n".join(" | ".join(row) for row in (LOST, *lost))
        quiz.append(Comment(UNWRITABLE.sub("", f"\n{said}\n").replace("--", "- -")))
    last: Path = ()
    for item in items:
        if item.path != last:
            _category(quiz, item.path)
            last = item.path
        _question(quiz, item, pictures)
    indent(quiz)
    made: bytes = tostring(quiz, encoding="utf-8", xml_declaration=True)
    return made


def _category(quiz: Element, path: Path) -> None:
    names = ["$course$", "top", *(name.replace("/", "//") for name in category_names(path))]
    category = SubElement(SubElement(quiz, "question", {"type": "category"}), "category")
    SubElement(category, "text").text = UNWRITABLE.sub("", "/".join(names))


def _question(quiz: Element, item: OutItem, pictures: Mapping[str, PictureFile]) -> None:
    tags = [
        f"point:{'-'.join(code for code, _ in item.path)}",
        f"difficulty:{item.difficulty}",
        f"state:{item.state}",
    ]
    if item.type == "item_set":
        _set(quiz, item, pictures, tags)
        return
    _one(quiz, item, pictures, tags)


def _set(
    quiz: Element, item: OutItem, pictures: Mapping[str, PictureFile], tags: list[str]
) -> None:
    """Write a material as a description, and its parts behind it."""
    _one(quiz, item, pictures, [*tags, f"set:{item.code}"])
    for part in item.content["parts"]:
        said = _part_texts(item, part["id"])
        content = {**part, "translations": said}
        own = OutItem(
            code=f"{item.code}.{part['id']}",
            path=item.path,
            type=part["type"],
            content=content,
            key=key_of_part(item.key, part["id"]),
            language=item.language,
        )
        share = f"{share_of_part(part) or 1}"
        more = [f"part_of:{item.code}", f"part:{part['id']}", f"share:{share}"]
        _one(quiz, own, pictures, more)


def _part_texts(item: OutItem, part: str) -> dict[str, dict[str, Any]]:
    """Return what a part says in other languages."""
    return {
        language: each
        for language, texts in (item.content.get("translations") or {}).items()
        for each in texts.get("parts", [])
        if each.get("id") == part
    }


def _one(
    quiz: Element, item: OutItem, pictures: Mapping[str, PictureFile], tags: list[str]
) -> None:
    kind, write = KINDS[item.type]
    element = SubElement(quiz, "question", {"type": kind})
    writing = Writing(item, pictures, element, list(tags))
    SubElement(SubElement(element, "name"), "text").text = UNWRITABLE.sub("", item.code)
    writing.text(element, "questiontext", _stem(item))
    said = {item.language: html.escape(item.explanation, quote=False).replace("\n", "<br>")}
    writing.text(element, "generalfeedback", said[item.language])
    share = next((tag.partition(":")[2] for tag in tags if tag.startswith("share:")), "1")
    writing.plain("defaultgrade", "0" if kind == "description" else share)
    writing.plain("idnumber", item.code)
    write(writing)
    for language, text in item.explanations.items():
        writing.tags.append(f"explanation.{language}:{text}")
    holder = SubElement(element, "tags")
    for tag in writing.tags:
        SubElement(SubElement(holder, "tag"), "text").text = UNWRITABLE.sub("", tag)


def _stem(item: OutItem) -> Mapping[str, str]:
    texts = languages_said(item, lambda content: str(content.get("stem", "")))
    if item.type != "calculation":
        return texts
    return {each: moodle_places(text, names_of(item.key)) for each, text in texts.items()}
