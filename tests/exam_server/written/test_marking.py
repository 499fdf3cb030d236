"""Markers at work: nobody gets an answer twice, no mark is lost, nothing is seen of the other."""

import threading
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.clock import TestClock, utcnow
from exam_server.db import Database
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from exam_server.written import giving, holding
from exam_server.written.duties import answer_for, end_duty, give_duty, markers_of, task_for
from exam_server.written.gathering import gather, n_waiting, standing_marks
from exam_server.written.models import WrittenAnswer, WrittenMark
from exam_server.written.overview import for_chief, progress_in
from exam_server.written.planning import PlanIn, reopen, set_control, set_plan
from tests.exam_server.written.desks import Desk, make_desk, points


def mark_next(db: Session, desk: Desk, marker: Actor, first: str, second: str = "0") -> str | None:
    """Give the marker's next answer these points; return its uid, or nothing when none is left."""
    task = desk.task(db)
    held = holding.take_next(db, task, marker.id, now=utcnow())
    if held is None:
        return None
    giving.give_mark(db, marker, held[0], points(first, second), now=utcnow())
    return held[0].uid


def plan(n_markers: str = "2", tolerance: str = "1", control_every: int = 0) -> PlanIn:
    return PlanIn(
        n_markers=n_markers,  # type: ignore[arg-type] # pydantic checks it
        tolerance=Decimal(tolerance),
        control_every=control_every,
        reason="定额",
    )


def test_two_markers_settle_an_answer_and_never_the_same_one_twice(db: Session) -> None:
    desk = make_desk(db, "停电验电", "挂牌", "")
    first, second = desk.markers
    assert n_waiting(db, desk.exam_session) == 2  # an empty answer needs nobody
    assert {mark_next(db, desk, first, "6", "1") for _ in range(2)} == {
        answer.uid for answer in db.scalars(select(WrittenAnswer)) if answer.answer
    }
    assert mark_next(db, desk, first, "6") is None
    assert n_waiting(db, desk.exam_session) == 2
    mark_next(db, desk, second, "6", "2")
    mark_next(db, desk, second, "5", "2.5")
    assert sorted(standing_marks(db, desk.exam_session).values()) == [
        Decimal("7.25"),
        Decimal("7.5"),
    ]


def test_marks_too_far_apart_wait_for_somebody_else(db: Session) -> None:
    desk = make_desk(db, "停电")
    mark_next(db, desk, desk.markers[0], "6", "4")
    mark_next(db, desk, desk.markers[1], "2")
    waiting = for_chief(db, [desk.task(db)])
    assert [each.why for each in waiting] == ["differ"]
    answer = waiting[0].answer
    with pytest.raises(ConflictError, match="marked_by_yourself"):
        giving.arbitrate(db, desk.markers[0], answer, points("5"), now=utcnow())
    giving.arbitrate(db, desk.chief, answer, points("5", "1"), now=utcnow())
    giving.arbitrate(db, desk.chief, answer, points("5", "0.5"), now=utcnow())
    assert list(standing_marks(db, desk.exam_session).values()) == [Decimal("5.5")]
    assert for_chief(db, [desk.task(db)]) == []
    with pytest.raises(ConflictError, match="no_mark_to_take_back"):
        giving.take_back(db, desk.markers[0], desk.task(db), now=utcnow())


@pytest.mark.parametrize(
    ("sent", "codes"),
    [
        ({"1": "6.5", "2": "0"}, ["points_out_of_range"]),
        ({"1": "6"}, ["criterion_not_marked"]),
        ({"1": "x", "2": "-1"}, ["criterion_not_a_number", "points_out_of_range"]),
        ({"1": "1", "2": "1", "3": "1"}, ["criterion_unknown"]),
        ({"1": "0.001", "2": ""}, ["points_too_fine", "criterion_not_marked"]),
    ],
)
def test_wrong_points_are_each_named_and_the_answer_stays_held(
    db: Session, sent: dict[str, str], codes: list[str]
) -> None:
    desk = make_desk(db, "停电")
    marker = desk.markers[0]
    held = holding.take_next(db, desk.task(db), marker.id, now=utcnow())
    assert held
    with pytest.raises(InvalidInputError) as refused:
        giving.give_mark(db, marker, held[0], giving.PointsIn(points=sent), now=utcnow())
    assert sorted(problem.code for problem in refused.value.problems) == sorted(codes)
    assert holding.take_next(db, desk.task(db), marker.id, now=utcnow()) == held


