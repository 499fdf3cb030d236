"""Every door names who may come in: all routes, all staff messages, all seat messages."""

import inspect
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from exam_server.accounts.rules import ROLES
from exam_server.app import create_app
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery.sockets import HANDLERS
from exam_server.desks import staff_messages
from exam_server.web import ANYONE, CANDIDATE, SIGNED_IN
from tests.factories import make_organization, make_person
from tests.page_addresses import without_example

KNOWN = {*ROLES, ANYONE, CANDIDATE, SIGNED_IN}
BUILT_IN = {"static"}
AS_PROGRAM = {"Accept": "application/json"}  # a refusal without its page: much faster
# What a person who has not signed in may open, on purpose.
OPEN = {
    "health.healthz",
    "health.readyz",
    "metrics.metrics",
    "https.root_page",
    "https.root_certificate",
    "accounts.sign_in_form",
    "accounts.sign_in",
    "accounts.sign_out",
    "accounts.choose_language",
    "accounts.choose_theme",
    "delivery.sitting_page",
    "delivery.seat_worker",
    "delivery.login",
    "practice.practice_page",
    "practice.login",
    "seat_checks.seat_check_page",
    "seat_checks.server_time",
    "seat_checks.send_seat_check",
}
# A seat's line opens with the candidate's token only; these need no more than that.
SEAT_MESSAGES = {
    "confirm_identity",
    "accept_pledge",
    "fetch_state",
    "save_answers",
    "send_late_work",
    "hand_in",
    "ack_clock",
    "ack_message",
    "call_proctor",
    "end_break",
    "report_browser",
    "report_signal",
}


def rules_of(app: Flask) -> Iterator[Rule]:
    return (rule for rule in app.url_map.iter_rules() if rule.endpoint not in BUILT_IN)


def address(rule: Rule) -> str:
    uid = "00000000-0000-4000-8000-000000000000"
    return str(rule.build(dict.fromkeys(rule.arguments, uid), append_unknown=False)[1])


def methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) & {"GET", "POST"})


def sign_in(client: FlaskClient, database: Database, *roles: str) -> None:
    with database.writing() as db:
        person = make_person(db, *roles, organization=make_organization(db))
        uid = person.uid
    with client.session_transaction() as cookie:
        cookie["_user_id"] = f"{uid}:1"
        cookie["_fresh"] = True


def test_every_page_names_its_roles(app: Flask) -> None:
    nameless = [
        rule.endpoint
        for rule in rules_of(app)
        if not set(getattr(app.view_functions[rule.endpoint], "needed_roles", ())) & KNOWN
    ]
    assert nameless == []


def test_every_page_has_an_example_for_the_walk_over_all_pages(app: Flask) -> None:
    assert without_example(app) == []


def test_only_the_listed_pages_are_open_to_anyone(app: Flask) -> None:
    open_to_all = {
        rule.endpoint
        for rule in rules_of(app)
        if ANYONE in app.view_functions[rule.endpoint].needed_roles  # type: ignore[attr-defined]
    }
    assert open_to_all == OPEN


def test_a_stranger_gets_in_nowhere_else(app: Flask, client: FlaskClient) -> None:
    let_in = []
    for rule in rules_of(app):
        for method in methods(rule):
            answer = client.open(address(rule), method=method)
            is_sent_to_sign_in = answer.status_code == 302 and "/sign-in" in answer.location
            if rule.endpoint not in OPEN and answer.status_code != 403 and not is_sent_to_sign_in:
                let_in.append((method, rule.rule, answer.status_code))
    assert let_in == []


@pytest.mark.parametrize("role", ROLES)
def test_a_person_of_another_role_is_refused(
    app: Flask, client: FlaskClient, sqlite_database: Database, role: str
) -> None:
    sign_in(client, sqlite_database, role)
    let_in = []
    for rule in rules_of(app):
        needed = set(app.view_functions[rule.endpoint].needed_roles)  # type: ignore[attr-defined]
        if needed & {role, ANYONE, CANDIDATE, SIGNED_IN}:
            continue
        for method in methods(rule):
            answer = client.open(address(rule), method=method, headers=AS_PROGRAM)
            status = answer.status_code
            if status != 403:
                let_in.append((method, rule.rule, status))
    assert let_in == []


def test_an_object_of_another_organization_does_not_exist(
    app: Flask, client: FlaskClient, sqlite_database: Database
) -> None:
    sign_in(client, sqlite_database, *ROLES)
    with_object = [rule for rule in rules_of(app) if rule.arguments and "GET" in methods(rule)]
    found = {
        rule.rule: client.get(address(rule), headers=AS_PROGRAM).status_code
        for rule in with_object
        if rule.endpoint not in OPEN
    }
    assert {rule: status for rule, status in found.items() if status != 404} == {}


def test_every_staff_message_names_its_roles() -> None:
    for message in staff_messages():
        needed = set(inspect.unwrap(message).needed_roles)  # type: ignore[attr-defined]
        assert needed <= set(ROLES), message.live_name  # type: ignore[attr-defined]
        assert needed, message.live_name  # type: ignore[attr-defined]


def test_every_staff_message_refuses_a_stranger(app: Flask) -> None:
    for message in staff_messages():
        with app.test_request_context():
            assert message({})["code"] == "sign_in_first"


def test_seat_messages_are_those_known_to_need_the_token() -> None:
    assert set(HANDLERS) == SEAT_MESSAGES


def test_a_post_without_the_token_of_our_page_is_refused(
    settings: Settings, sqlite_database: Database
) -> None:
    guarded = create_app(settings, sqlite_database).test_client()
    answer = guarded.post("/sign-in", data={"username": "a", "password": "b"})
    assert answer.status_code == 400
