"""A copy of the store alone does not tell what will be asked; after the exam all is open."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.bank.models import ItemVersion
from exam_server.db import Base, Database
from exam_server.delivery import closing
from exam_server.errors import ConflictError
from exam_server.forms.assembling import solve, store_forms
from exam_server.forms.bank_pool import pool_of
from exam_server.forms.custody import form_items, held_in, order_of, unopened_holding
from exam_server.forms.models import AssemblyRun, Form, FormItem, PaperStructure
from exam_server.forms.seeds import Seed, number_of, seal_seed
from exam_server.keyring import Keyring
from exam_server.marking.models import ResponseScore
from exam_server.marking.service import mark_exam_session
from exam_server.seating import planning, release_asking
from exam_server.seating.models import ExamSession, RoomRun, Sitting
from exam_server.seating.orders import OrderFacts
from exam_server.tables import METADATA
from itembank.assembly import Assembly
from tests.factories import (
    NOW,
    actor_of,
    add,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_item,
    make_organization,
    make_person,
    make_registration,
    make_sitting,
)

CHOSEN_SEED = 7
N_ITEMS = 6
BANK = {  # the bank's own tables: its desk knows no forms
    mapper.local_table.name
    for mapper in Base.registry.mappers
    if mapper.class_.__module__.startswith("exam_server.bank.")
}
SECTION = {"type": "single", "title": "单选", "count": N_ITEMS, "mark": "1"}


@dataclass
class Store:
    """A store with assembled forms that are released; what its files held before that."""

    database: Database
    exam_session_id: int

    @property
    def path(self) -> Path:
        return Path(self.database.engine.url.database or "")

    def fold(self) -> None:
        """Bring everything into the one file; what is written next stands in the journal."""
        with self.database.engine.connect() as connection:
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.fixture
def store(sqlite_database: Database) -> Store:
    """A bank, folded into the file; then all that leads to released papers, in the journal."""
    found = Store(sqlite_database, 0)
    with sqlite_database.writing() as db:
        structure_id = _bank(db)
    found.fold()
    with sqlite_database.writing() as db:
        found.exam_session_id = _released(db, db.get_one(PaperStructure, structure_id)).id
    return found


def _bank(db: Session) -> int:
    blueprint = make_blueprint(db, make_organization(db), n_points=15)
    for number, point in enumerate(p for area in blueprint.areas for p in area.points):
        version = make_item(db, point)
        version.item.code = f"CODE-{number:04}"
        options = [{"id": f"opt{number}-{o}", "content": o, "fixed": False} for o in "ABCD"]
        version.content = {**version.content, "options": options, "stem": f"<p>stem{number}x</p>"}
        version.key = {"correct": [f"opt{number}-A"]}
    structure = PaperStructure(
        blueprint=blueprint,
        title="卷",
        minutes=60,
        demand={"sections": [SECTION]},
        created_at=NOW,
    )
    return add(db, structure).id


def _released(db: Session, structure: PaperStructure) -> ExamSession:
    """Do as officers do: assemble with a chosen seed, plan, draw seats, release by two."""
    run = AssemblyRun(paper_structure=structure, n_forms=2, created_at=NOW)
    seal_seed(db, run, Seed(CHOSEN_SEED))
    add(db, run)
    pool = pool_of(db, structure)
    found = solve(structure, [item for item, _ in pool], 2, number_of(db, run))
    store_forms(db, run, found, pool)
    organization_id = structure.blueprint.organization_id
    batch = make_batch(db, add(db, make_organization(db), id=organization_id + 100))
    for _ in range(4):
        make_registration(db, batch)
    exam_session = make_exam_session(db, batch, assembly_run=run)
    officers = [
        actor_of(make_person(db, "exam_officer", organization=batch.programme.organization))
        for _ in range(2)
    ]
    planning.draw(db, officers[0], exam_session, seed=1)
    asked = release_asking.AskIn(reason="试")
    request = release_asking.ask_for_release(db, officers[0], exam_session, asked, now=NOW)
    granted = release_asking.ReleaseIn(request=request.uid)
    release_asking.release_asked(
        db, officers[1], exam_session, granted, secret=b"another secret", now=NOW
    )
    return exam_session


def cells(db: Session) -> Iterator[tuple[str, str]]:
    """Give every cell of every table but the bank's own, as text."""
    for table in METADATA.sorted_tables:
        if table.name not in BANK:
            for row in db.execute(select(table)).mappings():
                for name, value in row.items():
                    raw = value.decode("latin-1") if isinstance(value, bytes) else value
                    yield f"{table.name}.{name}", json.dumps(raw, default=str, ensure_ascii=False)


