"""What seats send and get: answer events, late work, receipts, messages, failed sign-ins."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from exam_server.db import Base, Outside


class AnswerEvent(Base):
    """One change at a seat; append-only, settled once per sitting and number.

    ``answer`` is JSON text, kept as it came: hashes and repeats compare it. ``refused_code`` is
    set for an event that can never count; it consumes its number so that no outbox is blocked.
    An event taken in after the end names the late work it comes from.
    """

    __tablename__ = "answer_event"
    __table_args__ = (
        ForeignKeyConstraint(
            ["sitting_id", "late_lease_number", "late_seq"],
            ["late_work.sitting_id", "late_work.lease_number", "late_work.seq"],
            name="fk_answer_event_late_work",
        ),
    )

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    position: Mapped[int]
    answer: Mapped[str | None] = mapped_column(Text)
    at: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime]
    lease_number: Mapped[int]
    refused_code: Mapped[str | None] = mapped_column(String(32))
    late_lease_number: Mapped[int | None]
    late_seq: Mapped[int | None]


class LateWork(Base):
    """An event that came too late or under an ended lease, for the proctor to judge.

    ``refused_code`` says why it could not count even if it had come in time.
    """

    __tablename__ = "late_work"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    lease_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    position: Mapped[int]
    answer: Mapped[str | None] = mapped_column(Text)
    at: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime]
    cause: Mapped[str] = mapped_column(String(32))
    refused_code: Mapped[str | None] = mapped_column(String(32))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("late_decision.id"))


class LateDecision(Outside, Base):
    """What a person decided about the late work of one lease and cause; never changed.

    ``counted`` events of ``count`` stand as answer events under new numbers; the receipt is the
    link that supersedes the one before.
    """

    __tablename__ = "late_decision"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    lease_number: Mapped[int]
    cause: Mapped[str] = mapped_column(String(32))
    is_accepted: Mapped[bool]
    count: Mapped[int]
    counted: Mapped[int]
    reason: Mapped[str]
    decided_at: Mapped[datetime]
    decided_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("receipt.id"))


class EndedLease(Base):
    """A lease that ended by a move: its token may still hand over what its computer holds."""

    __tablename__ = "ended_lease"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    lease_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    ended_at: Mapped[datetime]


class Receipt(Base):
    """A link of an exam session's chain: what the server held when a sitting was handed in."""

    __tablename__ = "receipt"
    __table_args__ = (UniqueConstraint("exam_session_id", "link"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"))
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    link: Mapped[int]
    count: Mapped[int]
    handed_in_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(16))
    hash: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    chain: Mapped[str] = mapped_column(String(64))


class SeatMessage(Outside, Base):
    """A proctor's message to one seat, repeated until the seat has acknowledged it."""

    __tablename__ = "seat_message"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    text: Mapped[str]
    sent_at: Mapped[datetime]
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    acked_at: Mapped[datetime | None]


class SeatSignal(Base):
    """A fact a seat reported: wrong sign-in code, focus lost, full screen left."""

    __tablename__ = "seat_signal"

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    detail: Mapped[dict[str, Any]]


class SeatLine(Base):
    """From which address and with which browser a seat's line was last opened."""

    __tablename__ = "seat_line"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    address: Mapped[str]
    agent: Mapped[str]


class SeatBrowser(Base):
    """What a seat's browser has shown of Safe Exam Browser, or who let it begin without.

    ``outcome``: ``right`` or ``wrong`` key, or ``none`` shown.
    """

    __tablename__ = "seat_browser"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(8))
    version: Mapped[str]
    at: Mapped[datetime]
    let_in_at: Mapped[datetime | None]
    let_in_because: Mapped[str | None]
    let_in_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class ContactLoss(Base):
    """A stretch without contact to a seat; ``regained_at`` is unset while it lasts.

    ``time_credit_id`` names the credit that gave the lost time back, so that none is given twice.
    """

    __tablename__ = "contact_loss"

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    lost_at: Mapped[datetime]
    regained_at: Mapped[datetime | None]
    time_credit_id: Mapped[int | None] = mapped_column(ForeignKey("time_credit.id"))


class FailedEntry(Base):
    """Wrong codes of one ticket on one device: they slow that pair, never the address."""

    __tablename__ = "failed_entry"

    ticket: Mapped[str] = mapped_column(String(32), primary_key=True)
    device_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    next_try_at: Mapped[datetime]


class ServerOutage(Base):
    """A stretch in which no server was alive, noted when one came back."""

    __tablename__ = "server_outage"

    id: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]


class ServerBeat(Base):
    """One row: when a web process was last alive, and since when the wall clock is doubted."""

    __tablename__ = "server_beat"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    time_doubted_at: Mapped[datetime | None]


class SeatCheck(Base):
    """What the computer at a seat said of itself before the exam: the newest look counts.

    ``findings`` has a state (ok, attention, danger) by what was looked at.
    """

    __tablename__ = "seat_check"

    room_run_id: Mapped[int] = mapped_column(ForeignKey("room_run.id"), primary_key=True)
    seat: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    checked_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(64))
    is_ready: Mapped[bool]
    findings: Mapped[dict[str, Any]]
    browser: Mapped[str] = mapped_column(String(200))
    screen: Mapped[str] = mapped_column(String(16))
    offset_ms: Mapped[int]


class WebProcess(Base):
    """A web process beside others, and when it last said that it is alive."""

    __tablename__ = "web_process"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    beat_at: Mapped[datetime]


class HeldLine(Base):
    """Which of several web processes holds a seat's line; one process alone writes none."""

    __tablename__ = "held_line"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    process: Mapped[str] = mapped_column(String(40), index=True)
    since: Mapped[datetime]
