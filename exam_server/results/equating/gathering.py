"""Reading what equating goes on: forms as exam sessions sat them, and marks by item."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank.parameters import known_of
from exam_server.batches.models import Batch
from exam_server.errors import ConflictError, NotFoundError
from exam_server.forms.custody import HeldItem, form_items
from exam_server.forms.models import Form
from exam_server.marking.changes import Changed, changes_of_run
from exam_server.marking.models import MarkingRun, ResponseScore, SittingScore
from exam_server.marking.service import exam_sessions_in, newest_run
from exam_server.results.equating.designs import Key, Side, SideItem
from exam_server.results.equating.models import Equating
from exam_server.seating.models import ExamSession, Sitting
from scoring.moments import FloatArray

MOST_OFFERED = 60
TEN_THOUSAND = 10_000


@dataclass(frozen=True)
class Sat:
    """A form that an exam session sat, and how many of its papers are marked."""

    exam_session: ExamSession
    form: Form
    n_papers: int

    @property
    def address(self) -> str:
        """How pages name it."""
        return f"{self.exam_session.uid}/{self.form.uid}"


@dataclass(frozen=True)
class SideMarks:
    """Marks in ten-thousandths, (n_persons, n_items), in the order of the side's items."""

    side: Side
    marks: FloatArray

    def of(self, keys: Sequence[Key]) -> FloatArray:
        """Return the columns of items."""
        wanted = set(keys)
        places = [at for at, item in enumerate(self.side.items) if item.key in wanted]
        return np.asarray(self.marks[:, places])


def sat_in(db: Session, exam_sessions: Sequence[ExamSession]) -> list[Sat]:
    """Return the forms of exam sessions with how many marked papers each has.

    Marks of an adaptive test stand on the scale of its bank already: they are not equated.
    """
    found = []
    for exam_session in exam_sessions:
        run = newest_run(db, exam_session.id)
        if run is None or exam_session.is_adaptive:
            continue
        chosen = (
            select(Sitting.form_id, func.count())
            .join(SittingScore, SittingScore.sitting_id == Sitting.id)
            .where(*_counted(run), Sitting.form_id.is_not(None))
            .group_by(Sitting.form_id)
        )
        counts = {row[0]: row[1] for row in db.execute(chosen)}
        forms = select(Form).where(Form.id.in_(counts)).order_by(Form.code, Form.id)
        found += [Sat(exam_session, form, counts[form.id]) for form in db.scalars(forms)]
    return found


def references_for(db: Session, actor: Actor, batch: Batch) -> list[Sat]:
    """Return the forms that a batch's may be equated to: of its programme, the newest first."""
    chosen = (
        select(ExamSession)
        .join(Batch, ExamSession.batch_id == Batch.id)
        .where(
            Batch.organization_id == batch.organization_id,
            Batch.programme_id == batch.programme_id,
            Batch.is_rehearsal.is_(False),
            ExamSession.organization_id.in_(actor.organizations("exam_officer")),
        )
        .order_by(ExamSession.planned_start.desc(), ExamSession.id.desc())
        .limit(MOST_OFFERED)
    )
    return sat_in(db, db.scalars(chosen).all())


def new_in(db: Session, batch: Batch) -> list[Sat]:
    """Return the forms of a batch that have been marked."""
    return sat_in(db, exam_sessions_in(db, batch))


def pair_of(db: Session, actor: Actor, batch: Batch, new: str, reference: str) -> tuple[Sat, Sat]:
    """Return two forms by their addresses.

    Raises NotFoundError: ``no_such_form_sat``; ConflictError: ``same_form``.
    """
    news = {each.address: each for each in new_in(db, batch)}
    references = {each.address: each for each in references_for(db, actor, batch)}
    if new not in news or reference not in references:
        raise NotFoundError("no_such_form_sat")
    if news[new].form.id == references[reference].form.id:
        raise ConflictError("same_form")
    return news[new], references[reference]


