"""Sites, rooms, seats, exam sessions (场次) and sittings with their lease and clock facts."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam_server.adaptive.models import AdaptiveTrial
from exam_server.batches.models import Batch, Registration
from exam_server.db import Base, Outside
from exam_server.forms.models import AssemblyRun, Form


class Site(Outside, Base):
    """A test centre (考点)."""

    __tablename__ = "site"
    __table_args__ = (UniqueConstraint("organization_id", "name"),)

    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    name: Mapped[str]
    address: Mapped[str] = mapped_column(default="")


class Room(Outside, Base):
    """A room (考场) with its seats on a grid; row 1 is at the front.

    A room in which an exam was held keeps its plan: a changed plan is a new edition, and the
    one before is retired.
    """

    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("site_id", "name", "edition"),)

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    name: Mapped[str]
    rows: Mapped[int]
    columns: Mapped[int]
    # How seats are numbered, and from which side: proctor.seating_plan.numbered.
    numbering: Mapped[str] = mapped_column(String(16), default="rows")
    door: Mapped[str] = mapped_column(String(8), default="left")
    edition: Mapped[int] = mapped_column(default=1)
    retired_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship()
    seats: Mapped[list["Seat"]] = relationship(
        back_populates="room", order_by="Seat.number", cascade="all, delete-orphan"
    )


class Seat(Base):
    """A place in a room."""

    __tablename__ = "seat"
    __table_args__ = (
        UniqueConstraint("room_id", "number"),
        UniqueConstraint("room_id", "row", "column"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    number: Mapped[int]
    row: Mapped[int]
    column: Mapped[int]
    is_usable: Mapped[bool] = mapped_column(default=True)

    room: Mapped[Room] = relationship(back_populates="seats")


class ExamSession(Outside, Base):
    """An exam session (场次): one paper, one time, one or more rooms."""

    __tablename__ = "exam_session"

    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    assembly_run_id: Mapped[int | None] = mapped_column(ForeignKey("assembly_run.id"))
    # Each candidate a form of his own: how many items neighbours may have in common, and the run
    # that made them. None: seats share the forms of the assembly run.
    most_alike: Mapped[int | None]
    own_run_id: Mapped[int | None] = mapped_column(ForeignKey("assembly_run.id"))
    # Of a run of fixed sets, which of them: ``seating.choosing_sets``.
    set_choice: Mapped[dict[str, Any] | None]
    # An adaptive test by the plan of this trial: each form grows item by item at the seat.
    adaptive_trial_id: Mapped[int | None] = mapped_column(ForeignKey("adaptive_trial.id"))
    name: Mapped[str]
    planned_start: Mapped[datetime]
    minutes: Mapped[int]
    hard_end: Mapped[datetime | None]
    # planned → released (papers sealed, candidates may sign in) → closed
    state: Mapped[str] = mapped_column(String(16), default="planned", index=True)
    seat_seed: Mapped[str | None] = mapped_column(String(32))
    # The hash chain of receipts: its newest link's number and hash.
    chain_link: Mapped[int] = mapped_column(default=0)
    chain_head: Mapped[str] = mapped_column(String(64), default="")
    closed_at: Mapped[datetime | None]

    batch: Mapped[Batch] = relationship()
    assembly_run: Mapped[AssemblyRun | None] = relationship(foreign_keys=[assembly_run_id])
    own_run: Mapped[AssemblyRun | None] = relationship(foreign_keys=[own_run_id])
    adaptive_trial: Mapped[AdaptiveTrial | None] = relationship()
    rooms: Mapped[list["RoomRun"]] = relationship(
        back_populates="exam_session", order_by="RoomRun.id"
    )

    @property
    def is_adaptive(self) -> bool:
        """Say whether items are chosen at the seat, one by one."""
        return self.adaptive_trial_id is not None

    @property
    def has_own_forms(self) -> bool:
        """Say whether each candidate has a form that nobody else has."""
        return self.most_alike is not None or self.is_adaptive


class ReleaseRequest(Outside, Base):
    """A release asked for by one person, for another to decide; one waits at a time.

    ``seen`` is what both look at: a release of anything else is refused.
    """

    __tablename__ = "release_request"
    __table_args__ = (
        Index(
            "uq_release_request_waiting",
            "exam_session_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
        CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name="decision"),
        CheckConstraint("decision <> 'released' OR decided_by <> asked_by", name="two_people"),
    )

    exam_session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"), index=True)
    asked_at: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_as: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(default="")
    seen: Mapped[dict[str, Any]]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # released, refused, withdrawn, or outdated: asked anew after something had changed
    decision: Mapped[str | None] = mapped_column(String(16))
    decision_reason: Mapped[str] = mapped_column(default="")

    exam_session: Mapped[ExamSession] = relationship()


class RoomRun(Base):
    """A room in an exam session: when it started and closed."""

    __tablename__ = "room_run"
    __table_args__ = (UniqueConstraint("exam_session_id", "room_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    started_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    exam_session: Mapped[ExamSession] = relationship(back_populates="rooms")
    room: Mapped[Room] = relationship()


class Duty(Base):
    """A person's duty in an exam session: proctor of a room, or chief proctor of all (no room)."""

    __tablename__ = "duty"
    __table_args__ = (
        UniqueConstraint("exam_session_id", "room_id", "person_id"),
        CheckConstraint("(role = 'chief_proctor') = (room_id IS NULL)", name="room"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(16))


class Sitting(Outside, Base):
    """One candidate's attempt: its state, clock, form, lease and what is settled."""

    __tablename__ = "sitting"
    __table_args__ = (
        UniqueConstraint("exam_session_id", "registration_id"),
        Index("uq_sitting_place", "room_run_id", "seat_id", unique=True),
        Index("ix_sitting_status", "status"),
    )

    exam_session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"), index=True)
    room_run_id: Mapped[int] = mapped_column(ForeignKey("room_run.id"), index=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    form_id: Mapped[int | None] = mapped_column(ForeignKey("form.id"))
    # In custody (forms.custody):
    # {"items": [positions as shown], "options": {"<position>": [option ids as shown]}}
    sealed_order: Mapped[bytes | None] = mapped_column(LargeBinary)
    form_version: Mapped[int] = mapped_column(default=1)  # that the order was drawn for
    status: Mapped[str] = mapped_column(String(16), default="assigned")
    clock_number: Mapped[int] = mapped_column(default=1)
    clock_acked: Mapped[int] = mapped_column(default=0)
    lease_number: Mapped[int] = mapped_column(default=0)
    device_hash: Mapped[str | None] = mapped_column(String(64))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    # A second device that asked to take over, waiting for the proctor.
    move_device_hash: Mapped[str | None] = mapped_column(String(64))
    move_asked_at: Mapped[datetime | None]
    acked_seq: Mapped[int] = mapped_column(default=0)
    # Of an adaptive test: items given and confirmed, and why no further one comes. No count: the
    # whole form was there from the start.
    given_count: Mapped[int | None]
    confirmed_count: Mapped[int] = mapped_column(default=0, server_default="0")
    finished_because: Mapped[str | None] = mapped_column(String(16))
    identity_confirmed_at: Mapped[datetime | None]
    pledge_accepted_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(16))
    # None while a live connection stands is normal; set when a line is made and when it is lost.
    last_contact_at: Mapped[datetime | None]
    called_at: Mapped[datetime | None]
    call_text: Mapped[str | None]
    call_kind: Mapped[str | None] = mapped_column(String(8))  # "break": a break is asked for

    exam_session: Mapped[ExamSession] = relationship()
    room_run: Mapped[RoomRun] = relationship()
    seat: Mapped[Seat] = relationship()
    registration: Mapped[Registration] = relationship()
    form: Mapped[Form | None] = relationship()


class SeatMove(Base):
    """A seat given by hand after a draw: an empty one, or in exchange with another candidate."""

    __tablename__ = "seat_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    other_registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"))
    from_seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    to_seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    reason: Mapped[str]
    moved_at: Mapped[datetime]
    moved_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]

    registration: Mapped[Registration] = relationship(foreign_keys=[registration_id])
    other_registration: Mapped[Registration | None] = relationship(
        foreign_keys=[other_registration_id]
    )
    from_seat: Mapped[Seat] = relationship(foreign_keys=[from_seat_id])
    to_seat: Mapped[Seat] = relationship(foreign_keys=[to_seat_id])


