"""Start, hand-in and bell: three hundred seats at one moment."""

from contextlib import suppress
from statistics import median

from benchmarks.live.servers import stage
from exam_server.delivery.rehearsal_load.findings import Findings
from exam_server.delivery.rehearsal_load.play import Play


async def storms(seats: int, times: int, *, url: str = "") -> None:
    """Measure starts and hand-ins some times, then the bell once."""
    starts, hand_ins = [], []
    async with stage(url) as at:
        for _ in range(times):
            findings = Findings(seats, 40, 1, "", 2, is_own_server=True)
            play = Play(at, findings, work_s=0)
            play.uid, play.hall = at.create(seats=seats, items=40, minutes=600)
            await play.hall.come_in()
            await play.start()
            await play.hall.answer_paced(seats, 2.0)
            await play.hall.settled(30)
            hand_ins.append(await play.hall.hand_in())
            starts.append(findings.steps[0].seconds)
            assert findings.steps[0].is_good
            await play.hall.leave()
        print(f"start, {seats} seats, signal to readable: {spread(starts)}")
        print(f"hand-in, {seats} seats, last receipt: {spread(hand_ins)}")
        play = Play(at, findings, work_s=0)
        with suppress(TimeoutError):
            await play.bell()
        bell = findings.steps[-1]
        print(
            f"bell: {bell.seats} of {seats} sent in the last two seconds stored in time, "
            f"p99 {bell.p99_ms or 0:.0f} ms; lost {findings.lost}"
        )


def spread(seconds: list[float]) -> str:
    """Return the median and the range."""
    return f"{median(seconds):.2f} s ({min(seconds):.2f}-{max(seconds):.2f})"
