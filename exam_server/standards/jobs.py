"""Long work of the standards: reports set as PDF."""

from typing import Any

from exam_server.clock import SITE_ZONE, utcnow
from exam_server.documents.typesetting import pdf
from exam_server.job_files import Made, keep_file
from exam_server.jobs import JobFunction, Work
from exam_server.standards.printing import PRINT


def print_round(work: Work) -> dict[str, Any]:
    """Set a round's report as a PDF."""
    facts, now = work.payload, utcnow()
    body = pdf(
        "analysis_report",
        {**facts, "printed_at": f"{now.astimezone(SITE_ZONE):%Y-%m-%d %H:%M}"},
        more_fonts=work.settings.fonts,
    )
    name = f"{facts['title']}.pdf".replace("/", "-").replace("\\", "-")
    with work.writing() as db:
        made = Made(name, "application/pdf", body)
        keep_file(db, work.job_id, made, secret=work.settings.secret, now=now)
    return {"files": 1}


JOBS: dict[str, JobFunction] = {PRINT: print_round}
