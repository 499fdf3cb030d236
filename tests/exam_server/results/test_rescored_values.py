"""A formula put right after the exam: each form is marked by the values it was asked with."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from exam_server.analysis.responses import responses_in
from exam_server.batches.models import Batch
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.errors import InvalidInputError
from exam_server.forms.custody import Held, seal_items
from exam_server.marking.service import mark_exam_session, newest_run
from exam_server.results import rescoring
from exam_server.results.releasing import second_of
from exam_server.results.rescoring import Asked, ChangeIn, ask_change, decide_change
from exam_server.results.service import decide_batch, newest_decisions
from tests.exam_server.results.test_rescoring import APPROVED, Made, enqueue, theory, work
from tests.factories import (
    NOW,
    actor_of,
    items_of,
    make_answers,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_organization,
    make_person,
    make_rule_set,
    make_sitting,
)
from tests.items import RIGHT
from tests.key_forms import posted_key

CONTENT, KEY, _ = RIGHT["calculation"]


def make(db: Session) -> Made:
    """Mark and decide three papers of two forms that ask U / R and are marked by U * R."""
    organization = make_organization(db)
    run = make_forms(db, make_blueprint(db, organization), n_forms=2, n_items=1)
    version = items_of(run.forms[0])[0].item_version
    version.type, version.content = "calculation", CONTENT
    version.key = {**KEY, "parameters": {"U": ["12"], "R": ["4", "3"]}, "formula": "U * R"}
    for form, ohms in zip(run.forms, ("4", "3"), strict=True):
        drawn = {"": {"U": "12", "R": ohms}}
        seal_items(db, form, [Held(1, version.id, 1, Decimal(1), drawn)])
    batch = make_batch(db, organization, rule_set=make_rule_set(db, organization))
    exam_session = make_exam_session(db, batch, assembly_run=run)
    for form, answer in zip([*run.forms, run.forms[0]], ("3", "4", "48"), strict=True):
        sitting = make_sitting(db, exam_session, form=form, status="handed_in", started_at=NOW)
        make_answers(db, sitting, answer)
    mark_exam_session(db, exam_session, by=None, now=NOW)
    decide_batch(db, batch, by=None, now=NOW)
    officers = [actor_of(make_person(db, "exam_officer")) for _ in range(2)]
    return Made(batch, exam_session, officers[0], officers[1], version, version.item.uid)


def test_a_formula_is_put_right_and_each_form_marked_by_its_own_values(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.writing() as db:
        made = make(db)
        assert theory(db, made) == [0, 0, 100]
        posted = posted_key("calculation", CONTENT, made.version.key)
        same = Asked(made.version, ChangeIn(way="other_key", reason="x"), posted)
        with pytest.raises(InvalidInputError, match="changed_key_wrong"):
            ask_change(db, made.officer, made.batch, same, now=NOW)
        posted["k1.formula"] = ["U / R"]
        asked = Asked(made.version, ChangeIn(way="other_key", reason="upside down"), posted)
        change = ask_change(db, made.officer, made.batch, asked, now=NOW).uid
    enqueue(sqlite_database, made, change, rescoring.PREVIEW)
    work(sqlite_database, settings)
    with sqlite_database.writing() as db:
        batch = db.get_one(Batch, made.batch.id)
        found = rescoring.change_in(db, batch, change)
        assert found.preview is not None
        told = [[each["values"], each["after"]] for each in found.preview["drawn"]["rows"]]
        assert sorted(told) == [["R = 3, U = 12", "4.0 ± 0 A"], ["R = 4, U = 12", "3.0 ± 0 A"]]
        assert (found.preview["raised"], found.preview["lowered"]) == (2, 1)
        decide_change(db, made.second, batch, found, APPROVED, now=NOW)
    enqueue(sqlite_database, made, change, rescoring.APPLY)
    work(sqlite_database, settings)
    with sqlite_database.reading() as db:
        assert theory(db, made) == [100, 100, 0]
        decided = newest_decisions(db, db.get_one(Batch, made.batch.id))
        assert decided is not None
        second = second_of(db, decided)
        assert second is not None
        assert (second.figures["differences"], second.figures["not_again"]) == ([], {})
        marking = newest_run(db, made.exam_session.id)
        assert marking is not None
        keys = {each.form: each.items[0].key["value"] for each in responses_in(db, marking)}
        assert keys == {"A": "3.0", "B": "4.0"}
