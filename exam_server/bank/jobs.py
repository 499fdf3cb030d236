"""Imports as long work."""

import io
import zipfile
from typing import Any

from exam_server.bank.importing import Importing, import_items, report_of
from exam_server.bank.models import Blueprint
from exam_server.clock import utcnow
from exam_server.errors import InvalidInputError
from exam_server.jobs import Work
from itembank.interchange.detect import read_pool
from itembank.interchange.report import Parsed, PictureFile, UnreadableError

MIMES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif"}


def packed(files: dict[str, bytes]) -> bytes:
    """Return uploaded files as one bundle for the job."""
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return bundle.getvalue()


def unpacked(bundle: bytes) -> dict[str, bytes]:
    """Return the files of a bundle."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read_files(files: dict[str, bytes]) -> Parsed:
    """Read the one question file among pictures.

    Raises InvalidInputError: ``one_question_file``, ``file_unreadable``.
    """
    pictures, questions = {}, []
    for name, body in files.items():
        suffix = name.rpartition(".")[2].lower()
        if suffix in MIMES:
            pictures[name.rpartition("/")[2]] = PictureFile(body, MIMES[suffix])
        else:
            questions.append(body)
    if len(questions) != 1:
        raise InvalidInputError("one_question_file", count=len(questions))
    try:
        return read_pool(questions[0], pictures)
    except UnreadableError as error:
        raise InvalidInputError(error.code, [], **error.detail) from None


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
