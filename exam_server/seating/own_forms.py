"""Each candidate a form of his own: chosen, asked for, and what stands of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, undefer

from exam_server import audit
from exam_server.actors import Actor
from exam_server.batches.models import Registration
from exam_server.errors import ConflictError, InvalidInputError
from exam_server.forms.custody import held_in
from exam_server.forms.models import AssemblyRun, Form, PreparedForm
from exam_server.forms.rules import MOST_ITEMS
from exam_server.forms.seeds import Seed, seal_seed
from exam_server.forms.service import fresh_seed
from exam_server.inputs import In
from exam_server.jobs import OPEN, Job, enqueue
from exam_server.seating.models import ExamSession, RoomRun, SeatMove, Sitting
from exam_server.seating.planning import clear_draw, take_forms_back
from exam_server.seating.planning_rules import hold_planned

MAKE, AGAIN = "seating.own_forms", "seating.own_forms_again"
FEWEST_FORMS = 2


class WayIn(In):
    """How candidates get their forms; for forms of their own, how much alike neighbours' are."""

    way: Literal["shared", "own"]
    most_alike: int = Field(default=0, ge=0, le=MOST_ITEMS)


class MakeIn(In):
    """Whether forms that are there are taken back first."""

    anew: Literal["", "1"] = ""


@dataclass(frozen=True)
class OwnForms:
    """What stands of the candidates' own forms: how many have one and how many lack it."""

    run: AssemblyRun | None
    job: Job | None
    made: int
    missing: int

    @property
    def is_being_made(self) -> bool:
        """Say whether the forms are being made now."""
        return self.job is not None and self.job.status in OPEN

    @property
    def is_complete(self) -> bool:
        """Say whether every candidate who has a seat has a form, and all were counted over."""
        return self.run is not None and self.run.result is not None and not self.missing


def choose_way(db: Session, actor: Actor, exam_session: ExamSession, sent: WayIn) -> None:
    """Choose shared or own forms; seats are drawn anew when that changes, forms made anew.

    Raises ConflictError: ``already_released``, ``own_forms_being_made``,
    ``adaptive_has_no_forms``; InvalidInputError: ``no_pool_for_own_forms``.
    """
    hold_planned(db, exam_session)
    _refuse_while_made(db, exam_session)
    if exam_session.is_adaptive:
        raise ConflictError("adaptive_has_no_forms")
    most_alike = sent.most_alike if sent.way == "own" else None
    if most_alike == exam_session.most_alike:
        return
    run = exam_session.assembly_run
    if most_alike is not None and (run is None or run.is_fixed or len(run.forms) < FEWEST_FORMS):
        raise InvalidInputError("no_pool_for_own_forms")
    if (most_alike is None) != (exam_session.most_alike is None):
        clear_draw(db, exam_session)
    take_forms_back(db, exam_session)
    exam_session.most_alike = most_alike
    db.flush()
    of, detail = f"exam_session:{exam_session.uid}", sent.model_dump()
    audit.record(db, "choose_forms", by=actor.id, of=of, detail=detail)


def ask_for_own_forms(
    db: Session, actor: Actor, exam_session: ExamSession, sent: MakeIn, *, title: str, now: datetime
) -> Job:
    """Have forms made for the candidates who have none; asked for anew, all are taken back first.

    Raises ConflictError: ``already_released``, ``own_forms_not_chosen``, ``seats_not_drawn``,
    ``own_forms_being_made``, ``own_forms_made``.
    """
    hold_planned(db, exam_session)
    pool = exam_session.assembly_run
    if exam_session.most_alike is None or pool is None:
        raise ConflictError("own_forms_not_chosen")
    if exam_session.seat_seed is None:
        raise ConflictError("seats_not_drawn")
    _refuse_while_made(db, exam_session)
    found = own_forms_of(db, exam_session)
    anew = sent.anew == "1"
    if found.is_complete and not anew:
        raise ConflictError("own_forms_made")
    run = exam_session.own_run
    lacking = found.missing
    if anew or run is None or run.result is None:  # a making that was broken off begins again
        take_forms_back(db, exam_session)
        run, lacking = _new_run(db, actor, exam_session, pool, now), found.made + lacking
    job = enqueue(
        db,
        MAKE,
        title=title,
        payload={"exam_session": exam_session.id, "run": run.id},
        person_id=actor.id,
        organization_id=exam_session.organization_id,
        is_heavy=True,
    )
    run.job_id = job.id
    of, detail = f"exam_session:{exam_session.uid}", {"count": lacking, "anew": anew}
    audit.record(db, "make_own_forms", by=actor.id, of=of, detail=detail)
    return job


def ask_to_make_again(db: Session, actor: Actor, exam_session: ExamSession, *, title: str) -> Job:
    """Have the forms made again and compared; raises ConflictError: ``own_forms_missing``."""
    found = own_forms_of(db, exam_session)
    if found.run is None or not found.is_complete:
        raise ConflictError("own_forms_missing", count=found.missing)
    return enqueue(
        db,
        AGAIN,
        title=title,
        payload={"exam_session": exam_session.id, "run": found.run.id},
        person_id=actor.id,
        organization_id=exam_session.organization_id,
        is_heavy=True,
    )


