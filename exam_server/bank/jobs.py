"""Imports as long work."""

from typing import Any

from exam_server.bank.importing import Importing, import_items, report_of
from exam_server.bank.models import Blueprint
from exam_server.bank.uploads import read_files, unpacked
from exam_server.clock import utcnow
from exam_server.jobs import Work


def import_pool(work: Work) -> dict[str, Any]:
    """Read the bundle; report only (dry run), or import all of it."""
    parsed = read_files(unpacked(work.upload or b""))
    total = len(parsed.items)
    work.progress(0, total)
    if work.payload["is_dry_run"]:
        work.progress(total, total)
        return {**report_of(parsed), "is_dry_run": True}
    with work.writing() as db:
        blueprint = db.get_one(Blueprint, work.payload["blueprint_id"])
        importing = Importing(work.person_id, utcnow(), work.payload.get("accepted", ""))
        report = import_items(db, blueprint, parsed, importing)
    work.progress(total, total)
    return {**report, "is_dry_run": False}


JOBS = {"bank.import": import_pool}
