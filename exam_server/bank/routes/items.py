"""Writing items: the editor, its checks, saving, pictures; and what else an item's pane does."""

from collections.abc import Mapping
from typing import Any

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank import (
    comments,
    enemies,
    list_order,
    listing,
    pictures,
    reviewing,
    service,
    writing,
)
from exam_server.bank.bank_languages import usual_translations
from exam_server.bank.item_inputs import ItemIn, draft_of
from exam_server.bank.models import Blueprint, Item
from exam_server.bank.routes.desk import READERS, bank_address, desk, type_names
from exam_server.bank.routes.words import advice_words, said_words, where_words
from exam_server.bank.supply import in_order
from exam_server.clock import utcnow
from exam_server.errors import InvalidInputError, Problem
from exam_server.inputs import In, parse
from exam_server.web import (
    current_person,
    database,
    form_fields,
    needs,
    open_page,
    page,
)
from exam_server.wording import language_words, type_words
from itembank.drawing import samples
from itembank.items.languages import language_problems, languages_of
from itembank.items.registry import item_type


class MoveIn(In):
    """A change of an item's state, and why."""

    action: str
    reason: str = ""


SAMPLES = 5  # drawn values that the editor shows


@desk.get("/<uid>/items/new")
@page
@needs("item_writer")
def new_item(db: Session, uid: str) -> ResponseReturnValue:
    """Show the editor for a new item of a type."""
    blueprint = service.blueprint_for(db, current_person(), uid, "item_writer")
    name, at = request.args.get("of", "single"), request.args.get("at", "")
    fresh = {
        "type": name if name in type_names() else "single",
        "point": at if any(each["code"] == at for each in _points(blueprint)) else "",
        "code": "",
        "content": {},
        "key": {},
        "difficulty": 3,
        "explanation": "",
        "seen_version": 0,
    }
    return _editor(blueprint, fresh)


@desk.get("/items/<uid>/edit")
@page
@needs("item_writer")
def edit_item(db: Session, uid: str) -> ResponseReturnValue:
    """Show the editor for a new version of an item."""
    item = service.item_for(db, current_person(), uid, "item_writer")
    facts = editor_comments(db, current_person(), item)
    return _editor(item.blueprint, editable(db, item), item=item, said=facts)


@desk.get("/items/<uid>/newest")
@page
@needs("item_writer")
def newest_item(db: Session, uid: str) -> ResponseReturnValue:
    """Send what an item says now, for an editor that has seen an older version."""
    item = service.item_for(db, current_person(), uid, "item_writer")
    return jsonify({"ok": True, "item": editable(db, item)})


@desk.post("/<uid>/items/check")
@open_page
@needs("item_writer")
def check_item(uid: str) -> ResponseReturnValue:
    """Say what is wrong with an item as written so far; nothing is stored."""
    sent = parse(ItemIn, request.get_json())
    with database().reading() as db:  # asked at every rest of the keys: no writer's turn for this
        blueprint = service.blueprint_for(db, current_person(), uid, "item_writer")
        problems = point_problems(blueprint, sent.point)
    draft = draft_of(sent)
    problems += writing.problems_of(draft)
    found = language_problems(draft.content) if draft.type in type_names() else []
    differences = [Problem(each.where, each.code, each.detail) for each in found]
    return jsonify(
        {
            "ok": True,
            "problems": [said_words(each) for each in problems],
            "differences": [said_words(each) for each in differences],
            "advice": advice_words(draft.type, draft.content, draft.key),
            "samples": [] if problems else _samples(draft),
        }
    )


def _samples(draft: writing.ItemDraft) -> list[dict[str, Any]]:
    """Return what some forms would ask, with the answer, of an item whose values are drawn."""
    return [
        {**asked._asdict(), "words": item_type(asked.type).key_words(asked.content, asked.key)}
        for _, asked in samples(draft.type, draft.content, draft.key, SAMPLES)
    ]


