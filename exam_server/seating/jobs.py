"""Long work of the seating desk: paper documents, and tickets with fresh login codes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.batches.models import Registration
from exam_server.batches.rules import masked_id
from exam_server.batches.tickets import code_hash, new_code
from exam_server.clock import utcnow
from exam_server.documents.typesetting import pdf
from exam_server.errors import ConflictError
from exam_server.forms.models import AssemblyRun
from exam_server.job_files import Made, keep_file
from exam_server.jobs import JobFunction, Work
from exam_server.seating.adaptive_papers import SEAL
from exam_server.seating.adaptive_sealing import seal_pool
from exam_server.seating.form_opening import FORMS_AT_ONCE, OPEN_FORMS, open_some_forms
from exam_server.seating.models import ExamSession
from exam_server.seating.ordering_papers import PAPERS, TICKETS
from exam_server.seating.own_forms import AGAIN, MAKE
from exam_server.seating.own_making import make_again, make_own_forms
from exam_server.seating.own_proofs import OWN_PROOF, own_proof_facts
from exam_server.seating.papers import list_papers, ticket_papers
from exam_server.tables_out import csv_text

TICKETS_KEPT_FOR = timedelta(hours=1)
PROOF_KEPT_FOR = timedelta(hours=1)
PDF = "application/pdf"
NAMES = {
    "zh": {
        "tickets": "准考证",
        "codes": "登录口令",
        "seat_chart": "座次图",
        "attendance": "签到表",
        "door_list": "门贴",
        "desk_labels": "桌贴",
    },
    "en": {
        "tickets": "tickets",
        "codes": "login codes",
        "seat_chart": "seat chart",
        "attendance": "attendance sheet",
        "door_list": "door list",
        "desk_labels": "desk labels",
    },
}
HEADINGS = {
    "zh": ("准考证号", "姓名", "登录口令", "考场", "座位"),
    "en": ("Ticket", "Name", "Login code", "Room", "Seat"),
}


def make_papers(work: Work) -> dict[str, Any]:
    """Make the documents asked for, a file each."""
    kinds, language = work.payload["kinds"], work.payload["language"]
    with work.reading() as db:
        exam_session = db.get_one(ExamSession, work.payload["exam_session"])
        papers = list_papers(db, exam_session, language=language, now=utcnow())
    made = []
    for number, kind in enumerate(kinds):
        work.progress(number, len(kinds))
        body = pdf(kind, papers.facts, pictures=papers.pictures, more_fonts=work.settings.fonts)
        made.append(Made(_name(papers.facts, kind, "pdf"), PDF, body))
    with work.writing() as db:
        for each in made:
            keep_file(db, work.job_id, each, secret=work.settings.secret, now=utcnow())
    return {"files": len(made)}


def make_tickets(work: Work) -> dict[str, Any]:
    """Issue login codes and print them; codes count only once the tickets are made and kept.

    The files are kept encrypted for an hour; nothing else holds a code.
    """
    language, now = work.payload["language"], utcnow()
    with work.reading() as db:
        exam_session = db.get_one(ExamSession, work.payload["exam_session"])
        chosen = select(Registration).where(Registration.id.in_(work.payload["registrations"]))
        before = {each.id: each.code_hash for each in db.scalars(chosen)}
        codes = {registration_id: new_code() for registration_id in before}
        papers = ticket_papers(db, exam_session, codes, language=language, now=now)
    work.progress(1, 3)
    facts = {**papers.facts, "per_page": work.payload["per_page"]}
    if work.payload["is_masked"]:
        for each in facts["candidates"]:
            each["id_number"] = masked_id(each["id_number"])
    body = pdf("tickets", facts, pictures=papers.pictures, more_fonts=work.settings.fonts)
    work.progress(2, 3)
    made = [
        Made(_name(facts, "tickets", "pdf"), PDF, body),
        Made(_name(facts, "codes", "csv"), "text/csv; charset=utf-8", _codes_table(facts)),
    ]
    with work.writing() as db:
        _issue(db, work, codes, before, now=now)
        for file in made:
            keep_file(
                db,
                work.job_id,
                file,
                secret=work.settings.secret,
                now=now,
                keep_for=TICKETS_KEPT_FOR,
            )
    return {"count": len(codes)}


def _issue(
    db: Session,
    work: Work,
    codes: Mapping[int, str],
    before: Mapping[int, str | None],
    *,
    now: datetime,
) -> None:
    """Store the codes' hashes; refused when another batch of tickets came in between."""
    chosen = select(Registration).where(Registration.id.in_(codes))
    registered = db.scalars(chosen.order_by(Registration.id).with_for_update()).all()
    for each in registered:
        if each.code_hash != before[each.id] or each.withdrawn_at is not None:
            raise ConflictError("tickets_overtaken")
        each.code_hash = code_hash(work.settings.secret, each.ticket, codes[each.id])
        each.code_issued_at = now
    batch = registered[0].batch
    detail = {"count": len(registered), "as": "tickets"}
    audit.record(db, "issue_codes", by=work.person_id, of=f"batch:{batch.uid}", detail=detail)


def _codes_table(facts: Mapping[str, Any]) -> bytes:
    rows = [
        (
            each["ticket"],
            each["name"],
            each["code"],
            each["room"]["name"] if each["room"] else "",
            each["seat"],
        )
        for each in facts["candidates"]
    ]
    return csv_text(HEADINGS[facts["language"]], rows).encode("utf-8")


def _name(facts: Mapping[str, Any], kind: str, ending: str) -> str:
    words = NAMES[facts["language"]][kind]
    name = f"{facts['batch']['code']} {facts['exam_session']['name']} {words}.{ending}"
    return name.replace("/", "-").replace("\\", "-")


def open_own_forms(work: Work) -> dict[str, Any]:
    """Open the own forms of an exam session that has closed, a few in each transaction.

    Where they are still to be asked elsewhere they stay in custody: marking opens them later.
    """
    count, is_more = 0, True
    with work.reading() as db:
        exam_session = db.get_one(ExamSession, work.payload["exam_session"])
    while is_more:
        with work.writing() as db:
            is_more = open_some_forms(db, exam_session, now=utcnow())
        count += FORMS_AT_ONCE if is_more else 0
        work.progress(count, count)
    return {"count": count}


def print_own_proof(work: Work) -> dict[str, Any]:
    """Set the proof of candidates' own forms as a PDF, kept encrypted for an hour."""
    language, words, now = work.payload["language"], work.payload["words"], utcnow()
    work.progress(0, 2)
    with work.reading() as db:
        exam_session = db.get_one(ExamSession, work.payload["exam_session"])
        run = db.get_one(AssemblyRun, work.payload["run"])
        if exam_session.own_run_id != run.id:
            raise ConflictError("own_forms_overtaken")
        facts = own_proof_facts(db, exam_session, run, language=language, words=words, now=now)
    work.progress(1, 2)
    body = pdf("own_proof", facts, more_fonts=work.settings.fonts)
    name = f"{facts['exam_session']} {facts['title']}.pdf".replace("/", "-").replace("\\", "-")
    with work.writing() as db:
        made, secret = Made(name, PDF, body), work.settings.secret
        keep_file(db, work.job_id, made, secret=secret, now=now, keep_for=PROOF_KEPT_FOR)
    return {"files": 1}


JOBS: dict[str, JobFunction] = {
    PAPERS: make_papers,
    TICKETS: make_tickets,
    MAKE: make_own_forms,
    AGAIN: make_again,
    OPEN_FORMS: open_own_forms,
    SEAL: seal_pool,
    OWN_PROOF: print_own_proof,
}
