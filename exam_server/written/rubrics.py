"""The question, the model answer and the rubric of a task, and the mark that points come to."""

import base64
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.bank.models import Picture
from exam_server.db import plain
from exam_server.errors import Problem
from exam_server.written.models import WrittenAnswer, WrittenTask
from itembank.items.rubrics import given_problems, mark_of
from itembank.items.written_marks import FormPlace, WrittenPlace, written_places
from scoring.marks import read_number

MEDIA: Final = re.compile(r"media:([0-9a-f]{64})")


def place_of(task: WrittenTask) -> WrittenPlace:
    """Return what markers of a task go by; its marks are the task's own."""
    version = task.item_version
    item = FormPlace(1, version.type, version.content, version.key, task.max_mark)
    return next(each for each in written_places([item]) if each.part == task.part)


def points_problems(task: WrittenTask, typed: Mapping[str, str]) -> list[Problem]:
    """Return what keeps typed points from being a mark, each at its criterion.

    ``criterion_not_a_number`` and those of ``itembank.items.rubrics.given_problems``; a criterion
    with nothing typed is not marked.
    """
    given, problems = {}, []
    for criterion, said in typed.items():
        points = read_number(said)
        if points is not None:
            given[criterion] = points
        elif said.strip():
            problems.append(Problem(criterion, "criterion_not_a_number", {"criterion": criterion}))
    unread = {each.where for each in problems}
    found = given_problems(place_of(task).rubric, given)
    more = [Problem(p.where, p.code, dict(p.detail)) for p in found if p.where not in unread]
    return problems + more


def mark_for(task: WrittenTask, typed: Mapping[str, str]) -> Decimal:
    """Return the mark of points without problems."""
    given = {criterion: read_number(said) or Decimal(0) for criterion, said in typed.items()}
    return mark_of(place_of(task).rubric, given, task.max_mark)


def plain_points(typed: Mapping[str, str]) -> dict[str, str]:
    """Return points without problems in one spelling.

    Examples
    --------
    >>> plain_points({"1": " 2.50", "2": "０"})
    {'1': '2.5', '2': '0'}
    """
    return {
        criterion: f"{plain(read_number(said) or Decimal(0)):f}"
        for criterion, said in typed.items()
    }


def answer_text(answer: WrittenAnswer) -> str:
    """Return the words of an answer."""
    said = json.loads(answer.answer)
    return said if isinstance(said, str) else ""


def with_pictures(db: Session, html: str, organization_id: int) -> str:
    """Return item HTML with its pictures inside: a marker is no reader of the bank."""
    named = set(MEDIA.findall(html))
    if not named:
        return html
    chosen = select(Picture.sha256, Picture.mime, Picture.body).where(
        Picture.organization_id == organization_id, Picture.sha256.in_(named)
    )
    bodies = {
        row.sha256: f"data:{row.mime};base64,{base64.b64encode(row.body).decode()}"
        for row in db.execute(chosen)
    }
    return MEDIA.sub(lambda found: bodies.get(found[1], ""), html)
