"""Pages of programmes and rule sets."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from exam_server.db import Database
from exam_server.programmes.models import Organization, Programme, RuleSet
from tests.factories import make_batch, make_blueprint, make_forms, make_organization
from tests.staff import Desk, desk_of

RULES = {
    "name": "二〇二六",
    "valid_from": "2026-01-01",
    "pass_mark": "60",
    "theory_weight": "40",
    "practical_weight": "50",
    "performance_weight": "10",
    "theory_minimum": "60",
    "practical_minimum": "",
    "performance_minimum": "",
    "rounding": "half_up",
    "decimals": "1",
    "late_limit_min": "",
}


@pytest.fixture
def office(client: FlaskClient, sqlite_database: Database) -> Desk:
    return desk_of(client, sqlite_database, "exam_officer")


def post_rules(office: Desk, **changed: str) -> Any:
    sent = {**RULES, "organization": str(office.organization_id), **changed}
    return office.client.post("/programmes/rules/new", data=sent)


def count(office: Desk, table: Any) -> int:
    with office.database.reading() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def programme_address(office: Desk) -> str:
    with office.database.reading() as db:
        return f"/programmes/{db.scalars(select(Programme.uid)).one()}"


def test_a_programme_leads_to_its_banks_papers_batches_and_rules(office: Desk) -> None:
    with office.database.writing() as db:
        organization = db.get_one(Organization, office.organization_id)
        batch = make_batch(db, organization)
        bank = make_blueprint(db, organization)
        structure = make_forms(db, bank).paper_structure
        addresses = [
            f"/bank/{bank.uid}",
            f"/papers/{structure.uid}",
            f"/batches/{batch.uid}",
            f"/programmes/rules/{batch.rule_set.uid}",
        ]
        programme, rules, bank_uid = batch.programme.uid, batch.rule_set.uid, bank.uid
    page = office.client.get(f"/programmes/{programme}").text
    assert [f'href="{each}"' in page for each in addresses] == [False, False, True, True]
    sent = {"bank": bank_uid, "programme": programme}
    assert office.client.post("/bank/programme", data=sent).status_code == 302
    page = office.client.get(f"/programmes/{programme}").text
    assert all(f'href="{each}"' in page for each in addresses)
    assert f'href="{addresses[2]}"' in office.client.get(f"/programmes/rules/{rules}").text


def test_a_bank_of_another_programme_or_organization_is_refused(office: Desk) -> None:
    with office.database.writing() as db:
        organization = db.get_one(Organization, office.organization_id)
        other = make_organization(db)
        first, second = make_batch(db, organization).programme, make_batch(db, other).programme
        bank, foreign = make_blueprint(db, organization), make_blueprint(db, other)
        bank.programme_id = second.id
        sent = {"bank": bank.uid, "programme": first.uid}
        unknown = {"bank": foreign.uid, "programme": first.uid}
        theirs = {"bank": bank.uid, "programme": second.uid}
        addresses = [f"/programmes/{second.uid}"]
    assert office.client.post("/bank/programme", data=sent).status_code == 409
    assert office.client.post("/bank/programme", data=unknown).status_code == 404
    assert office.client.post("/bank/programme", data=theirs).status_code == 404
    assert office.client.get(addresses[0]).status_code == 404


def test_a_programme_is_created_and_listed(office: Desk) -> None:
    sent = {
        "organization": str(office.organization_id),
        "occupation_code": "6-31-01-03",
        "occupation_name": "电工",
        "occupation_name_en": "Electrician",
        "level": "4",
        "work_type": "",
    }
    assert office.client.post("/programmes/new", data=sent).status_code == 302
    assert "6-31-01-03" in office.client.get("/programmes/").text
    assert office.client.get(programme_address(office)).status_code == 200
    again = office.client.post("/programmes/new", data=sent)
    assert again.status_code == 409
    assert count(office, Programme) == 1


def test_a_rule_set_is_created_with_what_was_left_empty(office: Desk) -> None:
    assert post_rules(office).status_code == 302
    with office.database.reading() as db:
        rules = db.scalars(select(RuleSet)).one()
    assert (rules.practical_minimum, rules.late_limit_min) == (None, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("theory_weight", "41"),
        ("pass_mark", "101"),
        ("pass_mark", "sixty"),
        ("valid_from", "soon"),
        ("rounding", "up"),
        ("decimals", "5"),
        ("name", ""),
    ],
)
def test_a_wrong_rule_is_named_and_nothing_typed_is_lost(
    office: Desk, field: str, value: str
) -> None:
    answer = post_rules(office, **{field: value})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert 'value="2026-01-01"' in answer.text or field == "valid_from"
    assert count(office, RuleSet) == 0


def test_a_copy_of_a_rule_set_begins_with_its_values(office: Desk) -> None:
    post_rules(office)
    with office.database.reading() as db:
        uid = db.scalars(select(RuleSet.uid)).one()
    shown = office.client.get(f"/programmes/rules/{uid}").text
    assert f"/programmes/rules/new?copy={uid}" in shown
    page = office.client.get(f"/programmes/rules/new?copy={uid}").text
    assert 'value="二〇二六"' in page
    assert post_rules(office).status_code == 409
    assert post_rules(office, valid_from="2026-07-01").status_code == 302


def test_rules_of_an_organization_one_does_not_serve_are_refused(office: Desk) -> None:
    assert post_rules(office, organization="999").status_code == 404
    assert count(office, RuleSet) == 0
