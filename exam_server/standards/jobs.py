"""Long work of the standards: reports set as PDF."""

from datetime import datetime
from pathlib import Path
from typing import Any

from exam_server.clock import SITE_ZONE, utcnow
from exam_server.documents.typesetting import pdf
from exam_server.job_files import Made, keep_file
from exam_server.jobs import JobFunction, Work
from exam_server.standards.printing import PRINT


def print_round(work: Work) -> dict[str, Any]:
    """Set a round's report as a PDF."""
    facts, now = work.payload, utcnow()
    body = typeset(facts, more_fonts=work.settings.fonts, now=now)
    name = f"{facts['title']}.pdf".replace("/", "-").replace("\\", "-")
    with work.writing() as db:
        made = Made(name, "application/pdf", body)
        keep_file(db, work.job_id, made, secret=work.settings.secret, now=now)
    return {"files": 1}


def typeset(facts: dict[str, Any], *, more_fonts: Path | None, now: datetime) -> bytes:
    """Return the report as a PDF."""
    at = f"{now.astimezone(SITE_ZONE):%Y-%m-%d %H:%M}"
    return pdf("analysis_report", {**facts, "printed_at": at}, more_fonts=more_fonts)


JOBS: dict[str, JobFunction] = {PRINT: print_round}
