"""The audit record as the auditors of an organization read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from exam_server.accounts.models import Person, RoleHolding
from exam_server.actors import Actor
from exam_server.adaptive.models import AdaptivePlan
from exam_server.audit import AuditEntry
from exam_server.bank.models import Blueprint, Item, Picture
from exam_server.batches.models import Batch, Candidate, Registration
from exam_server.forms.models import AssemblyRun, Form, PaperStructure
from exam_server.jobs import Job
from exam_server.marking.models import MarkingRun
from exam_server.programmes.models import Occupation, Organization, Programme, RuleSet
from exam_server.seating.models import ExamSession, Room, RoomRun, Site, Sitting
from exam_server.standards.models import StandardPanel
from exam_server.written.models import WrittenAnswer, WrittenTask

AUDITOR = "auditor"
PAGE_SIZE = 100
MOST_EXPORTED = 50_000
Column = Any  # a mapped attribute or an expression of them


@dataclass(frozen=True)
class Kind:
    """A kind of object: names outside, the organization each belongs to, what people say."""

    uid: Column
    owner: Column
    label: Column
    joins: tuple[Any, ...] = ()

    def select(self, *columns: Column) -> Select[Any]:
        """Return a query for columns of the objects, joined up to their owner."""
        chosen = select(*columns)
        for path in self.joins:
            chosen = chosen.join_from(*path) if isinstance(path, tuple) else chosen.join(path)
        return chosen


_to_bank = (AssemblyRun.paper_structure, PaperStructure.blueprint)
OWNERS: Mapping[str, Kind] = {
    "organization": Kind(Organization.uid, Organization.id, Organization.name),
    "programme": Kind(
        Programme.uid, Programme.organization_id, Occupation.name, (Programme.occupation,)
    ),
    "rule_set": Kind(RuleSet.uid, RuleSet.organization_id, RuleSet.name),
    "blueprint": Kind(Blueprint.uid, Blueprint.organization_id, Blueprint.title),
    "item": Kind(Item.uid, Blueprint.organization_id, Item.code, (Item.blueprint,)),
    "picture": Kind(Picture.sha256, Picture.organization_id, Picture.sha256),
    "batch": Kind(Batch.uid, Batch.organization_id, Batch.name),
    "candidate": Kind(Candidate.uid, Candidate.organization_id, Candidate.name),
    "registration": Kind(
        Registration.uid, Batch.organization_id, Registration.ticket, (Registration.batch,)
    ),
    "paper_structure": Kind(
        PaperStructure.uid,
        Blueprint.organization_id,
        PaperStructure.title,
        (PaperStructure.blueprint,),
    ),
    "adaptive_plan": Kind(
        AdaptivePlan.uid,
        Blueprint.organization_id,
        AdaptivePlan.title,
        (AdaptivePlan.structure, PaperStructure.blueprint),
    ),
    "assembly_run": Kind(
        AssemblyRun.uid, Blueprint.organization_id, PaperStructure.title, _to_bank
    ),
    "form": Kind(
        Form.uid,
        Blueprint.organization_id,
        PaperStructure.title + " " + Form.code,
        (Form.run, *_to_bank),
    ),
    "job": Kind(Job.uid, Job.organization_id, Job.title),
    "marking_run": Kind(
        MarkingRun.uid,
        ExamSession.organization_id,
        ExamSession.name,
        ((MarkingRun, ExamSession, MarkingRun.exam_session_id == ExamSession.id),),
    ),
    "site": Kind(Site.uid, Site.organization_id, Site.name),
    "room": Kind(Room.uid, Site.organization_id, Room.name, (Room.site,)),
    "exam_session": Kind(ExamSession.uid, ExamSession.organization_id, ExamSession.name),
    "room_run": Kind(
        cast(RoomRun.id, String),
        ExamSession.organization_id,
        ExamSession.name + " " + Room.name,
        (RoomRun.exam_session, RoomRun.room),
    ),
    "written_task": Kind(
        WrittenTask.uid,
        ExamSession.organization_id,
        ExamSession.name,
        ((WrittenTask, ExamSession, WrittenTask.exam_session_id == ExamSession.id),),
    ),
    "written_answer": Kind(
        WrittenAnswer.uid,
        ExamSession.organization_id,
        ExamSession.name,
        (
            WrittenAnswer.task,
            (WrittenTask, ExamSession, WrittenTask.exam_session_id == ExamSession.id),
        ),
    ),
    "standard_panel": Kind(StandardPanel.uid, StandardPanel.organization_id, StandardPanel.title),
    "sitting": Kind(
        Sitting.uid,
        ExamSession.organization_id,
        Registration.ticket,
        (Sitting.exam_session, Sitting.registration),
    ),
}

PERSON = Kind(Person.uid, Person.organization_id, Person.name)


@dataclass(frozen=True)
class Sought:
    """Which entries are wanted: of whom, which act, between which moments, before which entry."""

    person: str = ""
    act: str = ""
    start: datetime | None = None
    end: datetime | None = None
    before: int | None = None


@dataclass(frozen=True)
class Told:
    """An entry with who did it and what people call its object."""

    entry: AuditEntry
    by: Person | None
    about: str


def entries_for(
    db: Session, actor: Actor, sought: Sought, *, limit: int = PAGE_SIZE
) -> tuple[list[Told], bool]:
    """Return entries of an auditor's organizations, the newest first, and whether more follow."""
    chosen = (
        select(AuditEntry, Person)
        .outerjoin(Person, AuditEntry.person_id == Person.id)
        .where(_is_of(actor.organizations(AUDITOR)), *_fitting(sought))
        .order_by(AuditEntry.id.desc())
        .limit(limit + 1)
    )
    rows = db.execute(chosen).all()
    about = _labels(db, [row[0] for row in rows[:limit]])
    told = [Told(entry, by, about.get(entry.object, "")) for entry, by in rows[:limit]]
    return told, len(rows) > limit


