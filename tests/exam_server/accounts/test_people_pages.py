"""The pages of accounts, and one's own."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from exam_server.accounts.models import Person, RoleRequest
from exam_server.accounts.passwords import hash_password
from exam_server.accounts.service import person_by_username
from exam_server.db import Database
from tests.factories import make_organization, make_person
from tests.staff import Desk, desk_of, sign_in

PASSWORD = "correct horse"
HASHED = hash_password(PASSWORD)


@pytest.fixture
def desk(client: FlaskClient, sqlite_database: Database) -> Desk:
    return desk_of(client, sqlite_database, "administrator")


def person_at(desk: Desk, **values: object) -> str:
    with desk.database.writing() as db:
        return make_person(db, organization_id=desk.organization_id, **values).uid


def test_a_person_is_added_signs_in_once_and_must_choose_a_password(
    desk: Desk, sqlite_database: Database
) -> None:
    sent = {"organization": desk.organization_id, "username": "lin.shan", "name": "林珊"}
    page = desk.client.post("/people/new", data={**sent, "role": "reviewer"})
    password = re.search(r'class="one-time">([^<]+)<', page.text)
    assert password
    browser = desk.client.application.test_client()
    browser.post("/sign-in", data={"username": "lin.shan", "password": password[1]})
    assert browser.get("/").location == "/account"
    assert browser.get("/people/").location == "/account"
    own = {"old": password[1], "new": "a sentence of mine", "again": "a sentence of mine"}
    assert browser.post("/account/password", data=own).location == "/account"
    assert browser.get("/").status_code == 200
    with sqlite_database.reading() as db:
        assert db.scalars(select(RoleRequest.role)).all() == ["reviewer"]


def test_a_wrong_name_is_shown_beside_its_field_with_what_was_typed(desk: Desk) -> None:
    sent = {"organization": desk.organization_id, "username": "林", "name": "林珊", "role": ""}
    page = desk.client.post("/people/new", data=sent)
    assert page.status_code == 422
    assert 'value="林珊"' in page.text
    assert 'id="username-error"' in page.text
    assert "one-time" not in page.text


def test_passwords_are_changed_only_by_who_knows_them(
    client: FlaskClient, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as db:
        person = make_person(db, "proctor", username="chen", password_hash=HASHED)
    sign_in(client, person)
    good = {"old": PASSWORD, "new": "a sentence of mine", "again": "a sentence of mine"}
    for wrong in ({"old": "guess"}, {"new": "short", "again": "short"}, {"again": "another one"}):
        assert client.post("/account/password", data={**good, **wrong}).status_code == 422
    elsewhere = client.application.test_client()
    sign_in(elsewhere, person)
    assert elsewhere.get("/account").status_code == 200
    assert client.post("/account/password", data=good).status_code == 302
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302  # signed out there
    with sqlite_database.reading() as db:
        assert person_by_username(db, "chen").password_hash != HASHED


def test_a_reset_shows_the_password_once(desk: Desk) -> None:
    uid = person_at(desk, username="chen", password_hash=HASHED)
    page = desk.client.post(f"/people/{uid}/password")
    assert 'class="one-time"' in page.text
    assert 'class="one-time"' not in desk.client.get(f"/people/{uid}").text


def test_closing_asks_for_a_reason_and_ends_the_sign_in(desk: Desk) -> None:
    uid = person_at(desk, username="chen", password_hash=HASHED)
    browser = desk.client.application.test_client()
    assert (
        browser.post("/sign-in", data={"username": "chen", "password": PASSWORD}).status_code == 302
    )
    refused = desk.client.post(f"/people/{uid}/state", data={"state": "closed", "reason": ""})
    assert refused.status_code == 422
    assert browser.get("/").status_code == 200
    desk.client.post(f"/people/{uid}/state", data={"state": "closed", "reason": "离职"})
    assert browser.get("/").status_code == 302
    desk.client.post(f"/people/{uid}/state", data={"state": "open", "reason": "返岗"})
    with desk.database.reading() as db:
        assert db.scalars(select(Person).where(Person.uid == uid)).one().is_active


def test_a_role_is_given_by_user_name_to_somebody_of_another_organization(desk: Desk) -> None:
    with desk.database.writing() as db:
        make_person(db, "proctor", organization=make_organization(db), username="guest")
    sent = {"organization": desk.organization_id, "role": "proctor"}
    unknown = desk.client.post("/people/roles", data={**sent, "known_username": "nobody"})
    assert unknown.status_code == 404
    assert 'value="nobody"' in unknown.text
    desk.client.post("/people/roles", data={**sent, "known_username": "guest"})
    assert "guest" in desk.client.get("/people/").text


def test_a_grant_is_confirmed_by_a_second_administrator(desk: Desk) -> None:
    uid = person_at(desk, username="chen")
    asked = {"organization": desk.organization_id, "role": "examiner"}
    desk.client.post(f"/people/{uid}/roles", data=asked)
    with desk.database.writing() as db:
        request_uid = db.scalars(select(RoleRequest.uid)).one()
        second = make_person(db, "administrator", organization=None)
        second.holdings[0].organization_id = desk.organization_id
    own = desk.client.post(f"/people/requests/{request_uid}", data={"answer": "confirm"})
    assert own.status_code == 403
    browser = desk.client.application.test_client()
    sign_in(browser, second)
    assert "1" in browser.get("/").text
    browser.post(f"/people/requests/{request_uid}", data={"answer": "confirm"})
    with desk.database.reading() as db:
        held = db.scalars(select(Person).where(Person.uid == uid)).one().holdings
        assert [each.role for each in held] == ["examiner"]


def test_the_list_goes_out_as_a_table(desk: Desk) -> None:
    person_at(desk, username="chen")
    page = desk.client.get("/people/?format=csv")
    assert page.content_type.startswith("text/csv")
    assert "chen" in page.text
    assert desk.client.get("/people/?format=pdf").status_code == 422


def test_colours_stay_chosen(client: FlaskClient) -> None:
    assert "data-theme" not in client.get("/sign-in").text
    client.get("/theme/dark?next=/sign-in")
    assert 'data-theme="dark"' in client.get("/sign-in").text
    client.get("/theme/system")
    assert "data-theme" not in client.get("/sign-in").text


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example"])
def test_nobody_is_sent_away_by_choosing_colours(client: FlaskClient, target: str) -> None:
    assert client.get(f"/theme/dark?next={target}").location == "/"