def test_what_a_closed_browser_held_comes_back(db: Session, clock: TestClock) -> None:
    desk = make_desk(db, "停电")
    task, (first, second) = desk.task(db), desk.markers
    set_plan(db, desk.chief, task, plan("1"))
    held = holding.take_next(db, task, first.id, now=utcnow())
    assert held
    holding.keep_draft(db, held[0], first.id, {"points": {"1": "3"}}, now=utcnow())
    assert holding.take_next(db, task, second.id, now=utcnow()) is None
    again = holding.take_next(db, task, first.id, now=utcnow())
    assert again
    assert again[1].draft == {"points": {"1": "3"}}
    clock.advance(seconds=holding.HELD_FOR.total_seconds() + 1)
    assert holding.take_next(db, task, second.id, now=utcnow())
    with pytest.raises(ConflictError, match="hold_lost"):
        giving.give_mark(db, first, held[0], points("3"), now=utcnow())


def test_the_last_mark_is_taken_back_with_its_points(db: Session) -> None:
    desk = make_desk(db, "停电", "验电")
    marker = desk.markers[0]
    mark_next(db, desk, marker, "1")
    last = mark_next(db, desk, marker, "2", "3")
    answer = giving.take_back(db, marker, desk.task(db), now=utcnow())
    assert answer
    assert answer.uid == last
    assert holding.hold_of(db, answer, marker.id).draft["points"] == {"1": "2", "2": "3"}
    giving.give_mark(db, marker, answer, points("4"), now=utcnow())
    kept = db.scalars(select(WrittenMark).where(WrittenMark.answer_id == answer.id)).all()
    assert [(each.mark, each.superseded_why) for each in kept] == [
        (Decimal(5), "taken_back"),
        (Decimal(4), ""),
    ]


def test_a_question_goes_to_the_chief_and_nobody_else_gets_the_answer_before(db: Session) -> None:
    desk = make_desk(db, "答非所问")
    marker = desk.markers[0]
    held = holding.take_next(db, desk.task(db), marker.id, now=utcnow())
    assert held
    with pytest.raises(InvalidInputError, match="question_missing"):
        giving.ask_chief(db, marker, held[0], "  ")
    giving.ask_chief(db, marker, held[0], "算不算跑题？")
    assert [each.why for each in for_chief(db, [desk.task(db)])] == ["asked"]
    assert holding.take_next(db, desk.task(db), desk.markers[1].id, now=utcnow()) is None
    giving.arbitrate(db, desk.chief, held[0], points("0"), now=utcnow())
    assert standing_marks(db, desk.exam_session) == {(desk.sittings[0].id, 1, ""): Decimal(0)}


def test_a_question_outlives_the_mark_of_the_other_marker(db: Session) -> None:
    desk = make_desk(db, "答非所问")
    first, second = desk.markers
    held = [holding.take_next(db, desk.task(db), each.id, now=utcnow()) for each in (first, second)]
    assert held[0]
    assert held[1]
    answer = held[0][0]
    assert answer is held[1][0]
    giving.ask_chief(db, first, answer, "算不算跑题？")
    giving.give_mark(db, second, answer, points("1"), now=utcnow())
    asked = for_chief(db, [desk.task(db)])
    assert [(each.why, each.answer.flag) for each in asked] == [("asked", "算不算跑题？")]
    assert n_waiting(db, desk.exam_session) == 1


def test_controls_come_unmarked_among_the_others(db: Session) -> None:
    desk = make_desk(db, *(f"答{n}" for n in range(6)))
    task, (first, second) = desk.task(db), desk.markers
    control = db.scalars(select(WrittenAnswer).order_by(WrittenAnswer.id)).first()
    assert control
    with pytest.raises(ConflictError, match="control_not_decided"):
        set_control(db, desk.chief, control, is_control=True)
    giving.arbitrate(db, desk.chief, control, points("3", "2"), now=utcnow())
    set_control(db, desk.chief, control, is_control=True)
    set_plan(db, desk.chief, task, plan("1", control_every=3))
    given = [mark_next(db, desk, first, "5") for _ in range(4)]
    assert given[2] == control.uid
    assert mark_next(db, desk, second, "4") not in {control.uid, None}
    assert standing_marks(db, desk.exam_session)[desk.sittings[0].id, 1, ""] == Decimal(5)