def newest_comparison(db: Session, exam_session: ExamSession) -> Job | None:
    """Return the newest making again of an exam session's own forms."""
    chosen = select(Job).where(
        Job.kind == AGAIN, Job.organization_id == exam_session.organization_id
    )
    newest = db.scalars(chosen.order_by(Job.id.desc()).limit(50))
    return next((job for job in newest if job.payload["run"] == exam_session.own_run_id), None)


def own_forms_of(db: Session, exam_session: ExamSession) -> OwnForms:
    """Return what stands of the own forms of an exam session's candidates."""
    run = exam_session.own_run
    counted = select(func.count(), func.count(Sitting.form_id)).select_from(Sitting)
    row = db.execute(counted.where(Sitting.exam_session_id == exam_session.id)).one()
    job = db.get(Job, run.job_id) if run and run.job_id else None
    return OwnForms(run, job, row[1], row[0] - row[1])


def with_forms_in(db: Session, run: RoomRun) -> Sequence[Sitting]:
    """Return the sittings of a room with the form of each, by seat."""
    chosen = select(Sitting).where(Sitting.room_run_id == run.id)
    loaded = chosen.options(
        joinedload(Sitting.seat),
        joinedload(Sitting.form),
        joinedload(Sitting.registration).joinedload(Registration.candidate),
    )
    return sorted(db.scalars(loaded), key=lambda each: each.seat.number)


def usual_alike(exam_session: ExamSession) -> int:
    """Return how many items neighbours may usually have in common: a twentieth of a form."""
    forms = exam_session.assembly_run.forms if exam_session.assembly_run else []
    return forms[0].n_items // 20 if forms else 0


def too_alike(db: Session, exam_session: ExamSession) -> int:
    """Return how many neighbours have more in common than they may, after moves by hand."""
    moved = select(SeatMove.id).where(
        SeatMove.exam_session_id == exam_session.id, SeatMove.undone_at.is_(None)
    )
    most = exam_session.most_alike
    if most is None or exam_session.own_run_id is None or db.scalar(moved.limit(1)) is None:
        return 0
    seated = seated_in(db, exam_session)
    held = {form.id: items_in(db, form) for form in forms_in(db, exam_session.own_run_id)}
    none: frozenset[int] = frozenset()
    return sum(
        len(held.get(one.form_id or 0, none) & held.get(other.form_id or 0, none)) > most
        for one, other in beside(seated)
    )


def seated_in(db: Session, exam_session: ExamSession) -> Sequence[Sitting]:
    """Return everybody seated, by registration."""
    chosen = select(Sitting).where(Sitting.exam_session_id == exam_session.id)
    loaded = chosen.options(joinedload(Sitting.seat), joinedload(Sitting.registration))
    return db.scalars(loaded.order_by(Sitting.registration_id)).all()


def beside(seated: Sequence[Sitting]) -> Iterator[tuple[Sitting, Sitting]]:
    """Give those who sit side by side, or one behind the other."""
    at = {(each.room_run_id, each.seat.row, each.seat.column): each for each in seated}
    for (room, row, column), one in at.items():
        for place in ((room, row, column + 1), (room, row + 1, column)):
            if place in at:
                yield one, at[place]


def forms_in(db: Session, run_id: int) -> Sequence[Form]:
    """Return the forms of a run with their lists, in the order they were drawn."""
    chosen = select(Form).where(Form.assembly_run_id == run_id).order_by(Form.code)
    return db.scalars(chosen.options(undefer(Form.sealed_items))).all()


def items_in(db: Session, form: Form) -> frozenset[int]:
    """Return the item versions that a form holds."""
    return frozenset(each.item_version_id for each in held_in(db, form))


def given_in(db: Session, exam_session: ExamSession) -> str:
    """Return what stands for all bodies that a release would give out: their hashes, in order."""
    chosen = select(PreparedForm.sha256).join(Sitting, Sitting.form_id == PreparedForm.form_id)
    here = (
        Sitting.exam_session_id == exam_session.id,
        PreparedForm.exam_session_id == exam_session.id,
    )
    return "\n".join(db.scalars(chosen.where(*here).order_by(PreparedForm.form_id)))


def _new_run(
    db: Session, actor: Actor, exam_session: ExamSession, pool: AssemblyRun, now: datetime
) -> AssemblyRun:
    run = AssemblyRun(
        paper_structure=pool.paper_structure,
        pool=pool,
        n_forms=0,
        created_at=now,
        created_by=actor.id,
    )
    seal_seed(db, run, Seed(fresh_seed()))
    db.add(run)
    db.flush()
    exam_session.own_run = run
    db.flush()
    return run


def _refuse_while_made(db: Session, exam_session: ExamSession) -> None:
    if own_forms_of(db, exam_session).is_being_made:
        raise ConflictError("own_forms_being_made")
