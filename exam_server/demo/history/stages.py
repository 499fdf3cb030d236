"""The stages of the earlier exam day: one ordinary job each, which asks for the next.

Between two stages other jobs have their turn. Each stage leaves alone what is there, so one that
was called off or interrupted is asked for again by the next start of the demonstration.
"""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy.orm import Session

from exam_server.clock import parse_rfc3339
from exam_server.demo.history.answers import answer_everything
from exam_server.demo.history.asking import ask_for_stage
from exam_server.demo.history.deciding import decide_everything, is_released
from exam_server.demo.history.facts import Scene, run_in, session_in
from exam_server.demo.history.measuring import is_measured, measure
from exam_server.demo.history.paper import make_paper
from exam_server.demo.history.practice import is_practised, is_tried, practise, try_plan
from exam_server.demo.history.seats import seat_everybody
from exam_server.demo.history.standards import has_cut, hold_panel
from exam_server.demo.programme import sample_staff
from exam_server.jobs import Work


def _is_over(db: Session) -> bool:
    exam_session = session_in(db)
    return exam_session is not None and exam_session.state == "closed"


def _is_seated(db: Session) -> bool:
    exam_session = session_in(db)
    return exam_session is not None and exam_session.state != "planned"


# In the order of their names: whether the store has it already, and the work.
STAGES: Final[tuple[tuple[Callable[[Session], bool], Callable[[Scene], None]], ...]] = (
    (lambda db: run_in(db) is not None, make_paper),
    (_is_seated, seat_everybody),
    (_is_over, answer_everything),
    (is_measured, measure),
    (is_released, decide_everything),
    (has_cut, hold_panel),
    (is_tried, try_plan),
    (is_practised, practise),
)


def work_on(work: Work) -> dict[str, Any]:
    """Do a stage, then ask for the next one."""
    number = work.payload["stage"]
    is_there, do = STAGES[number]
    scene = Scene(work, work.payload["candidates"], parse_rfc3339(work.payload["start"]))
    with work.reading() as db:
        has_it = is_there(db)
    if not has_it:
        do(scene)
    if number + 1 < len(STAGES):
        with work.writing() as db:
            ask_for_stage(db, sample_staff(db, "officer"), {**work.payload, "stage": number + 1})
    return {"stage": number}
