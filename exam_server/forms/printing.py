"""Papers for print: the facts of a form, or of its key, as the documents take them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.bank.models import Picture
from exam_server.clock import SITE_ZONE
from exam_server.documents.rich_text import Node, RichTextError, rich_nodes
from exam_server.errors import InvalidInputError, Problem
from exam_server.forms.custody import HeldItem, form_items
from exam_server.forms.models import Form, PaperStructure
from exam_server.forms.notices import notices_of
from exam_server.forms.printed_words import section_words, told
from exam_server.forms.rules import full_mark, mark_text
from exam_server.forms.titles import section_titles
from exam_server.programmes.models import Organization, Programme
from itembank.items.languages import has_language, localized
from itembank.items.registry import item_type, seat_view
from itembank.items.shapes import key_of_part, part_marks

MEDIA = re.compile(r"media:([0-9a-f]{64})")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ENDINGS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/svg+xml": "svg",
    "image/gif": "gif",
    "image/webp": "webp",
}
CODES = {"zh": "zh_Hans_CN", "en": "en"}
LONGEST_SHORT = 6
BRACKETED = ("single", "multiple")  # a letter is written behind the stem
ANSWERED_IN_LINE = (*BRACKETED, "true_false", "text_entry")


@dataclass(frozen=True)
class Printed:
    """The facts of a document and the pictures it shows."""

    facts: dict[str, Any]
    pictures: Mapping[str, bytes]


def paper_of(db: Session, form: Form, *, language: str, now: datetime) -> Printed:
    """Return a form as it is printed for candidates: nothing of its keys.

    Raises InvalidInputError: ``paper_unprintable``, naming each item and what cannot be set.
    """
    items = form_items(db, form)
    pictures, name = _pictures(db, form, items)
    problems: list[Problem] = []

    def shown(item: HeldItem) -> dict[str, Any]:
        kind, view = item.asked.type, view_of(form, item, language)
        try:
            return {
                "number": item.position,
                "type": kind,
                **_shown(kind, view, name, item.mark, language=language),
            }
        except RichTextError as wrong:
            code = item.item_version.item.code
            problems.append(Problem(code, "part_unprintable", {"value": str(wrong)}))
            return {}

    facts = _facts(db, form, items, shown, language=language, now=now)
    if problems:
        raise InvalidInputError("paper_unprintable", problems)
    return Printed(facts, pictures)


def key_of(db: Session, form: Form, *, language: str, now: datetime) -> Printed:
    """Return the right answers of a form, by the letters its printed paper shows."""
    items = form_items(db, form)
    pictures, name = _pictures(db, form, items)

    def answered(item: HeldItem) -> dict[str, Any]:
        kind, _, key = item.asked
        view = view_of(form, item, language)
        words = item_type(kind).key_words(view, key)
        return {
            "number": item.position,
            "answer": words,
            "is_pilot": item.is_pilot,
            "is_short": 0 < len(words) <= LONGEST_SHORT,
            "places": list(_places(kind, view, key, name)),
        }

    facts = _facts(db, form, items, answered, language=language, now=now)
    return Printed(facts, pictures)


def _places(
    kind: str, view: Mapping[str, Any], key: Mapping[str, Any], name: Callable[[str], str | None]
) -> Iterator[dict[str, Any]]:
    """Return the pictures to point into with their right places; in a set by the part's number."""
    if kind == "item_set":
        for number, part in enumerate(view["parts"], start=1):
            for place in _places(part["type"], part, key_of_part(key, part["id"]), name):
                yield {**place, "part": number}
    if kind == "hotspot":
        facts = {each: view[each] for each in ("width", "height", "alt")}
        areas = key.get("areas", [])
        yield {**facts, "picture": name(view["picture"]), "areas": areas, "part": None}


def view_of(form: Form, item: HeldItem, language: str) -> dict[str, Any]:
    """Return an item as a seat may see it, in a language where it has all of it."""
    code = CODES[language]
    view = seat_view(*item.asked)
    own = form.run.paper_structure.blueprint.language
    if own != code and has_language(item.asked.content, code):
        return localized(view, code)
    return view


def has_both_languages(form: Form, items: Sequence[HeldItem]) -> bool:
    """Say whether any item of a form can be read in a second language."""
    own = form.run.paper_structure.blueprint.language
    others = [code for code in CODES.values() if code != own]
    return any(has_language(item.asked.content, code) for item in items for code in others)


def _called(form: Form, language: str) -> str:
    """Return what a form is called: with its version, once it was changed by hand."""
    if form.version == 1:
        return f"{form.code} 卷" if language == "zh" else f"Form {form.code}"
    if language == "zh":
        return f"{form.code} 卷（第 {form.version} 版）"
    return f"Form {form.code} (version {form.version})"


def _subject(programme: Programme, language: str) -> dict[str, Any]:
    occupation = programme.occupation
    return {
        "occupation": occupation.name_en if language == "en" else occupation.name,
        "work_type": programme.work_type,
        "level": programme.level,
    }


