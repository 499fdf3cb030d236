"""Banks, items, preview, editing and import."""

from typing import Any

from flask import Blueprint as Desk
from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.bank import enemies, service
from exam_server.bank.item_forms import blank_fields, draft_of, fields_of
from exam_server.bank.models import Blueprint, Item
from exam_server.bank.service import ItemFilter
from exam_server.bank.uploads import packed
from exam_server.clock import utcnow
from exam_server.errors import InvalidInputError, RefusedError
from exam_server.inputs import In, parse
from exam_server.jobs import enqueue
from exam_server.programmes.service import organizations_of
from exam_server.web import current_person, form_fields, needs, page, refusal, refused_page
from itembank.items.registry import TYPES

desk = Desk("bank", __name__, url_prefix="/bank")

READERS = service.READERS
MOST_FILES = 400


class BlueprintIn(In):
    """A new bank."""

    organization: int
    title: str
    language: str = "zh_Hans_CN"
    lines: str


class MoveIn(In):
    """A change of an item's state."""

    action: str


@desk.get("/")
@page
@needs(*READERS)
def blueprint_list(db: Session) -> ResponseReturnValue:
    """Show the banks."""
    banks = service.blueprints_for(db, current_person())
    return render_template("bank/blueprints.html", banks=banks)


@desk.get("/new")
@page
@needs("item_writer", "exam_officer")
def new_blueprint(db: Session) -> ResponseReturnValue:
    """Show the form for a new bank."""
    return _blueprint_form(db, {})


@desk.post("/new")
@page
@needs("item_writer", "exam_officer")
def create_blueprint(db: Session) -> ResponseReturnValue:
    """Create a bank from its blueprint as lines."""
    fields = form_fields()
    try:
        sent = parse(BlueprintIn, fields)
        blueprint = service.create_blueprint(
            db,
            current_person(),
            organization_id=sent.organization,
            title=sent.title,
            language=sent.language,
            lines=sent.lines,
            now=utcnow(),
        )
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _blueprint_form(db, fields, why))
    return redirect(url_for("bank.bank_page", uid=blueprint.uid))


def _blueprint_form(
    db: Session, fields: dict[str, Any], refused: RefusedError | None = None
) -> str:
    organizations = organizations_of(db, current_person(), "item_writer", "exam_officer")
    return render_template(
        "bank/new_blueprint.html",
        organizations=organizations,
        fields=fields,
        refused=refusal(refused) if refused else None,
    )


