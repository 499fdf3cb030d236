"""Panels as an officer has them: the list, a new one, members, rounds opened and closed."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.clock import utcnow
from exam_server.errors import NotFoundError, RefusedError
from exam_server.inputs import parse
from exam_server.standards import adopting, rating, service
from exam_server.standards.judged import OFFICER, sources_of
from exam_server.standards.reporting import ratings_in
from exam_server.standards.routes.desk import desk
from exam_server.standards.rules import BY_GROUPS, PanelIn
from exam_server.standards.service import MEMBER
from exam_server.standards.wording import method_words, source_words
from exam_server.web import current_person, form_fields, needs, page, refusal, refused_page

METHODS = (
    "angoff",
    "yes_no",
    "bookmark",
    "hofstee",
    "borderline_group",
    "contrasting_groups",
    "borderline_regression",
)


@desk.get("/")
@page
@needs(OFFICER, MEMBER)
def panel_list(db: Session) -> ResponseReturnValue:
    """Show an officer all panels, a member those they judge in."""
    actor = current_person()
    return render_template(
        "standards/panels.html",
        is_officer=OFFICER in actor.roles,
        is_member=MEMBER in actor.roles,
        panels=[(panel, service.open_round_of(panel)) for panel in service.panels_of(db, actor)],
        own=rating.panels_for_member(db, actor),
        method_words=method_words,
        source_words=source_words,
    )


@desk.get("/new")
@page
@needs(OFFICER)
def new_panel(db: Session) -> ResponseReturnValue:
    """Show the form of a panel."""
    method = request.args.get("method", "angoff")
    begun: dict[str, Any] = {
        "method": method if method in METHODS else "angoff",
        "response_chance": "67",
        "shows_difficulty": "1",
        "training": _usual_training(),
        "members": [],
    }
    return _panel_form(db, begun)


def _usual_training() -> str:
    return str(
        gettext(
            "1. Read the definition of the borderline candidate and picture three people it fits.\n"
            "2. Answer each item yourself before you judge it.\n"
            "3. Of 100 such borderline candidates, how many would get it right? Think of what they "
            "would do, not of what they should.\n"
            "4. Judge alone. After the round the panel talks over the items it saw differently; "
            "then everybody judges once more."
        )
    )


def _panel_form(db: Session, fields: dict[str, Any], refused: RefusedError | None = None) -> str:
    actor = current_person()
    return render_template(
        "standards/new_panel.html",
        fields=fields,
        methods=[(name, method_words(name)) for name in METHODS],
        sources=[(each.key, source_words(each.facts)) for each in sources_of(db, actor)],
        exam_sessions=[
            (each.uid, f"{each.name} · {each.planned_start:%Y-%m-%d}")
            for each in service.exam_sessions_for(db, actor)
        ],
        people=[(each.uid, each.name) for each in service.people_for(db, actor)],
        refused=refusal(refused) if refused else None,
    )


@desk.post("/new")
@page
@needs(OFFICER)
def create_panel(db: Session) -> ResponseReturnValue:
    """Write a panel down."""
    fields = form_fields("members")
    try:
        sent = parse(PanelIn, fields)
        panel = service.create_panel(db, current_person(), sent, now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _panel_form(db, fields, why))
    flash(gettext("The panel has been written down. Open its first round when it is ready."), "ok")
    return redirect(url_for("standards.panel_page", uid=panel.uid))


@desk.get("/<uid>")
@page
@needs(OFFICER)
def panel_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show a panel: what it judges, its members, its rounds, what was put forward."""
    return render_panel(db, uid)


def render_panel(db: Session, uid: str, refused: RefusedError | None = None) -> str:
    """Render a panel's page."""
    actor = current_person()
    panel = service.panel_for(db, actor, uid)
    opened = service.open_round_of(panel)
    waiting = adopting.waiting_for(db, panel)
    return render_template(
        "standards/panel.html",
        panel=panel,
        opened=opened,
        progress=ratings_in(db, opened) if opened else None,
        by_groups=panel.method in BY_GROUPS,
        members=service.members_of(db, panel),
        people=[(each.uid, each.name) for each in service.people_for(db, actor)],
        exam_sessions=[
            (each.uid, f"{each.name} · {each.planned_start:%Y-%m-%d}")
            for each in service.exam_sessions_for(db, actor)
        ],
        adoptions=adopting.adoptions_of(db, panel),
        waiting=waiting,
        may_decide=waiting is not None and waiting.proposed_by != actor.id,
        fields={
            "exam_session": panel.exam_session.uid if panel.exam_session else "",
            "members": [each.person.uid for each in panel.members],
            **form_fields(),
        },
        method_words=method_words,
        source_words=source_words,
        refused=refusal(refused) if refused else None,
    )


@desk.post("/<uid>/<act>")
@page
@needs(OFFICER)
def act_on_panel(db: Session, uid: str, act: str) -> ResponseReturnValue:
    """Name members, choose the marks to look at, open or close a round."""
    actor, now, fields = current_person(), utcnow(), form_fields("members")
    panel = service.panel_for(db, actor, uid)
    try:
        if act == "members":
            service.change_members(db, actor, panel, fields["members"], now=now)
        elif act == "marks":
            service.choose_exam_session(db, actor, panel, fields.get("exam_session", ""))
        elif act == "open":
            service.open_round(db, actor, panel, note=fields.get("note", ""), now=now)
        elif act == "close":
            closed = service.close_round(db, actor, panel, reason=fields.get("reason", ""), now=now)
            return redirect(url_for("standards.round_page", uid=uid, number=closed.number))
        else:
            raise NotFoundError("no_such_panel")
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: render_panel(db, uid, why))
    return redirect(url_for("standards.panel_page", uid=uid))


@desk.post("/adoptions/<uid>/decide")
@page
@needs(OFFICER)
def decide_adoption(db: Session, uid: str) -> ResponseReturnValue:
    """Agree to a cut that a colleague put forward, or refuse it."""
    actor, fields = current_person(), form_fields()
    adoption = adopting.adoption_for(db, actor, uid)
    panel_uid = adoption.round.panel.uid
    try:
        adopting.decide(
            db,
            actor,
            adoption,
            is_agreed=fields.get("answer") == "agree",
            reason=fields.get("reason", ""),
            now=utcnow(),
        )
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: render_panel(db, panel_uid, why))
    return redirect(url_for("standards.panel_page", uid=panel_uid))
