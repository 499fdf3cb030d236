"""A page that shows every part of staff pages, in the three themes: to look at and to test."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from exam_server.clock import utcnow
from exam_server.errors import InvalidInputError, Problem
from exam_server.frame import THEMES
from exam_server.jobs import Job
from exam_server.web import SIGNED_IN, current_person, needs, page, refusal

desk = Blueprint("components", __name__, url_prefix="/components")
STATES = ("queued", "running", "done", "failed", "cancelled")


@desk.get("/")
@page
@needs(SIGNED_IN)
def component_page(db: Session) -> ResponseReturnValue:
    """Show the parts; ``theme`` in the address shows one theme alone."""
    del db
    wanted = request.args.get("theme", "")
    refused = InvalidInputError("invalid_input", [Problem("sample_marks", "field_missing")])
    return render_template(
        "components.html",
        themes=[wanted] if wanted in THEMES else THEMES,
        jobs=[_sample_job(state) for state in STATES],
        refused=refusal(refused),
        rows=[(f"DEMO{n:04}", n * 37 % 101, STATES[n % 3]) for n in range(1, 13)],
    )


def _sample_job(state: str) -> Job:
    """Return a job that stands in no store."""
    return Job(
        uid="sample",
        kind="sample",
        title=f"sample: {state}",
        status=state,
        done=0 if state == "queued" else 42,
        total=120,
        is_cancel_asked=False,
        person_id=current_person().id,
        queued_at=utcnow(),
    )