def test_recalled_marks_are_given_anew_by_others(db: Session) -> None:
    desk = make_desk(db, "甲", "乙", n_markers=3)
    task, (first, second, third) = desk.task(db), desk.markers
    for _ in range(2):
        mark_next(db, desk, first, "1")
        mark_next(db, desk, second, "1")
    duty = next(duty for duty, person in markers_of(db, desk.exam_session) if person.id == first.id)
    with pytest.raises(InvalidInputError, match="reason_missing"):
        giving.recall(db, desk.chief, task, duty, " ", now=utcnow())
    assert giving.recall(db, desk.chief, task, duty, "过严", now=utcnow()) == 2
    assert n_waiting(db, desk.exam_session) == 2
    assert mark_next(db, desk, second, "1") is None
    assert len({mark_next(db, desk, third, "2") for _ in range(2)} - {None}) == 2
    assert n_waiting(db, desk.exam_session) == 0


def test_late_work_in_other_words_is_marked_anew(db: Session) -> None:
    desk = make_desk(db, "旧答", "不变")
    for marker in desk.markers:
        mark_next(db, desk, marker, "6")
        mark_next(db, desk, marker, "6")
    task = desk.task(db)
    task.closed_at = utcnow()
    gather(db, desk.exam_session, desk.found("新答", "不变"), now=utcnow())
    assert n_waiting(db, desk.exam_session) == 1
    assert task.closed_at is None
    assert progress_in(db, [task])[0].n_settled == 1
    gather(db, desk.exam_session, desk.found("", "不变"), now=utcnow())
    assert n_waiting(db, desk.exam_session) == 0


def test_nothing_moves_once_closed_until_it_is_opened_with_a_reason(db: Session) -> None:
    desk = make_desk(db, "停电")
    task, marker = desk.task(db), desk.markers[0]
    mark_next(db, desk, marker, "6")
    task.closed_at = utcnow()
    for act in (
        lambda: holding.take_next(db, task, desk.markers[1].id, now=utcnow()),
        lambda: giving.take_back(db, marker, task, now=utcnow()),
        lambda: giving.arbitrate(db, desk.chief, task.answers[0], points("1"), now=utcnow()),
        lambda: set_plan(db, desk.chief, task, plan("1")),
    ):
        with pytest.raises(ConflictError, match="marking_closed"):
            act()
    reopen(db, desk.officer, desk.exam_session, "阅卷更正", now=utcnow())
    assert giving.take_back(db, marker, task, now=utcnow())


def test_only_those_on_duty_open_a_task(db: Session) -> None:
    desk = make_desk(db, "停电")
    task, marker = desk.task(db), desk.markers[0]
    held = holding.take_next(db, task, marker.id, now=utcnow())
    assert held
    assert task_for(db, marker, task.uid)[0] is task
    end_duty(db, desk.officer, desk.exam_session, marker.username, now=utcnow())
    with pytest.raises(NotFoundError, match="no_such_written_task"):
        task_for(db, marker, task.uid)
    with pytest.raises(NotFoundError, match="no_such_answer"):
        answer_for(db, marker, held[0].uid)
    with pytest.raises(NotFoundError, match="no_such_written_task"):
        task_for(db, desk.officer, task.uid)  # who sees names does not mark
    with pytest.raises(NotAllowedError, match="own_duty"):
        give_duty(db, marker, desk.exam_session, marker.username, is_chief=False, now=utcnow())


def test_markers_who_work_at_once_lose_nothing_and_share_nothing(database: Database) -> None:
    """Six markers take and mark two dozen answers, each in transactions of its own."""
    with database.writing() as db:
        desk = make_desk(db, *(f"答{n}" for n in range(24)), n_markers=6)
    errors: list[Exception] = []

    def work(marker: Actor) -> None:
        try:
            while True:
                with database.writing() as db:
                    if mark_next(db, desk, marker, "3") is None:
                        return
        except Exception as error:  # noqa: BLE001 - told below, from the main thread
            errors.append(error)

    threads = [threading.Thread(target=work, args=[marker]) for marker in desk.markers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with database.reading() as db:
        each = select(func.count(WrittenMark.id)).group_by(WrittenMark.answer_id)
        assert set(db.scalars(each)) == {2}
        assert n_waiting(db, desk.exam_session) == 0
