"""Panels: written down, their members named, rounds opened and closed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from exam_server import audit
from exam_server.accounts.models import Person, RoleHolding
from exam_server.actors import Actor
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError, Problem
from exam_server.seating.models import ExamSession
from exam_server.seating.service import exam_session_for
from exam_server.standards.cuts import booklet
from exam_server.standards.judged import OFFICER, figures_of, judged_in, take_down
from exam_server.standards.models import PanelMember, PanelRound, StandardPanel
from exam_server.standards.rules import BY_GROUPS, OF_ITEMS, WHOLE, PanelIn

MEMBER = "panel_member"


def panels_of(db: Session, actor: Actor) -> Sequence[StandardPanel]:
    """Return the panels of an officer's organizations, the newest first."""
    mine = StandardPanel.organization_id.in_(actor.organizations(OFFICER))
    return db.scalars(select(StandardPanel).where(mine).order_by(StandardPanel.id.desc())).all()


def panel_for(db: Session, actor: Actor, uid: str) -> StandardPanel:
    """Return a panel for an officer; raises NotFoundError: ``no_such_panel``."""
    panel = db.scalar(select(StandardPanel).where(StandardPanel.uid == uid))
    if panel is None or not actor.may(OFFICER, organization_id=panel.organization_id):
        raise NotFoundError("no_such_panel")
    return panel


def round_of(panel: StandardPanel, number: str) -> PanelRound:
    """Return a round by its number in words; raises NotFoundError: ``no_such_round``."""
    for each in panel.rounds:
        if str(each.number) == number:
            return each
    raise NotFoundError("no_such_round")


def open_round_of(panel: StandardPanel) -> PanelRound | None:
    """Return the round in which ratings are taken, if there is one."""
    return next((each for each in panel.rounds if each.closed_at is None), None)


def people_for(db: Session, actor: Actor) -> Sequence[Person]:
    """Return who can be named a member: holders of the role at an officer's organizations."""
    chosen = (
        select(Person)
        .join(RoleHolding, RoleHolding.person_id == Person.id)
        .where(
            RoleHolding.role == MEMBER,
            RoleHolding.organization_id.in_(actor.organizations(OFFICER)),
            Person.is_active,
        )
        .order_by(Person.name, Person.id)
    )
    return db.scalars(chosen).unique().all()


def exam_sessions_for(db: Session, actor: Actor) -> Sequence[ExamSession]:
    """Return the exam sessions whose marks can be looked at: those that are over."""
    mine = ExamSession.organization_id.in_(actor.organizations(OFFICER))
    chosen = select(ExamSession).where(mine, ExamSession.state == "closed")
    return db.scalars(chosen.order_by(ExamSession.planned_start.desc())).all()


def create_panel(db: Session, actor: Actor, sent: PanelIn, *, now: datetime) -> StandardPanel:
    """Write a panel down with its items and members.

    Raises InvalidInputError: ``panel_wrong`` with every problem; ConflictError: ``panel_exists``.
    """
    panel = StandardPanel(
        title=sent.title,
        method=sent.method,
        rules={
            "response_chance": sent.response_chance,
            "shows_difficulty": sent.shows_difficulty,
            "asks_hofstee": sent.asks_hofstee and sent.method in OF_ITEMS,
        },
        definition=sent.definition,
        training=sent.training,
        source={},
        language="",
        n_items=0,
        created_at=now,
        created_by=actor.id,
    )
    _set_material(db, actor, panel, sent)
    same = (
        StandardPanel.organization_id == panel.organization_id,
        StandardPanel.title == sent.title,
    )
    if db.scalar(select(StandardPanel.id).where(*same)):
        raise ConflictError("panel_exists")
    db.add(panel)
    db.flush()
    _name_members(db, actor, panel, sent.members, now)
    detail = {"method": sent.method, "items": panel.n_items}
    audit.record(db, "create_panel", by=actor.id, of=name_of(panel), detail=detail)
    return panel


def _set_material(db: Session, actor: Actor, panel: StandardPanel, sent: PanelIn) -> None:
    needs_marks = sent.method in BY_GROUPS or sent.method == "hofstee"
    if sent.exam_session:
        exam_session = exam_session_for(db, actor, sent.exam_session, OFFICER)
        panel.exam_session = exam_session
        panel.organization_id = exam_session.organization_id
    elif needs_marks:
        raise InvalidInputError("panel_wrong", [Problem("exam_session", "exam_session_needed")])
    if sent.method in BY_GROUPS:
        return
    if sent.source:
        take_down(db, actor, panel, sent.source)
    elif sent.method in OF_ITEMS:
        raise InvalidInputError("panel_wrong", [Problem("source", "source_needed")])
    if sent.method == "bookmark" and not booklet_of(db, panel):
        raise InvalidInputError("panel_wrong", [Problem("source", "no_calibrated_items")])


