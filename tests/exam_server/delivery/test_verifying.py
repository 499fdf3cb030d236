"""Receipts and printed heads against the store: whatever was changed since is found."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from exam_server.clock import rfc3339
from exam_server.commands import main
from exam_server.db import Database
from exam_server.delivery.models import AnswerEvent, Receipt
from exam_server.delivery.receipts import (
    add_receipt,
    chain_hash,
    events_hash,
    head_text,
    receipts_of_sitting,
)
from exam_server.delivery.verifying import FINDINGS, HeadIn, ReceiptIn, check
from exam_server.programmes.models import Organization
from exam_server.seating.models import ExamSession, Sitting
from tests.catalogues import entries
from tests.factories import (
    NOW,
    make_answers,
    make_batch,
    make_exam_session,
    make_organization,
    make_sitting,
)
from tests.staff import desk_of

FIRST, SECOND, LAST = 0, 1, 2


def held(db: Session, organization: Organization | None = None) -> list[Sitting]:
    """Add an exam session of three candidates who have answered and handed in."""
    batch = make_batch(db, organization or make_organization(db))
    exam_session = make_exam_session(db, batch)
    sittings = [make_sitting(db, exam_session, status="handed_in") for _ in range(3)]
    for sitting in sittings:
        make_answers(db, sitting, "A", ["B", "C"], "题", "D")
        add_receipt(db, sitting, reason="hand_in", now=NOW)
    return sittings


def evidence(db: Session, sittings: list[Sitting]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the receipts as given out and the head as printed."""
    receipts = [receipts_of_sitting(db, each.id)[-1] for each in sittings]
    return receipts, head_text(db.get_one(ExamSession, sittings[0].exam_session_id))


def bad(db: Session, kept: dict[str, Any]) -> set[str]:
    model = ReceiptIn if "sitting_id" in kept else HeadIn
    checked = check(db, model.model_validate(json.loads(json.dumps(kept))))
    assert checked.is_bad == any(each.is_bad for each in checked.findings)
    return {each.code for each in checked.findings if each.is_bad}


def _event(db: Session, sitting: Sitting, seq: int) -> AnswerEvent:
    return db.get_one(AnswerEvent, (sitting.id, seq))


def change_an_answer(db: Session, sittings: list[Sitting]) -> None:
    _event(db, sittings[SECOND], 1).answer = '"B"'


def delete_the_last_event(db: Session, sittings: list[Sitting]) -> None:
    db.delete(_event(db, sittings[SECOND], 4))


def add_an_event(db: Session, sittings: list[Sitting]) -> None:
    row = _event(db, sittings[SECOND], 4)
    values = {name: getattr(row, name) for name in ("kind", "position", "at", "received_at")}
    db.add(AnswerEvent(sitting_id=row.sitting_id, seq=5, answer='"A"', lease_number=1, **values))


def rewrite_a_link(db: Session, sittings: list[Sitting]) -> None:
    """Change an answer and make its own link fit, as if nothing followed."""
    change_an_answer(db, sittings)
    db.flush()
    row = _rows(db)[SECOND]
    row.hash, row.count = events_hash(db, row.sitting_id)
    row.chain = chain_hash(row.previous, sittings[SECOND].uid, row.hash, row.link)


def cut_the_tail(db: Session, sittings: list[Sitting]) -> None:
    rows = _rows(db)
    db.execute(delete(Receipt).where(Receipt.id == rows[LAST].id))
    exam_session = db.get_one(ExamSession, rows[LAST].exam_session_id)
    exam_session.chain_link, exam_session.chain_head = 2, rows[SECOND].chain


def rewrite_the_chain(db: Session, sittings: list[Sitting]) -> None:
    """Change an answer and make everything fit anew from there on."""
    change_an_answer(db, sittings)
    db.flush()
    uids = {each.id: each.uid for each in sittings}
    previous = ""
    for row in _rows(db):
        row.hash, row.count = events_hash(db, row.sitting_id)
        row.previous = previous
        row.chain = previous = chain_hash(previous, uids[row.sitting_id], row.hash, row.link)
    db.get_one(ExamSession, sittings[0].exam_session_id).chain_head = previous


def _rows(db: Session) -> list[Receipt]:
    return list(db.scalars(select(Receipt).order_by(Receipt.link)))


Tampering = Callable[[Session, list[Sitting]], None]


def test_what_nobody_touched_agrees(db: Session) -> None:
    receipts, head = evidence(db, held(db))
    assert [bad(db, each) for each in (*receipts, head)] == [set()] * 4


@pytest.mark.parametrize(
    ("tampering", "own", "first", "head"),
    [
        (change_an_answer, {"answers_differ"}, set(), {"answers_differ"}),
        (delete_the_last_event, {"answers_differ"}, set(), {"answers_differ"}),
        (add_an_event, {"answers_differ"}, set(), {"answers_differ"}),
        (
            rewrite_a_link,
            {"receipt_differs", "answers_differ", "chain_broken"},
            {"chain_broken"},
            {"chain_broken"},
        ),
        (rewrite_the_chain, {"receipt_differs", "answers_differ"}, set(), {"head_differs"}),
    ],
)
def test_a_change_is_found(
    db: Session, tampering: Tampering, own: set[str], first: set[str], head: set[str]
) -> None:
    sittings = held(db)
    receipts, printed = evidence(db, sittings)
    tampering(db, sittings)
    db.flush()
    assert bad(db, receipts[SECOND]) == own
    assert bad(db, receipts[FIRST]) == first
    assert bad(db, printed) == head


