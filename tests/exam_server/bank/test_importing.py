"""Import of pools into a bank."""

import json
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.bank.importing import Importing, import_items, refusals_digest
from exam_server.bank.models import Blueprint, Item, ItemVersion, Picture
from exam_server.errors import InvalidInputError
from itembank.interchange.detect import read_pool
from itembank.interchange.report import Parsed, PictureFile
from tests.factories import NOW, make_blueprint, make_organization

ME = Importing(None, NOW)


def bank(db: Session) -> Blueprint:
    return make_blueprint(db, make_organization(db), n_areas=0)


def pool(*rows: dict[str, Any]) -> Parsed:
    picture = {"t-1.png": PictureFile(b"png", "image/png")}
    return read_pool(json.dumps(rows).encode(), picture)


def row(code: str = "T1A01", **values: Any) -> dict[str, Any]:
    answers = ["one", "two", "three", "four"]
    return {"id": code, "correct": 0, "question": "Which?", "answers": answers, **values}


def counts(db: Session) -> tuple[int, int]:
    items = db.scalar(select(func.count()).select_from(Item))
    versions = db.scalar(select(func.count()).select_from(ItemVersion))
    return items or 0, versions or 0


def test_items_land_at_their_points_with_their_pictures(db: Session) -> None:
    blueprint = bank(db)
    report = import_items(db, blueprint, pool(row(question="In figure T-1?"), row("T1B02")), ME)
    assert report["counts"]["created"] == 2
    assert [area.path for area in blueprint.areas] == ["T1"]
    assert {point.code for point in blueprint.areas[0].points} == {"T1A", "T1B"}
    assert db.scalar(select(func.count()).select_from(Picture)) == 1


def test_importing_again_changes_nothing(db: Session) -> None:
    blueprint = bank(db)
    import_items(db, blueprint, pool(row(question="In figure T-1?")), ME)
    report = import_items(db, blueprint, pool(row(question="In figure T-1?")), ME)
    assert report["counts"]["unchanged"] == 1
    assert counts(db) == (1, 1)


def test_changed_content_under_a_known_code_is_a_new_version_and_told(db: Session) -> None:
    blueprint = bank(db)
    import_items(db, blueprint, pool(row()), ME)
    report = import_items(db, blueprint, pool(row(correct=1)), ME)
    assert report["new_versions"] == ["T1A01"]
    assert counts(db) == (1, 2)


def test_one_refused_row_stops_the_whole_import(db: Session) -> None:
    blueprint = bank(db)
    with pytest.raises(InvalidInputError) as refused:
        import_items(db, blueprint, pool(row(), row("T1A02", question="")), ME)
    (problem,) = refused.value.problems
    assert (problem.where, problem.code) == ("T1A02 question", "stem_empty")
    assert counts(db) == (0, 0)


def test_only_exactly_the_accepted_list_is_left_out(db: Session) -> None:
    blueprint = bank(db)
    seen = pool(row(), row("T1A02", question=""))
    accepted = Importing(None, NOW, refusals_digest(seen))
    changed = pool(row(), row("T1A02", question=""), row("T1A03", question=""))
    with pytest.raises(InvalidInputError):
        import_items(db, blueprint, changed, accepted)
    report = import_items(db, blueprint, seen, accepted)
    assert (report["counts"]["created"], report["counts"]["refused"]) == (1, 1)
