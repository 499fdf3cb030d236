"""Figures of this web process for a watcher such as Prometheus; never a name, ticket or answer."""

import hmac
from collections.abc import Iterator
from ipaddress import ip_address

from flask import Blueprint, Response, current_app, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from sqlalchemy import func, select

from exam_server.clock import utcnow
from exam_server.delivery.closing import IS_OPEN
from exam_server.delivery.figures import Tally
from exam_server.delivery.lane import Lane
from exam_server.errors import NotFoundError
from exam_server.seating.models import RoomRun, Sitting
from exam_server.web import ANYONE, needs, open_page, settings
from proctor.sitting_states import LIVE

desk = Blueprint("metrics", __name__)


@desk.get("/metrics")
@open_page
@needs(ANYONE)
def metrics() -> Response:
    """Give the figures to this machine itself, or to who bears the token."""
    lane = current_app.extensions.get("exam_server.lane")  # a web process has one
    if lane is None or not may_read():
        raise NotFoundError("http_404")
    registry = CollectorRegistry()
    registry.register(Collected(lane))
    return Response(generate_latest(registry), content_type="text/plain; version=0.0.4")


def may_read() -> bool:
    """Say whether the asker is on this machine or bears the token of the settings."""
    token = settings().metrics_token
    borne = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(borne.encode(), token.encode()):
        return True
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


class Collected:
    """The figures at the moment they are asked for."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane

    def collect(self) -> Iterator[Metric]:
        """Give every figure."""
        yield from self._answers()
        yield from self._process()
        yield from self._store()

    def _answers(self) -> Iterator[Metric]:
        figures = self.lane.journal.figures
        yield counter("exam_acks", "Messages acknowledged after their commit", figures.acks)
        failures = "Batches of which nothing was acknowledged: the store failed"
        yield counter("exam_store_failures", failures, figures.store_failures)
        yield histogram("exam_ack_seconds", "From receiving to acknowledging", figures.ack_s)
        yield histogram("exam_store_seconds", "Storing a batch", figures.store_s)
        yield histogram("exam_batch_size", "Messages in a batch", figures.batch_sizes)

    def _process(self) -> Iterator[Metric]:
        lane = self.lane
        lines = sum(len(sids) for sids in lane.facts.connections.values())
        yield gauge("exam_lines", "Lines of seats held by this process", lines)
        yield gauge(
            "exam_queue_length", "Messages that wait to be stored", lane.journal.queue.qsize()
        )
        waited = "Seconds that writers of this process waited for one another"
        yield counter("exam_write_lock_wait_seconds", waited, lane.database.waited_s)
        if lane.announced_read_at is not None:
            age = (utcnow() - lane.announced_read_at).total_seconds()
            words = "Since announcements of other processes were last read"
            yield gauge("exam_announcements_age_seconds", words, age)

    def _store(self) -> Iterator[Metric]:
        open_rooms = select(RoomRun.id).where(*IS_OPEN)
        ours = Sitting.room_run_id.in_(open_rooms)
        with self.lane.database.reading() as db:
            by_state = db.execute(
                select(Sitting.status, func.count()).where(ours).group_by(Sitting.status)
            ).all()
            unseen = db.scalar(
                select(func.count()).where(
                    ours, Sitting.status.in_(LIVE), Sitting.clock_acked < Sitting.clock_number
                )
            )
        states = GaugeMetricFamily("exam_sittings", "Sittings of open rooms", labels=["status"])
        for status, count in by_state:
            states.add_metric([status], count)
        yield states
        words = "Live sittings whose seat has not confirmed its clock"
        yield gauge("exam_clocks_unconfirmed", words, unseen or 0)


def counter(name: str, words: str, value: float) -> Metric:
    """Return a figure that only grows."""
    return CounterMetricFamily(name, words, value=value)


def gauge(name: str, words: str, value: float) -> Metric:
    """Return a figure of this moment."""
    return GaugeMetricFamily(name, words, value=value)


def histogram(name: str, words: str, tally: Tally) -> Metric:
    """Return how values are spread."""
    return HistogramMetricFamily(name, words, buckets=tally.buckets(), sum_value=tally.total)
