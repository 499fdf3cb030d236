"""Equating as long work: computing tables, previews of their use, printing."""

from typing import Any

from sqlalchemy import select

from exam_server.batches.models import Batch
from exam_server.clock import SITE_ZONE, utcnow
from exam_server.documents.typesetting import pdf
from exam_server.job_files import Made, keep_file
from exam_server.jobs import Work
from exam_server.results.equating.keeping import figures_for, keep, read
from exam_server.results.equating.previewing import preview_use
from exam_server.results.equating.printing import PRINT
from exam_server.results.equating.service import COMPUTE, equating_in
from exam_server.results.equating.uses import PREVIEW, basis_for, use_in


def compute(work: Work) -> dict[str, Any]:
    """Compute an equating outside any writing transaction; called off, nothing is kept."""
    with work.reading() as db:
        asked = read(db, equating_in(db, _batch(db, work), work.payload["equating"]))
    figures = figures_for(asked, work.progress)
    with work.writing() as db:
        equating = equating_in(db, _batch(db, work), work.payload["equating"])
        keep(db, equating, asked, figures, by=work.person_id, now=utcnow())
    return {"batch": work.payload["batch"], "equating": work.payload["equating"]}


def preview(work: Work) -> dict[str, Any]:
    """Compute what a use would do and keep it with the request."""
    with work.reading() as db:
        batch = _batch(db, work)
        use = use_in(db, batch, work.payload["use"])
        basis, found = basis_for(db, batch, use), preview_use(db, batch, use)
    with work.writing() as db:
        waiting = use_in(db, _batch(db, work), work.payload["use"])
        if waiting.outcome is None:
            waiting.preview, waiting.basis = found, basis
    return {"batch": work.payload["batch"], "use": work.payload["use"]}


def print_report(work: Work) -> dict[str, Any]:
    """Set an equating as a PDF, its picture with it."""
    facts, now = dict(work.payload), utcnow()
    at = f"{now.astimezone(SITE_ZONE):%Y-%m-%d %H:%M}"
    picture = facts.pop("picture")
    body = pdf(
        "equating_report",
        {**facts, "has_picture": bool(picture), "printed_at": at},
        pictures={"picture.svg": picture.encode()} if picture else {},
        more_fonts=work.settings.fonts,
    )
    name = f"{facts['title']}.pdf".replace("/", "-").replace("\\", "-")
    with work.writing() as db:
        made = Made(name, "application/pdf", body)
        keep_file(db, work.job_id, made, secret=work.settings.secret, now=now)
    return {"files": 1}


def _batch(db: Any, work: Work) -> Batch:
    found: Batch = db.scalars(select(Batch).where(Batch.uid == work.payload["batch"])).one()
    return found


JOBS = {COMPUTE: compute, PREVIEW: preview, PRINT: print_report}
