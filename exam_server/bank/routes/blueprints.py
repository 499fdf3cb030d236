"""A bank's blueprint: begun, changed, taken in and out as a sheet; what the bank has and needs."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext, ngettext
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank import (
    blueprint_changes,
    blueprint_sheets,
    blueprint_taking,
    blueprint_undoing,
    service,
)
from exam_server.bank.bank_languages import OFFERED, language_name
from exam_server.bank.blueprint_changes import BlueprintEdit
from exam_server.bank.blueprint_layouts import layout_sheet
from exam_server.bank.blueprint_lines import as_lines
from exam_server.bank.models import Blueprint
from exam_server.bank.routes.blueprint_versions import change_words
from exam_server.bank.routes.desk import READERS, desk, rights_in, type_names
from exam_server.bank.supply import Branch, branches_in, set_goals, supply_tree
from exam_server.clock import utcnow
from exam_server.errors import InvalidInputError, RefusedError
from exam_server.inputs import In, parse
from exam_server.programmes.service import organizations_of, programme_for
from exam_server.tables_out import XLSX, download
from exam_server.web import current_person, form_fields, needs, page, refusal, refused_page

PLANNERS = ("item_writer", "exam_officer")
VIEWS = ("table", "goal")


class BlueprintIn(In):
    """A new bank."""

    organization: int
    title: str
    language: str = "zh-Hans-CN"
    more_languages: str = "en"
    lines: str


class AssignIn(In):
    """Which bank belongs to which programme."""

    bank: str
    programme: str


class TakenIn(In):
    """The rows of a sheet, and what the blueprint said when they were compared with it."""

    lines: str
    seen: str


@desk.get("/new")
@page
@needs(*PLANNERS)
def new_blueprint(db: Session) -> ResponseReturnValue:
    """Show the form for a new bank."""
    return _new_form(db, {})


@desk.post("/new")
@page
@needs(*PLANNERS)
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
            more_languages=sent.more_languages,
            lines=sent.lines,
            now=utcnow(),
        )
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _new_form(db, fields, why))
    return redirect(url_for("bank.bank_page", uid=blueprint.uid))


def _new_form(db: Session, fields: dict[str, Any], refused: RefusedError | None = None) -> str:
    return render_template(
        "bank/new_blueprint.html",
        organizations=organizations_of(db, current_person(), *PLANNERS),
        fields={"language": "zh-Hans-CN", "more_languages": "en", **fields},
        offered=[(tag, language_name(tag.replace("-", "_"), str(get_locale()))) for tag in OFFERED],
        refused=refusal(refused) if refused else None,
    )


@desk.post("/programme")
@page
@needs("exam_officer")
def assign_programme(db: Session) -> ResponseReturnValue:
    """Let a bank belong to a programme, from the programme's page."""
    actor, sent = current_person(), parse(AssignIn, form_fields())
    programme = programme_for(db, actor, sent.programme)
    blueprint = service.blueprint_for(db, actor, sent.bank, "exam_officer")
    service.assign_programme(db, actor, blueprint, programme)
    flash(gettext("The bank belongs to this programme now."), "ok")
    return redirect(url_for("programmes.programme_page", uid=programme.uid))


@desk.get("/<uid>/blueprint")
@page
@needs(*READERS)
def blueprint_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show the blueprint as a table, or what the bank has and needs."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid)
    return _blueprint_page(db, actor, blueprint)