def organization_names(db: Session, actor: Actor) -> dict[int, str]:
    """Return the names of an auditor's organizations."""
    wanted = actor.organizations(AUDITOR)
    chosen = select(Organization.id, Organization.name).where(Organization.id.in_(wanted))
    return {row.id: row.name for row in db.execute(chosen)}


def acts_of(db: Session, actor: Actor) -> Sequence[str]:
    """Return the acts that stand in the record of an auditor's organizations."""
    chosen = select(AuditEntry.act).where(_is_of(actor.organizations(AUDITOR))).distinct()
    return db.scalars(chosen.order_by(AuditEntry.act)).all()


def _is_of(organizations: frozenset[int]) -> ColumnElement[bool]:
    """Say which entries belong to organizations.

    An entry about an object belongs where the object does. One about a person, or about what has
    no owner of its own, belongs where that person or else the one who acted serves.
    """
    served = select(RoleHolding.person_id).where(RoleHolding.organization_id.in_(organizations))
    here = or_(Person.id.in_(served), Person.organization_id.in_(organizations))
    owned = [
        and_(
            _is_kind(name),
            _name(name).in_(kind.select(kind.uid).where(kind.owner.in_(organizations))),
        )
        for name, kind in OWNERS.items()
    ]
    about_person = and_(_is_kind("person"), _name("person").in_(select(Person.uid).where(here)))
    has_owner = or_(*(_is_kind(kind) for kind in (*OWNERS, "person")))
    others = and_(~has_owner, AuditEntry.person_id.in_(select(Person.id).where(here)))
    return or_(*owned, about_person, others)


def _is_kind(kind: str) -> ColumnElement[bool]:
    return AuditEntry.object.startswith(f"{kind}:", autoescape=True)


def _name(kind: str) -> ColumnElement[str]:
    """Return what stands behind the kind in ``kind:name``."""
    return func.substr(AuditEntry.object, len(kind) + 2)


def _fitting(sought: Sought) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if sought.person:
        named = (
            Person.name.icontains(sought.person, autoescape=True),
            Person.username.icontains(sought.person, autoescape=True),
        )
        found.append(or_(*named))
    if sought.act:
        found.append(AuditEntry.act == sought.act)
    if sought.start:
        found.append(AuditEntry.at >= sought.start)
    if sought.end:
        found.append(AuditEntry.at < sought.end)
    if sought.before:
        found.append(AuditEntry.id < sought.before)
    return found


def _labels(db: Session, entries: Sequence[AuditEntry]) -> dict[str, str]:
    """Return what people call the objects of entries; one query for each kind among them."""
    wanted: dict[str, set[str]] = {}
    for entry in entries:
        name, _, uid = entry.object.partition(":")
        wanted.setdefault(name, set()).add(uid)
    found: dict[str, str] = {}
    for name, kind in {**OWNERS, "person": PERSON}.items():
        if name in wanted:
            chosen = kind.select(kind.uid, kind.label).where(kind.uid.in_(wanted[name]))
            found |= {f"{name}:{uid}": label for uid, label in db.execute(chosen)}
    return found