@desk.get("/<uid>")
@page
@needs(*READERS)
def bank_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show ranges, items and the chosen item as a candidate sees it."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid)
    wanted = ItemFilter(
        text=request.args.get("q", "").strip(),
        type=request.args.get("type", ""),
        state=request.args.get("state", ""),
        area=request.args.get("area", ""),
    )
    number = max(1, request.args.get("page", 1, int))
    items, total = service.items_in(db, blueprint, wanted, page=number)
    shown = request.args.get("item")
    item = service.item_for(db, actor, shown) if shown else None
    return render_template(
        "bank/bank.html",
        blueprint=blueprint,
        supply=service.supply(db, blueprint),
        items=items,
        total=total,
        wanted=wanted,
        number=number,
        n_pages=-(-total // service.PAGE_SIZE),
        types=list(TYPES),
        shown=item,
        version=service.newest_version(db, item) if item else None,
        enemy_codes=enemies.enemies_of(db, item) if item else [],
        may_write=actor.may("item_writer", organization_id=blueprint.organization_id),
    )


@desk.get("/<uid>/items/new")
@page
@needs("item_writer")
def new_item(db: Session, uid: str) -> ResponseReturnValue:
    """Show the form for a new item of a type."""
    blueprint = service.blueprint_for(db, current_person(), uid, "item_writer")
    name = request.args.get("type", "single")
    return _item_form(blueprint, blank_fields(name if name in TYPES else "single"))


@desk.post("/<uid>/items/new")
@page
@needs("item_writer")
def create_item(db: Session, uid: str) -> ResponseReturnValue:
    """Create a draft item."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid, "item_writer")
    fields = form_fields()
    try:
        code = str(fields.get("code", "")).strip()
        if not code:
            raise InvalidInputError("code_missing")
        item = service.create_item(db, actor, blueprint, code, draft_of(fields), now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _item_form(blueprint, fields, refused=why))
    return redirect(url_for("bank.bank_page", uid=uid, item=item.uid))


@desk.get("/items/<uid>/edit")
@page
@needs("item_writer")
def edit_item(db: Session, uid: str) -> ResponseReturnValue:
    """Show the form for a new version of an item."""
    item = service.item_for(db, current_person(), uid, "item_writer")
    fields = fields_of(item, service.newest_version(db, item))
    return _item_form(item.blueprint, fields, item=item)


@desk.post("/items/<uid>/edit")
@page
@needs("item_writer")
def change_item(db: Session, uid: str) -> ResponseReturnValue:
    """Store a new version of an item."""
    actor = current_person()
    item = service.item_for(db, actor, uid, "item_writer")
    fields = form_fields()
    try:
        seen = int(fields.get("seen_version") or 0)
        service.change_item(db, actor, item, draft_of(fields), seen_version=seen, now=utcnow())
    except RefusedError as refused:
        return refused_page(
            db, refused, lambda why: _item_form(item.blueprint, fields, item=item, refused=why)
        )
    return redirect(url_for("bank.bank_page", uid=item.blueprint.uid, item=item.uid))


def _item_form(
    blueprint: Blueprint,
    fields: dict[str, Any],
    *,
    item: Item | None = None,
    refused: RefusedError | None = None,
) -> str:
    return render_template(
        "bank/item_form.html",
        blueprint=blueprint,
        fields=fields,
        item=item,
        refused=refusal(refused) if refused else None,
    )


@desk.post("/items/<uid>/state")
@page
@needs("item_writer", "reviewer")
def move_item(db: Session, uid: str) -> ResponseReturnValue:
    """Activate, suspend or retire an item."""
    actor = current_person()
    item = service.item_for(db, actor, uid, "item_writer", "reviewer")
    service.move_item(db, actor, item, parse(MoveIn, form_fields()).action)
    return redirect(url_for("bank.bank_page", uid=item.blueprint.uid, item=item.uid))


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
    return redirect(url_for("bank.bank_page", uid=item.blueprint.uid, item=item.uid))


@desk.get("/<uid>/import")
@page
@needs("item_writer")
def import_form(db: Session, uid: str) -> ResponseReturnValue:
    """Show the import of files."""
    blueprint = service.blueprint_for(db, current_person(), uid, "item_writer")
    return render_template("bank/import.html", blueprint=blueprint)


@desk.post("/<uid>/import")
@page
@needs("item_writer")
def start_import(db: Session, uid: str) -> ResponseReturnValue:
    """Have uploaded files read as a job: a dry run first, then all of it."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid, "item_writer")
    files = {each.filename or "": each.read() for each in request.files.getlist("files")}
    files = {name: body for name, body in files.items() if name}
    if not files or len(files) > MOST_FILES:
        refused = InvalidInputError("no_file", most=MOST_FILES)
        shown = render_template("bank/import.html", blueprint=blueprint, refused=refusal(refused))
        return make_response(shown, refused.status)
    job = enqueue(
        db,
        "bank.import",
        title=blueprint.title,
        payload={
            "blueprint_id": blueprint.id,
            "blueprint": blueprint.uid,
            "is_dry_run": "dry_run" in request.form,
            "accepted": request.form.get("accepted", ""),
        },
        person_id=actor.id,
        organization_id=blueprint.organization_id,
        upload=packed(files),
    )
    flash(gettext("The files are being read; this page shows how far it is."), "ok")
    return redirect(url_for("jobs.job_page", uid=job.uid))


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
