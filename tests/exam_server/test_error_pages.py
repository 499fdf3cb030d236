"""What a page says when something could not be done."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from exam_server.app import create_app
from exam_server.config import Settings
from exam_server.db import Database
from tests.staff import desk_of


def test_an_expired_form_says_so_and_that_what_was_typed_is_kept(
    settings: Settings, sqlite_database: Database
) -> None:
    guarded = create_app(settings, sqlite_database).test_client()
    answer = guarded.post("/sign-in", data={"username": "a", "password": "b"})
    assert answer.status_code == 400
    assert "data-not-stored" in answer.text
    assert "本页停留过久" in answer.text


def test_a_missing_page_leads_back_to_the_page_before(
    client: FlaskClient, sqlite_database: Database
) -> None:
    desk_of(client, sqlite_database, "exam_officer")
    answer = client.get("/nowhere", headers={"Referer": "http://localhost/batches/?q=1"})
    assert answer.status_code == 404
    assert 'href="/batches/?q=1"' in answer.text
    foreign = client.get("/nowhere", headers={"Referer": "http://evil.example/x"})
    assert "evil.example" not in foreign.text


def test_our_fault_names_a_reference(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "TESTING", False)  # noqa: FBT003 - a setting's value

    def fail() -> str:
        raise ZeroDivisionError

    fail.needed_roles = ("anyone",)  # type: ignore[attr-defined] # as needs sets it
    monkeypatch.setitem(app.view_functions, "health.healthz", fail)
    answer = client.get("/healthz")
    assert answer.status_code == 500
    assert "管理员" in answer.text


def test_the_page_of_parts_shows_all_themes_or_one(
    client: FlaskClient, sqlite_database: Database
) -> None:
    desk_of(client, sqlite_database, "proctor")
    page = client.get("/components/").text
    assert page.count('class="theme-sample"') == 3
    assert client.get("/components/?theme=dark").text.count('class="theme-sample"') == 1