@desk.post("/<uid>/items/new")
@page
@needs("item_writer")
def create_item(db: Session, uid: str) -> ResponseReturnValue:
    """Create a draft item; with ``stays``, for a writer who writes on here."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid, "item_writer")
    sent = parse(ItemIn, request.get_json())
    if not sent.point:
        raise InvalidInputError("point_missing")
    item = writing.create_item(db, actor, blueprint, sent.code, draft_of(sent), now=utcnow())
    return _saved(item)


@desk.post("/items/<uid>/edit")
@page
@needs("item_writer")
def change_item(db: Session, uid: str) -> ResponseReturnValue:
    """Store a new version of an item."""
    actor = current_person()
    item = service.item_for(db, actor, uid, "item_writer")
    sent = parse(ItemIn, request.get_json())
    draft, seen = draft_of(sent), sent.seen_version
    writing.change_item(db, actor, item, draft, seen_version=seen, now=utcnow())
    return _saved(item)


@desk.post("/<uid>/pictures")
@open_page
@needs("item_writer")
def upload_picture(uid: str) -> ResponseReturnValue:
    """Keep an uploaded picture; say its name and size. It is read before the store is locked."""
    actor = current_person()
    sent = request.files.get("picture")
    picture = pictures.examined(sent.read() if sent else b"")
    with database().writing() as db:
        blueprint = service.blueprint_for(db, actor, uid, "item_writer")
        kept = pictures.add_picture(db, actor, blueprint, picture)
    return jsonify({"ok": True, "sha256": kept.sha256, "width": kept.width, "height": kept.height})


@desk.get("/pictures/<sha256>")
@page
@needs(*READERS)
def picture(db: Session, sha256: str) -> ResponseReturnValue:
    """Send a picture of an item."""
    found = service.picture_for(db, current_person(), sha256)
    response = make_response(found.body)
    response.content_type = found.mime
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@desk.post("/items/<uid>/state")
@page
@needs("item_writer", "reviewer")
def move_item(db: Session, uid: str) -> ResponseReturnValue:
    """Suspend or retire an item."""
    actor = current_person()
    item = service.item_for(db, actor, uid, "item_writer", "reviewer")
    sent = parse(MoveIn, form_fields())
    writing.move_item(db, actor, item, sent.action, reason=sent.reason)
    return redirect(back_to(item))


@desk.post("/items/<uid>/enemies")
@page
@needs("item_writer")
def set_enemies(db: Session, uid: str) -> ResponseReturnValue:
    """Say which items must not stand in one form with this one."""
    actor = current_person()
    item = service.item_for(db, actor, uid, "item_writer")
    codes = str(form_fields().get("enemies", "")).replace("，", ",").split(",")
    enemies.set_enemies(db, actor, item, [code.strip() for code in codes if code.strip()])
    flash(gettext("The enemy items have been stored."), "ok")
    return redirect(back_to(item))


def point_problems(blueprint: Blueprint, point: str) -> list[Problem]:
    """Return what is wrong with the point an item is written for."""
    if not point:
        return [Problem("point", "point_not_chosen")]
    is_open = any(each["code"] == point for each in _points(blueprint))
    return [] if is_open else [Problem("point", "no_such_point")]


def back_to(item: Item) -> str:
    """Return the bank's page, filtered as the asking page was, with the item or the next open."""
    wanted = listing.read_filter(request.args.to_dict(flat=False))
    place = list_order.read_place(request.args).query()
    shown = request.args.get("next", item.uid)
    return bank_address(item.blueprint, wanted, **place, item=shown)


def editor_comments(db: Session, actor: Actor, item: Item) -> dict[str, Any]:
    """Return what the comments beside the editor show; they are answered there."""
    said = comments.comments_of(db, item)
    authors = reviewing.authors_of(db, item)
    return {
        "comments": said,
        "n_open": sum(each.row.resolved_at is None for each in said),
        "talk": {"to": "editor"},
        "may_resolve": {
            each.row.uid: comments.may_resolve(actor, item, each.row.said_by, authors)
            for each in said
        },
        "places": comments.places_of(service.newest_version(db, item)),
        "_where": where_words,
    }


