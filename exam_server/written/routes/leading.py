"""The lead of the marking: who marks, how each item is marked, what waits for a decision."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from pydantic import Field
from sqlalchemy.orm import Session

from exam_server.accounts.service import person_by_username
from exam_server.clock import utcnow
from exam_server.errors import NotFoundError, RefusedError
from exam_server.inputs import In, parse
from exam_server.seating.models import ExamSession
from exam_server.tables_out import table_response
from exam_server.web import current_person, form_fields, needs, page, refusal, refused_page
from exam_server.written import duties, giving, planning
from exam_server.written.models import MarkerDuty
from exam_server.written.overview import (
    figures_of,
    for_chief,
    progress_in,
    tasks_in,
)
from exam_server.written.planning import PlanIn
from exam_server.written.routes.desk import LEADING, MARKING, check_leads, desk, led_task
from exam_server.written.rubrics import answer_text


class MarkerIn(In):
    """Somebody to mark."""

    username: str
    is_chief: bool = False


class ReasonIn(In):
    """Why something is done."""

    reason: str = Field(max_length=500)


class RecallIn(ReasonIn):
    """Whose marks are recalled, and why."""

    username: str


@desk.get("/sessions/<uid>")
@page
@needs(*LEADING)
def lead_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show the marking of an exam session: progress, markers, what waits, how severe they are."""
    exam_session, leads = duties.led_session(db, current_person(), uid)
    return _lead_page(db, exam_session, leads=leads)


def _lead_page(
    db: Session, exam_session: ExamSession, *, leads: bool, refused: RefusedError | None = None
) -> str:
    tasks = tasks_in(db, exam_session)
    markers = duties.markers_of(db, exam_session)
    arranges = current_person().may(duties.OFFICER, organization_id=exam_session.organization_id)
    return render_template(
        "written/lead.html",
        exam_session=exam_session,
        leads=leads,
        arranges=arranges,
        progress=progress_in(db, tasks),
        markers=markers,
        n_marking=sum(duty.ended_at is None for duty, _ in markers),
        may_be_asked=_examiners(db, exam_session) if arranges else [],
        waiting=for_chief(db, tasks),
        figures={task.id: figures_of(db, task) for task in tasks},
        answer_text=answer_text,
        fields=form_fields() if refused else {},
        refused=refusal(refused) if refused else None,
    )


@desk.post("/sessions/<uid>/markers")
@page
@needs("exam_officer")
def give_duty(db: Session, uid: str) -> ResponseReturnValue:
    """Let an examiner mark, or make one the chief examiner."""
    actor = current_person()
    exam_session = duties.exam_session_for(db, actor, uid)
    sent = parse(MarkerIn, form_fields())
    try:
        duties.give_duty(
            db, actor, exam_session, sent.username, is_chief=sent.is_chief, now=utcnow()
        )
    except RefusedError as refused:
        return _refused(db, uid, refused)
    return redirect(url_for("written.lead_page", uid=uid) + "#markers")


@desk.post("/sessions/<uid>/markers/end")
@page
@needs("exam_officer")
def end_duty(db: Session, uid: str) -> ResponseReturnValue:
    """Take the marking from somebody; their marks stay."""
    actor = current_person()
    exam_session = duties.exam_session_for(db, actor, uid)
    sent = parse(MarkerIn, form_fields())
    try:
        duties.end_duty(db, actor, exam_session, sent.username, now=utcnow())
    except RefusedError as refused:
        return _refused(db, uid, refused)
    return redirect(url_for("written.lead_page", uid=uid) + "#markers")


@desk.post("/sessions/<uid>/reopen")
@page
@needs("exam_officer")
def reopen(db: Session, uid: str) -> ResponseReturnValue:
    """Open the marking again; results wait for the next marking run."""
    actor = current_person()
    exam_session = duties.exam_session_for(db, actor, uid)
    try:
        planning.reopen(
            db, actor, exam_session, parse(ReasonIn, form_fields()).reason, now=utcnow()
        )
    except RefusedError as refused:
        return _refused(db, uid, refused)
    flash(gettext("The marking is open again."), "ok")
    return redirect(url_for("written.lead_page", uid=uid))


@desk.post("/tasks/<uid>/plan")
@page
@needs(*LEADING)
def set_plan(db: Session, uid: str) -> ResponseReturnValue:
    """Change how an item is marked."""
    task, exam_session, leads = led_task(db, uid)
    try:
        planning.set_plan(db, current_person(), task, parse(PlanIn, form_fields()))
    except RefusedError as refused:
        return refused_page(
            db,
            refused,
            lambda why: _lead_page(db, exam_session, leads=leads, refused=why),
        )
    flash(gettext("The plan has been changed."), "ok")
    return redirect(url_for("written.lead_page", uid=exam_session.uid))


@desk.post("/tasks/<uid>/recall")
@page
@needs(*MARKING)
def recall(db: Session, uid: str) -> ResponseReturnValue:
    """Recall what one marker has given in a task: others mark it anew."""
    task, exam_session, leads = led_task(db, uid)
    sent = parse(RecallIn, form_fields())
    try:
        check_leads(leads=leads)
        marker = _marker(db, exam_session, sent.username)
        count = giving.recall(db, current_person(), task, marker, sent.reason, now=utcnow())
    except RefusedError as refused:
        return refused_page(
            db,
            refused,
            lambda why: _lead_page(db, exam_session, leads=leads, refused=why),
        )
    flash(
        ngettext(
            "%(num)s mark recalled; somebody else marks it.",
            "%(num)s marks recalled; somebody else marks them.",
            count,
        ),
        "ok",
    )
    return redirect(url_for("written.lead_page", uid=exam_session.uid))


@desk.route("/sessions/<uid>/figures", methods=["GET", "POST"])
@page
@needs(*LEADING)
def figures_table(db: Session, uid: str) -> ResponseReturnValue:
    """Send how each marker marks, as a table; the export is recorded."""
    exam_session, _ = duties.led_session(db, current_person(), uid)
    rows = [
        (
            number,
            each.name,
            each.severity.n,
            each.severity.mean,
            each.severity.spread,
            each.severity.n_pairs,
            each.severity.beside_others,
            each.severity.n_controls,
            each.severity.beside_agreed,
        )
        for number, task in enumerate(tasks_in(db, exam_session), start=1)
        for each in figures_of(db, task)
    ]
    return table_response(
        db,
        current_person(),
        "markers",
        [
            gettext("Item"),
            gettext("Marker"),
            gettext("Answers"),
            gettext("Mean mark"),
            gettext("Standard deviation"),
            gettext("Marked twice"),
            gettext("Beside the other marker"),
            gettext("Controls"),
            gettext("Beside the agreed mark"),
        ],
        rows,
        request.args.get("format", "xlsx"),
    )


def _examiners(db: Session, exam_session: ExamSession) -> list[tuple[str, str]]:
    """Return those who could be asked to mark, as a field's choices."""
    return [(each.username, each.name) for each in duties.may_be_asked(db, exam_session)]


def _marker(db: Session, exam_session: ExamSession, username: str) -> MarkerDuty:
    person = person_by_username(db, username)
    found = next(
        (duty for duty, held in duties.markers_of(db, exam_session) if held.id == person.id), None
    )
    if found is None:
        raise NotFoundError("not_on_duty", username=username)
    return found


def _refused(db: Session, uid: str, refused: RefusedError) -> ResponseReturnValue:
    def again(why: RefusedError) -> str:
        exam_session, leads = duties.led_session(db, current_person(), uid)
        return _lead_page(db, exam_session, leads=leads, refused=why)

    return refused_page(db, refused, again)
