"""One act on many items of a bank, with what was before it, so that it can be undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, undefer

from exam_server import audit
from exam_server.accounts.models import Person
from exam_server.actors import Actor
from exam_server.bank import listing, stamps, writing
from exam_server.bank.difficulties import ask_again, reviewed, say_difficulty, stand_again
from exam_server.bank.forwarding import Refused, move_forward
from exam_server.bank.listing import ItemFilter
from exam_server.bank.models import Blueprint, BulkAct, Item
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from itembank.lifecycle import next_state

MOST_NAMED = 200  # items that stay, told with why
MOST = 2000  # items of one act: more would hold the store's one write lock too long
KINDS = ("suspend", "retire", "move", "difficulty", "forward")
LISTED = 20
OLD_FACTS = 4  # acts on difficulties before their states were kept
HIGHEST = 5


@dataclass(frozen=True)
class Wanted:
    """What to do with which items: those named, or all that fit a filter."""

    kind: str
    reason: str = ""
    point: str = ""
    difficulty: int = 0
    uids: tuple[str, ...] = ()
    items: ItemFilter | None = None


@dataclass(frozen=True)
class Done:
    """An act, and how many of the items asked for could not be changed by it, some with why."""

    act: BulkAct
    n_left: int
    refused: Sequence[Refused] = ()


@dataclass(frozen=True)
class Listed:
    """An act of the list of acts, with the names of who did it and who undid it."""

    act: BulkAct
    by: str
    undone_by: str | None


def act_on(
    db: Session, actor: Actor, blueprint: Blueprint, wanted: Wanted, *, now: datetime
) -> Done:
    """Do one thing to many items; those it is not possible for are left as they are.

    Raises InvalidInputError: ``reason_missing``, ``nothing_chosen``, ``too_many_for_one_act``,
    ``no_such_act``, ``no_such_difficulty``; NotFoundError: ``no_such_point``; ConflictError:
    ``point_retired``, ``nothing_to_change``, and for a single item why it cannot go on.
    """
    _check(wanted)
    items = _items(db, blueprint, wanted)
    refused: Sequence[Refused] = ()
    if wanted.kind == "forward":
        before, refused = move_forward(db, actor, blueprint, items, now=now)
    else:
        before = _change(db, actor, blueprint, items, wanted, now=now)
    if not before and len(refused) == 1:
        raise ConflictError(refused[0].why, **refused[0].detail)
    if not before:
        raise ConflictError("nothing_to_change", n=len(items))
    detail = _detail(wanted, refused)
    act = BulkAct(
        blueprint_id=blueprint.id,
        kind=wanted.kind,
        detail={name: value for name, value in detail.items() if value},
        before=before,
        n_items=len(before),
        done_at=now,
        done_by=actor.id,
    )
    db.add(act)
    db.flush()
    codes = {item.id: item.code for item in items}
    told = {name: value for name, value in act.detail.items() if name != "refused"}
    said = {"kind": act.kind, **told, "items": [codes[each[0]] for each in before]}
    audit.record(db, "bulk_act", by=actor.id, of=f"blueprint:{blueprint.uid}", detail=said)
    return Done(act, len(items) - len(before), refused)


def _detail(wanted: Wanted, refused: Sequence[Refused]) -> dict[str, Any]:
    said: dict[str, Any] = {"reason": wanted.reason.strip(), "point": wanted.point}
    if wanted.kind == "difficulty":
        said["difficulty"] = wanted.difficulty
    said["refused"] = [[each.code, each.why, dict(each.detail)] for each in refused[:MOST_NAMED]]
    return said


def undo(db: Session, actor: Actor, blueprint: Blueprint, uid: str, *, now: datetime) -> Done:
    """Undo an act: each item that nobody has changed since is as it was before.

    Raises NotFoundError: ``no_such_act``; NotAllowedError: ``undo_not_yours``; ConflictError:
    ``undone_already``.
    """
    chosen = select(BulkAct).where(BulkAct.uid == uid, BulkAct.blueprint_id == blueprint.id)
    act = db.scalar(chosen.options(undefer(BulkAct.before)).with_for_update())
    if act is None:
        raise NotFoundError("no_such_act")
    if not may_undo(actor, blueprint, act):
        raise NotAllowedError("undo_not_yours")
    if act.undone_at is not None:
        raise ConflictError("undone_already")
    was = {each[0]: each for each in act.before}
    items = {item.id: item for item in _locked(db, list(was))}
    same = [item for item in items.values() if _is_same(act.kind, item, was[item.id])]
    if act.kind == "difficulty":  # what a reviewer has said since stands
        since = reviewed(db, same)
        same = [item for item in same if item.id not in since]
    _restore(db, actor, act, same, was, now=now)
    act.undone_at, act.undone_by = now, actor.id
    db.flush()
    said = {"kind": act.kind, "items": [item.code for item in same]}
    audit.record(db, "undo_bulk_act", by=actor.id, of=f"blueprint:{blueprint.uid}", detail=said)
    return Done(act, len(was) - len(same))


def may_undo(actor: Actor, blueprint: Blueprint, act: BulkAct) -> bool:
    """Say whether somebody may undo an act: who may do it; a step on, who did it or an officer."""
    if act.kind == "forward":
        is_keeper = actor.may(*stamps.KEEPERS, organization_id=blueprint.organization_id)
        return actor.id == act.done_by or is_keeper
    return actor.may("item_writer", organization_id=blueprint.organization_id)


def last_acts(db: Session, blueprint: Blueprint) -> Sequence[Listed]:
    """Return the last acts on a bank, the newest first."""
    chosen = (
        select(BulkAct)
        .where(BulkAct.blueprint_id == blueprint.id)
        .order_by(BulkAct.id.desc())
        .limit(LISTED)
    )
    acts = db.scalars(chosen).all()
    people = {each for act in acts for each in (act.done_by, act.undone_by) if each is not None}
    rows = db.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    names = {row[0]: row[1] for row in rows}
    return [
        Listed(act, names[act.done_by], names.get(act.undone_by) if act.undone_by else None)
        for act in acts
    ]


def _check(wanted: Wanted) -> None:
    if wanted.kind not in KINDS:
        raise InvalidInputError("no_such_act")
    if wanted.kind in {"suspend", "retire"} and not wanted.reason.strip():
        raise InvalidInputError("reason_missing")
    if wanted.kind == "difficulty" and not 1 <= wanted.difficulty <= HIGHEST:
        raise InvalidInputError("no_such_difficulty")


def _items(db: Session, blueprint: Blueprint, wanted: Wanted) -> list[Item]:
    """Return the items an act is asked for, locked, in the order of their ids."""
    if wanted.items is not None:
        ids = listing.ids_in(db, blueprint, wanted.items, limit=MOST + 1)
    else:
        named = select(Item.id).where(
            Item.blueprint_id == blueprint.id, Item.uid.in_(wanted.uids[: MOST + 1])
        )
        ids = list(db.scalars(named))
    if len(ids) > MOST:
        raise InvalidInputError("too_many_for_one_act", most=MOST)
    if not ids:
        raise InvalidInputError("nothing_chosen")
    return _locked(db, ids)


def _locked(db: Session, ids: Sequence[int]) -> list[Item]:
    chosen = select(Item).where(Item.id.in_(ids)).order_by(Item.id).with_for_update()
    return list(db.scalars(chosen.execution_options(populate_existing=True)))


def _change(
    db: Session,
    actor: Actor,
    blueprint: Blueprint,
    items: Sequence[Item],
    wanted: Wanted,
    *,
    now: datetime,
) -> list[list[Any]]:
    """Change what can be changed; return id, what it was, what it is, version of each."""
    before: list[list[Any]]
    if wanted.kind == "move":
        point = writing.point_of(blueprint, wanted.point)
        if point.retired_reason is not None:
            raise ConflictError("point_retired", point=wanted.point, reason=point.retired_reason)
        moved = [item for item in items if item.point_id != point.id and item.state != "retired"]
        before = [[i.id, i.point_id, point.id, i.version_number] for i in moved]
        _set(db, [item.id for item in moved], point_id=point.id)
        return before
    if wanted.kind == "difficulty":
        other = [i for i in items if i.difficulty != wanted.difficulty and i.state != "retired"]
        before = [
            [i.id, i.difficulty, wanted.difficulty, i.version_number + 1, i.state] for i in other
        ]
        say_difficulty(db, actor, other, {i.id: wanted.difficulty for i in other}, now=now)
        ask_again(db, blueprint, other)
        return before
    states = {item.id: next_state(item.state, wanted.kind) for item in items}
    able = [item for item in items if states[item.id] is not None]
    before = [[i.id, i.state, states[i.id], i.version_number] for i in able]
    for state in {states[item.id] for item in able}:
        _set(db, [item.id for item in able if states[item.id] == state], state=state)
    return before


def _is_same(kind: str, item: Item, was: Sequence[Any]) -> bool:
    """Say whether nobody has changed an item since the act."""
    _, _, after, version, *_ = was
    now = {"move": item.point_id, "difficulty": item.difficulty}.get(kind, item.state)
    return bool(item.version_number == version and now == after)


def _restore(
    db: Session,
    actor: Actor,
    act: BulkAct,
    items: Sequence[Item],
    was: Mapping[int, Sequence[Any]],
    *,
    now: datetime,
) -> None:
    if act.kind == "difficulty":
        say_difficulty(db, actor, items, {item.id: was[item.id][1] for item in items}, now=now)
        stand_again(db, items, {id_: each[4] for id_, each in was.items() if len(each) > OLD_FACTS})
        return
    if act.kind == "forward":
        ids = [item.id for item in items]
        stamps.withdraw(db, ids, by=act.done_by, at=act.done_at)
    column = "point_id" if act.kind == "move" else "state"
    for item in items:  # items of many points: one statement for all, when this is flushed
        setattr(item, column, was[item.id][1])


def _set(db: Session, ids: Sequence[int], **values: Any) -> None:
    changed = update(Item).where(Item.id.in_(ids)).values(**values)
    db.execute(changed.execution_options(synchronize_session="fetch"))
