"""Pages of paper structures, runs and forms."""

import html
import io
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.test import TestResponse

from exam_server.audit import AuditEntry
from exam_server.bank.models import Blueprint, ItemVersion
from exam_server.db import Database
from exam_server.forms.custody import fingerprint
from exam_server.forms.jobs import JOBS
from exam_server.forms.models import AssemblyRun, PaperStructure
from exam_server.programmes.models import Organization
from tests.factories import make_blueprint, make_item
from tests.items import RIGHT
from tests.staff import Desk, desk_of

SINGLE = {"type": "single", "title": "单选", "count": 4, "mark": "1"}


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


def post(office: Desk, **fields: Any) -> TestResponse:
    """Send a structure as its editor does."""
    with office.database.reading() as db:
        bank = db.scalars(select(Blueprint.uid)).one()
    sent = {"blueprint": bank, "title": "理论", "minutes": "60", "sections": [SINGLE], **fields}
    return office.client.post("/papers/new", json=sent, headers={"Accept": "application/json"})


def create(office: Desk, **fields: Any) -> str:
    """Create a structure; return its address."""
    answer = post(office, **fields)
    assert answer.status_code == 200, answer.text
    return str(answer.json["address"])


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
    run = assemble(office, create(office, areas={"A": "2", "B": 2}), seed="9")
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


@pytest.mark.parametrize(("kind", "act"), [("paper", "print_form"), ("key", "take_keys")])
def test_paper_and_key_are_made_as_pdf_for_whoever_asked_and_that_is_recorded(
    office: Desk, kind: str, act: str
) -> None:
    form = f"{assemble(office, create(office))}/A"
    answer = office.client.post(f"{form}/print", data={"kind": kind, "language": "en"})
    assert answer.status_code == 302
    assert office.work(JOBS)
    page = office.client.get(f"{form}?language=en").text
    found = re.search(r'href="(/jobs/[^"]+/files/[^"]+)" download', page)
    assert found
    assert office.client.get(found[1]).data.startswith(b"%PDF")
    with office.database.reading() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.act == act)).one()
    assert entry.person_id == office.person_id
    assert office.client.post(f"{form}/print", data={"kind": "all"}).status_code == 422
    desk_of(office.client, office.database, "exam_officer")
    assert office.client.get(found[1]).status_code == 404
    assert office.client.post(f"{form}/print", data={"kind": kind}).status_code == 404


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_every_item_type_is_shown_with_its_key_only_when_asked(office: Desk, name: str) -> None:
    content, key, _ = RIGHT[name]
    with office.database.writing() as db:
        for version in db.scalars(select(ItemVersion)):
            version.type, version.content, version.key = name, content, key
    run = assemble(
        office, create(office, sections=[{**SINGLE, "type": name, "count": 1}]), n_forms="1"
    )
    plain = office.client.get(f"{run}/A").text
    keyed = office.client.post(f"{run}/A/keys").text
    assert "is-key" not in plain
    assert "the right places" not in plain
    assert "<circle" in keyed if name == "hotspot" else "is-key" in keyed
    for word in {"matching": ["voltage", "ampere"], "ordering": ["lock"]}.get(name, []):
        assert word in plain


def test_a_run_is_there_as_soon_as_it_is_asked_for_and_shows_its_work(office: Desk) -> None:
    answer = office.client.post(f"{create(office)}/assemble", data={"n_forms": "2"})
    assert "data-job=" in office.client.get(answer.location).text
    job = re.search(r'action="(/jobs/[^"]+/cancel)"', office.client.get(answer.location).text)
    assert job
    office.client.post(job[1])
    assert "组卷已取消" in office.client.get(answer.location).text
    assert not office.work(JOBS)


def test_what_is_short_leads_to_the_banks_list(office: Desk) -> None:
    cells = [{"area": "A", "type": "single", "count": 4}]
    run = assemble(office, create(office, cells=cells))
    links = re.findall(r'href="(/bank/[^"]+\?[^"]+)"', office.client.get(run).text)
    assert [html.unescape(link).partition("?")[2] for link in links] == [
        "state=active&at=A&type=single"
    ]


def test_a_run_without_forms_says_in_words_what_is_short(office: Desk) -> None:
    run = assemble(office, create(office, areas={"A": 4}))
    page = office.client.get(run).text
    assert "范围 A：需要 8 题，只有 6 题" in re.sub(r"<[^>]+>", "", page)


def test_a_wrong_structure_is_refused_with_every_place(office: Desk) -> None:
    answer = post(
        office,
        sections=[SINGLE, {**SINGLE, "type": "drawing"}],
        areas={"Q": 2},
        cells=[{"area": "A", "type": "single", "count": 1}] * 2,
        difficulty_low="4",
        difficulty_high="2",
        level="4",
    )
    assert (answer.status_code, answer.json["code"]) == (422, "structure_wrong")
    places = [each["where"] for each in answer.json["problems"]]
    assert places == ["sections.1.type", "areas.Q", "cells.1.area", "difficulty_low", "level"]
    with office.database.reading() as db:
        assert db.scalars(select(PaperStructure)).all() == []


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"count": 0}, "sections.0.count"),
        ({"count": ""}, "sections.0.count"),
        ({"mark": "0"}, "sections.0.mark"),
        ({"mark": "0.125"}, "sections.0.mark"),
        ({"mark": "NaN"}, "sections.0.mark"),
    ],
)
def test_a_wrong_row_is_refused_at_its_field(
    office: Desk, changed: dict[str, Any], where: str
) -> None:
    answer = post(office, sections=[{**SINGLE, **changed}])
    assert answer.status_code == 422
    assert [each["where"] for each in answer.json["problems"]] == [where]


