"""What an officer does with items after a trial: into use, or back to their writers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.analysis.models import AnalysisReport
from exam_server.analysis.taking import taken_of
from exam_server.bank import bulk
from exam_server.bank.models import Blueprint
from exam_server.bank.trial_outcomes import send_pilots_back
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError
from exam_server.inputs import In
from exam_server.seating.models import ExamSession


class TrialIn(In):
    """Which pilot items (by uid) go which way, and why."""

    kind: Literal["forward", "back"]
    item: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Decided:
    """How many items went the way asked for, and how many stayed as they were."""

    n_gone: int
    n_left: int


def decide_trial(
    db: Session,
    actor: Actor,
    exam_session: ExamSession,
    report: AnalysisReport,
    sent: TrialIn,
    *,
    now: datetime,
) -> Decided:
    """Take pilot items one step on, or send them back; the bank must hold their figures first.

    Raises InvalidInputError: ``reason_missing``, ``nothing_chosen``; ConflictError:
    ``trial_not_taken``, ``nothing_to_change``, and for a single item why it cannot go on.
    """
    if not sent.reason.strip():
        raise InvalidInputError("reason_missing")
    tried = {item["uid"] for item in (report.figures.get("tried") or {"items": ()})["items"]}
    uids = tuple(uid for uid in dict.fromkeys(sent.item) if uid in tried)
    if not uids:
        raise InvalidInputError("nothing_chosen")
    if taken_of(db, exam_session, report).kind != "this":
        raise ConflictError("trial_not_taken")
    blueprint = _bank_of(exam_session)
    if sent.kind == "back":
        gone, left = send_pilots_back(db, actor, blueprint, uids, reason=sent.reason, now=now)
        return Decided(len(gone), len(left))
    wanted = bulk.Wanted("forward", reason=sent.reason, uids=uids)
    done = bulk.act_on(db, actor, blueprint, wanted, now=now)
    return Decided(done.act.n_items, done.n_left)


def _bank_of(exam_session: ExamSession) -> Blueprint:
    run = exam_session.assembly_run
    if run is None:
        raise NotFoundError("no_such_run")
    return run.paper_structure.blueprint
