"""What a trainee is shown of answered items: own and right answer, explanation, point."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.adaptive.models import PracticeStep, PracticeTicket
from exam_server.adaptive.rules import review_in
from exam_server.adaptive.showing import asked_in, shown_steps
from exam_server.adaptive.steps import steps_of
from exam_server.bank.models import Area, Item, ItemVersion, Point
from exam_server.errors import ConflictError
from exam_server.forms.custody import versions_of
from exam_server.forms.rules import mark_text
from itembank.items.registry import item_type
from itembank.markup import explained


def review_of(
    db: Session, ticket: PracticeTicket, *, language: str, number: int | None = None
) -> list[dict[str, Any]]:
    """Return what may be shown of a run now, or of one of its steps.

    Raises ConflictError: ``no_review`` (the plan shows none), ``review_at_end``.
    """
    review, is_over = review_in(ticket.plan.rules), ticket.ended_at is not None
    if review == "never":
        raise ConflictError("no_review")
    if review == "end" and not is_over:
        raise ConflictError("review_at_end")
    steps = [each for each in steps_of(db, ticket) if is_over or each.answered_at is not None]
    if number is not None:
        steps = [each for each in steps if each.number == number]
    versions = versions_of(db, [each.item_version_id for each in steps])
    points = _points(db, steps)
    shown = shown_steps(db, ticket, steps)
    return [
        {
            **_entry(step, versions[step.item_version_id], item, language),
            "point": points[step.item_version_id],
        }
        for step, item in zip(steps, shown, strict=True)
    ]


def _entry(
    step: PracticeStep, version: ItemVersion, item: Mapping[str, Any], language: str
) -> dict[str, Any]:
    asked = asked_in(step, version)
    kind = item_type(asked.type)
    said = (version.explanations or {}).get(language) or version.explanation
    return {
        "number": step.number,
        "item": item,
        "answer": None if step.answer is None else step.answer["value"],
        "is_right": step.is_right,
        "earned": None if step.earned is None else mark_text(step.earned),
        "mark": None if step.mark is None else mark_text(step.mark),
        "right": kind.right_answer(asked.content, asked.key),
        "right_words": kind.key_words(item, asked.key),
        "explanation": explained(said) if said else "",
    }


def _points(db: Session, steps: Sequence[PracticeStep]) -> dict[int, dict[str, str]]:
    chosen = (
        select(ItemVersion.id, Area.path, Point.code, Point.name)
        .join(Item, ItemVersion.item_id == Item.id)
        .join(Point, Item.point_id == Point.id)
        .join(Area, Point.area_id == Area.id)
        .where(ItemVersion.id.in_([step.item_version_id for step in steps]))
    )
    return {row[0]: {"code": f"{row[1]}-{row[2]}", "name": row[3]} for row in db.execute(chosen)}
