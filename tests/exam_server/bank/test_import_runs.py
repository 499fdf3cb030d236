"""Imports in short transactions: all of it or nothing, whatever happens on the way."""

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from exam_server.bank import import_runs
from exam_server.bank.import_pieces import run_of
from exam_server.bank.import_runs import Pace, finish_imports, run_import
from exam_server.bank.importing import Importing, begin, publish, stage, staged_values
from exam_server.bank.jobs import JOBS
from exam_server.bank.models import Blueprint, Item, ItemImport, Picture, StagedItem
from exam_server.bank.uploads import packed
from exam_server.clock import TestClock, utcnow
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.errors import ConflictError, InvalidInputError
from exam_server.jobs import CancelledError, Job, enqueue, fail_interrupted, run_next_job
from itembank.blueprint import AreaFacts, PointFacts
from itembank.interchange.detect import read_pool
from itembank.interchange.report import BlueprintFacts, Parsed, PictureFile
from tests.factories import NOW, make_blueprint, make_item, make_organization

ME = Importing(None, NOW)
PICTURES = {f"t-{n}.png": PictureFile(bytes([n]) * 700_000, "image/png") for n in range(4)}


def rows(n: int, **values: Any) -> list[dict[str, Any]]:
    answers = ["one", "two", "three", "four"]
    return [
        {
            "id": f"T{n // 100 % 10}{'ABCDEFGHIJ'[n // 1000]}{n % 100:02}",
            "correct": 0,
            "question": f"In figure T-{n % 4}?",
            "answers": answers,
            **values,
        }
        for n in range(n)
    ]


def pool(n: int = 130, **values: Any) -> Parsed:
    return read_pool(json.dumps(rows(n, **values)).encode(), PICTURES)


@pytest.fixture
def blueprint_id(database: Database) -> int:
    with database.writing() as db:
        return make_blueprint(db, make_organization(db), n_areas=0).id


def stored(database: Database) -> dict[str, int]:
    tables = {"items": Item, "staged": StagedItem, "pictures": Picture}
    with database.reading() as db:
        return {
            name: db.scalar(select(func.count()).select_from(table)) or 0
            for name, table in tables.items()
        }


def open_imports(database: Database) -> list[str]:
    with database.reading() as db:
        chosen = select(ItemImport.status).where(ItemImport.open_for.is_not(None))
        return list(db.scalars(chosen))


def test_all_is_taken_and_nothing_left_aside(database: Database, blueprint_id: int) -> None:
    told: list[tuple[int, int]] = []
    report = run_import(
        database, blueprint_id, pool(), ME, lambda done, total: told.append((done, total))
    )
    assert report["counts"]["created"] == 130
    assert stored(database) == {"items": 130, "staged": 0, "pictures": 4}
    assert told[0] == (0, 260)
    assert told[-1] == (260, 260)
    assert told == sorted(told)
    assert open_imports(database) == []
    again = run_import(database, blueprint_id, pool(), ME)
    assert again["counts"]["unchanged"] == 130


def test_calling_it_off_while_staging_leaves_nothing(database: Database, blueprint_id: int) -> None:
    def call_off(done: int, _total: int) -> None:
        if done > 30:
            raise CancelledError

    with pytest.raises(CancelledError):
        run_import(database, blueprint_id, pool(), ME, call_off)
    assert stored(database)["items"] == stored(database)["staged"] == 0
    assert open_imports(database) == []


def test_calling_it_off_while_publishing_is_too_late(database: Database, blueprint_id: int) -> None:
    def call_off(done: int, total: int) -> None:
        if done >= total // 2:
            raise CancelledError

    report = run_import(database, blueprint_id, pool(), ME, call_off)
    assert report["counts"]["created"] == stored(database)["items"] == 130


def test_refused_rows_stop_it_before_anything_is_stored(
    database: Database, blueprint_id: int
) -> None:
    with pytest.raises(InvalidInputError, match="rows_refused"):
        run_import(database, blueprint_id, pool(question=""), ME)
    assert stored(database)["pictures"] == 0
    assert open_imports(database) == []


def test_only_one_import_into_a_bank_at_a_time(database: Database, blueprint_id: int) -> None:
    with database.writing() as db:
        begin(db, db.get_one(Blueprint, blueprint_id), pool(), Importing(None, utcnow()))
    with pytest.raises(ConflictError, match="import_running"):
        run_import(database, blueprint_id, pool(), ME)


def half_published(database: Database, blueprint_id: int, *, job_id: int | None = None) -> int:
    """Leave an import as a process that died while publishing does; return its id."""
    parsed, importing = pool(40), Importing(None, utcnow(), job_id=job_id)
    with database.writing() as db:
        run = begin(db, db.get_one(Blueprint, blueprint_id), parsed, importing)
        stage(db, run.id, [staged_values(each) for each in parsed.items])
        run.status = "publishing"
    with database.writing() as db:
        taken, _ = publish(db, run_of(run), 15, run.report, now=utcnow())
        assert taken == 15
    assert stored(database)["items"] == 15
    return run.id


