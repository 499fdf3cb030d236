"""Exam sessions: planned, seats drawn and given by hand."""

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from exam_server.batches import service as batches
from exam_server.clock import SITE_ZONE, utcnow
from exam_server.errors import ConflictError, InvalidInputError, RefusedError
from exam_server.inputs import parse
from exam_server.languages import with_site_zone
from exam_server.seating import (
    moving,
    own_form_pages,
    paper_pages,
    planning,
    release_pages,
    room_pages,
    safe_browser_pages,
    set_pages,
    staff_pages,
    suggesting,
    withdrawal_pages,
)
from exam_server.seating.accommodating import plan_facts
from exam_server.seating.adaptive_papers import plans_for_tests
from exam_server.seating.duties import staffing_of
from exam_server.seating.live import browser_rules_changed, other_versions_started
from exam_server.seating.models import ExamSession
from exam_server.seating.moving import MoveIn
from exam_server.seating.papers import sittings_of
from exam_server.seating.planning import ExamSessionIn, PlanIn
from exam_server.seating.releasing import outlook
from exam_server.seating.service import exam_session_for
from exam_server.seating.set_pages import form_facts
from exam_server.web import current_person, form_fields, needs, page, refusal, refused_page
from exam_server.wording import occupation_words

desk = Blueprint("seating", __name__, url_prefix="/exam-sessions")
desk.add_app_template_global(other_versions_started, "_other_versions")
desk.add_app_template_global(browser_rules_changed, "_browser_rules")
desk.register_blueprint(room_pages.desk, url_prefix="/rooms")
desk.register_blueprint(withdrawal_pages.desk, url_prefix="/candidates")
for each in (
    own_form_pages,
    paper_pages,
    release_pages,
    safe_browser_pages,
    set_pages,
    staff_pages,
):
    desk.register_blueprint(each.desk)


@desk.get("/")
@page
@needs("exam_officer")
def exam_session_list(db: Session) -> ResponseReturnValue:
    """Show the exam sessions."""
    return render_template(
        "seating/exam_sessions.html",
        exam_sessions=planning.exam_sessions_of(db, current_person()),
    )


@desk.get("/new")
@page
@needs("exam_officer")
def new_exam_session(db: Session) -> ResponseReturnValue:
    """Show the form for an exam session, filled in with what fits the batch."""
    actor, uid = current_person(), request.args.get("batch", "")
    if not uid:
        return _exam_session_form(db, {"minutes": "90", "rooms": []})
    batch = batches.batch_for(db, actor, uid)
    fits = suggesting.suggest(db, actor, batch)
    start = fits.start.astimezone(SITE_ZONE)
    fields = {
        "batch": batch.uid,
        "assembly_run": fits.run.uid if fits.run else "",
        "name": gettext(
            "%(occupation)s theory", occupation=occupation_words(batch.programme.occupation)
        ),
        "planned_start": f"{start:%Y-%m-%dT%H:%M}",
        "minutes": str(fits.minutes),
        "rooms": [room.uid for room in fits.rooms],
    }
    return _exam_session_form(db, fields)


@desk.post("/new")
@page
@needs("exam_officer")
def create_exam_session(db: Session) -> ResponseReturnValue:
    """Create an exam session and, if asked for, draw its seats at once."""
    actor, fields = current_person(), form_fields("rooms")
    sent = {key: value for key, value in fields.items() if key != "draw"}
    try:
        exam_session = planning.create_exam_session(
            db, actor, parse(ExamSessionIn, with_site_zone(sent, "planned_start")), now=utcnow()
        )
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _exam_session_form(db, fields, why))
    if "draw" in fields:
        _draw_if_possible(db, exam_session)
    return redirect(url_for("seating.exam_session_page", uid=exam_session.uid))


def _draw_if_possible(db: Session, exam_session: ExamSession) -> None:
    try:
        with db.begin_nested():
            drawing = planning.draw(db, current_person(), exam_session, seed=_fresh_seed())
    except (ConflictError, InvalidInputError) as refused:
        flash(refusal(refused)["message"], "attention")
    else:
        flash(gettext("%(count)s candidates seated.", count=drawing.seated), "ok")


def _fresh_seed() -> int:
    return secrets.randbelow(2**31)


def _exam_session_form(
    db: Session, fields: dict[str, Any], refused: RefusedError | None = None
) -> str:
    actor = current_person()
    owned = batches.batches_of(db, actor)
    return render_template(
        "seating/new_exam_session.html",
        batches=[batch for batch, _ in owned],
        counts={batch.uid: count for batch, count in owned},
        runs=planning.runs_of(db, actor),
        plans=plans_for_tests(db, actor),
        choices=_room_choices(db, fields),
        fields=fields,
        refused=refusal(refused) if refused else None,
    )


def _room_choices(
    db: Session, fields: dict[str, Any], but: ExamSession | None = None
) -> list[suggesting.RoomChoice]:
    """Return the rooms with who has them at the time typed, if it can be read."""
    actor = current_person()
    timed = {**fields, "rooms": [], "name": "-"}
    try:
        plan = parse(
            PlanIn,
            {
                key: value
                for key, value in with_site_zone(timed, "planned_start").items()
                if key in PlanIn.model_fields
            },
        )
    except InvalidInputError:
        return suggesting.room_choices(db, actor, utcnow(), 0)
    return suggesting.room_choices(db, actor, plan.planned_start, plan.minutes, but=but)


@desk.get("/<uid>")
@page
@needs("exam_officer")
def exam_session_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show an exam session: its rooms with everybody's seat, and the next step."""
    return _exam_session_page(db, uid)


