"""The sample organization: its people, programme, rule set and bank."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.accounts import service as accounts
from exam_server.accounts.models import Person
from exam_server.bank.models import Area, Blueprint, Item, ItemVersion, Point
from exam_server.demo.content import plain_text, sample_items, source
from exam_server.programmes.models import Occupation, Organization, Programme, RuleSet

ORGANIZATION = "DEMO"
PASSWORD = "exam-demo-2026"  # noqa: S105 - sample accounts, printed by the demonstration
STAFF = (
    ("officer", "陈立（考务）", ("exam_officer",)),
    ("writer", "林珊（命题）", ("item_writer",)),
    ("reviewer", "高远（审题）", ("reviewer",)),
    ("chief", "周岚（主监考）", ("chief_proctor", "proctor")),
    ("proctor", "吴敏（监考）", ("proctor",)),
    ("examiner", "何川（考评）", ("examiner",)),
    ("admin", "管理员", ("administrator",)),
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
        name="样例规则",
        valid_from=date(2026, 1, 1),
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


def add_bank(db: Session, programme: Programme, *, now: datetime) -> Blueprint:
    """Add the blueprint with its areas, points and items, all active."""
    blueprint = Blueprint(
        organization_id=programme.organization_id,
        programme_id=programme.id,
        title=source()["title"],
        is_sample=True,
        created_at=now,
    )
    db.add(blueprint)
    db.flush()
    points = add_points(db, blueprint)
    for sample in sample_items():
        item = Item(
            blueprint_id=blueprint.id,
            point=points[sample.point],
            code=sample.code,
            state="active",
            created_at=now,
        )
        version = ItemVersion(
            number=1,
            type=sample.type,
            content=sample.content,
            key=sample.key,
            search_text=plain_text(sample.content),
            difficulty=sample.difficulty,
            created_at=now,
        )
        item.versions.append(version)
        db.add(item)
    db.flush()
    return blueprint


def add_points(db: Session, blueprint: Blueprint) -> dict[str, Point]:
    """Add areas and points; return the points by their full code."""
    areas: dict[str, Area] = {}
    for place, (path, name, weight) in enumerate(source()["areas"]):
        parent, _, code = path.rpartition("-")
        area = Area(
            blueprint=blueprint,
            parent_id=areas[parent].id if parent else None,
            tier=path.count("-") + 1,
            place=place,
            code=code,
            path=path,
            name=name,
            weight=Decimal(weight),
        )
        db.add(area)
        db.flush()
        areas[path] = area
    points = {}
    for place, (full_code, name, importance) in enumerate(source()["points"]):
        path, _, code = full_code.rpartition("-")
        points[full_code] = Point(
            area=areas[path], place=place, code=code, name=name, importance=importance
        )
    db.add_all(points.values())
    db.flush()
    return points
