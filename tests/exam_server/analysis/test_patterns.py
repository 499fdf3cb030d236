"""Unusual patterns: what was planted is found, honest candidates are shown as often as said."""

from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from exam_server.analysis.patterns.finding import STEPS, Sought, pattern_figures
from exam_server.analysis.patterns.reporting import codes_in
from exam_server.audit import AuditEntry
from exam_server.db import Database
from exam_server.marking.service import mark_exam_session
from exam_server.programmes.models import Organization
from exam_server.working import JobFunctions
from tests.exam_server.analysis.simulated import form_of, simulated
from tests.factories import (
    NOW,
    make_answers,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_room,
    make_sitting,
)
from tests.staff import Desk, colleague_of, desk_of

PERSONS, ITEMS = 200, 40
SUSPECTED = {f"Q{number}" for number in range(1, 13)}
KNEW, ERRATIC = (3, 4, 5), (20, 21)
PAIR = (50, 51)


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """200 candidates: three knew twelve items, two answer oddly, two share rare wrong answers."""
    base = simulated(PERSONS, ITEMS, seed=6)
    rng = np.random.default_rng(3)
    codes = np.array([["ABCD".index(each) for each in row] for row in base.form.answers])
    seconds = np.exp(rng.normal(3.4, 0.4, (PERSONS, ITEMS)) + rng.normal(0, 0.3, (PERSONS, 1)))
    order = np.argsort(base.difficulties)
    for person in KNEW:
        codes[person] = np.where(rng.random(ITEMS) < 0.35, 0, rng.integers(1, 4, ITEMS))
        codes[person, :12] = 0
        seconds[person, :12] *= 0.4
    for person in ERRATIC:
        codes[person, order] = np.where(np.arange(ITEMS) < ITEMS // 2, 1, 0)
    codes[PAIR[0]] = np.where(rng.random(ITEMS) < 0.4, 0, 3)
    codes[PAIR[1]] = codes[PAIR[0]]
    steps: list[int] = []
    sought = Sought([form_of(codes)], SUSPECTED, set(), seconds, [PAIR])
    told = pattern_figures(sought, lambda done, _: steps.append(done))
    assert steps == [*range(1, STEPS)]
    return told


def test_what_was_planted_is_shown(found: dict[str, Any]) -> None:
    shown = {each["sitting"]: each for each in found["persons"]}
    assert {*KNEW, *ERRATIC} <= shown.keys()
    assert all(shown[each]["knew"] and shown[each]["known_sure"] for each in KNEW)
    assert all(shown[each]["odd"] and shown[each]["fit_sure"] for each in ERRATIC)
    knew = shown[KNEW[0]]
    assert (knew["given"], knew["earned"]) == (12, 12)
    assert knew["expected"] < 9
    assert knew["speed"] > 2
    assert found["known"]["has_times"]
    assert found["fit"]["low"] == pytest.approx(-2, abs=0.5)
    assert PAIR in {tuple(each["sittings"]) for each in found["pairs"]["pairs"]}
    pair = next(each for each in found["pairs"]["pairs"] if tuple(each["sittings"]) == PAIR)
    assert pair["wrong"] > 10
    assert pair["z"] > 4


@pytest.mark.long
def test_about_as_many_honest_candidates_are_shown_as_the_page_says() -> None:
    shown, said, pairs = 0, 0.0, 0
    for seed in range(4):
        honest = simulated(PERSONS, ITEMS, seed=20 + seed)
        rng = np.random.default_rng(seed)
        seconds = np.exp(rng.normal(3.4, 0.4, (PERSONS, ITEMS)))
        told = pattern_figures(Sought([honest.form], SUSPECTED, set(), seconds), lambda *_: None)
        shown, said = shown + len(told["persons"]), said + told["false_alarms"]
        pairs += told["pairs"]["n_found"]
    assert said == 8
    assert 2 <= shown <= 16
    assert pairs <= 1


def test_thin_or_unsuspected_data_say_so() -> None:
    few = simulated(99, ITEMS)
    told = pattern_figures(Sought([few.form], SUSPECTED, set()), lambda *_: None)
    assert (told["refused"], told["fewest"]) == ("too_few_persons", 100)
    enough = simulated(110, 24)
    told = pattern_figures(Sought([enough.form], {"Q1"}, set()), lambda *_: None)
    assert told["known"]["refused"] == "too_few_items"
    assert told["signs"] == 1


def test_codes_are_read_however_they_are_parted() -> None:
    assert codes_in("A-1，A-2\nA-3;A-1") == {"A-1", "A-2", "A-3"}


@pytest.fixture
def marked(client: FlaskClient, sqlite_database: Database) -> tuple[Desk, str]:
    """A marked exam session of 110 candidates and 24 items."""
    desk = desk_of(client, sqlite_database, "exam_officer")
    base = simulated(110, 24, seed=2)
    with sqlite_database.writing() as db:
        organization = db.get_one(Organization, desk.organization_id)
        run = make_forms(db, make_blueprint(db, organization), n_forms=1, n_items=24)
        room = make_room(db, organization, rows=10, columns=12)
        batch = make_batch(db, organization)
        exam_session = make_exam_session(db, batch, room=room, assembly_run=run)
        for answers in base.form.answers:
            sitting = make_sitting(
                db, exam_session, form=run.forms[0], status="handed_in", started_at=NOW
            )
            make_answers(db, sitting, *answers)
        exam_session.rooms[0].closed_at = NOW
        mark_exam_session(db, exam_session, by=None, now=NOW)
        return desk, exam_session.uid


def test_officers_ask_supervisors_read_and_every_opening_is_recorded(
    marked: tuple[Desk, str],
) -> None:
    desk, uid = marked
    page = f"/analysis/{uid}/patterns"
    assert desk.client.get(page).status_code == 200
    refused = desk.client.post(page, data={"codes": "no-such-item"})
    assert (refused.status_code, "no-such-item" in refused.text) == (422, True)
    assert desk.client.post(page, data={"codes": "", "seen_by": "30"}).status_code == 302
    assert desk.work(JobFunctions())
    html = desk.client.get(page).text
    assert "诚实的考生" in html
    supervisor = colleague_of(desk, "quality_supervisor")
    assert supervisor.client.get(page).status_code == 200
    assert supervisor.client.post(page, data={}).status_code == 403
    assert colleague_of(desk, "examiner").client.get(page).status_code == 403
    with desk.database.reading() as db:
        acts = list(db.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))
    assert acts.count("open_patterns") == 2
    assert acts.count("look_for_patterns") == 1