def _name_members(
    db: Session, actor: Actor, panel: StandardPanel, uids: Sequence[str], now: datetime
) -> None:
    known = {
        person.uid: person
        for person in people_for(db, actor)
        if any(
            (each.role, each.organization_id) == (MEMBER, panel.organization_id)
            for each in person.holdings
        )
    }
    strangers = [uid for uid in uids if uid not in known]
    if strangers:
        raise InvalidInputError("panel_wrong", [Problem("members", "member_unknown")])
    for uid in dict.fromkeys(uids):
        panel.members.append(PanelMember(person=known[uid], named_at=now, named_by=actor.id))
    db.flush()


def change_members(
    db: Session, actor: Actor, panel: StandardPanel, uids: Sequence[str], *, now: datetime
) -> None:
    """Name the members anew; who has begun a round stays.

    Raises ConflictError: ``panel_has_begun``; InvalidInputError: ``panel_wrong``.
    """
    if panel.rounds:
        raise ConflictError("panel_has_begun")
    for member in list(panel.members):
        db.delete(member)
    db.flush()
    db.expire(panel, ["members"])
    _name_members(db, actor, panel, uids, now)
    detail = {"members": len(panel.members)}
    audit.record(db, "name_panel_members", by=actor.id, of=name_of(panel), detail=detail)


def choose_exam_session(db: Session, actor: Actor, panel: StandardPanel, uid: str) -> None:
    """Choose whose marks say what a cut would mean.

    Raises NotFoundError: ``no_such_exam_session``; ConflictError: ``judgements_belong_to_it``.
    """
    if panel.method in BY_GROUPS and panel.rounds:
        raise ConflictError("judgements_belong_to_it")
    panel.exam_session = exam_session_for(db, actor, uid, OFFICER)
    detail = {"name": panel.exam_session.name}
    audit.record(db, "choose_panel_marks", by=actor.id, of=name_of(panel), detail=detail)


def open_round(
    db: Session, actor: Actor, panel: StandardPanel, *, note: str, now: datetime
) -> PanelRound:
    """Open the next round; raises ConflictError: ``round_is_open``, ``panel_has_no_members``."""
    _lock(db, panel)
    if open_round_of(panel):
        raise ConflictError("round_is_open")
    if not panel.members and panel.method not in BY_GROUPS:
        raise ConflictError("panel_has_no_members")
    opened = PanelRound(
        number=len(panel.rounds) + 1, note=note.strip(), opened_at=now, opened_by=actor.id
    )
    panel.rounds.append(opened)
    db.flush()
    detail = {"round": opened.number}
    audit.record(db, "open_panel_round", by=actor.id, of=name_of(panel), detail=detail)
    return opened


def close_round(
    db: Session, actor: Actor, panel: StandardPanel, *, reason: str, now: datetime
) -> PanelRound:
    """Close the open round: its ratings stand from now on; ConflictError: ``no_round_open``."""
    _lock(db, panel)
    found = open_round_of(panel)
    if found is None:
        raise ConflictError("no_round_open")
    found.closed_at, found.closed_by = now, actor.id
    db.flush()
    detail = {"round": found.number, "reason": reason}
    audit.record(db, "close_panel_round", by=actor.id, of=name_of(panel), detail=detail)
    return found


def booklet_of(db: Session, panel: StandardPanel) -> list[int]:
    """Return the places of the items in the order of a bookmark booklet."""
    chance = panel.rules["response_chance"] / WHOLE
    return booklet(figures_of(judged_in(db, panel)), chance)


def members_of(db: Session, panel: StandardPanel) -> Sequence[Person]:
    """Return the members by name."""
    chosen = (
        select(PanelMember)
        .where(PanelMember.panel_id == panel.id)
        .options(joinedload(PanelMember.person))
    )
    return sorted((each.person for each in db.scalars(chosen)), key=lambda who: (who.name, who.id))


def name_of(panel: StandardPanel) -> str:
    """Return what the audit record calls a panel."""
    return f"standard_panel:{panel.uid}"


def _lock(db: Session, panel: StandardPanel) -> None:
    db.refresh(panel, ["title"], with_for_update=True)
    db.expire(panel, ["rounds"])
