"""The finished exam day, checked with figures of its own: from events to decisions."""

import json
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.bank.models import Item, ItemVersion
from exam_server.batches.models import Batch
from exam_server.delivery.models import AnswerEvent, LateWork, Receipt, SeatMessage, SeatSignal
from exam_server.delivery.receipts import chain_hash, events_hash
from exam_server.demo.content import miskeyed
from exam_server.forms.models import FormItem
from exam_server.marking.models import ComponentMark, ResponseScore, SittingScore
from exam_server.proctoring.models import Incident
from exam_server.results.models import Decision
from exam_server.seating.clock_facts import clock_facts_of
from exam_server.seating.models import ExamSession, Pause, Sitting, TimeCredit
from itembank.items.registry import item_type
from proctor.clock import ends_at

OF_THE_DAY = select(Sitting.id).join(ExamSession).join(Batch).where(Batch.code == "DEMO1")


def finished(db: Session) -> ExamSession:
    return db.scalars(select(ExamSession).join(Batch).where(Batch.code == "DEMO1")).one()


def test_everything_that_can_happen_in_a_room_has_happened(sample: Session) -> None:
    sittings = sample.scalars(
        select(Sitting).where(Sitting.exam_session_id == finished(sample).id)
    ).all()
    ended = Counter((each.status, each.end_reason) for each in sittings)
    assert ended["assigned", None] == 2
    assert ended["void", "void"] == 1
    assert ended["handed_in", "time_over"] >= 3
    assert ended["handed_in", "hand_in"] > 50
    for table in (Incident, LateWork, Pause, SeatMessage, SeatSignal, TimeCredit):
        assert sample.scalars(select(table)).all(), table


def test_receipts_bind_what_is_stored_and_form_one_chain(sample: Session) -> None:
    exam_session = finished(sample)
    uids = dict(sample.execute(select(Sitting.id, Sitting.uid)).all())
    head = ""
    links = sample.scalars(
        select(Receipt).where(Receipt.exam_session_id == exam_session.id).order_by(Receipt.link)
    ).all()
    assert len(links) == 63
    for number, receipt in enumerate(links, start=1):
        digest, count = events_hash(sample, receipt.sitting_id)
        assert (receipt.link, receipt.hash, receipt.count) == (number, digest, count)
        head = chain_hash(head, uids[receipt.sitting_id], digest, number)
        assert receipt.chain == head
    assert (exam_session.chain_link, exam_session.chain_head) == (63, head)


def test_no_answer_came_before_the_start_or_after_the_end(sample: Session) -> None:
    sittings = {
        each.id: each
        for each in sample.scalars(
            select(Sitting).where(Sitting.exam_session_id == finished(sample).id)
        )
    }
    clocks = clock_facts_of(sample, sittings)
    seqs = defaultdict(list)
    for event in sample.scalars(
        select(AnswerEvent).where(AnswerEvent.sitting_id.in_(OF_THE_DAY)).order_by(AnswerEvent.seq)
    ):
        sitting = sittings[event.sitting_id]
        seqs[event.sitting_id].append(event.seq)
        assert sitting.started_at and sitting.ended_at  # noqa: PT018 - both or neither
        assert sitting.started_at <= event.received_at <= sitting.ended_at
        latest = ends_at(clocks[sitting.id], event.received_at)
        assert latest is not None
        assert event.received_at <= latest
    for sitting_id, numbers in seqs.items():
        assert numbers == list(range(1, sittings[sitting_id].acked_seq + 1))


def standing(db: Session) -> dict[tuple[int, int], Any]:
    """Return the last answer of each sitting and position."""
    of_the_day = AnswerEvent.sitting_id.in_(OF_THE_DAY)
    chosen = select(AnswerEvent).where(AnswerEvent.kind == "answer", of_the_day)
    chosen = chosen.order_by(AnswerEvent.seq)
    return {
        (event.sitting_id, event.position): json.loads(event.answer or "null")
        for event in db.scalars(chosen)
    }


def test_marks_are_what_the_keys_say(sample: Session) -> None:
    answers = standing(sample)
    items = {
        (item.form_id, item.position): (item.mark, version)
        for item, version in sample.execute(
            select(FormItem, ItemVersion).join(
                ItemVersion, FormItem.item_version_id == ItemVersion.id
            )
        )
    }
    forms = dict(sample.execute(select(Sitting.id, Sitting.form_id)).all())
    totals: defaultdict[int, Decimal] = defaultdict(Decimal)
    for row in sample.scalars(
        select(ResponseScore).where(ResponseScore.sitting_id.in_(OF_THE_DAY))
    ):
        mark, version = items[forms[row.sitting_id] or 0, row.position]
        answer = answers.get((row.sitting_id, row.position))
        earned = item_type(version.type).score(version.content, version.key, answer, mark)
        assert row.mark == earned
        totals[row.sitting_id] += earned
    scores = sample.scalars(
        select(SittingScore).where(SittingScore.sitting_id.in_(OF_THE_DAY))
    ).all()
    assert {score.sitting_id: score.mark for score in scores} == totals
    assert {score.max_mark for score in scores} == {Decimal(100)}


def test_decisions_follow_from_the_marks(sample: Session) -> None:
    weights = {"theory": Decimal("0.4"), "practical": Decimal("0.5"), "performance": Decimal("0.1")}
    theory = dict(
        sample.execute(
            select(Sitting.registration_id, SittingScore.theory).join(
                SittingScore, SittingScore.sitting_id == Sitting.id
            )
        ).all()
    )
    entered = {
        (mark.registration_id, mark.component): mark.mark
        for mark in sample.scalars(select(ComponentMark))
    }
    decisions = sample.scalars(select(Decision)).all()
    for decision in decisions:
        if decision.outcome not in {"pass", "fail"}:
            continue
        marks = {name: entered.get((decision.registration_id, name)) for name in weights}
        marks["theory"] = theory[decision.registration_id]
        exact = sum((weights[name] * (marks[name] or 0) for name in weights), Decimal(0))
        rounded = exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
        assert decision.composite == rounded
        passes = rounded >= 60 and all((marks[name] or 0) >= 60 for name in ("theory", "practical"))
        assert decision.outcome == ("pass" if passes else "fail")


def test_every_kind_of_outcome_occurs_and_some_stand_on_the_border(sample: Session) -> None:
    decisions = sample.scalars(select(Decision)).all()
    outcomes = Counter(each.outcome for each in decisions)
    assert set(outcomes) == {"pass", "fail", "absent", "void", "incomplete"}
    assert outcomes["pass"] > len(decisions) / 2
    near = [each for each in decisions if each.composite and abs(each.composite - 60) < 1]
    assert {each.outcome for each in near} == {"pass", "fail"}
    assert any(each.reasons == ["below_pass_mark"] for each in near)


def test_the_item_with_a_wrong_key_looks_like_one(sample: Session) -> None:
    code, meant = miskeyed()
    rows = sample.scalars(
        select(ResponseScore)
        .join(ItemVersion, ResponseScore.item_version_id == ItemVersion.id)
        .join(Item, ItemVersion.item_id == Item.id)
        .where(Item.code == code)
    ).all()
    given = Counter(json.loads(row.answer or "null") for row in rows)
    assert given.most_common(1)[0][0] == meant
    assert sum(row.mark for row in rows) < sum(row.max_mark for row in rows) / 3
