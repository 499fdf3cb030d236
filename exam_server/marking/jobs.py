"""Marking as long work: no transaction is long, nothing half marked is ever seen."""

from exam_server.clock import utcnow
from exam_server.errors import ConflictError
from exam_server.jobs import Work
from exam_server.marking.models import MarkingRun
from exam_server.marking.papers import mark_papers, read_papers
from exam_server.marking.service import begin_run, discard_some, portions, publish_run, store_rows
from exam_server.marking.written_marks import portions_of, with_persons_marks, written_in
from exam_server.seating.form_opening import open_some_forms
from exam_server.seating.models import ExamSession
from exam_server.written.gathering import gather

TRIES = 3
PORTIONS_PER_PROGRESS = 10


def mark_in_portions(work: Work, exam_session: ExamSession) -> int:
    """Mark an exam session; return the number of the marking.

    A sitting that changes meanwhile (late work taken in, made void) begins it anew. Raises
    ConflictError: ``still_running``, ``nothing_to_mark``, ``changed_while_marking``.
    """
    for attempt in range(1, TRIES + 1):
        try:
            return _mark_once(work, exam_session)
        except ConflictError as refused:
            if refused.code != "changed_while_marking" or attempt == TRIES:
                raise
        finally:
            _discard_unpublished(work, exam_session.id)
    raise AssertionError  # the last try returns or raises


def _mark_once(work: Work, exam_session: ExamSession) -> int:
    with work.reading() as db:
        papers = read_papers(db, exam_session)
    for portion in portions_of(written_in(papers)):
        with work.writing() as db:
            gather(db, exam_session, portion, now=utcnow())
    with work.reading() as db:
        papers = with_persons_marks(db, exam_session, papers)
    marked = mark_papers(papers)
    _open_own_forms(work, exam_session)
    with work.writing() as db:
        run_id = begin_run(db, exam_session, by=work.person_id, now=utcnow()).id
    total = sum(len(paper.rows) for paper in marked)
    done = 0
    for number, rows in enumerate(portions(run_id, marked), start=1):
        with work.writing() as db:
            store_rows(db, rows)
        done += len(rows)
        if number % PORTIONS_PER_PROGRESS == 0 or done == total:
            work.progress(done, total)
    with work.writing() as db:
        run = db.get_one(MarkingRun, run_id)
        publish_run(db, run, papers, marked, now=utcnow())
    return run_id


def _open_own_forms(work: Work, exam_session: ExamSession) -> None:
    """Open candidates' own forms in portions, where closing has not done so yet."""
    is_more = exam_session.has_own_forms
    while is_more:
        with work.writing() as db:
            is_more = open_some_forms(db, exam_session, now=utcnow())


def _discard_unpublished(work: Work, exam_session_id: int) -> None:
    """Remove what this try, or one whose process was killed, has left unpublished."""
    is_more = True
    while is_more:
        with work.writing() as db:
            is_more = discard_some(db, exam_session_id)
