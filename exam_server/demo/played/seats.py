"""A seat's hour put on the timeline: scripts become messages with the times they really had."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from exam_server.demo.played.casting import Part, RoomPart, minutes
from exam_server.demo.played.scripts import Act
from exam_server.demo.played.stage import Done, HandsIn, Player, Sent, Stage

LINE_MS = (40, 260)
LAST_MOMENT = timedelta(seconds=15)
SENT_AGAIN = timedelta(seconds=2)


@dataclass(frozen=True)
class RoomTime:
    """When a room started, how long its paper takes, and when its time stood still."""

    start: datetime
    allowed: timedelta
    part: RoomPart

    def instant(self, second: float) -> datetime:
        """Return the wall-clock time of a second of the paper's time."""
        paused = sum(
            (minutes(length) for begin, length in self.part.pauses if begin * 60 <= second),
            timedelta(),
        )
        return self.start + timedelta(seconds=second) + paused

    def after_pauses(self, instant: datetime) -> datetime:
        """Return when something sent at an instant is taken: in a pause, once time runs again."""
        for begin, length in self.part.pauses:
            stopped = self.start + minutes(begin)
            resumed = stopped + minutes(length)
            if stopped <= instant <= resumed:
                return resumed + (instant - stopped) / 100 + SENT_AGAIN
        return instant

    def end(self, credit_min: float = 0) -> datetime:
        """Return when a sitting with so much more time ends."""
        return self.instant((self.allowed + minutes(credit_min)).total_seconds())


def seat_timeline(
    stage: Stage,
    player: Player,
    part: Part,
    time: RoomTime,
    acts: Sequence[Act],
    rng: np.random.Generator,
) -> list[Sent | HandsIn | Done]:
    """Return what one seat sends and when, from its first question to its hand-in."""
    end = time.end(part.credit_min)
    if part.void_min is not None:
        end = time.instant(part.void_min * 60)
    made = [(time.instant(act.second), act) for act in acts]
    told = [
        Sent(at, _received(at, part, time, rng), player, act.kind, act.position, act.answer)
        for at, act in made
        if at < end - LAST_MOMENT
    ]
    if part.keeps_late_work:
        return _with_late_work(stage, told, end)
    if part.void_min is not None or len(told) < len(made):
        return [*told]
    done_at = max(each.received_at for each in told) + timedelta(seconds=float(rng.uniform(8, 60)))
    if done_at >= end - LAST_MOMENT:
        return [*told]
    return [*told, HandsIn(done_at, player)]


def _received(made_at: datetime, part: Part, time: RoomTime, rng: np.random.Generator) -> datetime:
    """Return when the server got it: at once, or when the line was back."""
    delay = timedelta(milliseconds=int(rng.integers(*LINE_MS)))
    if part.lost is not None:
        begin, back = (time.instant(minute * 60) for minute in part.lost)
        if begin <= made_at < back:
            return time.after_pauses(back + (made_at - begin) / 1000 + delay)
    return time.after_pauses(made_at + delay)


def _with_late_work(
    stage: Stage, told: Sequence[Sent], end: datetime
) -> list[Sent | HandsIn | Done]:
    """Return what came in time, and the rest as late work after the end."""
    in_time = [each for each in told if each.received_at < end]
    late = [each for each in told if each.received_at >= end]
    back = end + minutes(6)
    return [*in_time, Done(back, lambda now: stage.send_late(late, now))]
