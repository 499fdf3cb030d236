"""Exam sessions ready to be sat, with a paper of chosen items or of every type."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from exam_server.bank.models import Picture
from exam_server.batches.models import Candidate, CandidatePhoto, Registration
from exam_server.batches.tickets import code_hash
from exam_server.forms.custody import Held, seal_items
from exam_server.forms.models import AssemblyRun, Form, PaperStructure
from exam_server.programmes.models import Organization
from exam_server.seating.models import ExamSession
from exam_server.seating.releasing import release
from tests.exam_items import TYPES, Content, board_picture, every_type, face_picture
from tests.factories import (
    make_batch,
    make_blueprint,
    make_exam_session,
    make_item,
    make_organization,
    make_rule_set,
    make_sitting,
)

CODE = "ABCD2345"


@dataclass
class SatExam:
    """An exam session of one room with its tickets; the code is the same for all."""

    exam_session_uid: str
    room_run_id: int
    tickets: list[str]
    names: list[str] = field(default_factory=list)


def make_sat_exam(  # noqa: PLR0913 - what a candidate sees depends on all of it
    db: Session,
    secret: bytes,
    *,
    now: datetime,
    items: Sequence[tuple[str, Content]] | None = None,
    seats: int = 2,
    minutes: int = 60,
    rules: dict[str, Any] | None = None,
) -> SatExam:
    """Add a released exam session whose candidates may sign in at once."""
    organization = make_organization(db, name="江城职业技能评价中心")
    picture = _add_picture(db, organization)
    chosen = items if items is not None else every_type(f"media:{picture}")
    run = _run(db, organization, chosen, now=now, minutes=minutes)
    rule_set = make_rule_set(
        db, organization, **{"late_limit_min": 30, "hand_in_after_min": 0, **(rules or {})}
    )
    batch = make_batch(db, organization, rule_set=rule_set)
    exam_session = make_exam_session(
        db, batch, assembly_run=run, planned_start=now, minutes=minutes
    )
    room = exam_session.rooms[0].room
    room.site.name, room.name = "江城第一考点", "第三考场"
    registrations = [_registration(db, batch, place, secret) for place in range(seats)]
    for each in registrations:
        make_sitting(db, exam_session, registration=each, form_id=run.forms[0].id)
    release(db, exam_session, by=None, secret=secret, now=now)
    tickets = [each.ticket for each in registrations]
    names = [each.candidate.name for each in registrations]
    return SatExam(exam_session.uid, exam_session.rooms[0].id, tickets, names)


def _add_picture(db: Session, organization: Organization) -> str:
    body = board_picture()
    sha256 = hashlib.sha256(body).hexdigest()
    db.add(Picture(organization_id=organization.id, sha256=sha256, mime="image/png", body=body))
    db.flush()
    return sha256


def _run(
    db: Session,
    organization: Organization,
    items: Sequence[tuple[str, Content]],
    *,
    now: datetime,
    minutes: int,
) -> AssemblyRun:
    blueprint = make_blueprint(db, organization, n_areas=1, n_points=1)
    kinds = list(dict.fromkeys(kind for kind, _ in items))
    sections = [{"type": kind, "title": TYPES[kind], "mark": "2"} for kind in kinds]
    structure = PaperStructure(
        blueprint=blueprint,
        title="电工（四级）理论知识试卷",
        minutes=minutes,
        demand={"sections": sections},
        created_at=now,
    )
    run = AssemblyRun(paper_structure=structure, n_forms=1, created_at=now, result={})
    form = Form(code="A")
    point = blueprint.areas[0].points[0]
    held = []
    for position, (kind, content) in enumerate(_by_section(kinds, items), start=1):
        version = make_item(db, point, type=kind, content=content, key={})
        held.append(Held(position, version.id, kinds.index(kind) + 1, Decimal(2)))
    seal_items(db, form, held)
    run.forms.append(form)
    db.add(run)
    db.flush()
    return run


def _by_section(
    kinds: list[str], items: Iterable[tuple[str, Content]]
) -> list[tuple[str, Content]]:
    return sorted(items, key=lambda each: kinds.index(each[0]))


def _registration(db: Session, batch: Any, place: int, secret: bytes) -> Registration:
    names = ("王秀英", "李伟", "张敏", "刘静")
    candidate = Candidate(
        organization_id=batch.organization_id,
        name=names[place % len(names)],
        id_number=f"1101011990010110{place:02}",
    )
    row = Registration(batch=batch, candidate=candidate, ticket=f"{batch.code}X{place + 1:04}")
    row.code_hash = code_hash(secret, row.ticket, CODE)
    db.add(row)
    db.flush()
    if place == 0:
        body = face_picture()
        photo = CandidatePhoto(candidate_id=candidate.id, body=body, mime="image/png")
        photo.sha256, photo.stored_at = hashlib.sha256(body).hexdigest(), batch.created_at
        db.add(photo)
    db.flush()
    return row


def exam_session_of(db: Session, exam: SatExam) -> ExamSession:
    """Return the exam session's row."""
    return db.query(ExamSession).filter_by(uid=exam.exam_session_uid).one()
