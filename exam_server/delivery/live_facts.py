"""What one web process knows of its seats by their sockets; memory only, never authority."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.delivery.contacts import Contacts
from exam_server.delivery.held_lines import HeldLines, lines_elsewhere
from exam_server.delivery.lines import Lines
from exam_server.delivery.models import AnswerEvent


@dataclass
class LiveFacts:
    """Lines and progress of sittings, and which changed since consoles were last told."""

    connections: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    last_contact: dict[int, datetime] = field(default_factory=dict)
    addresses: dict[int, str] = field(default_factory=dict)
    contacts: Contacts = field(default_factory=Contacts)
    lines: Lines = field(default_factory=Lines)
    held: HeldLines | None = None  # of its lines, where there are other web processes
    elsewhere: set[int] = field(default_factory=set)
    _rooms: dict[int, int] = field(default_factory=dict)
    _changed: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    _answering: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    _answered: dict[int, dict[int, tuple[int, bool]]] = field(default_factory=dict)

    def touch(self, room_run_id: int, sitting_ids: Iterable[int]) -> None:
        """Note that consoles of a room must be told of these sittings."""
        for sitting_id in sitting_ids:
            self._changed[room_run_id].add(sitting_id)
            self._rooms[sitting_id] = room_run_id

    def touch_answers(self, room_run_id: int, sittings: Mapping[int, str]) -> None:
        """Note that of these sittings (uids by id) no more has changed than their answers."""
        self._answering[room_run_id].update(sittings)

    def take_answering(self) -> dict[int, dict[int, str]]:
        """Return where answers have come, by room run, and begin anew."""
        answering, self._answering = self._answering, defaultdict(dict)
        return answering

    def here_in(self, room_run_id: int) -> list[int]:
        """Return the sittings of a room that have a line in this process."""
        return [
            each for each, room in self._rooms.items() if room == room_run_id and self.is_here(each)
        ]

    def take_changed(self) -> dict[int, set[int]]:
        """Return what changed, by room run, and begin anew."""
        changed, self._changed = self._changed, defaultdict(set)
        return changed

    def connected(self, sitting_id: int, sid: str, *, now: datetime) -> None:
        """Note a new line."""
        self.connections[sitting_id].add(sid)
        self.last_contact[sitting_id] = now
        self.contacts.regained(sitting_id, now=now)
        if self.held is not None:
            self.held.opened(sitting_id, now=now)
            self._answered.pop(sitting_id, None)  # it may have answered elsewhere meanwhile

    def disconnected(self, sitting_id: int, sid: str, *, now: datetime) -> None:
        """Note a lost line."""
        self.connections[sitting_id].discard(sid)
        self.last_contact[sitting_id] = now
        if not self.is_here(sitting_id):
            self.contacts.lost(sitting_id, now=now)
            if self.held is not None:
                self.held.closed(sitting_id)

    def hold_again(self, *, now: datetime) -> None:
        """Note every line of this process anew: the others have taken it for dead.

        A line counts from when its seat was last heard: one opened elsewhere meanwhile is newer.
        """
        for sitting_id in [each for each in self.connections if self.is_here(each)]:
            if self.held is not None:
                self.held.opened(sitting_id, now=self.last_contact[sitting_id])
            self.contacts.regained(sitting_id, now=now)
            if sitting_id in self._rooms:
                self.touch(self._rooms[sitting_id], [sitting_id])

    def heard(self, sitting_id: int, *, now: datetime) -> None:
        """Note any message of a seat."""
        self.last_contact[sitting_id] = now

    def is_here(self, sitting_id: int) -> bool:
        """Say whether a line stands in this process."""
        return bool(self.connections.get(sitting_id))

    def is_connected(self, sitting_id: int) -> bool:
        """Say whether a line stands; of other processes as ``look_elsewhere`` found it."""
        return self.is_here(sitting_id) or sitting_id in self.elsewhere

    def look_elsewhere(self, db: Session, sitting_ids: Iterable[int]) -> None:
        """Read which of these sittings have their line at another process."""
        if self.held is None:
            return
        asked = set(sitting_ids)
        found = lines_elsewhere(db, asked, self.held.process)
        self.elsewhere = (self.elsewhere - asked) | found.keys()
        for sitting_id, since in found.items():
            known = self.last_contact.get(sitting_id, since)
            self.last_contact[sitting_id] = max(known, since)

    def note_answers(self, sitting_id: int, answers: Iterable[tuple[int, int, bool]]) -> None:
        """Keep progress in step with stored answers (position, seq, whether something stands)."""
        known = self._answered.get(sitting_id)
        if known is None:
            return  # nobody has asked for this sitting yet; the first question reads the store
        for position, seq, is_answered in answers:
            if known.get(position, (0, False))[0] < seq:
                known[position] = (seq, is_answered)

    def answered_counts(self, db: Session, sitting_ids: Iterable[int]) -> dict[int, int]:
        """Return how many positions of each sitting hold an answer."""
        wanted = list(sitting_ids)
        unknown = [each for each in wanted if not self._keeps_count_of(each)]
        if unknown:
            self._read(db, unknown)
        return {
            each: sum(is_answered for _, is_answered in self._answered[each].values())
            for each in wanted
        }

    def _keeps_count_of(self, sitting_id: int) -> bool:
        is_ours = self.held is None or self.is_here(sitting_id)
        return is_ours and sitting_id in self._answered

    def _read(self, db: Session, sitting_ids: list[int]) -> None:
        for each in sitting_ids:
            self._answered[each] = {}  # what is stored while we read is noted already
        chosen = select(
            AnswerEvent.sitting_id, AnswerEvent.position, AnswerEvent.seq, AnswerEvent.answer
        ).where(
            AnswerEvent.sitting_id.in_(sitting_ids),
            AnswerEvent.kind == "answer",
            AnswerEvent.refused_code.is_(None),
        )
        for row in db.execute(chosen):
            self.note_answers(row.sitting_id, [(row.position, row.seq, row.answer is not None)])