def test_what_was_begun_to_be_published_is_finished_after_a_restart(
    database: Database, blueprint_id: int
) -> None:
    with database.writing() as db:
        job = enqueue(db, "bank.import", title="", payload={}, person_id=None, organization_id=None)
        job.status = "running"
    run_id = half_published(database, blueprint_id, job_id=job.id)
    fail_interrupted(database)
    finish_imports(database)
    with database.reading() as db:
        run, job = db.get_one(ItemImport, run_id), db.get_one(Job, job.id)
        assert (run.status, run.report["counts"]["created"]) == ("done", 40)
        assert (job.status, job.error_code) == ("done", None)
        assert job.result is not None
        assert job.result["counts"]["created"] == 40
    assert stored(database)["staged"] == 0


def test_what_was_only_staged_is_thrown_away_after_a_restart(
    database: Database, blueprint_id: int
) -> None:
    with database.writing() as db:
        job = enqueue(db, "bank.import", title="", payload={}, person_id=None, organization_id=None)
        importing = Importing(None, utcnow(), job_id=job.id)
        run = begin(db, db.get_one(Blueprint, blueprint_id), pool(), importing)
        stage(db, run.id, [staged_values(each) for each in pool(30).items])
    finish_imports(database)
    assert (stored(database)["items"], stored(database)["staged"]) == (0, 0)
    assert open_imports(database) == []


def test_a_console_import_that_died_is_finished_by_the_next(
    database: Database, blueprint_id: int, clock: TestClock
) -> None:
    half_published(database, blueprint_id)
    with pytest.raises(ConflictError, match="import_running"):
        run_import(database, blueprint_id, pool(50), ME)
    clock.advance(minutes=3)
    report = run_import(database, blueprint_id, pool(50), ME)
    assert (report["counts"]["unchanged"], report["counts"]["created"]) == (40, 10)


def test_a_code_written_by_hand_meanwhile_becomes_the_item_imported(
    database: Database, blueprint_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed = pool(20)
    real = import_runs.start_publishing

    def write_first(db: Any, run: ItemImport, **values: Any) -> None:
        real(db, run, **values)
        point = make_blueprint(db, make_organization(db)).areas[0].points[0]
        version = make_item(db, point)
        version.item.blueprint_id, version.item.code = blueprint_id, parsed.items[3].code
        db.flush()

    monkeypatch.setattr(import_runs, "start_publishing", write_first)
    report = run_import(database, blueprint_id, parsed, ME)
    assert (report["counts"]["created"], report["new_versions"]) == (19, [parsed.items[3].code])


def test_a_blueprint_and_enemies_come_along(database: Database, blueprint_id: int) -> None:
    areas = (AreaFacts("A", "range", None), AreaFacts("A-B", "inner", None))
    points = tuple(PointFacts("A-B", f"{n:03}", f"point {n}", "X") for n in range(120))
    parsed = pool(4)
    brought = Parsed(
        parsed.format,
        parsed.items,
        blueprint=BlueprintFacts(areas, points, {"A-B-007": "no longer taught"}),
        enemies=((parsed.items[0].code, parsed.items[2].code),),
    )
    for _ in range(2):
        run_import(database, blueprint_id, brought, ME)
        with database.reading() as db:
            blueprint = db.get_one(Blueprint, blueprint_id)
            inner = next(area for area in blueprint.areas if area.path == "A-B")
            assert [point.place for point in inner.points] == list(range(120))
            assert inner.points[7].retired_reason == "no longer taught"


def test_a_job_reports_first_and_imports_then(
    database: Database, settings: Settings, blueprint_id: int
) -> None:
    files = {"pool.json": json.dumps(rows(30)).encode()}
    for is_dry_run in (True, False):
        with database.writing() as db:
            enqueue(
                db,
                "bank.import",
                title="",
                payload={"blueprint_id": blueprint_id, "is_dry_run": is_dry_run},
                person_id=None,
                organization_id=None,
                upload=packed(files),
            )
        run_next_job(database, settings, JOBS, may_run_heavy=lambda _db: True)
        with database.reading() as db:
            job = db.scalars(select(Job).order_by(Job.id.desc()).limit(1)).one()
            assert job.result is not None
            assert job.result["counts"]["created"] == 30
        assert stored(database)["items"] == (0 if is_dry_run else 30)


def test_the_pace_follows_what_a_step_took() -> None:
    pace = Pace()
    for _ in range(20):
        pace.took(0.001)
    assert pace.size == 400
    pace.took(0.1)
    assert pace.size == 80
    for _ in range(20):
        pace.took(1.0)
    assert pace.size == 5
