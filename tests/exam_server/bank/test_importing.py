"""Import of pools into a bank."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server.bank.import_reports import refusals_digest, report_of, rows_of
from exam_server.bank.importing import Importing, import_items, outlook
from exam_server.bank.models import Blueprint, Item, ItemVersion, Picture
from exam_server.bank.uploads import read_files
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


def class_of(shared: Path, name: str) -> Parsed:
    folder = shared / "banks/cn-amateur-radio-2025"
    files = {each.name: each.read_bytes() for each in folder.glob("images/*.jpg")}
    return read_files({**files, name: (folder / name).read_bytes()})


def test_class_b_beside_a_shares_its_items(db: Session, shared: Path) -> None:
    blueprint = bank(db)
    first = import_items(db, blueprint, class_of(shared, "class_a.csv"), ME)
    second = import_items(db, blueprint, class_of(shared, "class_b.csv"), ME)
    assert first["counts"]["created"] == 683
    found = second["counts"]
    assert (found["created"], found["unchanged"], found["new_version"]) == (497, 645, 1)
    assert second["new_versions"] == ["MC1-0950"]
    assert second["losses"] == {"option_left_out": 1}
    assert second["remarks"] == {"id_and_key_disagree": 2}
    assert counts(db) == (1180, 1181)
    points = {point.name for area in blueprint.areas for point in area.points}
    of_both = class_of(shared, "class_a.csv").items + class_of(shared, "class_b.csv").items
    assert points == {item.path[-1][1] for item in of_both}


def test_the_same_code_in_another_bank_is_another_item(db: Session) -> None:
    organization = make_organization(db)
    for _ in range(2):
        blueprint = make_blueprint(db, organization, n_areas=0)
        assert import_items(db, blueprint, pool(row()), ME)["counts"]["created"] == 1
    assert counts(db) == (2, 2)


def test_an_outlook_says_what_an_import_would_do_and_does_nothing(db: Session) -> None:
    blueprint = bank(db)
    import_items(db, blueprint, pool(row(), row("T1A02")), ME)
    seen = outlook(db, blueprint, pool(row(), row("T1A02", correct=1), row("T1A03")))
    assert seen["new_versions"] == ["T1A02"]
    assert [seen["counts"][name] for name in ("created", "new_version", "unchanged")] == [1, 1, 1]
    assert counts(db) == (2, 2)


def test_an_outlook_names_each_point_that_the_file_would_add(db: Session) -> None:
    fresh = make_blueprint(db, make_organization(db), n_areas=0)
    read = pool(row(), row("T1A02"), row("T1B01"))
    assert "point_added" not in outlook(db, fresh, read)["remarks"]  # all of them would be new
    import_items(db, fresh, pool(row()), ME)
    seen = outlook(db, fresh, read)
    assert seen["remarks"]["point_added"] == 1
    (told,) = [note for note in seen["notes"] if note["code"] == "point_added"]
    assert (told["row"], told["item"], told["is_loss"]) == (3, "T1B01", False)


def test_another_language_than_the_banks_is_remarked(db: Session) -> None:
    report = import_items(db, bank(db), pool(row()), ME)
    assert report["remarks"] == {"language_differs": 1}


def test_an_item_that_changes_its_point_is_moved_and_told(db: Session) -> None:
    blueprint = bank(db)
    read = pool(row())
    import_items(db, blueprint, read, ME)
    path = (("X", "other"), ("001", "point"))
    moved = replace(read, items=(replace(read.items[0], path=path),))
    report = import_items(db, blueprint, moved, ME)
    assert (report["moved"], report["counts"]["unchanged"]) == (["T1A01"], 1)
    assert db.scalars(select(Item)).one().point.area.path == "X"


def test_what_a_file_does_not_say_stays(db: Session) -> None:
    blueprint = bank(db)
    import_items(db, blueprint, pool(row()), ME)
    version = db.scalars(select(ItemVersion)).one()
    version.difficulty, version.explanation = 5, "because"
    db.flush()
    import_items(db, blueprint, pool(row(correct=1)), ME)
    newest = db.scalars(select(ItemVersion).where(ItemVersion.number == 2)).one()
    assert (newest.difficulty, newest.explanation) == (5, "because")


def test_rows_say_what_became_of_each() -> None:
    read = pool(row(question="In figure T-9?"), row("T1A02", question=""), row("T1A03"))
    assert [(each["item"], each["outcome"], each["reasons"]) for each in rows_of(read)] == [
        ("T1A01", "with_loss", ["figure_missing"]),
        ("T1A02", "refused", ["stem_empty"]),
        ("T1A03", "carried", []),
    ]
    report = report_of(read)
    assert [report["counts"][name] for name in ("read", "carried", "with_loss", "refused")] == [
        3, 1, 1, 1,
    ]  # fmt: skip
    assert (report["losses"], report["refusals"]) == ({"figure_missing": 1}, {"stem_empty": 1})


def test_a_report_lists_so_many_findings_and_counts_all() -> None:
    read = pool(*(row(f"T1A{n:02}", question="") for n in range(20)))
    short = report_of(read, most=5)
    assert (len(short["refused"]), short["left_out"]) == (5, 15)
    assert short["digest"] == report_of(read, most=None)["digest"]
