"""Lists of candidates registered in short transactions, all or none."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from exam_server.actors import Actor
from exam_server.audit import AuditEntry
from exam_server.batches import registering
from exam_server.batches.models import Batch, Candidate, Registration, StagedRegistration
from exam_server.db import Database
from exam_server.errors import ConflictError, InvalidInputError
from exam_server.tables_in import SheetRow
from tests.factories import NOW, actor_of, make_batch, make_organization, make_person


def row(number: int, **cells: str) -> SheetRow:
    usual = {"name": f"考生{number}", "id_type": "passport", "id_number": f"P{number:05}"}
    return SheetRow(number, {**usual, "employer": "", "ticket": "", **cells})


@pytest.fixture
def office(database: Database) -> tuple[Actor, int, int]:
    """Return an officer and two batches of the organization."""
    with database.writing() as db:
        owner = make_organization(db)
        officer = actor_of(make_person(db, "exam_officer", organization=owner))
        first, second = make_batch(db, owner, code="AA"), make_batch(db, owner, code="BB")
        return officer, first.id, second.id


def count(store: Database, kind: type[Candidate | Registration | StagedRegistration]) -> int:
    with store.reading() as db:
        return db.scalar(select(func.count()).select_from(kind)) or 0


def counts(store: Database) -> tuple[int, int, int]:
    return count(store, Candidate), count(store, Registration), count(store, StagedRegistration)


def test_a_long_list_is_registered_in_its_order_with_the_people_known_before(
    database: Database, office: tuple[Actor, int, int]
) -> None:
    officer, first, second = office
    rows = [row(number, employer="一厂") for number in range(1, 451)]
    assert registering.register_list(database, officer, first, rows, now=NOW) == 450
    again = [row(number, employer="二厂" if number == 7 else "") for number in range(1, 11)]
    more = [*again, row(900, ticket="X-0001"), row(901)]
    assert registering.register_list(database, officer, second, more, now=NOW) == 12
    assert counts(database) == (452, 462, 0)
    with database.reading() as db:
        chosen = select(Registration).where(Registration.batch_id == second)
        found = db.scalars(chosen.order_by(Registration.id)).all()
        assert [each.candidate.name for each in found] == [r.cells["name"] for r in more]
        tickets = [each.ticket for each in found]
        assert (tickets[0], tickets[9], tickets[10], tickets[11]) == (
            *("BB0001", "BB0010"),
            *("X-0001", "BB0011"),
        )
        employers = [each.candidate.employer for each in found[5:8]]
        assert employers == ["一厂", "二厂", "一厂"]
        entries = db.scalars(select(AuditEntry).where(AuditEntry.act == "register_candidates"))
        assert [entry.detail["count"] for entry in entries] == [450, 12]


def test_a_wrong_row_leaves_nothing_behind(
    database: Database, office: tuple[Actor, int, int]
) -> None:
    officer, first, _ = office
    with pytest.raises(InvalidInputError, match="candidates_refused"):
        registering.register_list(database, officer, first, [row(1), row(2, name="")], now=NOW)
    assert counts(database) == (0, 0, 0)


@pytest.mark.parametrize("taken", ["ticket", "person"])
def test_what_a_colleague_registers_meanwhile_stops_the_whole_list(
    database: Database, office: tuple[Actor, int, int], taken: str
) -> None:
    officer, first, _ = office
    cells = {"ticket": "T-0001"} if taken == "ticket" else {"id_number": "P00001"}
    with database.reading() as db:
        rows = [row(1, ticket="T-0001"), row(2)]
        listed = registering.prepared(db, db.get_one(Batch, first), rows, now=NOW)
    with database.writing() as db:
        db.execute(insert(StagedRegistration), listed.rows)
        colleagues = row(99, **cells)
        registering.register_candidates(
            db, officer, db.get_one(Batch, first), [colleagues], now=NOW
        )
    with pytest.raises(ConflictError, match="list_changed_meanwhile"), database.writing() as db:
        registering.publish(db, officer, db.get_one(Batch, first), listed)
    assert counts(database)[:2] == (1, 1)


def test_a_list_left_behind_by_a_power_cut_is_removed_after_its_time(
    database: Database, office: tuple[Actor, int, int]
) -> None:
    _, first, _ = office
    with database.reading() as db:
        listed = registering.prepared(db, db.get_one(Batch, first), [row(1)], now=NOW)
    with database.writing() as db:
        db.execute(insert(StagedRegistration), listed.rows)
    registering.remove_left_behind(database, now=NOW + timedelta(minutes=59))
    assert count(database, StagedRegistration) == 1
    registering.remove_left_behind(database, now=NOW + timedelta(hours=1))
    assert count(database, StagedRegistration) == 0