class TimeCredit(Base):
    """Minutes added to one sitting, or to every sitting of a room (no sitting)."""

    __tablename__ = "time_credit"

    id: Mapped[int] = mapped_column(primary_key=True)
    room_run_id: Mapped[int] = mapped_column(ForeignKey("room_run.id"), index=True)
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sitting.id"), index=True)
    minutes: Mapped[Decimal]
    reason: Mapped[str]
    granted_at: Mapped[datetime]
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Pause(Base):
    """A stretch in which a sitting's time, or that of a room (no sitting), does not run."""

    __tablename__ = "pause"

    id: Mapped[int] = mapped_column(primary_key=True)
    room_run_id: Mapped[int] = mapped_column(ForeignKey("room_run.id"), index=True)
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sitting.id"), index=True)
    paused_at: Mapped[datetime]
    resumed_at: Mapped[datetime | None]
    reason: Mapped[str]
    paused_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class SittingAccommodation(Base):
    """What was granted to a sitting's candidate as it stood when the papers were released.

    Later changes reach a sitting by credits only: its clock and its seat say one end from the
    first moment on.
    """

    __tablename__ = "sitting_accommodation"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    extra_min: Mapped[int]
    break_min: Mapped[int]
    is_large_text: Mapped[bool]
    wants_own_room: Mapped[bool]
    helper: Mapped[str]
    note: Mapped[str]


class SafeBrowserRule(Base):
    """What an exam session says of Safe Exam Browser: not used, accepted, asked for.

    ``settings`` is the configuration as it was made, so that files already on computers keep
    their key; ``exam_keys`` are Browser Exam Keys of other configurations.
    """

    __tablename__ = "safe_browser_rule"
    __table_args__ = (CheckConstraint("use IN ('off', 'accepted', 'asked')", name="use"),)

    exam_session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"), primary_key=True)
    use: Mapped[str] = mapped_column(String(8))
    settings: Mapped[dict[str, Any]]
    exam_keys: Mapped[list[Any]]


class SeatBreak(Base):
    """A candidate away from the seat; ``returned_at`` is unset while it lasts.

    ``break`` stops the clock until the allowance is used up (``proctor.breaks``), ``out`` does
    not. ``added_min`` is what a proctor put on the allowance for it.
    """

    __tablename__ = "seat_break"
    __table_args__ = (CheckConstraint("kind IN ('break', 'out')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    left_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]
    added_min: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
