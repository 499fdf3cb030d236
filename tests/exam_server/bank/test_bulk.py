"""Acts on many items, and undoing them; filters kept under a name."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.audit import AuditEntry
from exam_server.bank import bulk
from exam_server.bank.bulk import Wanted, act_on, last_acts, undo
from exam_server.bank.listing import ItemFilter, items_in
from exam_server.bank.models import Blueprint, Item
from exam_server.bank.saved_filters import Naming, drop_filter, filters_for, save_filter
from exam_server.bank.writing import move_item
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError
from exam_server.programmes.models import Organization
from tests.factories import NOW, actor_of, make_blueprint, make_item, make_organization, make_person


@pytest.fixture
def bank(db: Session) -> Blueprint:
    """Six active items, one at each point."""
    blueprint = make_blueprint(db, make_organization(db))
    for area in blueprint.areas:
        for place, point in enumerate(area.points):
            make_item(db, point).item.code = f"{area.code}{place}"
    db.flush()
    return blueprint


@pytest.fixture
def writer(db: Session, bank: Blueprint) -> Actor:
    return actor_of(
        make_person(db, "item_writer", organization=db.get_one(Organization, bank.organization_id))
    )


def items(db: Session) -> dict[str, Item]:
    return {item.code: item for item in db.scalars(select(Item).order_by(Item.code))}


def facts(db: Session) -> dict[str, tuple[str, int, int]]:
    db.expire_all()
    return {code: (i.state, i.point_id, i.difficulty) for code, i in items(db).items()}


@pytest.mark.parametrize(
    ("wanted", "changed"),
    [
        ({"kind": "suspend", "reason": "旧标准"}, ("suspended", None, None)),
        ({"kind": "retire", "reason": "旧标准"}, ("retired", None, None)),
        ({"kind": "move", "point": "B-003"}, (None, "B-003", None)),
        ({"kind": "difficulty", "difficulty": 5}, (None, None, 5)),
    ],
)
def test_an_act_changes_all_that_fit_and_its_undoing_brings_all_back(
    db: Session, bank: Blueprint, writer: Actor, wanted: dict[str, object], changed: object
) -> None:
    before = facts(db)
    asked = Wanted(items=ItemFilter(at="A"), **wanted)  # type: ignore[arg-type]
    done = act_on(db, writer, bank, asked, now=NOW)
    after = facts(db)
    assert (done.act.n_items, done.n_left) == (3, 0)
    assert {code for code in before if before[code] != after[code]} == {"A0", "A1", "A2"}
    kind = {"suspend": 0, "retire": 0, "move": 1, "difficulty": 2}[done.act.kind]
    assert len({after[code][kind] for code in ("A0", "A1", "A2")}) == 1
    undo(db, writer, bank, done.act.uid, now=NOW)
    assert facts(db) == before
    with pytest.raises(ConflictError):
        undo(db, writer, bank, done.act.uid, now=NOW)
    acts = db.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert list(acts) == ["bulk_act", "undo_bulk_act"]
    assert [each.undone_by for each in last_acts(db, bank)] == [writer.name]
    assert changed


def test_undoing_leaves_alone_what_was_changed_since(
    db: Session, bank: Blueprint, writer: Actor
) -> None:
    done = act_on(
        db, writer, bank, Wanted("suspend", reason="待查", items=ItemFilter(at="A")), now=NOW
    )
    move_item(db, writer, items(db)["A1"], "retire", reason="错题")
    assert undo(db, writer, bank, done.act.uid, now=NOW).n_left == 1
    assert [facts(db)[code][0] for code in ("A0", "A1", "A2")] == ["active", "retired", "active"]


def test_another_difficulty_is_another_version_that_says_the_same(
    db: Session, bank: Blueprint, writer: Actor
) -> None:
    chosen = items(db)["A0"]
    act_on(db, writer, bank, Wanted("difficulty", difficulty=5, uids=(chosen.uid,)), now=NOW)
    first, second = chosen.versions
    assert (first.difficulty, second.difficulty) == (3, 5)
    assert (first.content, first.key) == (second.content, second.key)
    assert chosen.state == "draft"  # the careful way: it is reviewed
    for by in (ItemFilter(difficulties=("5",)), ItemFilter(text=second.search_text)):
        assert [line.code for line in items_in(db, bank, by).lines] == ["A0"]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (Wanted("suspend", items=ItemFilter()), "reason_missing"),
        (Wanted("suspend", reason="x"), "nothing_chosen"),
        (Wanted("difficulty", difficulty=6, items=ItemFilter()), "no_such_difficulty"),
        (Wanted("difficulty", difficulty=3, items=ItemFilter()), "nothing_to_change"),
        (Wanted("move", point="Z-1", items=ItemFilter()), "no_such_point"),
    ],
)
def test_an_act_that_means_nothing_is_refused(
    db: Session, bank: Blueprint, writer: Actor, wanted: Wanted, code: str
) -> None:
    before = facts(db)
    with pytest.raises((InvalidInputError, ConflictError, NotFoundError)) as refused:
        act_on(db, writer, bank, wanted, now=NOW)
    assert refused.value.code == code
    assert facts(db) == before


def test_more_items_than_one_act_may_take_are_refused(
    db: Session, bank: Blueprint, writer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST", 5)
    with pytest.raises(InvalidInputError) as refused:
        act_on(db, writer, bank, Wanted("retire", reason="x", items=ItemFilter()), now=NOW)
    assert refused.value.code == "too_many_for_one_act"


def test_items_of_another_bank_are_out_of_reach(
    db: Session, bank: Blueprint, writer: Actor
) -> None:
    other = make_blueprint(db, make_organization(db))
    uids = tuple(item.uid for item in items(db).values())
    with pytest.raises(InvalidInputError) as refused:
        act_on(db, writer, other, Wanted("retire", reason="x", uids=uids), now=NOW)
    assert refused.value.code == "nothing_chosen"


def test_a_filter_is_kept_shared_and_forgotten(db: Session, bank: Blueprint) -> None:
    mine, theirs = (actor_of(make_person(db, "item_writer")) for _ in range(2))
    wanted = ItemFilter(text="电阻", states=("active", "draft"), figures=("weak",))
    save_filter(db, mine, bank, Naming(" 弱题 ", ItemFilter(text="x")), now=NOW)
    kept = save_filter(db, mine, bank, Naming("弱题", wanted), now=NOW)
    assert [(each.name, each.items) for each in filters_for(db, mine, bank)] == [("弱题", wanted)]
    assert filters_for(db, theirs, bank) == []
    save_filter(db, mine, bank, Naming("弱题", wanted, is_shared=True), now=NOW)
    assert [each.is_own for each in filters_for(db, theirs, bank)] == [False]
    with pytest.raises(NotFoundError):
        drop_filter(db, theirs, bank, kept.uid)
    drop_filter(db, mine, bank, kept.uid)
    assert filters_for(db, mine, bank) == []
    with pytest.raises(InvalidInputError):
        save_filter(db, mine, bank, Naming("空", ItemFilter()), now=NOW)