def side_of(db: Session, sat: Sat) -> Side:
    """Return a form as it was sat and marked."""
    run = marking_of(db, sat.exam_session)
    changes = changes_of_run(db, run, sat.exam_session.batch_id)
    items = [
        _item(held, changes.get(held.item_version.id))
        for held in form_items(db, sat.form)
        if (change := changes.get(held.item_version.id)) is None or change.counts
    ]
    known = known_of(db, sat.exam_session.organization_id, {each.key for each in items}, but="")
    return Side(
        exam_session=sat.exam_session.name,
        form=sat.form.code,
        session_uid=sat.exam_session.uid,
        form_uid=sat.form.uid,
        n_papers=sat.n_papers,
        items=items,
        parameters={key: (it.slope, it.difficulty, it.scale) for key, it in known.items()},
    )


def marks_of(db: Session, sat: Sat) -> SideMarks:
    """Return the marks of everybody who sat a form, item by item."""
    run, side = marking_of(db, sat.exam_session), side_of(db, sat)
    chosen = (
        select(ResponseScore.sitting_id, ResponseScore.item_version_id, ResponseScore.mark)
        .join(Sitting, ResponseScore.sitting_id == Sitting.id)
        .join(
            SittingScore,
            (SittingScore.sitting_id == Sitting.id)
            & (SittingScore.marking_run_id == ResponseScore.marking_run_id),
        )
        .where(*_counted(run), Sitting.form_id == sat.form.id, ResponseScore.counts)
        .order_by(ResponseScore.sitting_id)
        .execution_options(yield_per=TEN_THOUSAND)
    )
    columns = {item.version_id: at for at, item in enumerate(side.items)}
    people: dict[int, list[float]] = {}
    for sitting_id, version_id, mark in db.execute(chosen):
        own = people.setdefault(sitting_id, [0.0] * len(columns))
        own[columns[version_id]] = float((mark or 0) * TEN_THOUSAND)
    marks = np.array(list(people.values())).reshape(len(people), len(columns))
    return SideMarks(replace(side, n_papers=len(people)), marks)


def marking_of(db: Session, exam_session: ExamSession) -> MarkingRun:
    """Return the marking that stands; raises ConflictError: ``not_marked_yet``."""
    run = newest_run(db, exam_session.id)
    if run is None:
        raise ConflictError("not_marked_yet")
    return run


def scoring_of(db: Session, equating: Equating) -> dict[str, list[str]]:
    """Return by which changes of scoring both sides of an equating are marked now."""
    return {
        "new": sorted(marking_of(db, equating.exam_session).changes or []),
        "reference": sorted(marking_of(db, equating.reference_session).changes or []),
    }


def sides_of(db: Session, equating: Equating) -> tuple[Sat, Sat]:
    """Return the two forms of an equating as they stand now."""
    found = sat_in(db, [equating.exam_session, equating.reference_session])
    wanted = (
        (equating.exam_session_id, equating.form_id),
        (equating.reference_session_id, equating.reference_form_id),
    )
    by_place = {(each.exam_session.id, each.form.id): each for each in found}
    if not set(wanted) <= by_place.keys():
        raise ConflictError("not_marked_yet")
    return by_place[wanted[0]], by_place[wanted[1]]


def _counted(run: MarkingRun) -> tuple[ColumnElement[bool], ...]:
    return (
        SittingScore.marking_run_id == run.id,
        SittingScore.mark.is_not(None),
        Sitting.status != "void",
    )


def _item(held: HeldItem, change: Changed | None) -> SideItem:
    item = held.item_version.item
    return SideItem(
        uid=item.uid,
        version=held.item_version.number,
        code=item.code,
        mark=held.mark,
        asked={
            "type": held.asked.type,
            "content": held.asked.content,
            "key": list(change.keys) if change and change.keys else held.asked.key,
        },
        area=item.point.area.path.split("-")[0],
        way=change.way if change else "",
        version_id=held.item_version.id,
    )