def _facts(
    db: Session,
    form: Form,
    items: Sequence[HeldItem],
    shown: Callable[[HeldItem], dict[str, Any]],
    *,
    language: str,
    now: datetime,
) -> dict[str, Any]:
    structure = form.run.paper_structure
    sections = []
    for number, section in enumerate(structure.demand["sections"], start=1):
        mine = [item for item in items if item.section == number]
        facts = {
            "first": mine[0].position if mine else 0,
            "last": mine[-1].position if mine else 0,
            "ask": item_type(section["type"]).ABOUT.ask.get(language, ""),
            "mark": section["mark"],
            "sum": full_mark({"sections": [section]}),
            "counted": len(mine) - sum(item.is_pilot for item in mine),
        }
        titles = section_titles(section, structure.blueprint.language)
        words = section_words(len(mine), facts, language)
        sections.append(
            {
                "title": titles[CODES[language]],
                "words": words,
                "items": [shown(item) for item in mine],
            }
        )
    blueprint = structure.blueprint
    programme = db.get(Programme, blueprint.programme_id) if blueprint.programme_id else None
    return {
        "language": language,
        "organization": db.get_one(Organization, blueprint.organization_id).name,
        "title": structure.title,
        "subject": _subject(programme, language) if programme else None,
        "form": _called(form, language),
        "minutes": structure.minutes,
        "full_mark": str(full_mark(structure.demand)),
        "notice": _notice(structure, items).get(CODES[language], ""),
        "sections": sections,
        "printed_at": f"{now.astimezone(SITE_ZONE):%Y-%m-%d %H:%M}",
        "is_sample": blueprint.is_sample,
    }


def _notice(structure: PaperStructure, items: Sequence[HeldItem]) -> Mapping[str, str]:
    has_pilots = any(item.is_pilot for item in items)
    return notices_of(structure.demand) if has_pilots else {}


def _shown(
    kind: str,
    view: Mapping[str, Any],
    name: Callable[[str], str | None],
    mark: Decimal,
    *,
    language: str,
) -> dict[str, Any]:
    """Return an item's parts as nodes; raises ``RichTextError``."""

    def lettered(column: str, letters: Sequence[str] = LETTERS) -> list[dict[str, Any]]:
        return [
            {"letter": letter, "nodes": rich_nodes(each["content"], name)}
            for letter, each in zip(letters, view[column], strict=False)
        ]

    shown: dict[str, Any] = {
        "stem": rich_nodes(view["stem"], name),
        "told": told(view, language),
    }
    shown |= _answered_in(kind, view)
    if kind in BRACKETED:
        shown["stem"] = _with_brackets(shown["stem"])
    if "options" in view and kind != "true_false":
        shown["options"] = lettered("options")
    if "left" in view:
        numbers = [str(number) for number in range(1, len(view["left"]) + 1)]
        shown |= {"left": lettered("left", numbers), "right": lettered("right")}
    if "picture" in view:
        shown |= {"picture": _picture(view, name), "alt": view["alt"]}
    if "parts" in view:
        marks = part_marks(view, mark)
        shown["parts"] = [
            _shown_part(part, name, marks[part["id"]], language=language) for part in view["parts"]
        ]
    return shown


def _answered_in(kind: str, view: Mapping[str, Any]) -> dict[str, Any]:
    """Return where under an item its answer is written; nothing where that is elsewhere."""
    if kind == "ordering":
        return {"has_order": True}
    if "lines" in view:
        return {"lines": view["lines"]}
    if kind in ANSWERED_IN_LINE or view.keys() & {"left", "picture", "parts"}:
        return {}
    return {"unit": view.get("unit") or ""}


def _picture(view: Mapping[str, Any], name: Callable[[str], str | None]) -> str:
    found = name(view["picture"])
    if found is None:
        raise RichTextError(view["alt"])
    return found


def _shown_part(
    part: Mapping[str, Any], name: Callable[[str], str | None], mark: Decimal, *, language: str
) -> dict[str, Any]:
    """Return a part of a set; its brackets stand in its line, its mark before it."""
    shown = _shown(part["type"], part, name, mark, language=language)
    if part["type"] == "true_false":
        shown["stem"] = _with_brackets(shown["stem"])
    return {"type": part["type"], "mark": mark_text(mark), **shown}


def _with_brackets(nodes: Sequence[Node]) -> list[Node]:
    """Return a stem with the brackets for the letter at the end of its last line of words."""
    places = [
        place
        for place, node in enumerate(nodes)
        if node[0] == "paragraph" and any(each[0] != "picture" for each in node[1])
    ]
    if not places:
        return [*nodes, ["brackets"]]
    last = places[-1]
    return [
        *nodes[:last],
        ["paragraph", [*nodes[last][1], ["brackets"]]],
        *nodes[last + 1 :],
    ]


def _pictures(
    db: Session, form: Form, items: Sequence[HeldItem]
) -> tuple[dict[str, bytes], Callable[[str], str | None]]:
    """Return the pictures the items show by file name, and what names the file of an address."""
    wanted = {found for item in items for found in MEDIA.findall(str(item.asked.content))}
    owner = form.run.paper_structure.blueprint.organization_id
    chosen = select(Picture.sha256, Picture.mime, Picture.body).where(
        Picture.organization_id == owner, Picture.sha256.in_(wanted)
    )
    names: dict[str, str] = {}
    bodies: dict[str, bytes] = {}
    for sha256, mime, body in db.execute(chosen):
        if mime in ENDINGS:
            names[f"media:{sha256}"] = f"{sha256}.{ENDINGS[mime]}"
            bodies[names[f"media:{sha256}"]] = body
    return bodies, names.get
