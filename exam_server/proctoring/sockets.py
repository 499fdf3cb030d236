"""What a console may say; each message checks role, duty and room anew."""

from typing import Any

import gevent
from sqlalchemy.orm import Session

from exam_server.clock import utcnow
from exam_server.delivery.entries import Close
from exam_server.errors import RefusedError
from exam_server.proctoring import (
    break_messages,
    browser_messages,
    clock_acts,
    room_acts,
    service,
    watching,
)
from exam_server.proctoring.acting import acting_in
from exam_server.proctoring.messages import (
    AttendanceIn,
    ExamSessionIn,
    GrantTimeIn,
    IncidentIn,
    MessageIn,
    ReasonIn,
    RoomIn,
    SeatIn,
    SeenIn,
    TargetIn,
    UnseenIn,
    WithdrawIn,
)
from exam_server.proctoring.reaching import (
    Awaited,
    clocks,
    lock_in_order,
    named_seats,
    on_each,
    refused_seat,
)
from exam_server.proctoring.seats import incidents_told
from exam_server.proctoring.service import Acting, Noted
from exam_server.proctoring.watching import lane
from exam_server.seating.service import led_exam_session_for, sitting_in
from exam_server.web import Reply, current_person, database, live, needs, open_live


@live("start_room")
@needs("proctor", "chief_proctor")
def start_room(db: Session, message: RoomIn) -> Reply:
    """Start the room: every ready seat gets its key."""
    at_work = room_acts.start(db, [acting_in(db, message)])
    return {"started": len(at_work), "awaits": clocks(at_work)}


@live("start_exam_session")
@needs("chief_proctor")
def start_exam_session(db: Session, message: ExamSessionIn) -> Reply:
    """Start every room of an exam session."""
    actor, now = current_person(), utcnow()
    exam_session = led_exam_session_for(db, actor, message.exam_session)
    at_work = room_acts.start(db, [Acting(actor, run, now) for run in exam_session.rooms])
    return {"started": len(at_work)}


@live("close_room")
@needs("proctor", "chief_proctor")
def close_room(db: Session, message: RoomIn) -> Reply:
    """Close a room in which nobody works any more."""
    room_acts.close(db, acting_in(db, message))
    return {}


@live("grant_time")
@needs("proctor", "chief_proctor")
def grant_time(db: Session, message: GrantTimeIn) -> Reply:
    """Give sittings or the room more minutes."""
    acting = acting_in(db, message)
    minutes, reason = message.minutes, message.reason

    def act(uid: str | None) -> list[Awaited]:
        return clocks(clock_acts.grant_time(db, acting, uid, minutes=minutes, reason=reason))

    return on_each(db, acting, message, act)


@live("take_back_time")
@needs("proctor", "chief_proctor")
def take_back_time(db: Session, message: GrantTimeIn) -> Reply:
    """Take back minutes that were added by mistake."""
    acting, uids = acting_in(db, message), named_seats(message)
    minutes, reason = message.minutes, message.reason

    def act(uid: str | None) -> list[Awaited]:
        touched = clock_acts.take_back_time(db, acting, str(uid), minutes=minutes, reason=reason)
        return clocks([touched])

    return on_each(db, acting, message.model_copy(update={"sittings": uids}), act)


@live("grant_lost_time")
@needs("proctor", "chief_proctor")
def grant_lost_time(db: Session, message: ReasonIn) -> Reply:
    """Give each sitting the minutes it was measured to be without contact."""
    acting, uids = acting_in(db, message), named_seats(message)

    def act(uid: str | None) -> list[Awaited]:
        return clocks([clock_acts.grant_lost_time(db, acting, str(uid), reason=message.reason)])

    return on_each(db, acting, message.model_copy(update={"sittings": uids}), act)


@live("pause_sitting")
@needs("proctor", "chief_proctor")
def pause_sitting(db: Session, message: ReasonIn) -> Reply:
    """Stop the time of sittings or the room."""
    acting = acting_in(db, message)
    return on_each(
        db,
        acting,
        message,
        lambda uid: clocks(clock_acts.pause(db, acting, uid, reason=message.reason)),
    )


@live("resume_sitting")
@needs("proctor", "chief_proctor")
def resume_sitting(db: Session, message: TargetIn) -> Reply:
    """Let the time of sittings or the room run on."""
    acting = acting_in(db, message)
    return on_each(db, acting, message, lambda uid: clocks(clock_acts.resume(db, acting, uid)))


@live("send_message")
@needs("proctor", "chief_proctor")
def send_message(db: Session, message: MessageIn) -> Reply:
    """Send a text to seats or the room."""
    acting = acting_in(db, message)

    def act(uid: str | None) -> list[Awaited]:
        sent = service.send_message(db, acting, uid, text=message.text)
        return [{"sitting": sitting.uid, "message": each.uid} for sitting, each in sent]

    return on_each(db, acting, message, act)