def facts_of(office: Desk, query: str) -> Any:
    """Return what the editor's page gives the editor."""
    page = office.client.get(f"/papers/new?{query}").text
    found = re.search(r'data-facts="([^"]*)"', page)
    assert found
    return json.loads(html.unescape(found[1]))


def test_a_usual_paper_and_an_earlier_structure_fill_the_editor_in(office: Desk) -> None:
    usual = facts_of(office, "preset=hundred")["begun"]
    assert [(row["count"], row["mark"]) for row in usual["sections"]] == [(80, "1"), (20, "1")]
    assert facts_of(office, "preset=none")["begun"]["sections"] == []
    cells = [{"area": "A", "type": "single", "count": 1}]
    sent = {"areas": {"A": 2}, "cells": cells, "difficulty_low": 2, "difficulty_high": 3}
    first = create(office, **sent, sections=[{**SINGLE, "mark": "0.50"}])
    begun = facts_of(office, f"copy={first.rsplit('/', 1)[1]}")["begun"]
    assert begun["sections"] == [{**SINGLE, "mark": "0.5"}]
    assert {name: begun[name] for name in sent} == sent
    again = office.client.post("/papers/new", json=begun)
    assert again.json["address"] != first


def test_the_editor_learns_what_a_bank_has(office: Desk) -> None:
    with office.database.reading() as db:
        bank = db.scalars(select(Blueprint.uid)).one()
    supply = office.client.get(f"/papers/supply/{bank}").json["supply"]
    assert supply["types"] == {"single": 12}
    assert [(area["path"], area["active"]) for area in supply["areas"]] == [("A", 6), ("B", 6)]
    assert supply["difficulty"] == 3
    desk_of(office.client, office.database, "exam_officer")
    assert office.client.get(f"/papers/supply/{bank}").status_code == 404


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
    run = assemble(office, create(office, sections=[{**SINGLE, "type": "true_false", "count": 2}]))
    page = office.client.get(run).text
    assert "题型 判断：需要 4 题，只有 0 题" in page
    office.client.set_cookie("language", "en")
    assert "type true or false: 4 needed, 0 there" in office.client.get(run).text


def test_a_form_is_changed_by_hand_and_whoever_saw_it_is_recorded(office: Desk) -> None:
    run = assemble(office, create(office, areas={"A": "2", "B": 2}), n_forms="1")
    page = office.client.get(f"{run}/A/edit?position=2").text
    assert "各项要求均满足" in page
    assert "is-key" not in page
    found = re.search(r'name="coming" value="(I[0-9]+)"', page)
    assert found
    sent = {"position": "2", "coming": found[1], "version": "1"}
    assert office.client.post(f"{run}/A/edit/exchange", data=sent).status_code == 302
    refused = office.client.post(f"{run}/A/edit/exchange", data=sent)
    assert refused.status_code == 409
    assert "第 2 版" in refused.text
    assert f">{found[1]}</a>" in office.client.get(f"{run}/A").text
    assert office.client.post(f"{run}/A/edit/undo", data={"version": "2"}).status_code == 302
    with office.database.reading() as db:
        acts = list(db.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))
    assert acts[-5:] == [
        "read_form",
        "change_form",
        "read_form",
        "read_form",
        "undo_form_change",
    ]
    desk_of(office.client, office.database, "exam_officer")
    assert office.client.get(f"{run}/A/edit").status_code == 404
    assert office.client.post(f"{run}/A/edit/exchange", data=sent).status_code == 404


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_the_proof_is_set_as_a_sheet_with_seed_hash_and_fingerprints(
    office: Desk, language: str
) -> None:
    office.client.set_cookie("language", language)
    run = assemble(office, create(office, areas={"A": "2", "B": 2}), seed="90210")
    assert office.client.post(f"{run}/proof").status_code == 302
    assert office.work(JOBS)
    found = re.search(r'href="(/jobs/[^"]+/files/[^"]+)" download', office.client.get(run).text)
    assert found
    pages = PdfReader(io.BytesIO(office.client.get(found[1]).data)).pages
    text = "".join("".join(page.extract_text().split()) for page in pages)
    with office.database.reading() as db:
        stored = db.scalars(select(AssemblyRun)).one()
        told = [fingerprint(db, form) for form in stored.forms]
        acts = list(db.scalars(select(AuditEntry.act)))
    assert stored.bank_sha256 is not None
    assert len(set(told)) == 2
    for word in ("90210", stored.bank_sha256, *told):
        assert word in text
    assert ("单选" if language == "zh_Hans_CN" else "singlechoice") in text
    assert "print_proof" in acts
