"""The room record as a PDF, set outside the web processes."""

from typing import Any

from exam_server.clock import utcnow
from exam_server.documents.typesetting import pdf
from exam_server.job_files import Made, keep_file
from exam_server.jobs import Work


def set_record(work: Work) -> dict[str, Any]:
    """Set a room record; its words came with the request, in the reader's language."""
    work.progress(0, 1)
    fonts = work.settings.var / "fonts"
    document, name = work.payload["document"], f"{work.payload['name']}.pdf"
    body = pdf("record", document, more_fonts=fonts if fonts.is_dir() else None)
    made = Made(name, "application/pdf", body)
    with work.writing() as db:
        keep_file(db, work.job_id, made, secret=work.settings.secret, now=utcnow())
    work.progress(1, 1)
    return {}


JOBS = {"proctoring.record": set_record}
