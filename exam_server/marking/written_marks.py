"""What people have to mark of the papers handed in: to the desk, and their marks back."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice

from sqlalchemy.orm import Session

from exam_server.marking.papers import PaperItem, Papers
from exam_server.seating.models import ExamSession
from exam_server.written.gathering import Found, standing_marks, state_of_marks
from itembank.items.registry import answer_to
from itembank.items.written_marks import FormPlace, WrittenPlace, waiting_parts, written_places

ANSWERS_AT_ONCE = 100  # in one transaction: some 20 ms of the one write lock of SQLite


def written_in(papers: Papers) -> list[Found]:
    """Return what stands at every place of a paper that a person marks; empty where nothing is."""
    places = {form_id: _places(items) for form_id, items in papers.forms.items()}
    return [
        Found(
            (sitting_id, place.position, place.part),
            item.version_id,
            place.max_mark,
            _answer_at(papers, sitting_id, item, place.part),
        )
        for sitting_id, form_id in papers.form_ids.items()
        for item, place in places[form_id]
    ]


def portions_of(found: Sequence[Found]) -> Iterator[Sequence[Found]]:
    """Give what was found in portions, each for one short transaction."""
    waiting = iter(found)
    while portion := list(islice(waiting, ANSWERS_AT_ONCE)):
        yield portion


def with_persons_marks(db: Session, exam_session: ExamSession, papers: Papers) -> Papers:
    """Return papers with the marks that people have given so far."""
    given: dict[tuple[int, int], dict[str, Decimal]] = {}
    for (sitting_id, position, part), mark in standing_marks(db, exam_session).items():
        given.setdefault((sitting_id, position), {})[part] = mark
    state = papers.state | state_of_marks(db, exam_session.id)
    return replace(papers, given=given, state=state)


def form_place(item: PaperItem) -> FormPlace:
    """Return an item of a paper as its rule book knows it."""
    return FormPlace(item.position, item.type, item.content, item.key, item.mark)


def _places(items: Sequence[PaperItem]) -> list[tuple[PaperItem, WrittenPlace]]:
    return [(item, place) for item in items for place in written_places([form_place(item)])]


def _answer_at(papers: Papers, sitting_id: int, item: PaperItem, part: str) -> str:
    response = papers.responses.get(sitting_id, {}).get(item.position)
    answer = json.loads(response.answer) if response and response.answer is not None else None
    if part not in waiting_parts(form_place(item), answer):
        return ""
    return json.dumps(answer_to(answer, part), ensure_ascii=False)
