"""Answer files brought to the server: read for whom they are, then written by the journal.

Who takes one in (a page, a command) does three things::

    read_answer_file(db, file: bytes, *, secret: bytes) -> AnswerFile
    # check that the person may act for ``answer_file.sitting``, audit, end the transaction
    take_answer_file(journal, answer_file, *, received_at) -> Taken
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.clock import parse_rfc3339
from exam_server.delivery.answer_sealing import answer_file_key, open_document, read_document
from exam_server.delivery.journal import Journal
from exam_server.delivery.journal_writing import Batch
from exam_server.delivery.judging import SittingFacts, judge
from exam_server.delivery.messages import HIGHEST_SEQ, MOST_EVENTS, Event, parse_event
from exam_server.delivery.models import LateWork
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError
from exam_server.forms.models import Form
from exam_server.seating.models import Sitting

log = structlog.get_logger()

CAUSE = "answer_file"


@dataclass(frozen=True)
class AnswerFile:
    """An answer file that has been opened: whose it is and what it brings.

    ``lease_number`` is the lease under which the seat wrote it, which may have ended since;
    ``saved_at`` is the instant by the seat's clock; ``events`` stand in the order of their numbers.
    """

    sitting: Sitting
    lease_number: int
    ticket: str
    saved_at: datetime
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Taken:
    """What became of the events of a file: every one is in exactly one of these.

    ``counted``: stored as answers, the sitting was running under that lease and in time;
    ``late``: kept as late work with the cause ``answer_file``, for the proctor to judge;
    ``known``: stored or kept already, so that taking a file in twice changes nothing;
    ``refused``: can never count (malformed at the seat), stored under its number.
    """

    counted: int = 0
    late: int = 0
    known: int = 0
    refused: int = 0

    def __add__(self, other: "Taken") -> "Taken":
        """Return what became of two parts of a file together."""
        return Taken(
            self.counted + other.counted,
            self.late + other.late,
            self.known + other.known,
            self.refused + other.refused,
        )


def read_answer_file(db: Session, file: bytes, *, secret: bytes) -> AnswerFile:
    """Read an answer file as a seat saved it (``answers-TICKET.examanswers``); write nothing.

    Parameters
    ----------
    db : Session
        A reading or writing transaction.
    file : bytes
        The file as it was uploaded; at most ``answer_sealing.LARGEST_FILE`` bytes.
    secret : bytes
        The server secret, ``settings().secret``: only the server whose secret sealed a lease's
        files can open them.

    Returns
    -------
    AnswerFile
        The sitting, the lease and the events. Whether the person may act for this sitting is
        the caller's to check.

    Raises
    ------
    InvalidInputError
        ``not_an_answer_file``, ``answer_file_damaged``, ``answer_file_too_new``,
        ``answer_file_of_other_server``.
    NotFoundError
        ``answer_file_of_unknown_sitting``.
    """
    document = read_document(file)
    if isinstance(document, str):
        raise InvalidInputError(document)
    head = document.head
    sitting = db.scalar(select(Sitting).where(Sitting.uid == head.sitting))
    if sitting is None:
        raise NotFoundError("answer_file_of_unknown_sitting", ticket=head.ticket)
    key = answer_file_key(secret, sitting.uid, head.lease_number)
    events = open_document(document, key)
    if isinstance(events, str):
        raise InvalidInputError(events)
    return AnswerFile(
        sitting=sitting,
        lease_number=head.lease_number,
        ticket=head.ticket,
        saved_at=parse_rfc3339(head.saved_at),
        events=_parsed(events, _positions(db, sitting)),
    )


def take_answer_file(journal: Journal, file: AnswerFile, *, received_at: datetime) -> Taken:
    """Have the journal write the events of a file, as any other message of the seat.

    While the sitting runs under the file's lease and it is in time the events count; otherwise
    they become late work (cause ``answer_file``, ``received_at``, their lease). What is stored or
    kept already is left as it is, so that it is safe to take a file in again. Call it outside any
    transaction: it waits for the journal.

    Raises ConflictError: ``answer_file_not_stored``: the store is away; bring the file again.
    """
    taken = Taken()
    for first in range(0, len(file.events), MOST_EVENTS):
        events = file.events[first : first + MOST_EVENTS]
        reply = journal.ask(
            TakeAnswers(file.sitting.id, file.lease_number, events, received_at=received_at)
        )
        if not reply["ok"]:
            raise ConflictError("answer_file_not_stored")
        taken += reply["taken"]
    log.info("answer file taken in", sitting=file.sitting.uid, lease=file.lease_number)
    return taken


@dataclass(frozen=True)
class TakeAnswers:
    """Some events of an answer file, as the journal writes them."""

    locks_exam_session: ClassVar[bool] = False
    sitting_id: int
    lease_number: int
    events: tuple[Event, ...]
    received_at: datetime

    def seqs(self) -> Iterable[int]:
        """Return the event numbers."""
        return (event.seq for event in self.events)

    def write(self, batch: Batch) -> dict[str, Any]:
        """Store what counts, keep the rest for the proctor unless it is known."""
        facts = batch.sittings[self.sitting_id]
        known = [event for event in self.events if is_settled(facts, event)]
        changed = [event for event in self.events if event.seq in facts.stored]
        fresh = [event for event in self.events if event.seq not in facts.stored]
        verdict = judge(facts, fresh, lease_number=self.lease_number, received_at=self.received_at)
        # Another change under a used number is no repeat: a person looks at it.
        odd = [event for event in changed if event not in known]
        kept = self._kept(batch)
        late = [event for event in (*odd, *verdict.late) if event.seq not in kept]
        batch.keep_late(
            facts,
            late,
            lease_number=self.lease_number,
            received_at=self.received_at,
            cause=CAUSE,
        )
        batch.touch(facts)
        counted = len(fresh) - len(verdict.late) - len(verdict.refused)
        n_known = len(self.events) - counted - len(late) - len(verdict.refused)
        return {"ok": True, "taken": Taken(counted, len(late), n_known, len(verdict.refused))}

    def _kept(self, batch: Batch) -> set[int]:
        """Return the numbers of this lease that are late work already."""
        batch.flush()
        chosen = select(LateWork.seq).where(
            LateWork.sitting_id == self.sitting_id,
            LateWork.lease_number == self.lease_number,
            LateWork.seq.in_(list(self.seqs())),
        )
        return set(batch.db.scalars(chosen))


def is_settled(facts: SittingFacts, event: Event) -> bool:
    """Say whether just this change is stored."""
    return event.seq in facts.stored and event.is_repeat_of(facts.stored[event.seq])


def _positions(db: Session, sitting: Sitting) -> int:
    form = db.get(Form, sitting.form_id) if sitting.form_id else None
    return form.longest_or_whole if form else 0


def _parsed(events: list[Any], n_positions: int) -> tuple[Event, ...]:
    """Read events as from a seat's message; one number once, in the order of the numbers.

    Raises InvalidInputError: ``answer_file_damaged``: a seat writes no event without a number.
    """
    read: dict[int, Event] = {}
    for raw in events:
        seq = raw.get("seq") if isinstance(raw, dict) else None
        if type(seq) is not int or not 1 <= seq <= HIGHEST_SEQ:
            raise InvalidInputError("answer_file_damaged")
        read[seq] = parse_event(raw, seq, n_positions)
    return tuple(read[seq] for seq in sorted(read))
