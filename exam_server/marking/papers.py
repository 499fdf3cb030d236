"""The papers of an exam session, read at one moment and marked outside any transaction."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.delivery.models import AnswerEvent
from exam_server.errors import ConflictError
from exam_server.forms.custody import Held, HeldItem, held_in, said_by
from exam_server.forms.models import Form
from exam_server.marking.adaptive_marks import (
    SAYS_NOTHING,
    Measured,
    Outcome,
    Scale,
    measured,
    scale_of,
)
from exam_server.marking.changes import (
    AskedWith,
    Changed,
    changed_mark,
    for_form,
    standing_changes,
)
from exam_server.programmes.models import RuleSet
from exam_server.seating.models import ExamSession, Sitting
from itembank.items.registry import item_type
from itembank.items.written_marks import FormPlace, mark_with
from proctor.sitting_states import LIVE
from scoring.composite import Rounding, rounded

WHOLE = Decimal(100)


class Response(NamedTuple):
    """What stands at a position when a sitting is over.

    A tuple: there is one for every response, and the garbage collector, which would stop a
    transaction to look at them, leaves tuples of texts alone.
    """

    status: str  # answered, omitted (seen, nothing left there), not_reached
    answer: str | None


@dataclass(frozen=True)
class PaperItem:
    """An item at its position of a form, with what marking needs of it.

    ``asked_with``: where the form has values of its own for it.
    """

    position: int
    version_id: int
    type: str
    content: Mapping[str, Any]
    key: Mapping[str, Any]
    mark: Decimal
    change: Changed | None = None
    asked_with: AskedWith | None = None
    is_pilot: bool = False

    @property
    def counts(self) -> bool:
        """Say whether its mark is in the sums: neither on trial nor dropped."""
        return not self.is_pilot and (self.change is None or self.change.counts)


@dataclass(frozen=True)
class Papers:
    """The papers handed in of an exam session: forms by sitting, items by form, responses.

    ``given`` is what people have marked, by sitting and position, then by part. ``state`` is what
    must still be so when the marks are published.
    """

    form_ids: Mapping[int, int | None]
    forms: Mapping[int | None, Sequence[PaperItem]]
    responses: Mapping[int, Mapping[int, Response]]
    rounding: Rounding
    state: frozenset[tuple[Any, ...]]
    given: Mapping[tuple[int, int], Mapping[str, Decimal]] = field(default_factory=dict)
    changes: Mapping[int, Changed] = field(default_factory=dict)
    scale: Scale | None = None  # of an adaptive test


@dataclass(frozen=True)
class MarkedPaper:
    """The marks of one sitting: a row for each position, and the theory mark of 100.

    While a person's mark of any position is missing there is neither a sum nor a theory mark.
    """

    sitting_id: int
    rows: Sequence[dict[str, Any]]
    mark: Decimal | None
    max_mark: Decimal
    theory: Decimal | None
    measured: Measured | None = None


def read_papers(db: Session, exam_session: ExamSession) -> Papers:
    """Read every paper that has been handed in.

    Raises ConflictError: ``still_running``, ``nothing_to_mark``.
    """
    state = state_of(db, exam_session.id)
    if any(status in {*LIVE, "held"} for _, status, *_ in state):
        raise ConflictError("still_running")
    form_ids = {
        sitting_id: form_id
        for sitting_id, status, form_id, *_ in sorted(state)
        if status == "handed_in"
    }
    if not form_ids:
        raise ConflictError("nothing_to_mark")
    changes = standing_changes(db, exam_session.batch_id)
    rules = db.get_one(RuleSet, db.get_one(Batch, exam_session.batch_id).rule_set_id)
    return Papers(
        form_ids=form_ids,
        forms={form_id: _paper_items(db, form_id, changes) for form_id in set(form_ids.values())},
        responses=_responses(db, exam_session.id),
        rounding=rounding_of(rules),
        state=state,
        changes=changes,
        scale=scale_of(db, exam_session, rules),
    )


def with_change(papers: Papers, version_id: int, change: Changed | None) -> Papers:
    """Return papers in which one item is marked otherwise, or as the papers say."""
    forms = {
        form_id: [
            replace(item, change=for_form(change, item.asked_with))
            if item.version_id == version_id
            else item
            for item in items
        ]
        for form_id, items in papers.forms.items()
    }
    return replace(papers, forms=forms)


def state_of(db: Session, exam_session_id: int) -> frozenset[tuple[Any, ...]]:
    """Return state, form and settled events of each sitting: marks hold while it is the same."""

    def of_events(figure: ColumnElement[int]) -> ScalarSelect[int]:
        of_sitting = select(figure).where(AnswerEvent.sitting_id == Sitting.id)
        return of_sitting.correlate(Sitting).scalar_subquery()

    events = of_events(func.count(AnswerEvent.seq)), of_events(func.max(AnswerEvent.seq))
    chosen = select(Sitting.id, Sitting.status, Sitting.form_id, *events)
    rows = db.execute(chosen.where(Sitting.exam_session_id == exam_session_id))
    return frozenset(tuple(row) for row in rows)


def mark_paper(papers: Papers, sitting_id: int) -> MarkedPaper:
    """Return the marks of one paper."""
    standing = papers.responses.get(sitting_id, {})
    items = papers.forms[papers.form_ids[sitting_id]]
    rows = [
        _marked(
            sitting_id,
            item,
            standing.get(item.position),
            papers.given.get((sitting_id, item.position), {}),
        )
        for item in items
    ]
    counted = [row["mark"] for row in rows if row["counts"]]
    told = [mark for mark in counted if mark is not None]
    total = sum(told, Decimal(0)) if len(told) == len(counted) else None
    maximum = sum((item.mark for item in items if item.counts), Decimal(0))
    if papers.scale is not None:
        found = _measured(papers.scale, sitting_id, items, rows)
        by_ability = rounded(found.mark, papers.rounding)
        return MarkedPaper(sitting_id, rows, total, maximum, by_ability, found)
    theory = None if total is None else theory_mark(total, maximum, papers.rounding)
    return MarkedPaper(sitting_id, rows, total, maximum, theory)


def _measured(
    scale: Scale, sitting_id: int, items: Sequence[PaperItem], rows: Sequence[Mapping[str, Any]]
) -> Measured:
    """Return the ability behind a paper; an item that everybody gets right says nothing of it."""
    return measured(
        scale,
        sitting_id,
        [
            Outcome(
                item.position,
                item.version_id,
                is_answered=row["answer"] is not None,
                is_right=row["mark"] == item.mark,
                informs=item.change is None or item.change.way not in SAYS_NOTHING,
            )
            for item, row in zip(items, rows, strict=True)
        ],
    )


def mark_papers(
    papers: Papers, *, after_each: Callable[[int], None] = lambda _: None
) -> list[MarkedPaper]:
    """Return the marks of every paper; ``after_each`` is told how many are done."""
    marked = []
    for number, sitting_id in enumerate(papers.form_ids, start=1):
        marked.append(mark_paper(papers, sitting_id))
        after_each(number)
    return marked


def rounding_of(rules: RuleSet) -> Rounding:
    """Return a rule set's rounding."""
    return Rounding(rules.rounding, rules.decimals)


