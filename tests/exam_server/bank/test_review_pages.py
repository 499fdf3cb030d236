"""Pages of the review: setting, comments in the item's pane and in the editor, passing on."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from exam_server.bank.models import ItemComment
from exam_server.db import Database
from exam_server.programmes.models import Organization
from tests.exam_server.bank.test_routes import make_bank, reviewer_at, state_of, write, writer_again
from tests.factories import make_person
from tests.staff import Desk, desk_of, sign_in

FLOW = {"n_stages": "2", "rerun": "any", "comments_block": "true", "reason": "市级题库"}
SAID = "乙与丁意思相同"


@pytest.fixture
def desk(client: FlaskClient, sqlite_database: Database) -> Desk:
    return desk_of(client, sqlite_database, "item_writer")


def officer_at(desk: Desk) -> None:
    with desk.database.writing() as db:
        place = db.get_one(Organization, desk.organization_id)
        sign_in(desk.client, make_person(db, "exam_officer", organization=place))


def test_a_comment_is_read_beside_the_item_and_in_the_editor_and_holds_the_review_up(
    desk: Desk,
) -> None:
    bank = make_bank(desk)
    uid = write(desk, bank)["uid"]
    assert desk.client.post(f"{bank}/review", data=FLOW).status_code == 403
    officer_at(desk)
    assert desk.client.post(f"{bank}/review", data=FLOW).status_code == 302
    assert FLOW["reason"] in desk.client.get(f"{bank}/review").text
    reviewer_at(desk)
    sent = {"text": SAID, "place": "options.B", "quote": "乙"}
    assert desk.client.post(f"/bank/items/{uid}/comments", data=sent).status_code == 302
    for address in (f"/bank/items/{uid}", f"{bank}?item={uid}"):
        assert SAID in desk.client.get(address).text
    approve = f"/bank/items/{uid}/approve", {"seen_version": "1"}
    assert desk.client.post(approve[0], data=approve[1]).status_code == 409
    with desk.database.reading() as db:
        comment = db.scalars(select(ItemComment.uid)).one()
    writer_again(desk)
    assert SAID in desk.client.get(f"/bank/items/{uid}/edit").text
    assert desk.client.post(f"/bank/comments/{comment}/resolve").status_code == 403
    answered = desk.client.post(f"/bank/comments/{comment}/answer", data={"text": "已改"})
    assert answered.status_code == 302
    officer_at(desk)
    assert SAID not in desk.client.get(f"/bank/items/{uid}").text
    reviewer_at(desk)
    assert desk.client.post(f"/bank/comments/{comment}/resolve").status_code == 302
    assert desk.client.post(approve[0], data=approve[1]).status_code == 302
    assert state_of(desk, uid) == "draft"
    reviewer_at(desk)
    assert desk.client.post(approve[0], data=approve[1]).status_code == 302
    assert state_of(desk, uid) == "active"


def test_a_stranger_reaches_no_comment(desk: Desk) -> None:
    uid = write(desk, make_bank(desk))["uid"]
    desk.client.post(f"/bank/items/{uid}/comments", data={"text": SAID})
    with desk.database.writing() as db:
        comment = db.scalars(select(ItemComment.uid)).one()
        stranger = make_person(db, "reviewer", "item_writer")
    sign_in(desk.client, stranger)
    for act in ("answer", "resolve", "reopen"):
        answer = desk.client.post(f"/bank/comments/{comment}/{act}", data={"text": "x"})
        assert answer.status_code == 404
    assert desk.client.post(f"/bank/items/{uid}/comments", data={"text": "x"}).status_code == 404