def test_no_row_and_no_byte_beside_the_bank_names_an_item_of_a_form(store: Store) -> None:
    journal = Path(f"{store.path}-wal").read_bytes()
    with store.database.reading() as db:
        forms = db.scalars(select(Form)).all()
        telling: set[str] = set()
        for version in db.scalars(select(ItemVersion)):
            options = [option["id"] for option in version.content["options"]]
            telling |= {version.item.uid, version.item.code, *options}
            telling.add(version.content["stem"])
        for where, text in cells(db):
            found = [each for each in telling if each in text]
            assert found == [], where
        assert db.scalars(select(FormItem)).all() == []
        assert [len(held_in(db, form)) for form in forms] == [N_ITEMS, N_ITEMS]
    assert forms[0].uid.encode() in journal  # it is what was written
    assert [each for each in telling if each.encode() in journal] == []


def test_no_table_points_to_an_item_of_a_form(store: Store) -> None:
    with store.database.reading() as db:
        for table in METADATA.sorted_tables:
            keys = {key.column.table.name for key in table.foreign_keys}
            assert table.name not in BANK or not keys & {"form", "assembly_run"}
            if keys & {"item", "item_version"} and table.name not in BANK:
                assert db.execute(select(table)).all() == [], table.name


def test_the_seed_that_somebody_chose_does_not_make_the_forms_again(store: Store) -> None:
    with store.database.reading() as db:
        run = db.scalars(select(AssemblyRun)).one()
        pool = pool_of(db, run.paper_structure)
        items, ids = [item for item, _ in pool], {item.id: version for item, version in pool}
        stored = [{each.item_version_id for each in held_in(db, form)} for form in run.forms]

        def made(number: int) -> list[set[int]]:
            found = solve(run.paper_structure, items, 2, number)
            assert isinstance(found, Assembly)
            return [{ids[code] for code in form} for form in found.forms]

        assert made(number_of(db, run)) == stored
        assert made(CHOSEN_SEED) != stored


def close_all(database: Database, *, minute: int = 90) -> None:
    with database.writing() as db:
        now = NOW + timedelta(minutes=minute)
        for sitting in db.scalars(select(Sitting)):
            sitting.status = "handed_in"
        at_work = RoomRun.exam_session.has(ExamSession.state == "released")
        for room in db.scalars(select(RoomRun).where(at_work)):
            room.started_at = room.started_at or NOW
        db.flush()
        closing.close_rooms(db, closing.rooms_to_close(db, now=now), now=now)


def test_forms_open_when_their_exam_session_closes_and_are_marked(database: Database) -> None:
    with database.writing() as db:
        organization = make_organization(db)
        run = make_forms(db, make_blueprint(db, organization), n_forms=2, n_items=3)
        batch = make_batch(db, organization)
        exam_session = make_exam_session(db, batch, assembly_run=run, state="released")
        make_sitting(db, exam_session, form=run.forms[0])
        before = held_in(db, run.forms[0])
    close_all(database)
    with database.writing() as db:
        used, unused = db.scalars(select(Form).order_by(Form.code)).all()
        assert used.opened_at is not None
        assert unused.opened_at is None  # nobody has seen it
        assert held_in(db, used) == before
        rows = db.scalars(select(FormItem).order_by(FormItem.position)).all()
        assert [(row.form_id, row.item_version_id) for row in rows] == [
            (used.id, each.item_version_id) for each in before
        ]
        mark_exam_session(db, db.scalars(select(ExamSession)).one(), by=None, now=NOW)
        assert len(db.scalars(select(ResponseScore)).all()) == 3