@desk.post("/<uid>/blueprint/export")
@page
@needs(*READERS)
def export_blueprint(db: Session, uid: str) -> ResponseReturnValue:
    """Send the blueprint as a sheet; that it was taken is recorded."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid)
    tree, form = supply_tree(db, blueprint), str(form_fields().get("form", ""))
    if form in {"letters", "factors"}:
        body = layout_sheet(db, actor, blueprint, tree, as_factors=form == "factors")
    else:
        body = blueprint_sheets.blueprint_sheet(db, actor, blueprint, tree)
    return download(body, XLSX, f"{blueprint.title}-细目表.xlsx")


@desk.post("/<uid>/blueprint")
@page
@needs(*PLANNERS)
def change_blueprint(db: Session, uid: str) -> ResponseReturnValue:
    """Store changed cells and new rows, all or nothing."""
    actor, blueprint = planned(db, uid)
    fields = form_fields()
    try:
        changed = blueprint_changes.change_blueprint(
            db, actor, blueprint, _edit_of(fields), now=utcnow()
        )
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _again(db, uid, fields, why))
    flash(ngettext("%(num)s row stored.", "%(num)s rows stored.", changed), "ok")
    return redirect(url_for("bank.blueprint_page", uid=uid, at=request.args.get("at")))


@desk.post("/<uid>/blueprint/goals")
@page
@needs(*PLANNERS)
def change_goals(db: Session, uid: str) -> ResponseReturnValue:
    """Store how many active items of each type the bank should have."""
    actor, blueprint = planned(db, uid)
    fields = form_fields()
    wanted = {name.removeprefix("goal_"): str(value) for name, value in fields.items()}
    try:
        set_goals(db, actor, blueprint, wanted)
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _again(db, uid, fields, why, "goal"))
    flash(gettext("The goal has been stored."), "ok")
    return redirect(url_for("bank.supply_map", uid=uid, measure="goal"))


@desk.post("/<uid>/blueprint/sheet")
@page
@needs(*PLANNERS)
def compare_sheet(db: Session, uid: str) -> ResponseReturnValue:
    """Read a sheet and show what it would change; nothing is stored yet."""
    _, blueprint = planned(db, uid)
    sent = request.files.get("sheet")
    try:
        if sent is None or not sent.filename:
            raise InvalidInputError("no_sheet")
        table = blueprint_sheets.read_table(sent.filename, sent.read(), blueprint.work_types or ())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _again(db, uid, {}, why))
    return render_template(
        "bank/blueprint_compared.html",
        blueprint=blueprint,
        compared=blueprint_taking.compared(db, blueprint, table),
        left_out=table.left_out,
        lines=as_lines(table.areas, table.points),
        seen=blueprint_taking.seal_of(blueprint),
    )


@desk.post("/<uid>/blueprint/sheet/take")
@page
@needs(*PLANNERS)
def take_sheet(db: Session, uid: str) -> ResponseReturnValue:
    """Store what a sheet changes."""
    actor, blueprint = planned(db, uid)
    try:
        sent = parse(TakenIn, form_fields())
        changed = blueprint_taking.take_table(
            db, actor, blueprint, sent.lines, seen=sent.seen, now=utcnow()
        )
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _again(db, uid, {}, why))
    flash(ngettext("%(num)s row stored.", "%(num)s rows stored.", changed), "ok")
    return redirect(url_for("bank.blueprint_page", uid=uid))


def _names_kinds(tree: Sequence[Branch]) -> bool:
    """Say whether any point is for some skill levels or work types only."""
    points = (leaf.point for each in branches_in(tree) for leaf in each.points)
    return any(point.levels or point.work_types for point in points)


def planned(db: Session, uid: str) -> tuple[Actor, Blueprint]:
    """Return who asks, and the bank whose blueprint they may change."""
    actor = current_person()
    return actor, service.blueprint_for(db, actor, uid, *PLANNERS)


def _edit_of(fields: dict[str, Any]) -> BlueprintEdit:
    """Return the cells of the posted table: fields such as ``weight:A-B``."""
    cells: dict[str, dict[str, str]] = {}
    for name, value in fields.items():
        column, _, code = name.partition(":")
        cells.setdefault(column, {})[code] = str(value)
    return BlueprintEdit(
        area_names=cells.get("range", {}),
        weights=cells.get("weight", {}),
        point_names=cells.get("name", {}),
        importances=cells.get("importance", {}),
        levels=cells.get("levels", {}),
        work_types=cells.get("work_types", {}),
        offered=str(fields["offered"]) if "offered" in fields else None,
        lines=str(fields.get("lines", "")),
    )


def _again(
    db: Session, uid: str, fields: dict[str, Any], refused: RefusedError, view: str = "table"
) -> str:
    actor, blueprint = planned(db, uid)
    return _blueprint_page(db, actor, blueprint, fields=fields, refused=refused, view=view)


def _blueprint_page(
    db: Session,
    actor: Actor,
    blueprint: Blueprint,
    *,
    fields: dict[str, Any] | None = None,
    refused: RefusedError | None = None,
    view: str = "",
) -> str:
    tree = supply_tree(db, blueprint)
    at = request.args.get("at", "")
    last = next(
        (
            each
            for each in blueprint_undoing.last_changes(db, blueprint)
            if not each.change.undone_at
        ),
        None,
    )
    asked = view or request.args.get("view", "")
    return render_template(
        "bank/blueprint.html",
        blueprint=blueprint,
        tree=tree,
        branches=branches_in(tree),
        view=asked if asked in VIEWS else "table",
        at=at,
        has_kinds=bool(request.args.get("kinds") or blueprint.work_types or _names_kinds(tree))
        or any(name.startswith(("levels:", "work_types:")) for name in fields or {}),
        last=last,
        last_words=change_words(last.change) if last else "",
        chosen_area=next((each for each in branches_in(tree) if each.area.path == at), None),
        chosen_point=next(
            (leaf for each in branches_in(tree) for leaf in each.points if leaf.code == at), None
        ),
        all_types=type_names(),
        fields=fields or {},
        refused=refusal(refused) if refused else None,
        **rights_in(actor, blueprint),
    )
