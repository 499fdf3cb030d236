"""What a new exam session is filled in with: forms, minutes and rooms that fit a batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import groupby

from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.batches.models import Batch
from exam_server.batches.service import registrations_of
from exam_server.clock import SITE_ZONE
from exam_server.forms.models import AssemblyRun
from exam_server.seating.models import ExamSession, Room
from exam_server.seating.planning import runs_of
from exam_server.seating.room_times import taken_rooms
from exam_server.seating.rooms import capacity_of, rooms_of
from proctor.seating_plan import proctors_needed

MORNING = time(9)
USUAL_MINUTES = 90


@dataclass(frozen=True)
class RoomChoice:
    """A room to choose: how many it seats, and which exam session has it at that time."""

    room: Room
    capacity: int
    taken_by: str = ""


@dataclass(frozen=True)
class Suggestion:
    """What fits a batch; nothing of it is stored."""

    run: AssemblyRun | None
    start: datetime
    minutes: int
    rooms: tuple[Room, ...]
    count: int

    @property
    def n_proctors(self) -> int:
        """Return how many proctors the rooms need when they are filled in order."""
        left, needed = self.count, 0
        for room in self.rooms:
            here = min(left, capacity_of(room))
            left, needed = left - here, needed + proctors_needed(here)
        return needed


def suggest(db: Session, actor: Actor, batch: Batch) -> Suggestion:
    """Return what a new exam session of a batch is filled in with."""
    run = _newest_run(runs_of(db, actor), batch)
    start = datetime.combine(batch.exam_date, MORNING, SITE_ZONE)
    minutes = run.paper_structure.minutes if run else USUAL_MINUTES
    count = len(registrations_of(db, batch))
    choices = room_choices(db, actor, start, minutes)
    free = [choice for choice in choices if not choice.taken_by]
    own = [choice for choice in free if choice.room.site.organization_id == batch.organization_id]
    return Suggestion(run, start, minutes, tuple(c.room for c in fitting(own, count)), count)


def room_choices(
    db: Session, actor: Actor, start: datetime, minutes: int, *, but: ExamSession | None = None
) -> list[RoomChoice]:
    """Return the rooms an officer may choose, with who else has them at that time."""
    taken = taken_rooms(db, start, minutes, but=but)
    return [
        RoomChoice(room, capacity_of(room), taken.get(room.id, "")) for room in rooms_of(db, actor)
    ]


def fitting(choices: Sequence[RoomChoice], count: int) -> list[RoomChoice]:
    """Return the rooms that seat so many: the tightest one, else the fewest at one site.

    Nothing when all rooms together are too small, or nobody is registered.
    """
    if count <= 0:
        return []
    whole = [choice for choice in choices if choice.capacity >= count]
    if whole:
        return [min(whole, key=lambda choice: (choice.capacity, choice.room.id))]
    by_site = sorted(choices, key=lambda choice: choice.room.site_id)
    sites = [list(group) for _, group in groupby(by_site, key=lambda choice: choice.room.site_id)]
    filled = [rooms for site in sites if (rooms := _fewest(site, count))]
    return min(filled, key=len, default=_fewest(choices, count))


def _fewest(choices: Sequence[RoomChoice], count: int) -> list[RoomChoice]:
    found: list[RoomChoice] = []
    for choice in sorted(choices, key=lambda each: (-each.capacity, each.room.id)):
        found.append(choice)
        if sum(each.capacity for each in found) >= count:
            return found
    return []


def _newest_run(runs: Sequence[AssemblyRun], batch: Batch) -> AssemblyRun | None:
    """Return the newest forms of the batch's programme, else of its organization."""
    own = [
        run
        for run in runs
        if run.paper_structure.blueprint.organization_id == batch.organization_id
    ]
    of_programme = [
        run for run in own if run.paper_structure.blueprint.programme_id == batch.programme_id
    ]
    return next(iter(of_programme or own), None)
