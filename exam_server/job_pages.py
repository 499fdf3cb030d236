"""Pages of jobs: one's own list, how far one is, calling it off, what came of it."""

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.clock import utcnow
from exam_server.downloads import disposition
from exam_server.errors import NotFoundError, Problem
from exam_server.job_files import file_in, open_file
from exam_server.jobs import OPEN, Job, count_open, error_of, jobs_of
from exam_server.web import (
    SIGNED_IN,
    current_person,
    needs,
    page,
    problem_sentence,
    sentence,
    settings,
)

desk = Blueprint("jobs", __name__, url_prefix="/jobs")
SHOWN_JOBS = 100


def job_for(db: Session, uid: str) -> Job:
    """Return a job of the signed-in person; raises NotFoundError: ``no_such_job``."""
    job = db.scalar(select(Job).where(Job.uid == uid, Job.person_id == current_person().id))
    if job is None:
        raise NotFoundError("no_such_job")
    return job


@desk.get("/")
@page
@needs(SIGNED_IN)
def job_list(db: Session) -> ResponseReturnValue:
    """Show the reader's own jobs, the newest first."""
    jobs = jobs_of(db, current_person().id, limit=SHOWN_JOBS)
    return render_template("jobs.html", jobs=jobs)


@desk.get("/open")
@page
@needs(SIGNED_IN)
def open_jobs(db: Session) -> ResponseReturnValue:
    """Say how many of the reader's jobs are waiting or running."""
    return jsonify(open=count_open(db, current_person().id))


@desk.get("/<uid>/card")
@page
@needs(SIGNED_IN)
def job_card(db: Session, uid: str) -> ResponseReturnValue:
    """Show a job's card alone: pages fetch it again until the job has ended."""
    when_done = request.args.get("when_done", "")
    return render_template("job_card.html", job=job_for(db, uid), when_done=when_done)


@desk.get("/<uid>")
@page
@needs(SIGNED_IN)
def job_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show a job; the page asks again until it has ended."""
    job = job_for(db, uid)
    error = error_of(db, job)
    problems = [Problem(**each) for each in error.get("problems", [])]
    return render_template(
        "job.html",
        job=job,
        is_open=job.status in OPEN,
        message=sentence(job.error_code, error.get("detail")) if job.error_code else "",
        problems=[(problem.where, problem_sentence(problem)) for problem in problems],
        say=sentence,
    )


@desk.post("/<uid>/cancel")
@page
@needs(SIGNED_IN)
def cancel_job(db: Session, uid: str) -> ResponseReturnValue:
    """Call a job off: a waiting one at once, a running one at its next step."""
    job = job_for(db, uid)
    if job.status == "queued":
        job.status = "cancelled"
    job.is_cancel_asked = True
    return redirect(url_for("jobs.job_page", uid=uid))


@desk.get("/<uid>/files/<file>")
@page
@needs(SIGNED_IN)
def job_file(db: Session, uid: str, file: str) -> ResponseReturnValue:
    """Send a file that a job made, to be kept or, with ``show``, to be looked at and printed."""
    found = file_in(db, job_for(db, uid).id, file, now=utcnow())
    response = Response(open_file(found, secret=settings().secret), content_type=found.mime)
    way = "inline" if "show" in request.args else "attachment"
    response.headers["Content-Disposition"] = disposition(way, found.name)
    return response


@desk.post("/<uid>/files/<file>/delete")
@page
@needs(SIGNED_IN)
def delete_job_file(db: Session, uid: str, file: str) -> ResponseReturnValue:
    """Delete a file that a job made before its time is over."""
    found = file_in(db, job_for(db, uid).id, file, now=utcnow())
    actor = current_person()
    audit.record(db, "delete_job_file", by=actor.id, of=f"job:{uid}", detail={"name": found.name})
    db.delete(found)
    return redirect(url_for("jobs.job_page", uid=uid))
