"""A run by a random paper: drawn when it begins, answered in any order, handed in as a whole."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.adaptive.drawing import SEED_BITS, draw_for
from exam_server.adaptive.models import PracticeStep, PracticeTicket
from exam_server.adaptive.rules import review_in
from exam_server.adaptive.showing import FULL, asked_in, orders_for, shown_steps
from exam_server.adaptive.standings import standing_of
from exam_server.adaptive.steps import area_names, steps_of
from exam_server.bank.models import Area, Item, ItemVersion, Point
from exam_server.errors import ConflictError, InvalidInputError
from exam_server.forms.custody import versions_of
from exam_server.forms.drawing import asked_with, needing_values, values_for
from exam_server.forms.rules import mark_text
from exam_server.forms.titles import section_titles
from itembank.items.registry import item_type
from itembank.paper_feedback import ranges_of_paper

HANDED_IN = "handed_in"
ORDERS = 1  # the second stream of a run's seed: the first draws the paper


def begin(db: Session, ticket: PracticeTicket, *, now: datetime) -> None:
    """Draw the paper of a run and freeze how it is shown.

    Raises ConflictError: ``practice_not_open``, ``practice_paper_ran_out``.
    """
    if standing_of(db, ticket.plan).code != "on":
        raise ConflictError("practice_not_open")
    ticket.seed = secrets.randbits(SEED_BITS)
    ticket.started_at = now
    try:
        make_paper(db, ticket, ticket.seed, now=now)
    except ConflictError as refused:
        raise ConflictError("practice_paper_ran_out") from refused


def make_paper(db: Session, ticket: PracticeTicket, seed: int, *, now: datetime) -> None:
    """Write the steps of a run; the same seed and bank make the same ones."""
    placed = draw_for(db, ticket.plan, seed)
    rng = np.random.default_rng([seed, ORDERS])
    ids = [each.version_id for each in placed]
    versions = versions_of(db, ids)
    values = {each.id: values_for(each, seed, "") for each in needing_values(db, ids)}
    for each in placed:
        version, drawn = versions[each.version_id], values.get(each.version_id) or None
        db.add(
            PracticeStep(
                ticket_id=ticket.id,
                number=each.place,
                item_version_id=version.id,
                place=each.place,
                shadow=[],
                given_at=now,
                orders=orders_for(asked_with(version, drawn), rng),
                drawn=drawn,
                section=each.section,
                mark=each.mark,
            )
        )
    db.flush()


def answer(
    db: Session, ticket: PracticeTicket, number: int, given: Any, seq: int | None, *, now: datetime
) -> None:
    """Keep an answer; what the trainee numbered earlier than what stands changes nothing.

    Where answers are reviewed at once the first one stands. Raises ConflictError:
    ``practice_step_unknown``, ``practice_step_answered``, ``practice_over``; InvalidInputError:
    what the type says of the answer.
    """
    step = db.get(PracticeStep, (ticket.id, number))
    if step is None:
        raise ConflictError("practice_step_unknown")
    if step.answered_at is not None:
        is_final = review_in(ticket.plan.rules) == "each"
        if (seq is not None and seq <= step.seq) or step.answer == {"value": given}:
            return
        if is_final:
            raise ConflictError("practice_step_answered")
    if ticket.ended_at is not None:
        raise ConflictError("practice_over")
    asked = asked_in(step, db.get_one(ItemVersion, step.item_version_id))
    kind = item_type(asked.type)
    problem = None if given is None else kind.answer_problem(asked.content, given)
    if problem:
        raise InvalidInputError(problem)
    mark = FULL if step.mark is None else step.mark
    step.answer, step.answered_at, step.seq = {"value": given}, now, seq or step.seq + 1
    step.earned = kind.score(asked.content, asked.key, given, mark)
    step.is_right = None if step.earned is None else step.earned == mark
    db.flush()


def hand_in(db: Session, ticket: PracticeTicket, *, now: datetime) -> None:
    """End a run: what is answered counts, what is not is left out. Again is nothing."""
    if ticket.ended_at is None:
        ticket.ended_at, ticket.ended_because = now, HANDED_IN
        db.flush()


def state_of(db: Session, ticket: PracticeTicket) -> dict[str, Any]:
    """Return where a run stands: the paper with the answers so far, or the result."""
    steps = steps_of(db, ticket)
    structure = ticket.plan.structure
    language = structure.blueprint.language
    state = {
        "title": ticket.plan.title,
        "language": language,
        "answered": sum(is_answered(step) for step in steps),
        "most": len(steps),
        "may_end_earlier": False,
    }
    if ticket.ended_at is not None:
        return {**state, "status": "over", "result": _result(db, ticket, steps)}
    sections = [
        {
            "title": section_titles(section, language)[language],
            "titles": section_titles(section, language),
            "mark_each": section["mark"],
            "positions": [step.number for step in steps if step.section == number],
        }
        for number, section in enumerate(structure.demand["sections"], start=1)
    ]
    return {
        **state,
        "status": "running",
        "sections": sections,
        "items": shown_steps(db, ticket, steps),
        "answers": {str(step.number): _given(step) for step in steps if is_answered(step)},
        "seq": max((step.seq for step in steps), default=0),
    }


def is_answered(step: PracticeStep) -> bool:
    """Say whether something was answered: an answer taken back is none."""
    return _given(step) is not None


def _given(step: PracticeStep) -> Any:
    return None if step.answer is None else step.answer["value"]


def _result(db: Session, ticket: PracticeTicket, steps: Sequence[PracticeStep]) -> dict[str, Any]:
    """Return marks and ranges; what only a person can mark counts nowhere."""
    paths = _paths(db, steps)
    open_ = [step for step in steps if is_answered(step) and step.earned is None]
    told = [step for step in steps if step not in open_]
    marks = [(step.earned or Decimal(0), step.mark or FULL) for step in told]
    shares = [float(earned / mark) if mark else 0.0 for earned, mark in marks]
    names = area_names(db, ticket.plan)
    ranges = ranges_of_paper([paths[step.item_version_id] for step in told], shares)
    return {
        "right": sum(bool(step.is_right) for step in told),
        "of": len(told),
        "unanswered": sum(not is_answered(step) for step in told),
        "unmarked": len(open_),
        "earned": mark_text(sum((earned for earned, _ in marks), Decimal(0))),
        "full": mark_text(sum((mark for _, mark in marks), Decimal(0))),
        "because": ticket.ended_because,
        "ranges": [{**asdict(each), "name": names.get(each.area, each.area)} for each in ranges],
    }


def _paths(db: Session, steps: Sequence[PracticeStep]) -> dict[int, str]:
    chosen = (
        select(ItemVersion.id, Area.path)
        .join(Item, ItemVersion.item_id == Item.id)
        .join(Point, Item.point_id == Point.id)
        .join(Area, Point.area_id == Area.id)
        .where(ItemVersion.id.in_([step.item_version_id for step in steps]))
    )
    return {row[0]: row[1] for row in db.execute(chosen)}
