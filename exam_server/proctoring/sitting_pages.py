"""Pages of one sitting for staff: its late work and its whole timeline."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Annotated, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from pydantic import Field
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.clock import SITE_ZONE, utcnow
from exam_server.delivery.journal import Entry
from exam_server.errors import ConflictError, InvalidInputError, Problem, RefusedError
from exam_server.inputs import In, parse
from exam_server.proctoring import decision_words, story_words, voiding
from exam_server.proctoring.late_decisions import DecideLateWork
from exam_server.proctoring.late_work import late_work_of
from exam_server.proctoring.matters import Place, late_rows, place_of
from exam_server.proctoring.story import KINDS, StoryEvent, Wanted, chosen, story_of
from exam_server.proctoring.story_bar import bar_of
from exam_server.proctoring.story_words import StoryRow, rows_of
from exam_server.proctoring.timeline import sitting_seen
from exam_server.proctoring.watching import lane
from exam_server.result_facts import has_result
from exam_server.seating.models import RoomRun, Sitting
from exam_server.seating.service import room_run_for, watched_room_for
from exam_server.sitting_facts import later_facts
from exam_server.tables_out import table_response
from exam_server.web import (
    current_person,
    database,
    form_fields,
    needs,
    open_page,
    page,
    refused_page,
)

desk = Blueprint("sittings", __name__)

# Who looks at a sitting without being on duty in its room.
READERS = ("quality_supervisor", "exam_officer")
SITTING = "/<exam_session>/<room>/sittings/<sitting>"


class DecideIn(In):
    """What is decided about late work; no group: all that waits."""

    act: Annotated[str, Field(pattern="^(accept|refuse)$")]
    group: Annotated[str, Field(pattern=r"^(\d+:\w+)?$")] = ""
    reason: Annotated[str, Field(min_length=1, max_length=500)]


@dataclass(frozen=True)
class Seen:
    """A sitting as somebody may look at it."""

    room_run: RoomRun
    sitting: Sitting
    place: Place
    may_act: bool

    @property
    def address(self) -> dict[str, str]:
        """Return what the addresses of its pages need."""
        return {
            "exam_session": self.room_run.exam_session.uid,
            "room": self.room_run.room.uid,
            "sitting": self.sitting.uid,
        }


def seen_by(db: Session, actor: Actor, exam_session: str, room: str, sitting: str) -> Seen:
    """Return a sitting for whoever may look at it; raises as the guards do."""
    room_run, may_act = watched_room_for(db, actor, exam_session, room, *READERS)
    found = sitting_seen(db, room_run, sitting)
    return Seen(room_run, found, place_of(db, found), may_act)


def sitting_page(db: Session, template: str, seen: Seen, **facts: Any) -> str:
    """Render a page of a sitting with what all of them show."""
    rows = late_rows(db, seen.room_run.exam_session, seen.room_run)
    own = next((row for row in rows if row.place.sitting.id == seen.sitting.id), None)
    return render_template(
        template,
        seen=seen,
        address=seen.address,
        words=decision_words,
        late=own,
        has_request=voiding.open_request(db, seen.sitting.id) is not None,
        may_open_console=seen.may_act or "quality_supervisor" in current_person().roles,
        **facts,
    )


@desk.get(f"{SITTING}/late-work")
@page
@needs("proctor", "chief_proctor", "quality_supervisor", "exam_officer")
def late_work(db: Session, exam_session: str, room: str, sitting: str) -> ResponseReturnValue:
    """Show what came late at a sitting, for who decides."""
    return late_work_page(db, seen_by(db, current_person(), exam_session, room, sitting))


def late_work_page(db: Session, seen: Seen) -> str:
    """Render the late work of a sitting."""
    found = late_work_of(db, seen.sitting, now=utcnow())
    numbers = partial(decision_words.positions_words, db=db, sitting=seen.sitting)
    around = [("lost", each.lost_at, each.regained_at) for each in found.losses]
    around += [("outage", each.began_at, each.ended_at) for each in found.outages]
    return sitting_page(
        db,
        "proctoring/late_work.html",
        seen,
        found=found,
        numbers=numbers,
        around=sorted(around, key=lambda each: each[1]),
        has_result=has_result()(db, seen.sitting.registration_id),
    )


@desk.post(f"{SITTING}/late-work")
@open_page
@needs("proctor", "chief_proctor")
def decide_late_work(exam_session: str, room: str, sitting: str) -> ResponseReturnValue:
    """Accept or refuse late work, with a reason."""
    actor = current_person()
    with database().reading() as db:
        room_run = room_run_for(db, actor, exam_session, room)
        found = sitting_seen(db, room_run, sitting)
        try:
            sent = parse(DecideIn, form_fields())
            entry = _late_entry(actor, found, room_run, sent)
            events = through_journal(entry)["events"]
        except RefusedError as refused:
            seen = seen_by(db, actor, exam_session, room, sitting)
            return refused_page(db, refused, lambda _: late_work_page(db, seen))
    said = (
        gettext("Accepted: %(count)s entries.")
        if sent.act == "accept"
        else gettext("Refused: %(count)s entries.")
    )
    flash(said % {"count": events})
    return redirect(
        url_for(
            "proctoring.sittings.late_work", exam_session=exam_session, room=room, sitting=sitting
        )
    )


def _late_entry(
    actor: Actor, sitting: Sitting, room_run: RoomRun, sent: DecideIn
) -> DecideLateWork:
    lease, _, cause = sent.group.partition(":")
    name = room_run.exam_session.name
    return DecideLateWork(
        sitting_id=sitting.id,
        groups=frozenset({(int(lease), cause)}) if sent.group else frozenset(),
        is_accepted=sent.act == "accept",
        reason=sent.reason,
        person_id=actor.id,
        now=utcnow(),
        has_result=has_result(),
        title=gettext("Marking anew after late work: %(name)s", name=name),
    )


def through_journal(entry: Entry) -> dict[str, Any]:
    """Have the journal write something behind what came before it; raises what it refuses."""
    reply = lane().journal.ask(entry)
    if not reply["ok"]:
        raise ConflictError(code=reply["code"])
    found: dict[str, Any] = reply
    return found


@desk.get(f"{SITTING}/timeline")
@page
@needs("proctor", "chief_proctor", "quality_supervisor", "exam_officer")
def timeline(db: Session, exam_session: str, room: str, sitting: str) -> ResponseReturnValue:
    """Show everything that happened at a sitting, or take it out as a table."""
    actor = current_person()
    seen = seen_by(db, actor, exam_session, room, sitting)
    fields = _wanted_fields()
    wanted = wanted_of(seen, fields)
    sat = story_of(db, seen.sitting, now=utcnow())
    events = [*sat, *_later(db, actor, seen.sitting)]
    rows = rows_of(db, chosen(events, wanted), seen.sitting)
    if "format" in request.args:
        return _timeline_table(db, actor, seen, rows)
    return sitting_page(
        db,
        "proctoring/timeline.html",
        seen,
        rows=rows,
        n_events=len(events),
        bar=bar_of(sat, seen.sitting, wanted, now=utcnow()),
        kinds=[(kind, story_words.kind_words(kind)) for kind in KINDS],
        fields=fields,
        printed_at=utcnow(),
    )


def _later(db: Session, actor: Actor, sitting: Sitting) -> list[StoryEvent]:
    """Return what became of a sitting after it was over, as this reader may know it."""
    return [
        StoryEvent("result", each.at, by=each.by, facts={"words": each.words, "more": each.more})
        for each in later_facts(db, actor, sitting.id)
    ]


def _wanted_fields() -> dict[str, Any]:
    found: dict[str, Any] = {name: request.args.get(name, "") for name in ("from", "until")}
    return found | {"kind": [each for each in request.args.getlist("kind") if each in KINDS]}


def wanted_of(seen: Seen, fields: dict[str, Any]) -> Wanted:
    """Return which events are asked for; raises InvalidInputError: ``invalid_input``."""
    begun = seen.sitting.started_at or seen.room_run.exam_session.planned_start
    day = begun.astimezone(SITE_ZONE).date()
    times = []
    for name in ("from", "until"):
        try:
            at = time.fromisoformat(fields[name]) if fields[name] else None
        except ValueError:
            problem = Problem(name, "field_time_parsing")
            raise InvalidInputError("invalid_input", [problem]) from None
        times.append(None if at is None else datetime.combine(day, at, tzinfo=SITE_ZONE))
    end = times[1]
    if end is not None and end.second == 0:
        end += timedelta(seconds=59.999)  # a minute is meant to its end
    return Wanted(frozenset(fields["kind"]), times[0], end)


def _timeline_table(
    db: Session, actor: Actor, seen: Seen, rows: list[StoryRow]
) -> ResponseReturnValue:
    headings = [
        gettext("Time"),
        gettext("Until"),
        gettext("Kind"),
        gettext("What happened"),
        gettext("Particulars"),
        gettext("Person"),
    ]
    cells = [(row.at, row.until, row.group, row.text, row.more, row.by) for row in rows]
    name = f"timeline-{seen.place.ticket}"
    return table_response(db, actor, name, headings, cells, request.args["format"])
