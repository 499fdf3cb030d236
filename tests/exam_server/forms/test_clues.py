"""Clues between the items of a form are told with its keys, never without."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from exam_server.db import Database
from exam_server.programmes.models import Organization
from tests.factories import items_of, make_blueprint, make_forms
from tests.staff import desk_of


def form_with_a_clue(db: Session, place: Organization) -> str:
    run = make_forms(db, make_blueprint(db, place), n_forms=1)
    first, second, *_ = [held.item_version for held in items_of(run.forms[0])]
    options = [
        {"id": id_, "content": text} for id_, text in zip("AB", ("接触器", "变压器"), strict=True)
    ]
    first.content = first.content | {"stem": "电动机正反转控制用什么电器？", "options": options}
    second.content = second.content | {"stem": "接触器在电动机正反转控制中的线圈电压是多少？"}
    db.flush()
    return run.uid


def test_the_form_page_tells_clues_with_the_keys_alone(
    client: FlaskClient, sqlite_database: Database
) -> None:
    desk = desk_of(client, sqlite_database, "exam_officer")
    with desk.database.writing() as db:
        uid = form_with_a_clue(db, db.get_one(Organization, desk.organization_id))
    assert "form-clues" not in client.get(f"/papers/runs/{uid}/A").text
    shown = client.post(f"/papers/runs/{uid}/A/keys").text
    assert "接触器”" in shown.partition("form-clues")[2]