@live("answer_call")
@needs("proctor", "chief_proctor")
def answer_call(db: Session, message: SeatIn) -> Reply:
    """Take a raised hand down."""
    service.answer_call(db, acting_in(db, message), message.sitting)
    return {}


@live("approve_move")
@needs("proctor", "chief_proctor")
def approve_move(db: Session, message: SeatIn) -> Reply:
    """Give a sitting to the device that asked for it."""
    service.approve_move(db, acting_in(db, message), message.sitting)
    return {}


@live("mark_attendance")
@needs("proctor", "chief_proctor")
def mark_attendance(db: Session, message: AttendanceIn) -> Reply:
    """Mark a candidate as here, or their face and document as compared."""
    service.mark_attendance(db, acting_in(db, message), message.sitting, mark=message.mark)
    return {}


@live("mark_seen")
@needs("proctor", "chief_proctor")
def mark_seen(db: Session, message: SeenIn) -> Reply:
    """Put a need aside."""
    acting = acting_in(db, message)
    service.mark_seen(db, acting, message.sitting, need=message.need, minutes=message.minutes)
    return {}


@open_live("force_hand_in")
@needs("proctor", "chief_proctor")
def force_hand_in(message: ReasonIn) -> Reply:
    """End sittings on what the server holds; the journal does it behind what came before."""
    refused: list[dict[str, Any]] = []
    ids: dict[str, int] = {}
    with database().writing() as db:
        acting, uids = acting_in(db, message), named_seats(message)
        lock_in_order(db, acting, uids)
        for uid in uids:
            try:
                ids[uid] = sitting_in(db, acting.room_run, uid).id
                service.record_act(db, acting, "force_hand_in", uid, reason=message.reason)
            except RefusedError as error:
                refused.append(refused_seat(uid, error))
    replies = close_all(ids)
    for uid, reply in replies.items():
        if not reply["ok"]:
            refused.append(refused_seat(uid, RefusedError(reply["code"])))
    if message.sittings is None:
        return only(replies, refused)
    done = [uid for uid, reply in replies.items() if reply["ok"]]
    awaits = [{"sitting": uid, "status": "handed_in"} for uid in done]
    return {"reached": len(done), "awaits": awaits, "refused": refused}


def close_all(ids: dict[str, int]) -> dict[str, Reply]:
    """End sittings together: the journal writes them in as few transactions as it can."""
    journal, now = lane().journal, utcnow()
    asked = {
        uid: gevent.spawn(journal.ask, Close(sitting_id, "forced", now))
        for uid, sitting_id in ids.items()
    }
    gevent.joinall(list(asked.values()))
    return {uid: greenlet.get() for uid, greenlet in asked.items()}


def only(replies: dict[str, Reply], refused: list[dict[str, Any]]) -> Reply:
    """Return the reply about the one seat that was named; raises what refused it."""
    if refused:
        raise RefusedError(refused[0]["code"])
    return next(iter(replies.values()))


@live("report_incident")
@needs("proctor", "chief_proctor")
def report_incident(db: Session, message: IncidentIn) -> Reply:
    """Note an incident of seats or of the room."""
    acting = acting_in(db, message)
    noted = Noted(message.category, message.note)

    made: list[str] = []

    def act(uid: str | None) -> list[Awaited]:
        made.append(service.report_incident(db, acting, uid, noted).uid)
        return [{"sitting": uid}]

    reply = on_each(db, acting, message, act)
    return {**reply, "noted": made, "incidents": incidents_told(db, acting.room_run)}


@live("withdraw_incident")
@needs("proctor", "chief_proctor")
def withdraw_incident(db: Session, message: WithdrawIn) -> Reply:
    """Withdraw incidents just noted by mistake."""
    acting = acting_in(db, message)
    for uid in message.incidents:
        service.withdraw_incident(db, acting, uid)
    return {"incidents": incidents_told(db, acting.room_run)}


@live("unmark_seen")
@needs("proctor", "chief_proctor")
def unmark_seen(db: Session, message: UnseenIn) -> Reply:
    """Take a putting aside back."""
    service.unmark_seen(db, acting_in(db, message), message.sitting, need=message.need)
    return {}


MESSAGES = (
    *watching.MESSAGES,
    *break_messages.MESSAGES,
    *browser_messages.MESSAGES,
    start_room,
    start_exam_session,
    close_room,
    grant_time,
    take_back_time,
    grant_lost_time,
    pause_sitting,
    resume_sitting,
    send_message,
    answer_call,
    approve_move,
    mark_attendance,
    mark_seen,
    unmark_seen,
    force_hand_in,
    report_incident,
    withdraw_incident,
)