def test_forms_asked_again_stay_in_custody_and_unmarked_until_the_last_is_over(
    database: Database,
) -> None:
    with database.writing() as db:
        organization = make_organization(db)
        run = make_forms(db, make_blueprint(db, organization), n_forms=1, n_items=3)
        batch = make_batch(db, organization)
        first = make_exam_session(db, batch, assembly_run=run, state="released")
        make_sitting(db, first, form=run.forms[0])
        afternoon = NOW + timedelta(hours=5)
        second = make_exam_session(db, batch, assembly_run=run, planned_start=afternoon)
        ids = first.id, second.id
    close_all(database)
    with database.writing() as db:
        first, second = (db.get_one(ExamSession, each) for each in ids)
        assert first.state == "closed"
        assert db.scalars(select(FormItem)).all() == []
        with pytest.raises(ConflictError, match="forms_in_custody"):
            mark_exam_session(db, first, by=None, now=NOW + timedelta(hours=3))
        make_sitting(db, second, form=db.scalars(select(Form)).one())
        second.state = "released"
    close_all(database, minute=600)
    with database.writing() as db:
        assert len(db.scalars(select(FormItem)).all()) == 3
        mark_exam_session(db, db.get_one(ExamSession, ids[0]), by=None, now=NOW)


def test_a_plan_that_was_never_held_keeps_no_marking_waiting(db: Session) -> None:
    organization = make_organization(db)
    run = make_forms(db, make_blueprint(db, organization), n_forms=1, n_items=3)
    batch = make_batch(db, organization)
    exam_session = make_exam_session(db, batch, assembly_run=run)
    make_sitting(db, exam_session, form=run.forms[0], status="handed_in")
    make_exam_session(db, batch, assembly_run=run)
    with pytest.raises(ConflictError, match="forms_in_custody"):
        mark_exam_session(db, exam_session, by=None, now=NOW + timedelta(hours=2))
    mark_exam_session(db, exam_session, by=None, now=NOW + timedelta(days=2))


def test_another_secret_opens_nothing_an_older_one_does_and_closing_never_fails(
    sqlite_database: Database,
) -> None:
    old, new = b"o" * 32, b"n" * 32
    database = Database(str(sqlite_database.engine.url), keyring=Keyring(lambda: [old]))
    with database.writing() as db:
        organization = make_organization(db)
        run = make_forms(db, make_blueprint(db, organization), n_forms=1, n_items=3)
        batch = make_batch(db, organization)
        exam_session = make_exam_session(db, batch, assembly_run=run, state="released")
        make_sitting(db, exam_session, form=run.forms[0])
    database.keyring = Keyring(lambda: [new])
    with database.reading() as db:
        form = db.scalars(select(Form)).one()
        with pytest.raises(ConflictError, match="server_secret_missing"):
            form_items(db, form)
    close_all(database)
    with database.reading() as db:
        assert db.scalars(select(ExamSession.state)).one() == "closed"
        assert db.scalars(select(FormItem)).all() == []
    database.keyring = Keyring(lambda: [new, old])
    with database.writing() as db:
        assert len(form_items(db, db.scalars(select(Form)).one())) == 3
        mark_exam_session(db, db.scalars(select(ExamSession)).one(), by=None, now=NOW)
        assert len(db.scalars(select(FormItem)).all()) == 3
    database.close()


def test_a_list_put_to_another_form_or_changed_is_not_taken(db: Session) -> None:
    run = make_forms(db, make_blueprint(db, make_organization(db)))
    first, second = run.forms
    first.sealed_items, kept = second.sealed_items, first.sealed_items
    with pytest.raises(InvalidTag):
        held_in(db, first)
    first.sealed_items = kept[:-1] + bytes([kept[-1] ^ 1])
    with pytest.raises(InvalidTag):
        held_in(db, first)


def test_lists_and_orders_of_other_items_are_as_long(db: Session) -> None:
    run = make_forms(db, make_blueprint(db, make_organization(db)), n_items=40)
    assert len({len(form.sealed_items) for form in run.forms}) == 1


def test_forms_in_custody_that_hold_an_item_are_found(db: Session) -> None:
    organization, other = make_organization(db), make_organization(db)
    run = make_forms(db, make_blueprint(db, organization), n_items=3)
    make_forms(db, make_blueprint(db, other))
    wanted = held_in(db, run.forms[1])[2].item_version_id
    assert unopened_holding(db, organization.id, [wanted]) == [run.forms[1]]
    assert unopened_holding(db, other.id, [wanted]) == []


def test_orders_are_kept_through_sealing(db: Session) -> None:
    form = make_forms(db, make_blueprint(db, make_organization(db))).forms[0]
    facts = OrderFacts.of(db, form)
    sealed = facts.drawn(db, np.random.default_rng(3))
    assert order_of(db, form, sealed) == facts.shown(np.random.default_rng(3))
