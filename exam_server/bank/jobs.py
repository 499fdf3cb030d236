"""Imports as long work."""

from datetime import timedelta
from typing import Any

from exam_server.bank.duplicate_reports import bank_report
from exam_server.bank.duplicates import KIND
from exam_server.bank.import_runs import Progress, run_import
from exam_server.bank.importing import Importing, outlook
from exam_server.bank.models import Blueprint
from exam_server.bank.uploads import read_files, unpacked
from exam_server.clock import utcnow
from exam_server.job_files import Made, keep_file
from exam_server.jobs import Work

KEPT_FOR = timedelta(hours=24)


def import_pool(work: Work) -> dict[str, Any]:
    """Read the bundle; report only (dry run), or import all of it."""
    parsed = read_files(unpacked(work.upload or b""))
    total = len(parsed.items)
    work.progress(0, total)
    blueprint_id = work.payload["blueprint_id"]
    if work.payload["is_dry_run"]:
        with work.reading() as db:
            report = outlook(db, db.get_one(Blueprint, blueprint_id), parsed)
        work.progress(total, total)
        _put_aside(work)
        return {**report, "is_dry_run": True}
    accepted = work.payload.get("accepted", "")
    importing = Importing(work.person_id, utcnow(), accepted, work.job_id)
    report = run_import(work.database, blueprint_id, parsed, importing, _by_percent(work))
    return {**report, "is_dry_run": False}


def _put_aside(work: Work) -> None:
    """Keep the files of a dry run, so that nobody has to choose them again to import them."""
    aside = Made("upload.zip", "application/zip", work.upload or b"", is_offered=False)
    secret = work.settings.secret
    with work.writing() as db:
        keep_file(db, work.job_id, aside, secret=secret, now=utcnow(), keep_for=KEPT_FOR)


def _by_percent(work: Work) -> Progress:
    """Return a way to tell how far the work is that writes a hundred times, not thousands."""
    told = -1

    def tell(done: int, total: int) -> None:
        nonlocal told
        percent = 100 * done // max(1, total)
        if percent != told:
            told = percent
            work.progress(done, total)

    return tell


def compare_bank(work: Work) -> dict[str, Any]:
    """Compare all items of a bank with one another."""
    tell = _by_percent(work)
    with work.reading() as db:
        blueprint = db.get_one(Blueprint, work.payload["blueprint_id"])
        return bank_report(db, blueprint, tell)


JOBS = {"bank.import": import_pool, KIND: compare_bank}
