"""What proctors do on the finished exam day, through the services of the console."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from exam_server import audit
from exam_server.actors import Actor
from exam_server.delivery import service as seat_service
from exam_server.demo.played.casting import Part, minutes
from exam_server.demo.played.seats import RoomTime
from exam_server.demo.played.stage import Done, Player, Stage
from exam_server.proctoring import clock_acts
from exam_server.proctoring import service as console
from exam_server.proctoring.service import Acting, Noted
from exam_server.seating.models import RoomRun, Sitting
from proctor.sitting_states import next_state

REMINDER = "距离考试结束还有 15 分钟，请检查答题卡。 15 minutes left."
POWER_CUT = "机房 B 局部断电，全室暂停计时"
PHONE = "开考 35 分钟时发现考生使用手机查阅资料，两名监考员当场取证，考生已签字确认"


def room_timeline(
    stage: Stage, actor: Actor, run: RoomRun, players: Mapping[int, Player], time: RoomTime
) -> list[Done]:
    """Return what happens to a whole room: pauses, the reminder, the seats' confirmations."""
    seated = list(players.values())
    reminded = time.end() - minutes(15)
    timeline = [
        Done(
            reminded,
            lambda now: console.send_message(
                stage.db, Acting(actor, run, now), None, text=REMINDER
            ),
        ),
        *(
            Done(at + timedelta(seconds=4), lambda now: stage.confirm(seated, now))
            for at in (time.start, reminded)
        ),
    ]
    for begin, length in time.part.pauses:
        timeline += _pause(stage, actor, run, time.start + minutes(begin), length)
        back = time.start + minutes(begin + length) + timedelta(seconds=5)
        timeline.append(Done(back, lambda now: stage.confirm(seated, now)))
    return timeline


def _pause(stage: Stage, actor: Actor, run: RoomRun, at: datetime, length: float) -> list[Done]:
    db = stage.db
    return [
        Done(at, lambda now: clock_acts.pause(db, Acting(actor, run, now), None, reason=POWER_CUT)),
        Done(
            at + timedelta(seconds=30),
            lambda now: console.report_incident(
                db, Acting(actor, run, now), None, Noted("power", POWER_CUT)
            ),
        ),
        Done(
            at + minutes(length), lambda now: clock_acts.resume(db, Acting(actor, run, now), None)
        ),
    ]


def part_timeline(
    stage: Stage, actor: Actor, player: Player, part: Part, time: RoomTime
) -> list[Done]:
    """Return what happens to one candidate beside answering."""
    timeline: list[Done] = []
    if part.calls is not None:
        timeline += _call(stage, actor, player, time.instant(part.calls[0] * 60), part.calls[1])
    if part.moves_min is not None:
        timeline += _move(stage, actor, player, time.instant(part.moves_min * 60), part)
    if part.void_min is not None:
        at = time.instant(part.void_min * 60)
        timeline.append(Done(at, lambda now: void(stage, actor, player.sitting, now)))
    if part.looks_away_min is not None:
        at = time.instant(part.looks_away_min * 60)
        timeline += _look_away(stage, actor, player, at)
    return timeline


def _call(stage: Stage, actor: Actor, player: Player, at: datetime, text: str) -> list[Done]:
    sitting = player.sitting
    return [
        Done(at, lambda now: seat_service.call_proctor(sitting, text, now=now)),
        Done(
            at + timedelta(seconds=95),
            lambda now: console.answer_call(
                stage.db, Acting(actor, sitting.room_run, now), sitting.uid
            ),
        ),
    ]


def _move(stage: Stage, actor: Actor, player: Player, at: datetime, part: Part) -> list[Done]:
    """The machine fails: another one takes over, the lost minutes are given back."""
    db, sitting = stage.db, player.sitting
    run = sitting.room_run

    def approve(now: datetime) -> None:
        console.approve_move(db, Acting(actor, run, now), sitting.uid)
        db.flush()

    def ask(now: datetime) -> None:
        player.device = f"{player.device}-spare"
        stage.sign_in(player, now)

    def credit(now: datetime) -> None:
        reason = "更换考试机，补时"
        granted = Decimal(part.credit_min)
        acting = Acting(actor, run, now)
        clock_acts.grant_time(db, acting, sitting.uid, minutes=granted, reason=reason)
        stage.confirm([player], now)

    def note(now: datetime) -> None:
        told = "考试机蓝屏，已换备用机，答案无丢失"
        acting = Acting(actor, run, now)
        console.report_incident(db, acting, sitting.uid, Noted("machine", told))

    return [
        Done(at + timedelta(seconds=120), ask),
        Done(at + timedelta(seconds=150), approve),
        Done(at + timedelta(seconds=160), lambda now: stage.sign_in(player, now)),
        Done(at + timedelta(seconds=200), credit),
        Done(at + timedelta(seconds=240), note),
    ]


def _look_away(stage: Stage, actor: Actor, player: Player, at: datetime) -> list[Done]:
    db, sitting = stage.db, player.sitting

    def note(now: datetime) -> None:
        told = "考生多次切换窗口，已口头警告"
        acting = Acting(actor, sitting.room_run, now)
        console.report_incident(db, acting, sitting.uid, Noted("warning", told))

    def signal(seconds: int, kind: str, away_s: int | None = None) -> Done:
        detail = {} if away_s is None else {"seconds": away_s}
        return Done(
            at + timedelta(seconds=seconds),
            lambda now: seat_service.report_signal(db, sitting, kind, detail, now=now),
        )

    signals = [signal(0, "focus_lost"), signal(20, "focus_back", 20)]
    again = [signal(40, "focus_lost"), signal(52, "focus_back", 12)]
    return [*signals, *again, Done(at + minutes(2), note)]


def void(stage: Stage, actor: Actor, sitting: Sitting, now: datetime) -> None:
    """Make a sitting void for using a phone."""
    acting = Acting(actor, sitting.room_run, now)
    console.report_incident(stage.db, acting, sitting.uid, Noted("device", PHONE))
    sitting.status = next_state(sitting.status, "void") or sitting.status
    sitting.ended_at, sitting.end_reason = now, "void"
    stage.db.flush()
    audit.record(stage.db, "void_sitting", by=actor.id, of=f"sitting:{sitting.uid}")
