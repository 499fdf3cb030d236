"""Console commands for organizations and staff."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy import select

from exam_server.accounts.models import Person
from exam_server.commands import main
from exam_server.db import Database

PASSWORD = "a-long-password"


@pytest.fixture
def console(
    tmp_path: Path, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> CliRunner:
    monkeypatch.setenv("EXAM_SERVER_DATABASE_URL", str(sqlite_database.engine.url))
    monkeypatch.setenv("EXAM_SERVER_VAR", str(tmp_path / "var"))
    return CliRunner()


def add_staff(console: CliRunner, *more: str, password: str = PASSWORD) -> Result:
    options = ["--organization", "ACME", "--password", password]
    return console.invoke(main, ["staff", "add", "chen", "陈立", *options, *more])


def test_a_person_added_on_the_console_signs_in(console: CliRunner, client: FlaskClient) -> None:
    assert console.invoke(main, ["organization", "add", "ACME", "Acme"]).exit_code == 0
    assert add_staff(console, "--role", "exam_officer").exit_code == 0
    sent = {"username": "chen", "password": PASSWORD}
    assert client.post("/sign-in", data=sent).status_code == 302
    assert client.get("/batches/").status_code == 200


def test_naming_somebody_again_adds_roles_and_changes_the_password(
    console: CliRunner, sqlite_database: Database
) -> None:
    console.invoke(main, ["organization", "add", "ACME", "Acme"])
    add_staff(console, "--role", "exam_officer")
    add_staff(console, "--role", "proctor", password="another-password")
    with sqlite_database.reading() as db:
        person = db.scalars(select(Person)).one()
        assert {holding.role for holding in person.holdings} == {"exam_officer", "proctor"}
        assert person.sign_in_number == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["organization", "add", "ACME", "again"], "organization_exists"),
        (["staff", "add", "x", "X", "--organization", "NONE", "--role", "proctor"], "no_such_"),
    ],
)
def test_a_refused_command_says_why_and_ends_with_two(
    console: CliRunner, arguments: list[str], code: str
) -> None:
    console.invoke(main, ["organization", "add", "ACME", "Acme"])
    password = ["--password", PASSWORD] if arguments[0] == "staff" else []
    refused = console.invoke(main, [*arguments, *password])
    assert refused.exit_code == 2
    assert code in refused.stderr


def test_a_short_password_is_refused(console: CliRunner, sqlite_database: Database) -> None:
    console.invoke(main, ["organization", "add", "ACME", "Acme"])
    refused = add_staff(console, "--role", "proctor", password="short")
    assert "password_too_short" in refused.stderr
    with sqlite_database.reading() as db:
        assert db.scalars(select(Person)).all() == []
