"""The room record in words, as the typeset document takes it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext

from exam_server.audit import AuditEntry
from exam_server.clock import SITE_ZONE
from exam_server.languages import at_text, chosen_language
from exam_server.proctoring.record import RoomRecord
from exam_server.proctoring.record_rows import (
    CLOCK,
    WITH_SECONDS,
    clock_cells,
    granted_rows,
    incident_rows,
    late_rows_in_words,
    machine_cells,
    seat_rows,
    void_rows_in_words,
)
from exam_server.seating.live import browser_rules_changed, other_versions_started
from exam_server.wording import occupation_words


def as_document(record: RoomRecord, *, printed_at: datetime) -> dict[str, Any]:
    """Return the record as ``documents/templates/record.typ`` takes it."""
    exam_session, batch = record.room_run.exam_session, record.batch
    programme = batch.programme
    begun = record.room_run.started_at or exam_session.planned_start
    ended = record.room_run.closed_at or begun + timedelta(minutes=exam_session.minutes)
    return {
        "language": "zh" if chosen_language().startswith("zh") else "en",
        "organization": programme.organization.name,
        "batch": {"name": batch.named(chosen_language()), "code": batch.code},
        "exam_session": {
            "name": exam_session.name,
            "occupation": occupation_words(programme.occupation),
            "work_type": programme.work_type,
            "level": programme.level,
            "component": gettext("Theory"),
            "date": f"{begun.astimezone(SITE_ZONE):%Y-%m-%d}",
            "from": at_text(begun, CLOCK),
            "to": at_text(ended, CLOCK),
            "minutes": exam_session.minutes,
        },
        "printed_at": at_text(printed_at),
        "is_sample": batch.is_sample,
        "title": gettext("Room record"),
        "facts": fact_pairs(record),
        "sections": sections(record),
        "notes": [gettext("Remarks")],
        "signatures": [gettext("Proctor"), gettext("Proctor"), gettext("Chief proctor")],
    }


def fact_pairs(record: RoomRecord) -> list[list[str]]:
    """Return what stands at the top of the record."""
    room_run, exam_session = record.room_run, record.room_run.exam_session
    programme = record.batch.programme
    occupation = occupation_words(programme.occupation)
    subject = " · ".join(filter(None, (occupation, programme.work_type)))
    counts = gettext(
        "due %(due)s, present %(present)s, absent %(absent)s, handed in %(handed_in)s",
        due=record.due,
        present=record.present,
        absent=len(record.absent),
        handed_in=record.handed_in,
    )
    return [
        [gettext("Exam session"), exam_session.name],
        [gettext("Occupation"), subject],
        [gettext("Site"), room_run.room.site.name],
        [gettext("Room"), room_run.room.name],
        [gettext("Planned start"), at_text(exam_session.planned_start)],
        [gettext("Time allowed"), gettext("%(count)s min", count=exam_session.minutes)],
        [gettext("Started"), at_text(room_run.started_at, "yyyy-MM-dd HH:mm:ss") or "—"],
        [gettext("Closed"), at_text(room_run.closed_at, "yyyy-MM-dd HH:mm:ss") or "—"],
        [gettext("Candidates"), counts],
        [gettext("Proctors"), "、".join(record.proctors) or "—"],
        [gettext("Receipts in this room"), str(record.receipts)],
        [gettext("Head of the receipt chain"), chain_words(record)],
        *(
            [gettext("Another version of the server started"), dated_reason(each)]
            for each in other_versions_started(exam_session)
        ),
        *(
            [gettext("Use of Safe Exam Browser changed"), dated_reason(each)]
            for each in browser_rules_changed(exam_session)
        ),
    ]


def dated_reason(entry: AuditEntry) -> str:
    """Return when and why something was changed while the exam was live."""
    return f"{at_text(entry.at)} {entry.detail['reason']}"


def chain_words(record: RoomRecord) -> str:
    """Return the chain's newest link and hash, in groups a person can compare."""
    exam_session = record.room_run.exam_session
    if not exam_session.chain_head:
        return "—"
    head = exam_session.chain_head
    groups = " ".join(head[place : place + 8] for place in range(0, len(head), 8))
    return f"#{exam_session.chain_link}  {groups}"


def sections(record: RoomRecord) -> list[dict[str, Any]]:
    """Return the record's tables."""
    people = [gettext("Seat"), gettext("Ticket"), gettext("Name")]
    return [
        {
            "title": gettext("Absent"),
            "headings": people,
            "widths": [0, 1, 1],
            "rows": seat_rows(record.absent),
            "empty": gettext("Nobody was absent."),
        },
        {
            "title": gettext("Came late"),
            "headings": [*people, gettext("Began at")],
            "widths": [0, 1, 1, 0],
            "rows": [
                [*cells, at_text(row.sitting.started_at, WITH_SECONDS)]
                for cells, row in zip(seat_rows(record.late), record.late, strict=True)
            ],
            "empty": gettext("Nobody came late."),
        },
        {
            "title": gettext("Time given, taken back, stopped"),
            "headings": [
                gettext("At"),
                gettext("Whom"),
                gettext("What was done"),
                gettext("Reason"),
                gettext("Noted by"),
            ],
            "widths": [0, 0, 1, 2, 0],
            "rows": [clock_cells(row) for row in record.clock],
            "empty": gettext("Nothing was changed."),
        },
        *granted_section(record, people),
        {
            "title": gettext("Computers and lines"),
            "headings": [gettext("At"), gettext("Seat"), gettext("What was done")],
            "widths": [0, 0, 1],
            "rows": [machine_cells(row) for row in record.machines],
            "empty": gettext("No fault was noted."),
        },
        {
            "title": gettext("Incidents"),
            "headings": [
                gettext("At"),
                gettext("Seat"),
                gettext("Category"),
                gettext("Note"),
                gettext("Noted by"),
            ],
            "widths": [0, 1, 1, 2, 0],
            "rows": incident_rows(record),
            "empty": gettext("No incident has been noted in this room."),
        },
        *_decided_sections(record),
    ]


def _decided_sections(record: RoomRecord) -> list[dict[str, Any]]:
    """Return the tables of what was decided about late work and sittings made void."""
    people = [gettext("Seat"), gettext("Ticket"), gettext("Name")]
    return [
        {
            "title": gettext("Late work"),
            "headings": [*people, gettext("Decision"), gettext("Reason")],
            "widths": [0, 1, 1, 2, 2],
            "rows": late_rows_in_words(record),
            "empty": gettext("No work came late in this room."),
        },
        {
            "title": gettext("Requests to make a sitting void"),
            "headings": [*people, gettext("Ground"), gettext("Outcome")],
            "widths": [0, 1, 1, 2, 2],
            "rows": void_rows_in_words(record),
            "empty": gettext("Nobody has asked that a sitting be made void."),
        },
    ]


def granted_section(record: RoomRecord, people: Sequence[str]) -> list[dict[str, Any]]:
    """Return the table of what was granted; none where nothing was."""
    if not record.granted:
        return []
    more = [gettext("Extra minutes"), gettext("Minutes of breaks"), gettext("Helper and note")]
    return [
        {
            "title": gettext("Accommodations"),
            "headings": [*people, *more],
            "widths": [0, 1, 1, 0, 0, 2],
            "rows": granted_rows(record),
            "empty": "",
        }
    ]
