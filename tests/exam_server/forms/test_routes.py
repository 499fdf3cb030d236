"""Pages of paper structures, runs and forms."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from exam_server.audit import AuditEntry
from exam_server.bank.models import Blueprint, ItemVersion
from exam_server.db import Database
from exam_server.forms.jobs import JOBS
from exam_server.forms.models import AssemblyRun, PaperStructure
from exam_server.programmes.models import Organization
from tests.factories import make_blueprint, make_item
from tests.items import RIGHT
from tests.staff import Desk, desk_of

SECTIONS = "single | 单选 | 4 | 1"


@pytest.fixture
def office(client: FlaskClient, sqlite_database: Database) -> Desk:
    """An exam officer whose organization has a bank of twelve items."""
    desk = desk_of(client, sqlite_database, "exam_officer")
    with sqlite_database.writing() as db:
        organization = db.get_one(Organization, desk.organization_id)
        blueprint = make_blueprint(db, organization, n_points=6)
        for area in blueprint.areas:
            for point in area.points:
                make_item(db, point)
    return desk


def create(office: Desk, **fields: str) -> str:
    """Create a structure; return its address."""
    with office.database.reading() as db:
        bank = db.scalars(select(Blueprint.uid)).one()
    sent = {"blueprint": bank, "title": "理论", "minutes": "60", "sections": SECTIONS, **fields}
    answer = office.client.post("/papers/new", data=sent)
    assert answer.status_code == 302, answer.text
    return answer.location


def assemble(office: Desk, structure: str, **fields: str) -> str:
    """Ask for forms and let the job process make them; return the run's address."""
    answer = office.client.post(f"{structure}/assemble", data={"n_forms": "2", **fields})
    assert answer.status_code == 302, answer.text
    with office.database.reading() as db:
        newest = select(AssemblyRun.uid).order_by(AssemblyRun.id.desc())
        run = f"/papers/runs/{db.scalars(newest).first()}"
    assert office.client.get(run).status_code == 200
    assert office.work(JOBS)
    return run


def test_forms_are_asked_for_assembled_and_shown(office: Desk) -> None:
    run = assemble(office, create(office, areas="A | 2\nB | 2"), seed="9")
    page = office.client.get(run).text
    assert page.count("2 ✓") == 4
    assert "✕" not in page
    form = office.client.get(f"{run}/A")
    assert form.status_code == 200
    assert "is-key" not in form.text
    assert office.client.get(f"{run}/C").status_code == 404


def test_keys_are_shown_when_asked_and_that_is_recorded(office: Desk) -> None:
    run = assemble(office, create(office))
    assert office.client.post(f"{run}/A/keys").text.count("is-key") == 4
    with office.database.reading() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.act == "show_keys")).one()
    assert entry.person_id == office.person_id


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_every_item_type_is_shown_with_its_key_only_when_asked(office: Desk, name: str) -> None:
    content, key, _ = RIGHT[name]
    with office.database.writing() as db:
        for version in db.scalars(select(ItemVersion)):
            version.type, version.content, version.key = name, content, key
    run = assemble(office, create(office, sections=f"{name} | 题 | 1 | 1"), n_forms="1")
    plain = office.client.get(f"{run}/A").text
    keyed = office.client.post(f"{run}/A/keys").text
    assert "is-key" not in plain
    assert "the right places" not in plain
    assert "<circle" in keyed if name == "hotspot" else "is-key" in keyed
    for word in {"matching": ["voltage", "ampere"], "ordering": ["lock"]}.get(name, []):
        assert word in plain


def test_a_run_without_forms_says_in_words_what_is_short(office: Desk) -> None:
    run = assemble(office, create(office, areas="A | 4"))
    page = office.client.get(run).text
    assert "范围 A：需要 8 题，只有 6 题" in re.sub(r"<[^>]+>", "", page)


def test_a_wrong_structure_is_refused_with_all_that_was_typed(office: Desk) -> None:
    with office.database.reading() as db:
        bank = db.scalars(select(Blueprint.uid)).one()
    sent = {
        "blueprint": bank,
        "title": "留下的标题",
        "minutes": "60",
        "sections": "essay | 论述 | 4 | 1",
        "areas": "Q | 2",
        "cells": "A | single | two",
        "difficulty_low": "4",
        "difficulty_high": "2",
    }
    answer = office.client.post("/papers/new", data=sent)
    assert answer.status_code == 422
    summary = answer.text.partition("data-error-summary")[2].partition("</ul>")[0]
    assert summary.count("<li>") == 4
    assert "留下的标题" in answer.text
    with office.database.reading() as db:
        assert db.scalars(select(PaperStructure)).all() == []


def test_a_usual_paper_fills_the_form_in(office: Desk) -> None:
    page = office.client.get("/papers/new?preset=hundred").text
    assert "| 80 | 1" in page
    assert office.client.get("/papers/new?preset=none").status_code == 200


@pytest.mark.parametrize("sent", [{"n_forms": "0"}, {"n_forms": "31"}, {"n_forms": "two"}])
def test_an_impossible_number_of_forms_is_refused(office: Desk, sent: dict[str, str]) -> None:
    structure = create(office)
    assert office.client.post(f"{structure}/assemble", data=sent).status_code == 422
    with office.database.reading() as db:
        assert db.scalars(select(AssemblyRun)).all() == []


def test_another_organization_sees_neither_structure_nor_run_nor_form(office: Desk) -> None:
    structure = create(office)
    run = assemble(office, structure)
    desk_of(office.client, office.database, "exam_officer")
    for address in (structure, run, f"{run}/A"):
        assert office.client.get(address).status_code == 404
    assert office.client.post(f"{run}/A/keys").status_code == 404
    assert office.client.post(f"{structure}/assemble", data={"n_forms": "2"}).status_code == 404


def test_a_shortage_names_types_in_the_readers_language(office: Desk) -> None:
    run = assemble(office, create(office, sections="true_false | 判断 | 2 | 1"))
    page = office.client.get(run).text
    assert "题型 判断：需要 4 题，只有 0 题" in page
    office.client.set_cookie("language", "en")
    assert "type true or false: 4 needed, 0 there" in office.client.get(run).text
