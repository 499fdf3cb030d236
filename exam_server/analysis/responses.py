"""The responses of a marked exam session as arrays, one set for each form."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.forms.custody import HeldItem, held_in, order_of
from exam_server.forms.models import Form
from exam_server.marking.changes import Changed, changes_of_run, for_form
from exam_server.marking.models import MarkingRun, ResponseScore, SittingScore
from exam_server.marking.papers import asked_in
from exam_server.programmes.models import RuleSet
from exam_server.seating.models import ExamSession, Sitting
from scoring.moments import FloatArray

NOT_PRESENTED: Final = -1
NOT_REACHED: Final = 0
OMITTED: Final = 1
ANSWERED: Final = 2
STATUSES: Final = {"not_reached": NOT_REACHED, "omitted": OMITTED, "answered": ANSWERED}


@dataclass(frozen=True)
class AskedItem:
    """An item as it stood in a form."""

    position: int
    uid: str
    code: str
    version: int
    type: str
    content: Mapping[str, Any]
    key: Mapping[str, Any]


@dataclass(frozen=True)
class FormResponses:
    """What everybody who sat a form did with each of its items; ``sittings`` names the persons.

    ``marks`` and ``statuses`` are (n_persons, n_items), ``answers`` lists of the same shape;
    ``theory`` are the marks of 100, (n_persons,).
    """

    form: str
    items: Sequence[AskedItem]
    max_marks: FloatArray
    marks: FloatArray
    statuses: NDArray[np.int8]
    answers: Sequence[Sequence[Any]]
    theory: FloatArray
    sittings: Sequence[int] = ()
    is_pooled: bool = False  # forms put together: NaN and ``NOT_PRESENTED`` by design
    tried: "FormResponses | None" = None  # the same persons at the pilot items of the form


def responses_in(db: Session, run: MarkingRun) -> list[FormResponses]:
    """Return the responses that a marking has marked, form by form.

    Items are as this marking took them: with a changed key, and without those that were dropped.
    Pilot items stand apart, as ``tried``.
    """
    chosen = (
        select(Form, Sitting.id, Sitting.sealed_order, SittingScore.theory)
        .join(Sitting, Sitting.form_id == Form.id)
        .join(SittingScore, SittingScore.sitting_id == Sitting.id)
        .where(SittingScore.marking_run_id == run.id)
        .order_by(Form.code, Sitting.id)
    )
    forms: dict[Form, dict[int, tuple[Any, float]]] = {}
    for form, sitting_id, sealed, theory in db.execute(chosen):
        if theory is None:  # a person has not marked all of it yet
            continue
        order = order_of(db, form, sealed)
        forms.setdefault(form, {})[sitting_id] = (order, float(theory))
    batch_id = select(ExamSession.batch_id).where(ExamSession.id == run.exam_session_id)
    changes = changes_of_run(db, run, db.scalars(batch_id).one())
    return [_form_responses(db, run, form, forms[form], changes) for form in forms]


def cut_of(db: Session, exam_session: ExamSession) -> tuple[float, str]:
    """Return the theory mark that counts as passed, and whether it is a minimum or the pass mark.

    Without a minimum of its own, theory is shown against the pass mark of the composite.
    """
    rules = db.get_one(RuleSet, db.get_one(Batch, exam_session.batch_id).rule_set_id)
    if rules.theory_minimum is not None:
        return float(rules.theory_minimum), "minimum"
    return float(rules.pass_mark), "pass_mark"


def slopes_from_of(db: Session, exam_session: ExamSession) -> int:
    """Return from how many candidates each item is given a slope of its own; 0: never."""
    batch = db.get_one(Batch, exam_session.batch_id)
    return db.get_one(RuleSet, batch.rule_set_id).slopes_from


def _form_responses(
    db: Session,
    run: MarkingRun,
    form: Form,
    sittings: Mapping[int, tuple[Any, float]],
    changes: Mapping[int, Changed],
) -> FormResponses:
    items = _asked_items(db, form, changes)
    people = {sitting_id: place for place, sitting_id in enumerate(sittings)}
    columns = {item.position: place for place, (item, _) in enumerate(items)}
    shape = len(people), len(columns)
    marks, statuses = np.zeros(shape), np.zeros(shape, dtype=np.int8)
    answers: list[list[Any]] = [[None] * shape[1] for _ in range(shape[0])]
    for row in _rows(db, run, form.id):
        if row.sitting_id not in people or row.position not in columns or row.mark is None:
            continue
        place, column = people[row.sitting_id], columns[row.position]
        marks[place, column] = float(row.mark)
        statuses[place, column] = STATUSES[row.status]
        if row.answer is not None:
            answers[place][column] = json.loads(row.answer)
    orders = [order for order, _ in sittings.values()]
    whole = FormResponses(
        form=form.code,
        items=[item for item, _ in items],
        max_marks=np.array([mark for _, mark in items]),
        marks=marks,
        statuses=settled(statuses, np.array([_places(order, columns) for order in orders])),
        answers=answers,
        theory=np.array([theory for _, theory in sittings.values()]),
        sittings=list(sittings),
    )
    return _apart(whole, [each.position for each in held_in(db, form) if each.is_pilot])


def _apart(whole: FormResponses, pilots: Sequence[int]) -> FormResponses:
    """Return a form without its pilot items, which stand beside it."""
    if not pilots:
        return whole
    is_tried = np.isin([item.position for item in whole.items], pilots)
    return replace(_columns(whole, ~is_tried), tried=_columns(whole, is_tried))


def _columns(whole: FormResponses, are_taken: NDArray[np.bool_]) -> FormResponses:
    taken = np.flatnonzero(are_taken).tolist()
    return replace(
        whole,
        items=[whole.items[place] for place in taken],
        max_marks=whole.max_marks[taken],
        marks=whole.marks[:, taken],
        statuses=whole.statuses[:, taken],
        answers=[[person[place] for place in taken] for person in whole.answers],
    )


def settled(statuses: NDArray[np.int8], places: NDArray[np.int64]) -> NDArray[np.int8]:
    """Return statuses in which an untouched item before the last touched one was passed over.

    Both arrays are (n_persons, n_items); ``places`` says where on the person's own paper each
    item stood. Only what lies behind the last touched item was not reached.

    Examples
    --------
    >>> settled(np.array([[2, 0, 2, 0]], dtype=np.int8), np.array([[0, 1, 2, 3]])).tolist()
    [[2, 1, 2, 0]]
    """
    is_touched = statuses != NOT_REACHED
    last = np.where(is_touched, places, -1).max(axis=1, initial=-1, keepdims=True)
    found: NDArray[np.int8] = np.where(~is_touched & (places < last), OMITTED, statuses)
    return found.astype(np.int8)


def _places(order: Any, columns: Mapping[int, int]) -> list[int]:
    """Return at which place of a person's own paper each item stood."""
    shown = list(order["items"]) if order and order.get("items") else list(columns)
    place_of = {position: place for place, position in enumerate(shown)}
    return [place_of.get(position, place) for position, place in columns.items()]


def _asked_items(
    db: Session, form: Form, changes: Mapping[int, Changed]
) -> list[tuple[AskedItem, float]]:
    return [
        (_asked(held, change), float(held.mark))
        for held, asked_with in asked_in(db, form)
        if (change := for_form(changes.get(held.item_version.id), asked_with)) is None
        or change.counts
    ]


def _asked(held: HeldItem, change: Changed | None) -> AskedItem:
    item = held.item_version.item
    asked = AskedItem(held.position, item.uid, item.code, held.item_version.number, *held.asked)
    return replace(asked, key=change.keys[0]) if change and change.keys else asked


def _rows(db: Session, run: MarkingRun, form_id: int) -> Any:
    chosen = (
        select(
            ResponseScore.sitting_id,
            ResponseScore.position,
            ResponseScore.status,
            ResponseScore.answer,
            ResponseScore.mark,
        )
        .join(Sitting, ResponseScore.sitting_id == Sitting.id)
        .where(ResponseScore.marking_run_id == run.id, Sitting.form_id == form_id)
    )
    return db.execute(chosen)
