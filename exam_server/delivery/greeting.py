"""What a line gets first: whose it is, where its sitting stands, the key, messages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.clock import utcnow
from exam_server.delivery import service
from exam_server.delivery.answer_sealing import answer_file_key, key_text
from exam_server.delivery.lane import Lane
from exam_server.delivery.leases import leases_by_tokens
from exam_server.delivery.standing import shared_rows, unread_of
from exam_server.delivery.state import sitting_states
from exam_server.delivery.together import Together
from exam_server.delivery.transport import Emit, Seat
from exam_server.errors import NotAllowedError
from exam_server.forms.models import Form
from exam_server.seating.models import Sitting
from proctor.sitting_states import OVER


@dataclass
class Greeter:
    """Identifies and greets the lines of a process, those of one moment together."""

    lane: Lane
    _identified: Together[str, Seat] = field(init=False)
    _greeted: Together[Seat, list[Emit]] = field(init=False)

    def __post_init__(self) -> None:
        """Prepare both questions."""
        self._identified = Together(lambda tokens: identify(self.lane, tokens))
        self._greeted = Together(lambda seats: greet(self.lane, seats))

    def identify(self, token: str) -> Seat:
        """Return whose line a token opens; raises NotAllowedError: ``bad_token``."""
        return self._identified.ask(token)

    def greet(self, seat: Seat) -> list[Emit]:
        """Return what a line gets first, read after this call."""
        return self._greeted.ask(seat)


def identify(lane: Lane, tokens: Sequence[str]) -> list[Seat | Exception]:
    """Return whose line each token opens, or ``bad_token``."""
    with lane.database.reading() as db:
        leases = leases_by_tokens(db, tokens, now=utcnow())
        lengths = _form_lengths(db, [each.form_id for each, _ in leases.values()])
        return [
            _seat(*leases[token], lengths) if token in leases else NotAllowedError("bad_token")
            for token in tokens
        ]


def _seat(sitting: Sitting, lease_number: int, lengths: dict[int | None, int]) -> Seat:
    return Seat(
        sitting_id=sitting.id,
        sitting_uid=sitting.uid,
        room_run_id=sitting.room_run_id,
        lease_number=lease_number,
        n_positions=lengths.get(sitting.form_id, 0),
        has_lease=lease_number == sitting.lease_number,
    )


def _form_lengths(db: Session, form_ids: Iterable[int | None]) -> dict[int | None, int]:
    ids = {each for each in form_ids if each is not None}
    chosen = select(Form.id, Form.longest_or_whole).where(Form.id.in_(ids))
    return {row[0]: row[1] for row in db.execute(chosen)}


def greet(lane: Lane, seats: Sequence[Seat]) -> list[list[Emit] | Exception]:
    """Return what lines get first: state, key and messages, or that their lease has ended."""
    with lane.database.reading() as db:
        ids = {seat.sitting_id for seat in seats}
        sittings = {
            each.id: each for each in db.scalars(select(Sitting).where(Sitting.id.in_(ids)))
        }
        leased = {seat.sitting_id for seat in seats if seat.has_lease}
        told = openings(lane, db, [sittings[each] for each in leased]) if leased else {}
        return [
            told[seat.sitting_id]
            if seat.has_lease
            else [("lease_ended", {"lease_number": sittings[seat.sitting_id].lease_number})]
            for seat in seats
        ]


def openings(lane: Lane, db: Session, sittings: Sequence[Sitting]) -> dict[int, list[Emit]]:
    """Return what many seats get, by their sittings' ids: state, key while running, messages."""
    held = shared_rows(db, sittings)
    states = sitting_states(db, sittings, now=utcnow())
    unread = unread_of(db, list(states))
    found = {}
    for sitting in sittings:
        told = {**states[sitting.id], **file_key(lane, sitting)}
        emits: list[Emit] = [("sitting_state", told)]
        key = service.form_key(db, sitting, lane.settings.secret)
        if key is not None:
            emits.append(("form_key", {"key": key}))
        emits += [("message_sent", message) for message in unread.get(sitting.id, ())]
        found[sitting.id] = emits
    del held
    return found


def file_key(lane: Lane, sitting: Sitting) -> dict[str, str]:
    """Return what a seat seals an answer file with, while its sitting is not over."""
    if sitting.status in OVER:
        return {}
    key = answer_file_key(lane.settings.secret, sitting.uid, sitting.lease_number)
    return {"answer_file_key": key_text(key)}