def _exam_session_page(db: Session, uid: str, refused: RefusedError | None = None) -> str:
    exam_session = exam_session_for(db, current_person(), uid, "exam_officer")
    sittings = sittings_of(db, exam_session)
    return render_template(
        "seating/exam_session.html",
        exam_session=exam_session,
        seated={(each.room_run_id, each.seat_id): each for each in sittings},
        count=len(sittings),
        **form_facts(exam_session),
        sharing=moving.sharing_seats(exam_session, sittings),
        moves=moving.moves_of(db, exam_session),
        outlook=outlook(db, exam_session) if exam_session.state == "planned" else None,
        staffing=staffing_of(db, exam_session),
        fields=form_fields() if refused else {},
        **plan_facts(db, exam_session),
        refused=refusal(refused) if refused else None,
    )


@desk.get("/<uid>/plan")
@page
@needs("exam_officer")
def plan_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show the form that changes title, start, minutes and rooms."""
    exam_session = exam_session_for(db, current_person(), uid, "exam_officer")
    start = exam_session.planned_start.astimezone(SITE_ZONE)
    fields = {
        "name": exam_session.name,
        "planned_start": f"{start:%Y-%m-%dT%H:%M}",
        "minutes": str(exam_session.minutes),
        "rooms": [run.room.uid for run in exam_session.rooms],
    }
    return _plan_form(db, exam_session, fields)


@desk.post("/<uid>/plan")
@page
@needs("exam_officer")
def change_plan(db: Session, uid: str) -> ResponseReturnValue:
    """Change title, start, minutes or rooms."""
    actor, fields = current_person(), form_fields("rooms")
    exam_session = exam_session_for(db, actor, uid, "exam_officer")
    had_seats = exam_session.seat_seed is not None
    try:
        sent = parse(PlanIn, with_site_zone(fields, "planned_start"))
        planning.change_plan(db, actor, exam_session, sent)
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _plan_form(db, exam_session, fields, why))
    flash(gettext("The plan has been changed."), "ok")
    if had_seats and exam_session.seat_seed is None:
        flash(gettext("The rooms have changed: please draw seats again."), "attention")
    return redirect(url_for("seating.exam_session_page", uid=uid))


def _plan_form(
    db: Session,
    exam_session: ExamSession,
    fields: dict[str, Any],
    refused: RefusedError | None = None,
) -> str:
    return render_template(
        "seating/plan.html",
        exam_session=exam_session,
        choices=_room_choices(db, fields, but=exam_session),
        fields=fields,
        refused=refusal(refused) if refused else None,
    )


@desk.post("/<uid>/draw")
@page
@needs("exam_officer")
def draw_seats(db: Session, uid: str) -> ResponseReturnValue:
    """Draw seats anew."""
    actor = current_person()
    exam_session = exam_session_for(db, actor, uid, "exam_officer")
    typed = form_fields().get("seed", "")
    seed = int(typed) if typed.isdecimal() else _fresh_seed()
    try:
        drawing = planning.draw(db, actor, exam_session, seed=seed)
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _exam_session_page(db, uid, why))
    flash(gettext("%(count)s candidates seated.", count=drawing.seated), "ok")
    return redirect(url_for("seating.exam_session_page", uid=uid))


@desk.post("/<uid>/newcomers")
@page
@needs("exam_officer")
def seat_newcomers(db: Session, uid: str) -> ResponseReturnValue:
    """Seat those who came after the draw; nobody else moves."""
    actor = current_person()
    exam_session = exam_session_for(db, actor, uid, "exam_officer")
    try:
        count = planning.seat_newcomers(db, actor, exam_session, seed=_fresh_seed())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _exam_session_page(db, uid, why))
    said = ngettext("%(num)s candidate seated.", "%(num)s candidates seated.", count)
    flash(said, "ok")
    return redirect(url_for("seating.exam_session_page", uid=uid))


@desk.post("/<uid>/moves")
@page
@needs("exam_officer")
def move_seat(db: Session, uid: str) -> ResponseReturnValue:
    """Move somebody to an empty seat, or exchange two."""
    actor = current_person()
    exam_session = exam_session_for(db, actor, uid, "exam_officer")
    try:
        move = moving.move_seat(db, actor, exam_session, parse(MoveIn, _moved()), now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _exam_session_page(db, uid, why))
    facts = {"name": move.registration.candidate.name, "seat": move.to_seat.number}
    flash(gettext("%(name)s now has seat %(seat)s.", **facts), "ok")
    if move.to_seat_id in moving.sharing_seats(exam_session, sittings_of(db, exam_session)):
        said = gettext("A neighbour of seat %(seat)s has the same form.", seat=facts["seat"])
        flash(said, "attention")
    return redirect(url_for("seating.exam_session_page", uid=uid))


def _moved() -> dict[str, Any]:
    """Return the posted move; a seat is chosen as ``room:number``."""
    fields = form_fields()
    room, _, seat = fields.get("who", "").partition(":")
    to_room, _, to_seat = fields.get("to", "").partition(":")
    reason = fields.get("reason", "")
    return {"room": room, "seat": seat, "to_room": to_room, "to_seat": to_seat, "reason": reason}


@desk.post("/<uid>/moves/undo")
@page
@needs("exam_officer")
def undo_move(db: Session, uid: str) -> ResponseReturnValue:
    """Undo the newest move."""
    actor = current_person()
    exam_session = exam_session_for(db, actor, uid, "exam_officer")
    try:
        move = moving.undo_move(db, actor, exam_session, now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _exam_session_page(db, uid, why))
    facts = {"name": move.registration.candidate.name, "seat": move.from_seat.number}
    flash(gettext("%(name)s has seat %(seat)s again.", **facts), "ok")
    return redirect(url_for("seating.exam_session_page", uid=uid))
