"""The stage: seats and staff act in the order of time, through the services of the real day."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from exam_server.clock import played, rfc3339
from exam_server.delivery import entering, service
from exam_server.delivery.entries import Close, HandIn, SaveAnswers, SendLateWork
from exam_server.delivery.journal_writing import open_batch
from exam_server.delivery.messages import Parsed, parse_events
from exam_server.delivery.models import SeatMessage
from exam_server.seating.models import Sitting

MOST_WAITING = 400


@dataclass
class ReplayClock:
    """A clock that stands at the moment being played."""

    instant: datetime

    def now(self) -> datetime:
        """Return that moment."""
        return self.instant


@dataclass
class Player:
    """A made-up candidate at a seat: the sitting, what it signs in with, what has been sent."""

    sitting: Sitting
    ticket: str
    code: str
    n_positions: int
    device: str
    last_seq: int = 0


@dataclass(frozen=True)
class Sent:
    """A change at a seat: when it was made, when the server received it."""

    made_at: datetime
    received_at: datetime
    player: Player
    kind: str
    position: int
    answer: Any

    def entry(self) -> SaveAnswers:
        """Return it as a message under the seat's next number."""
        sitting = self.player.sitting
        return SaveAnswers(sitting.id, sitting.lease_number, self._parsed(), self.received_at)

    def _parsed(self) -> Parsed:
        self.player.last_seq += 1
        event = {
            "seq": self.player.last_seq,
            "kind": self.kind,
            "position": self.position,
            "answer": self.answer,
            "at": rfc3339(self.made_at),
        }
        read = parse_events({"events": [event]}, self.player.n_positions)
        if not isinstance(read, Parsed):
            msg = f"a played seat sent nonsense: {event!r}"
            raise TypeError(msg)
        return read


@dataclass(frozen=True)
class HandsIn:
    """A candidate hands in."""

    received_at: datetime
    player: Player

    def entry(self) -> HandIn:
        """Return it as a message."""
        sitting = self.player.sitting
        last_seq = self.player.last_seq
        return HandIn(sitting.id, sitting.lease_number, last_seq, self.received_at)


@dataclass(frozen=True)
class Done:
    """An act of staff or of a seat at a time."""

    received_at: datetime
    act: Callable[[datetime], object]


@dataclass
class Stage:
    """The store, its secret, the clock, and the saved answers that wait to be written."""

    db: Session
    secret: bytes
    clock: ReplayClock
    waiting: list[SaveAnswers | HandIn] = field(default_factory=list)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Let the stage's clock tell the time."""
        with played(self.clock):
            yield

    def run(self, timeline: list[Sent | HandsIn | Done]) -> None:
        """Play everything in the order of time."""
        for each in sorted(timeline, key=lambda each: each.received_at):
            if isinstance(each, Done):
                self._write()
                self.clock.instant = each.received_at
                each.act(each.received_at)
            else:
                self._send(each)
        self._write()

    def _send(self, sent: Sent | HandsIn) -> None:
        self.waiting.append(sent.entry())
        if len(self.waiting) >= MOST_WAITING:
            self._write()

    def _write(self) -> None:
        """Write what waits, as the answer journal does."""
        if not self.waiting:
            return
        batch = open_batch(self.db, self.waiting)
        for entry in self.waiting:
            self.clock.instant = entry.received_at
            accepted(entry.write(batch))
        batch.flush()
        self.waiting.clear()

    def sign_in(self, player: Player, now: datetime, *, code: str | None = None) -> None:
        """Sign a seat in; a wrong code is noted and nothing more."""
        entering.enter(
            self.db,
            ticket=player.ticket,
            code=code or player.code,
            device=player.device,
            secret=self.secret,
            now=now,
        )

    def get_ready(self, player: Player, now: datetime) -> None:
        """Confirm who it is and accept the pledge."""
        service.confirm_identity(player.sitting, now=now)
        service.accept_pledge(self.db, player.sitting, now=now + timedelta(seconds=20))
        self.db.flush()

    def close(self, sitting_id: int, now: datetime) -> None:
        """End a sitting whose time is over."""
        self._ask(Close(sitting_id, "time_over", now))

    def send_late(self, sent: list[Sent], now: datetime) -> None:
        """Send what a seat still held when its sitting ended."""
        for each in sent:
            saved = each.entry()
            self._ask(SendLateWork(saved.sitting_id, saved.lease_number, saved.parsed, now))

    def confirm(self, players: list[Player], now: datetime) -> None:
        """Have seats confirm the clock and the messages they show."""
        ids = [player.sitting.id for player in players]
        for player in players:
            player.sitting.clock_acked = player.sitting.clock_number
        unread = self.db.query(SeatMessage).where(
            SeatMessage.sitting_id.in_(ids), SeatMessage.acked_at.is_(None)
        )
        for message in unread:
            message.acked_at = now

    def _ask(self, entry: Close | SendLateWork) -> None:
        batch = open_batch(self.db, [entry])
        accepted(entry.write(batch))
        batch.flush()


def accepted(reply: dict[str, Any]) -> dict[str, Any]:
    """Return a reply; raises ``ValueError`` when the real rules refused: the play is wrong."""
    if not reply["ok"] or reply.get("refused"):
        msg = f"the real rules refused what was played: {reply!r}"
        raise ValueError(msg)
    return reply