def test_a_cut_tail_is_found_by_its_receipt_by_the_head_and_by_who_lacks_one(db: Session) -> None:
    sittings = held(db)
    receipts, printed = evidence(db, sittings)
    cut_the_tail(db, sittings)
    db.flush()
    assert bad(db, receipts[LAST]) == {"link_missing", "no_receipt"}
    assert bad(db, receipts[FIRST]) == {"no_receipt"}
    assert bad(db, printed) == {"link_missing", "no_receipt"}
    sittings[LAST].status = "ready"  # as if nothing had been handed in: the paper knows better
    db.flush()
    assert bad(db, receipts[FIRST]) == set()
    assert bad(db, printed) == {"link_missing"}


def test_a_lost_link_and_a_forgotten_end_are_found(db: Session) -> None:
    sittings = held(db)
    receipts, printed = evidence(db, sittings)
    exam_session = db.get_one(ExamSession, sittings[0].exam_session_id)
    exam_session.chain_head = "0" * 64
    db.flush()
    assert bad(db, printed) == {"chain_end_differs"}
    db.execute(delete(Receipt).where(Receipt.link == 2))
    assert "chain_gap" in bad(db, receipts[FIRST])


def test_late_work_supersedes_a_receipt_and_its_records_still_stand(db: Session) -> None:
    sittings = held(db)
    receipts, printed = evidence(db, sittings)
    add_an_event(db, sittings)
    db.flush()
    add_receipt(db, sittings[SECOND], reason="late_work", now=NOW)
    found = check(db, ReceiptIn.model_validate(receipts[SECOND]))
    assert not found.is_bad
    assert {"superseded", "answers_then_intact"} <= {each.code for each in found.findings}
    found = check(db, HeadIn.model_validate(printed))
    assert not found.is_bad
    assert "links_after_head" in {each.code for each in found.findings}
    _event(db, sittings[SECOND], 1).answer = '"C"'
    db.flush()
    add_receipt(db, sittings[SECOND], reason="late_work", now=NOW)  # a change dressed as late work
    assert bad(db, receipts[SECOND]) == {"answers_then_differ"}


def test_a_receipt_with_another_figure_than_was_given_is_found(db: Session) -> None:
    receipt, *_ = evidence(db, held(db))[0]
    for name, value in (
        ("count", 99),
        ("handed_in_at", rfc3339(NOW.replace(hour=23))),
        ("hash", "a" * 64),
        ("chain", "b" * 64),
        ("previous", "c" * 64),
        ("code", "00000000"),
        ("link", 2),
        ("exam_session", "another"),
    ):
        assert bad(db, {**receipt, name: value}), name
    assert bad(db, {**receipt, "sitting_id": "none"}) >= {"sitting_unknown"}
    of_before = {
        name: receipt[name] for name in receipt if name not in {"exam_session", "previous"}
    }
    assert bad(db, of_before) == set()


def test_every_finding_has_words() -> None:
    more = {"file_unreadable", "store_of_another_version", "all_agree", "some_differ"}
    for language in ("zh_Hans_CN", "en"):
        known = entries(language)
        assert {c for c in {*FINDINGS, *more} if ("finding", c) not in known} == set()


def test_the_command_says_it_in_both_languages_and_by_its_status(
    sqlite_database: Database, tmp_path: Path
) -> None:
    with sqlite_database.writing() as db:
        sittings = held(db)
        receipts, head = evidence(db, sittings)
    kept = tmp_path / "kept.json"
    kept.write_text(json.dumps({"head": head, "receipts": receipts}), encoding="utf-8")

    def verify(path: Path) -> Any:
        env = {
            "EXAM_SERVER_DATABASE_URL": sqlite_database.engine.url.render_as_string(),
            "EXAM_SERVER_VAR": str(tmp_path),
        }
        return CliRunner(env=env).invoke(main, ["verify", str(path)])

    fine = verify(kept)
    assert fine.exit_code == 0, fine.output
    assert "全部一致" in fine.output
    assert "4 checked, all agree" in fine.output
    with sqlite_database.writing() as db:
        change_an_answer(db, sittings)
    changed = verify(kept)
    assert changed.exit_code == 1
    assert "2 differ" in changed.output
    for text in ("no json", "[]", '{"a": 1}', '{"sitting_id": "x"}', "[1]"):
        kept.write_text(text, encoding="utf-8")
        assert verify(kept).exit_code == 2
    assert verify(tmp_path / "none.json").exit_code == 2


def test_officers_and_the_record_give_the_files(
    client: FlaskClient, sqlite_database: Database
) -> None:
    office = desk_of(client, sqlite_database, "exam_officer")
    with sqlite_database.writing() as db:
        sittings = held(db, db.get_one(Organization, office.organization_id))
        exam_session = db.get_one(ExamSession, sittings[0].exam_session_id)
        receipts, head = evidence(db, sittings)
        registration = sittings[SECOND].registration
        person = f"/results/{exam_session.batch.uid}/candidates/{registration.uid}"
        room = f"/proctoring/{exam_session.uid}/{exam_session.rooms[0].room.uid}/record"
    assert f'{person}/receipts"' in client.get(person).text
    assert client.get(f"{person}/receipts").json == {"receipts": [receipts[SECOND]]}
    assert f'{room}/head"' in client.get(room).text
    assert client.get(f"{room}/head").json == head
    with sqlite_database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Receipt)) == 3
