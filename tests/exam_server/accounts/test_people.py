"""Accounts and roles as administrators keep them."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.accounts import people, roles
from exam_server.accounts.models import Person, RoleHolding, RoleRequest
from exam_server.accounts.people import PersonIn, Sought
from exam_server.accounts.roles import RoleIn
from exam_server.accounts.rules import PAPERS_AND_MARKS, ROLES, one_time_password, password_problem
from exam_server.actors import Actor
from exam_server.announcements import Announcement
from exam_server.audit import AuditEntry
from exam_server.errors import RefusedError
from exam_server.programmes.models import Organization
from tests.factories import NOW, actor_of, make_organization, make_person


class Office:
    """An organization with two administrators and a member of staff."""

    def __init__(self, db: Session) -> None:
        self.db = db
        self.place: Organization = make_organization(db)
        self.first = self.administrator()
        self.second = self.administrator()
        self.chen = make_person(db, "proctor", organization=self.place, username="chen")

    def administrator(self) -> Actor:
        return actor_of(make_person(self.db, "administrator", organization=self.place))

    def role(self, name: str) -> RoleIn:
        return RoleIn(organization=self.place.id, role=name)

    def roles_of(self, person: Person) -> set[str]:
        self.db.flush()
        chosen = select(RoleHolding.role).where(RoleHolding.person_id == person.id)
        return set(self.db.scalars(chosen))


@pytest.fixture
def office(db: Session) -> Office:
    return Office(db)


def refused(code: str) -> "pytest.RaisesExc[RefusedError]":
    return pytest.raises(RefusedError, match=f"^{code}$")


@pytest.mark.parametrize("role", sorted(set(ROLES) - PAPERS_AND_MARKS - {"proctor"}))
def test_a_role_without_papers_or_marks_is_given_at_once(
    db: Session, office: Office, role: str
) -> None:
    assert roles.ask_for_role(db, office.first, office.chen, office.role(role), now=NOW) is None
    assert role in office.roles_of(office.chen)


@pytest.mark.parametrize("role", sorted(PAPERS_AND_MARKS))
def test_a_role_of_papers_or_marks_needs_two_administrators(
    db: Session, office: Office, role: str
) -> None:
    asked = roles.ask_for_role(db, office.first, office.chen, office.role(role), now=NOW)
    assert asked is not None
    assert role not in office.roles_of(office.chen)
    with refused("second_person_needed"):
        roles.confirm_role(db, office.first, asked.uid, now=NOW)
    roles.confirm_role(db, office.second, asked.uid, now=NOW)
    assert role in office.roles_of(office.chen)
    assert db.scalars(select(RoleRequest)).all() == []


def test_a_refused_role_is_not_given(db: Session, office: Office) -> None:
    asked = roles.ask_for_role(db, office.first, office.chen, office.role("examiner"), now=NOW)
    assert asked is not None
    roles.refuse_role(db, office.second, asked.uid)
    assert office.roles_of(office.chen) == {"proctor"}
    with refused("no_such_request"):
        roles.confirm_role(db, office.second, asked.uid, now=NOW)


def test_nobody_gives_himself_a_role_nor_confirms_his_own(db: Session, office: Office) -> None:
    me = db.get_one(Person, office.first.id)
    with refused("not_to_yourself"):
        roles.ask_for_role(db, office.first, me, office.role("proctor"), now=NOW)
    db.add(
        RoleRequest(
            person=me,
            role="examiner",
            organization_id=office.place.id,
            asked_by=office.second.id,
            asked_at=NOW,
        )
    )
    db.flush()
    waiting = db.scalars(select(RoleRequest)).one()
    with refused("not_to_yourself"):
        roles.confirm_role(db, office.first, waiting.uid, now=NOW)


def test_an_administrator_holds_no_role_of_papers_or_marks(db: Session, office: Office) -> None:
    other = db.get_one(Person, office.second.id)
    with refused("role_not_with_administrator"):
        roles.ask_for_role(db, office.first, other, office.role("exam_officer"), now=NOW)
    roles.ask_for_role(db, office.first, office.chen, office.role("examiner"), now=NOW)
    with refused("role_not_with_administrator"):  # a role asked for counts like one held
        roles.ask_for_role(db, office.first, office.chen, office.role("administrator"), now=NOW)


def test_a_role_is_asked_for_once(db: Session, office: Office) -> None:
    with refused("role_held"):
        roles.ask_for_role(db, office.first, office.chen, office.role("proctor"), now=NOW)
    roles.ask_for_role(db, office.first, office.chen, office.role("examiner"), now=NOW)
    with refused("role_asked"):
        roles.ask_for_role(db, office.second, office.chen, office.role("examiner"), now=NOW)


def test_a_role_of_another_organization_is_out_of_reach(db: Session, office: Office) -> None:
    elsewhere = RoleIn(organization=make_organization(db).id, role="proctor")
    with refused("no_such_organization"):
        roles.ask_for_role(db, office.first, office.chen, elsewhere, now=NOW)
    with refused("no_such_organization"):
        roles.withdraw_role(db, office.first, office.chen, elsewhere)


def test_a_withdrawn_role_ends_sign_ins_and_closes_consoles(db: Session, office: Office) -> None:
    before = office.chen.sign_in_number
    roles.withdraw_role(db, office.first, office.chen, office.role("proctor"))
    assert office.roles_of(office.chen) == set()
    assert office.chen.sign_in_number == before + 1
    told = db.scalars(select(Announcement)).one()
    assert (told.name, told.to) == ("signed_out", f"person:{office.chen.id}")
    with refused("role_not_held_here"):
        roles.withdraw_role(db, office.first, office.chen, office.role("proctor"))


def test_the_last_administrator_stays(db: Session, office: Office) -> None:
    first, second = (db.get_one(Person, each.id) for each in (office.first, office.second))
    roles.withdraw_role(db, office.first, second, office.role("administrator"))
    with refused("last_administrator"):
        roles.withdraw_role(db, office.first, first, office.role("administrator"))


def test_a_new_person_gets_a_one_time_password_and_is_seen(db: Session, office: Office) -> None:
    sent = PersonIn(organization=office.place.id, username="lin", name="林", role="reviewer")
    person = people.add_person(db, office.first, sent, password_hash="hash", now=NOW)
    assert person.must_change_password
    assert people.person_for(db, office.second, person.uid) is person
    assert [each.role for each in roles.requests_for(db, office.second)] == ["reviewer"]
    with refused("username_taken"):
        people.add_person(db, office.first, sent, password_hash="hash", now=NOW)


def test_accounts_of_others_are_not_found(db: Session, office: Office) -> None:
    stranger = make_person(db, "proctor")
    with refused("no_such_account"):
        people.person_for(db, office.first, stranger.uid)
    found, total = people.people_for(db, office.first, Sought())
    assert stranger not in found
    assert total == 3


def test_who_keeps_an_account_resets_and_closes_it(db: Session, office: Office) -> None:
    guest = make_person(
        db, "proctor", organization=office.place, organization_id=make_organization(db).id
    )
    for act in (
        lambda: people.reset_password(db, office.first, guest, password_hash="x"),
        lambda: people.close_account(db, office.first, guest, reason="离职"),
        lambda: people.reopen_account(db, office.first, guest, reason="返岗"),
    ):
        with refused("not_kept_here"):
            act()


def test_a_reset_password_must_be_changed_and_ends_sign_ins(db: Session, office: Office) -> None:
    before = office.chen.sign_in_number
    people.reset_password(db, office.first, office.chen, password_hash="new")
    assert office.chen.must_change_password
    assert office.chen.sign_in_number == before + 1
    me = db.get_one(Person, office.first.id)
    with refused("change_own_password"):
        people.reset_password(db, office.first, me, password_hash="new")


def test_a_closed_account_is_reopened_with_its_roles(db: Session, office: Office) -> None:
    people.close_account(db, office.first, office.chen, reason="离职")
    assert not office.chen.is_active
    with refused("account_closed"):
        people.close_account(db, office.first, office.chen, reason="离职")
    with refused("account_closed"):
        roles.ask_for_role(db, office.first, office.chen, office.role("auditor"), now=NOW)
    people.reopen_account(db, office.first, office.chen, reason="返岗")
    assert office.chen.is_active
    assert office.roles_of(office.chen) == {"proctor"}
    with refused("not_yourself"):
        people.close_account(
            db, office.first, db.get_one(Person, office.first.id), reason="不再需要"
        )


def test_the_only_administrator_of_a_place_is_not_closed(db: Session, office: Office) -> None:
    elsewhere = make_organization(db)
    head = make_person(db, "administrator", organization=elsewhere, organization_id=office.place.id)
    with refused("last_administrator"):
        people.close_account(db, office.first, head, reason="离职")


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        (Sought("CHE"), {"chen"}),
        (Sought(role="proctor"), {"chen"}),
        (Sought(role="none"), {"idle"}),
        (Sought(state="closed"), {"gone"}),
        (Sought("100%"), set()),
    ],
)
def test_people_are_found(db: Session, office: Office, sought: Sought, found: set[str]) -> None:
    make_person(db, username="idle", organization_id=office.place.id)
    make_person(db, "auditor", organization=office.place, username="gone", is_active=False)
    listed, total = people.people_for(db, office.first, sought, page=1)
    assert {each.username for each in listed} == found
    assert total == len(found)


def test_every_act_is_recorded_with_who_did_it(db: Session, office: Office) -> None:
    roles.ask_for_role(db, office.first, office.chen, office.role("auditor"), now=NOW)
    roles.withdraw_role(db, office.first, office.chen, office.role("auditor"))
    people.close_account(db, office.first, office.chen, reason="离职")
    entries = db.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [each.act for each in entries] == ["grant_role", "withdraw_role", "close_account"]
    assert {each.person_id for each in entries} == {office.first.id}
    assert {each.object for each in entries} == {f"person:{office.chen.uid}"}
    assert entries[-1].detail == {"reason": "离职"}


def test_one_time_passwords_differ_and_are_taken() -> None:
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50
    assert {password_problem(each, username="chen", old="") for each in made} == {None}


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("123456789", "password_too_short"),
        ("aaaaaaaaaaaa", "password_too_plain"),
        ("xxCHENyyzzaa", "password_has_name"),
        ("the same as ever", "password_is_old"),
        ("床前明月光，疑是地上霜", None),
    ],
)
def test_a_weak_password_is_named(password: str, code: str | None) -> None:
    assert password_problem(password, username="chen", old="the same as ever") == code