def theory_mark(mark: Decimal, maximum: Decimal, rounding: Rounding) -> Decimal:
    """Return a mark out of 100, rounded once by the rule set.

    Examples
    --------
    >>> theory_mark(Decimal(26), Decimal(35), Rounding("half_up", 1))
    Decimal('74.3')
    """
    return rounded(mark * WHOLE / maximum, rounding)


def _marked(
    sitting_id: int, item: PaperItem, found: Response | None, given: Mapping[str, Decimal]
) -> dict[str, Any]:
    response = found or Response("not_reached", None)
    answer = None if response.answer is None else json.loads(response.answer)
    return {
        "sitting_id": sitting_id,
        "position": item.position,
        "item_version_id": item.version_id,
        "status": response.status,
        "answer": response.answer,
        "mark": _mark_of(item, answer, given),
        "max_mark": item.mark,
        "counts": item.counts,
    }


def _mark_of(item: PaperItem, answer: Any, given: Mapping[str, Decimal]) -> Decimal | None:
    """Return the machine's mark, or with what people have given; nothing while one is missing."""

    def mark_by(key: Mapping[str, Any]) -> Decimal | None:
        mark = item_type(item.type).score(item.content, key, answer, item.mark)
        if mark is not None:
            return mark
        place = FormPlace(item.position, item.type, item.content, key, item.mark)
        return mark_with(place, answer, given)

    if item.change is None or not item.change.counts:
        return mark_by(item.key)
    return changed_mark(item.change, mark_by, item.mark)


def _responses(db: Session, exam_session_id: int) -> dict[int, dict[int, Response]]:
    """Return what stands at each position that a sitting has touched."""
    chosen = (
        select(AnswerEvent.sitting_id, AnswerEvent.kind, AnswerEvent.position, AnswerEvent.answer)
        .join(Sitting, AnswerEvent.sitting_id == Sitting.id)
        .where(
            Sitting.exam_session_id == exam_session_id,
            Sitting.status == "handed_in",
            AnswerEvent.refused_code.is_(None),
        )
        .order_by(AnswerEvent.sitting_id, AnswerEvent.seq)
    )
    found: dict[int, dict[int, Response]] = {}
    for row in db.execute(chosen):
        standing = found.setdefault(row.sitting_id, {})
        if row.kind == "answer":
            status = "omitted" if row.answer is None else "answered"
            standing[row.position] = Response(status, row.answer)
        else:
            standing.setdefault(row.position, Response("omitted", None))
    return found


def asked_in(db: Session, form: Form) -> list[tuple[HeldItem, AskedWith | None]]:
    """Return the items of a form, each with the values it was asked with, if it has any."""
    held = held_in(db, form)
    return [
        (item, _asked_with(own, item)) for own, item in zip(held, said_by(db, held), strict=True)
    ]


def _asked_with(held: Held, item: HeldItem) -> AskedWith | None:
    version = item.item_version
    return AskedWith(version.type, version.content, held.drawn) if held.drawn else None


def _paper_items(
    db: Session, form_id: int | None, changes: Mapping[int, Changed]
) -> list[PaperItem]:
    if form_id is None:
        return []
    return [
        PaperItem(
            item.position,
            item.item_version.id,
            item.asked.type,
            item.asked.content,
            item.asked.key,
            item.mark,
            for_form(changes.get(item.item_version.id), asked_with),
            asked_with=asked_with,
            is_pilot=item.is_pilot,
        )
        for item, asked_with in asked_in(db, db.get_one(Form, form_id))
    ]
