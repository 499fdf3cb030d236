"""Staff sign-in at the pages."""

import pytest
from flask.testing import FlaskClient

from exam_server.accounts.passwords import hash_password
from exam_server.accounts.service import person_by_username
from exam_server.clock import TestClock
from exam_server.db import Database
from tests.factories import make_person

PASSWORD = "correct horse"
HASHED = hash_password(PASSWORD)


def add_person(database: Database, username: str = "chen", **values: object) -> None:
    with database.writing() as db:
        make_person(db, username=username, password_hash=HASHED, **values)


def sign_in(client: FlaskClient, username: str = "chen", password: str = PASSWORD) -> int:
    sent = {"username": username, "password": password}
    return client.post("/sign-in", data=sent).status_code


def test_the_right_password_opens_the_start_page(
    client: FlaskClient, sqlite_database: Database
) -> None:
    add_person(sqlite_database)
    assert sign_in(client) == 302
    assert client.get("/").status_code == 200


def test_a_wrong_password_and_an_unknown_name_are_told_alike(
    client: FlaskClient, sqlite_database: Database
) -> None:
    add_person(sqlite_database)
    sent = {"username": "chen", "password": "wrong"}
    wrong = client.post("/sign-in", data=sent)
    unknown = client.post("/sign-in", data={**sent, "username": "nobody"})
    assert (wrong.status_code, unknown.status_code) == (403, 403)
    assert client.get("/").status_code == 302
    assert ("wrong_sign_in" in wrong.text) == ("wrong_sign_in" in unknown.text)


def test_wrong_passwords_slow_that_account_only(
    client: FlaskClient, sqlite_database: Database, clock: TestClock
) -> None:
    add_person(sqlite_database)
    add_person(sqlite_database, "lin")
    for _ in range(4):
        assert sign_in(client, password="wrong") == 403
    assert sign_in(client) == 403
    assert sign_in(client, "lin") == 302
    clock.advance(seconds=3)
    assert sign_in(client) == 302


@pytest.mark.long
def test_thirty_people_of_one_address_get_in(
    client: FlaskClient, sqlite_database: Database
) -> None:
    for number in range(30):
        add_person(sqlite_database, f"person-{number}")
    assert [sign_in(client, f"person-{number}") for number in range(30)] == [302] * 30


def test_a_changed_account_ends_its_open_sign_ins(
    client: FlaskClient, sqlite_database: Database
) -> None:
    add_person(sqlite_database)
    sign_in(client)
    with sqlite_database.writing() as db:
        person_by_username(db, "chen").sign_in_number += 1
    assert client.get("/").status_code == 302


def test_signing_out_ends_it(client: FlaskClient, sqlite_database: Database) -> None:
    add_person(sqlite_database)
    sign_in(client)
    client.post("/sign-out")
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_nobody_is_sent_away_after_signing_in(
    client: FlaskClient, sqlite_database: Database, target: str
) -> None:
    add_person(sqlite_database)
    sent = {"username": "chen", "password": PASSWORD, "next": target}
    assert client.post("/sign-in", data=sent).location == "/"


def test_the_language_stays_chosen(client: FlaskClient) -> None:
    assert "工作人员登录" in client.get("/sign-in").text
    client.get("/language/en?next=/sign-in")
    assert "Staff sign-in" in client.get("/sign-in").text
