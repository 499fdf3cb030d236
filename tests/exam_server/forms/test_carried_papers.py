"""Papers of QTI tests: a set taken away and taken in again, and what is refused."""

import io
import zipfile

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.bank.models import Item
from exam_server.db import Database
from exam_server.forms.carried_papers import take_paper
from exam_server.forms.custody import held_in
from exam_server.forms.jobs import JOBS
from exam_server.forms.models import AssemblyRun
from exam_server.forms.qti_papers import form_package
from exam_server.programmes.models import Organization
from itembank.interchange.qti.reading import read_qti
from tests.factories import (
    NOW,
    actor_of,
    make_blueprint,
    make_forms,
    make_organization,
    make_person,
)
from tests.staff import Desk, desk_of


def content(db: Session, run: AssemblyRun) -> list[tuple[int, int, str]]:
    return [
        (each.item_version_id, each.section, f"{each.mark.normalize():f}")
        for each in held_in(db, run.forms[0])
    ]


@pytest.mark.parametrize("kind", ["qti22", "qti30"])
def test_a_form_goes_out_and_comes_back_as_a_set_or_names_what_the_bank_lacks(
    db: Session, kind: str
) -> None:
    organization = make_organization(db)
    run = make_forms(db, make_blueprint(db, organization), n_forms=1)
    actor = actor_of(make_person(db, "exam_officer", organization=organization))
    blueprint = run.paper_structure.blueprint
    body = form_package(db, run.forms[0], kind=kind, with_keys=True)
    (paper,) = read_qti(body, {}, "form.zip").papers
    report = take_paper(db, actor, blueprint, paper, now=NOW)
    assert (report["outcome"], report["told"]) == ("carried", [])
    made = db.scalars(select(AssemblyRun).where(AssemblyRun.uid == report["run"])).one()
    assert content(db, made) == content(db, run)
    assert made.paper_structure.minutes == run.paper_structure.minutes
    item = db.scalars(select(Item).order_by(Item.code)).first()
    assert item is not None
    item.state = "retired"
    report = take_paper(db, actor, blueprint, paper, now=NOW)
    assert report["outcome"] == "refused"
    assert [each["code"] for each in report["told"]] == ["test_items_missing"]
    assert item.code in report["told"][0]["what"]


@pytest.fixture
def office(client: FlaskClient, sqlite_database: Database) -> Desk:
    return desk_of(client, sqlite_database, "exam_officer")


def test_a_package_is_asked_for_and_taken_on_the_pages(office: Desk) -> None:
    with office.database.writing() as db:
        organization = db.get_one(Organization, office.organization_id)
        run = make_forms(db, make_blueprint(db, organization), n_forms=1)
        address, bank = f"/papers/runs/{run.uid}/A", run.paper_structure.blueprint.uid
        body = form_package(db, run.forms[0], kind="qti30", with_keys=False)
    assert b"correct-response" not in b"".join(
        zipfile.ZipFile(io.BytesIO(body)).read(name)
        for name in zipfile.ZipFile(io.BytesIO(body)).namelist()
    )
    sent = {"kind": "key", "file": "qti30"}
    assert office.client.post(f"{address}/print", data=sent).status_code == 302
    assert office.client.get("/papers/tests/").status_code == 200
    nothing = office.client.post("/papers/tests/", data={"blueprint": bank})
    assert nothing.status_code == 422
    with office.database.reading() as db:
        body = form_package(
            db, db.scalars(select(AssemblyRun)).one().forms[0], kind="qti30", with_keys=True
        )
    fields = {"blueprint": bank, "files": (io.BytesIO(body), "form.zip")}
    taken = office.client.post("/papers/tests/", data=fields)
    assert taken.status_code == 302
    while office.work(JOBS):
        pass
    page = office.client.get(taken.headers["Location"]).text
    assert "/papers/sets/" in page
