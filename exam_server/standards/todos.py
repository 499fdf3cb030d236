"""What waits: a member's open round, a cut that a second officer decides on."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.standards.judged import OFFICER
from exam_server.standards.models import PanelAdoption, PanelMember, PanelRound, StandardPanel
from exam_server.standards.rating import panels_for_member
from exam_server.standards.service import MEMBER
from exam_server.todo import Todo, Urgency


def todos(db: Session, actor: Actor, *, now: datetime) -> list[Todo]:
    """Return open rounds a member has not finished, and cuts put forward by a colleague."""
    del now  # nothing here has a day it is due by
    found = _to_rate(db, actor) if MEMBER in actor.roles else []
    return found + (_to_decide(db, actor) if OFFICER in actor.roles else [])


def _to_rate(db: Session, actor: Actor) -> list[Todo]:
    return [
        Todo(
            "panel_to_rate",
            seen.n_places - seen.n_done,
            "standards.rate_page",
            {"uid": seen.panel.uid},
            Urgency.SOON,
            {"name": seen.panel.title},
            since=seen.open_round.opened_at,
        )
        for seen in panels_for_member(db, actor)
        if seen.open_round is not None and not seen.is_handed_in
    ]


def _to_decide(db: Session, actor: Actor) -> list[Todo]:
    member = select(PanelMember.panel_id).where(PanelMember.person_id == actor.id)
    chosen = (
        select(StandardPanel, PanelAdoption.proposed_at)
        .join(PanelRound, PanelRound.panel_id == StandardPanel.id)
        .join(PanelAdoption, PanelAdoption.round_id == PanelRound.id)
        .where(
            StandardPanel.organization_id.in_(actor.organizations(OFFICER)),
            StandardPanel.id.not_in(member),
            PanelAdoption.outcome.is_(None),
            PanelAdoption.proposed_by != actor.id,
        )
    )
    return [
        Todo(
            "cut_to_decide",
            1,
            "standards.panel_page",
            {"uid": panel.uid},
            Urgency.SOON,
            {"name": panel.title},
            since=since,
        )
        for panel, since in db.execute(chosen)
    ]