def editable(db: Session, item: Item) -> dict[str, Any]:
    """Return an item as the editor takes it."""
    version = service.newest_version(db, item)
    return {
        "uid": item.uid,
        "type": version.type,
        "point": f"{item.point.area.path}-{item.point.code}",
        "code": item.code,
        "content": version.content,
        "key": version.key,
        "difficulty": version.difficulty,
        "explanation": version.explanation,
        "explanations": version.explanations or {},
        "seen_version": version.number,
        "state": item.state,
    }


def _editor(
    blueprint: Blueprint,
    shown: dict[str, Any],
    *,
    item: Item | None = None,
    said: Mapping[str, Any] | None = None,
) -> str:
    wanted = listing.read_filter(request.args.to_dict(flat=False))
    place = list_order.read_place(request.args).query()
    facts = {
        "bank": blueprint.uid,
        "title": blueprint.title,
        "language": blueprint.language,
        "languages": _languages(blueprint, shown),
        "person": current_person().id,
        "item": shown,
        "points": _points(blueprint),
        "types": [{"name": name, "words": type_words(name)} for name in type_names()],
        "largest_picture": pictures.LARGEST_BYTES,
        "addresses": {
            "save": url_for("bank.change_item", uid=item.uid)
            if item
            else url_for("bank.create_item", uid=blueprint.uid),
            "check": url_for("bank.check_item", uid=blueprint.uid),
            "twins": url_for("bank.find_twins", uid=blueprint.uid),
            "pictures": url_for("bank.upload_picture", uid=blueprint.uid),
            "newest": url_for("bank.newest_item", uid=item.uid) if item else "",
            "changes": url_for("bank.item_changes", uid=item.uid) if item else "",
            "back": bank_address(blueprint, wanted, **place, item=item.uid if item else ""),
            "another": url_for("bank.new_item", uid=blueprint.uid),
        },
    }
    return render_template(
        "bank/editor.html",
        blueprint=blueprint,
        item=item,
        facts=facts,
        **(said or {"comments": ()}),
    )


def _languages(blueprint: Blueprint, shown: dict[str, Any]) -> list[dict[str, str]]:
    """Return the languages an item may be written in, the bank's own first, with their names."""
    more = blueprint.more_languages
    said = usual_translations(blueprint.language) if more is None else more
    there = {*languages_of(shown["content"]), *shown.get("explanations", {})}
    tags = dict.fromkeys([blueprint.language, *said, *sorted(there)])
    return [{"tag": tag, "name": language_words(tag)} for tag in tags]


def _points(blueprint: Blueprint) -> list[dict[str, str]]:
    """Return the points that items may be written for, with their ranges' names."""
    names = {area.path: area.name for area in blueprint.areas}
    points = [
        {
            "code": f"{area.path}-{point.code}",
            "name": point.name,
            "inside": " › ".join(
                names[path] for path in _paths_to(area.path) if names.get(path, path) != path
            ),
        }
        for area in blueprint.areas
        for point in area.points
        if point.retired_reason is None
    ]
    return sorted(points, key=lambda point: [in_order(each) for each in point["code"].split("-")])


def _paths_to(path: str) -> list[str]:
    codes = path.split("-")
    return ["-".join(codes[: depth + 1]) for depth in range(len(codes))]


def _saved(item: Item) -> ResponseReturnValue:
    if "stays" not in request.args:  # the editor itself tells who stays there
        said = gettext(
            "%(code)s is saved as version %(n)s and waits for review.",
            code=item.code,
            n=item.version_number,
        )
        flash(said, "ok")
    return jsonify(
        {
            "ok": True,
            "uid": item.uid,
            "code": item.code,
            "version": item.version_number,
            "state": item.state,
            "url": url_for("bank.bank_page", uid=item.blueprint.uid, item=item.uid),
        }
    )
