"""Long work of the batches desk: photos read, matched and made small."""

import io
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from exam_server.batches.models import Batch, Candidate
from exam_server.batches.photo_matching import Outcome, PhotoFile, files_of_archive, outcomes
from exam_server.batches.photos import (
    KIND,
    STORED_AT_ONCE,
    candidates_by_name,
    store_photos,
    with_photo,
)
from exam_server.batches.portraits import portrait, portrait_problem
from exam_server.clock import utcnow
from exam_server.job_files import Made, keep_file
from exam_server.jobs import JobFunction, Work

KEPT_FOR = timedelta(hours=12)


def read_photos(work: Work) -> dict[str, Any]:
    """Match photos with candidates and make them small.

    When every file fits and replaces nothing they are stored; otherwise nothing is, and what
    fits is put aside until the officer has seen the list.
    """
    files = list(files_of_archive(work.upload or b""))
    with work.reading() as db:
        batch = db.get_one(Batch, work.payload["batch"])
        people = candidates_by_name(db, batch)
        if work.payload["candidate"] is not None:
            one = db.get_one(Candidate, work.payload["candidate"])
            people = {file.stem: one for file in files}
        earlier = set(with_photo(db, batch))
        names = {each.id: each.name for each in people.values()}
    who = {name: candidate.id for name, candidate in people.items()}
    found = outcomes([file.stem for file in files], who, earlier)
    lines: list[dict[str, Any]] = []
    made: dict[int, bytes] = {}
    for number, (file, (outcome, person)) in enumerate(zip(files, found, strict=True)):
        work.progress(number, len(files))
        line, body = _line(file, outcome, person)
        lines.append({**line, "name": names.get(person or 0, "")})
        if body is not None and person is not None:
            made[person] = body
    is_clean = bool(lines) and all(line["outcome"] == "matched" for line in lines)
    is_stored = bool(made) and (is_clean or work.payload["candidate"] is not None)
    if is_stored:
        publish(work, batch, made)
    elif made:
        put_aside(work, made)
    return {"lines": lines, "is_stored": is_stored, "count": len(made)}


def publish(work: Work, batch: Batch, photos: Mapping[int, bytes]) -> None:
    """Store photos a few at a time: the one write lock is never held for long."""
    listed = list(photos.items())
    for first in range(0, len(listed), STORED_AT_ONCE):
        part = dict(listed[first : first + STORED_AT_ONCE])
        with work.writing() as db:
            store_photos(db, work.person_id, batch, part, now=utcnow())


def put_aside(work: Work, photos: Mapping[int, bytes]) -> None:
    """Keep photos until the officer has accepted the list."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for candidate_id, body in photos.items():
            archive.writestr(str(candidate_id), body)
    aside = Made("photos.zip", "application/zip", file.getvalue(), is_offered=False)
    with work.writing() as db:
        secret = work.settings.secret
        keep_file(db, work.job_id, aside, secret=secret, now=utcnow(), keep_for=KEPT_FOR)


def _line(
    file: PhotoFile, outcome: Outcome, person: int | None
) -> tuple[dict[str, Any], bytes | None]:
    line = {"file": file.name, "outcome": outcome, "code": "", "candidate": person}
    if outcome not in {"matched", "replaces"}:
        return line, None
    code = portrait_problem(file.body)
    body = None if code else portrait(file.body)
    if body is None:
        return {**line, "outcome": "refused", "code": code or "photo_not_a_picture"}, None
    return line, body


JOBS: dict[str, JobFunction] = {KIND: read_photos}
