"""How far the marking of a batch's exam sessions is, and which versions of items it used."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.accounts.models import Person
from exam_server.bank.models import Item, ItemVersion
from exam_server.batches.models import Batch
from exam_server.forms.models import FormItem
from exam_server.marking.models import MarkingRun, ResponseScore, SittingScore
from exam_server.marking.service import exam_sessions_in, newest_run
from exam_server.seating.models import ExamSession, RoomRun, Sitting
from proctor.sitting_states import LIVE


@dataclass(frozen=True)
class SessionState:
    """An exam session: its sittings by what became of them, and the marking that stands.

    ``counts``: handed_in, working, held, void, absent, to_come. ``marked`` counts the papers the
    marking holds that are still handed in.
    """

    exam_session: ExamSession
    counts: Counter[str]
    run: MarkingRun | None
    marked_by: str
    marked: int

    @property
    def n_papers(self) -> int:
        """Return how many papers have been handed in."""
        return self.counts["handed_in"]

    @property
    def waits_for(self) -> str | None:
        """Return why it cannot be marked now: ``still_running``, ``nothing_to_mark``."""
        if self.counts["working"] or self.counts["held"]:
            return "still_running"
        return None if self.n_papers else "nothing_to_mark"

    @property
    def is_complete(self) -> bool:
        """Say whether every paper handed in has been marked."""
        return self.run is not None and self.marked == self.n_papers


@dataclass(frozen=True)
class UsedVersion:
    """An item as a marking used it, and whether its bank has another key by now."""

    code: str
    uid: str
    type: str
    used: int
    newest: int
    key: dict[str, Any]
    newest_key: dict[str, Any]
    position: int

    @property
    def has_other_key(self) -> bool:
        """Say whether the newest version would mark otherwise."""
        return self.key != self.newest_key


def session_states(db: Session, batch: Batch) -> list[SessionState]:
    """Return how far the marking of each exam session of a batch is."""
    return [_state_of(db, each) for each in exam_sessions_in(db, batch)]


def versions_used(db: Session, run: MarkingRun) -> list[UsedVersion]:
    """Return the items whose marks a marking counts or has dropped, by code."""
    used = (
        select(ResponseScore.item_version_id, func.min(ResponseScore.position).label("position"))
        .where(ResponseScore.marking_run_id == run.id, ~was_on_trial(run))
        .group_by(ResponseScore.item_version_id)
        .subquery()
    )
    chosen = (
        select(Item, ItemVersion, used.c.position)
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .join(used, used.c.item_version_id == ItemVersion.id)
        .order_by(Item.code)
    )
    found = [(row[0], row[1], row[2]) for row in db.execute(chosen)]
    newest = _newest_versions(db, [item for item, _, _ in found])
    return [
        UsedVersion(
            code=item.code,
            uid=item.uid,
            type=version.type,
            used=version.number,
            newest=item.version_number,
            key=version.key,
            newest_key=newest[item.id].key,
            position=position,
        )
        for item, version, position in found
    ]


def was_on_trial(run: MarkingRun) -> Any:
    """Return the condition that a response is to an item that the forms of a marking only tried."""
    tried = (
        select(FormItem.item_version_id)
        .join(Sitting, Sitting.form_id == FormItem.form_id)
        .where(Sitting.exam_session_id == run.exam_session_id, FormItem.is_pilot)
    )
    return ResponseScore.item_version_id.in_(tried)


def _newest_versions(db: Session, items: Sequence[Item]) -> dict[int, ItemVersion]:
    chosen = (
        select(ItemVersion)
        .join(Item, ItemVersion.item_id == Item.id)
        .where(Item.id.in_([item.id for item in items]), ItemVersion.number == Item.version_number)
    )
    return {version.item_id: version for version in db.scalars(chosen)}


def _state_of(db: Session, exam_session: ExamSession) -> SessionState:
    chosen = (
        select(Sitting.id, Sitting.status, Sitting.started_at, RoomRun.closed_at)
        .join(RoomRun, Sitting.room_run_id == RoomRun.id)
        .where(Sitting.exam_session_id == exam_session.id)
    )
    kinds = {row.id: _kind(row) for row in db.execute(chosen)}
    run = newest_run(db, exam_session.id)
    scored = set[int]()
    if run is not None:
        of_run = select(SittingScore.sitting_id).where(SittingScore.marking_run_id == run.id)
        scored = set(db.scalars(of_run))
    marker = db.get(Person, run.marked_by) if run and run.marked_by else None
    return SessionState(
        exam_session=exam_session,
        counts=Counter(kinds.values()),
        run=run,
        marked_by=marker.name if marker else "",
        marked=sum(kinds.get(each) == "handed_in" for each in scored),
    )


def _kind(sitting: Any) -> str:
    if sitting.status in {"handed_in", "held", "void"}:
        return str(sitting.status)
    if sitting.status in LIVE:
        return "working"
    return "absent" if sitting.closed_at is not None and not sitting.started_at else "to_come"
