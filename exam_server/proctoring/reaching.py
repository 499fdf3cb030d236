"""Acts on many seats: each on its own, every refusal named, and what each seat must confirm."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.errors import InvalidInputError, RefusedError
from exam_server.proctoring.messages import TargetIn
from exam_server.proctoring.service import Acting
from exam_server.seating.models import Sitting
from exam_server.web import Reply, refusal

Awaited = dict[str, Any]


def on_each(
    db: Session, acting: Acting, message: TargetIn, act: Callable[[str | None], list[Awaited]]
) -> Reply:
    """Act on the seats named, each on its own, or on the whole room when none is named.

    ``awaits`` says what each seat must confirm; ``refused`` names every seat left as it was.
    """
    if message.sittings is None:
        return reached(act(message.sitting), [])
    lock_in_order(db, acting, message.sittings)
    touched: list[Awaited] = []
    refused: list[dict[str, Any]] = []
    for uid in dict.fromkeys(message.sittings):
        try:
            with db.begin_nested():
                touched += act(uid)
        except RefusedError as error:
            refused.append(refused_seat(uid, error))
    return reached(touched, refused)


def reached(touched: list[Awaited], refused: list[dict[str, Any]]) -> Reply:
    """Return how many seats an act has touched and what those that can must confirm."""
    awaits = [each for each in touched if each.keys() != {"sitting"}]
    return {"reached": len(touched), "awaits": awaits, "refused": refused}


def lock_in_order(db: Session, acting: Acting, uids: list[str]) -> None:
    """Lock sittings by id, as everybody does: nobody then waits for the other."""
    named = (Sitting.room_run_id == acting.room_run.id, Sitting.uid.in_(uids))
    chosen = select(Sitting.id).where(*named).order_by(Sitting.id)
    db.execute(chosen.with_for_update(key_share=True)).all()


def refused_seat(uid: str, error: RefusedError) -> dict[str, Any]:
    """Return why one of several seats was left as it was."""
    told = refusal(error)
    return {"sitting": uid, "code": told["code"], "message": told["message"]}


def named_seats(message: TargetIn) -> list[str]:
    """Return the seats an act is for; raises InvalidInputError: ``seats_missing``."""
    uids = message.sittings or ([message.sitting] if message.sitting else [])
    if not uids:
        raise InvalidInputError("seats_missing")
    return list(dict.fromkeys(uids))


def clocks(sittings: list[Sitting]) -> list[Awaited]:
    """Return the clocks that seats must confirm: who has not come yet has none to show."""
    return [
        {"sitting": each.uid}
        if each.status == "assigned"
        else {"sitting": each.uid, "clock": each.clock_number}
        for each in sittings
    ]
