"""The sample organization: its people, programme and rule set."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.accounts import service as accounts
from exam_server.accounts.models import Person
from exam_server.actors import Actor
from exam_server.errors import NotFoundError
from exam_server.programmes.models import Occupation, Organization, Programme, RuleSet

ORGANIZATION = "DEMO"
PASSWORD = "exam-demo-2026"  # noqa: S105 - sample accounts, printed by the demonstration
STAFF = (
    ("officer", "陈立（考务）", ("exam_officer",)),
    ("officer2", "孟洁（考务）", ("exam_officer",)),
    ("writer", "林珊（命题）", ("item_writer",)),
    ("writer2", "钱峰（命题）", ("item_writer",)),
    ("reviewer", "高远（审题）", ("reviewer",)),
    ("chief", "周岚（主监考）", ("chief_proctor", "proctor")),
    ("proctor", "吴敏（监考）", ("proctor",)),
    ("proctor2", "方勇（监考）", ("proctor",)),
    ("proctor3", "白雪（监考）", ("proctor",)),
    ("examiner", "何川（考评）", ("examiner",)),
    ("examiner2", "石磊（考评）", ("examiner",)),
    ("examiner3", "尹红（考评）", ("examiner",)),
    ("expert", "沈静（合格线专家）", ("panel_member",)),
    ("expert2", "罗平（合格线专家）", ("panel_member",)),
    ("expert3", "段成（合格线专家）", ("panel_member",)),
    ("expert4", "袁丽（合格线专家）", ("panel_member",)),
    ("expert5", "邹凯（合格线专家）", ("panel_member",)),
    ("expert6", "龚雪（合格线专家）", ("panel_member",)),
    ("supervisor", "顾诚（质量督导）", ("quality_supervisor",)),
    ("admin", "管理员", ("administrator",)),
    ("admin2", "管理员（复核）", ("administrator",)),
    ("auditor", "江涛（审计）", ("auditor",)),
)


def add_organization(db: Session) -> Organization:
    """Add the sample organization."""
    organization = Organization(
        code=ORGANIZATION, name="示例职业技能评价中心（样例数据）", kind="training"
    )
    db.add(organization)
    db.flush()
    return organization


def add_staff(
    db: Session, organization: Organization, *, password_hash: str, now: datetime
) -> dict[str, Person]:
    """Add an account for every role; all share the demonstration's password."""
    people = {}
    for username, name, roles in STAFF:
        person = accounts.add_person(
            db, username=username, name=name, password_hash=password_hash, by=None
        )
        for role in roles:
            accounts.grant_role(db, person, role, organization.id, by=None, now=now)
        people[username] = person
    db.flush()
    return people


def add_programme(db: Session, organization: Organization) -> tuple[Programme, RuleSet]:
    """Add electrician, level 4, and a rule set of weights 40, 50 and 10."""
    occupation = db.scalar(select(Occupation).where(Occupation.code == "6-31-01-03"))
    occupation = occupation or Occupation(code="6-31-01-03", name="电工", name_en="Electrician")
    programme = Programme(organization=organization, occupation=occupation, level=4)
    rule_set = RuleSet(
        organization=organization,
        name="示例规则",
        valid_from=date(2025, 1, 1),
        pass_mark=Decimal(60),
        theory_weight=Decimal(40),
        practical_weight=Decimal(50),
        performance_weight=Decimal(10),
        theory_minimum=Decimal(60),
        practical_minimum=Decimal(60),
        late_limit_min=30,
        hand_in_after_min=0,
    )
    db.add_all([programme, rule_set])
    db.flush()
    return programme, rule_set


def sample_staff(db: Session, username: str) -> Actor:
    """Return a member of the sample staff; raises NotFoundError: ``no_such_person``."""
    person = accounts.person_by_username(db, username)
    actor = accounts.actor_of(db, person.uid, person.sign_in_number)
    if actor is None:
        raise NotFoundError("no_such_person", username=username)
    return actor
