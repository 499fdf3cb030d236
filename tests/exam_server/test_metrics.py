"""Figures for a watcher: of this machine or with the token, and nobody's name."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from exam_server.clock import utcnow
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery.figures import Tally
from exam_server.delivery.lane import Lane
from tests.factories import make_sitting

TOKEN = "a-token-for-the-watcher"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"metrics_token": TOKEN})


@pytest.fixture
def lane(app: Flask, settings: Settings, sqlite_database: Database) -> Lane:
    made = Lane(settings, sqlite_database)
    app.extensions["exam_server.lane"] = made
    return made


def read(client: FlaskClient) -> dict[str, float]:
    text = client.get("/metrics").text
    return {
        sample.name + "".join(sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_figures_of_the_answer_path(client: FlaskClient, lane: Lane) -> None:
    with lane.database.writing() as db:
        sitting = make_sitting(db, status="held")
        sitting.room_run.started_at = utcnow()
    now = utcnow()
    received = [now - timedelta(milliseconds=each) for each in (3, 30, 7000)]
    lane.journal.figures.stored(received, now=now, store_s=0.004)
    figures = read(client)
    assert figures["exam_acks_total"] == 3
    assert figures["exam_ack_seconds_bucket0.005"] == 1
    assert figures["exam_ack_seconds_bucket0.05"] == 2
    assert figures["exam_ack_seconds_bucket5.0"] == 2
    assert figures["exam_ack_seconds_count"] == 3
    assert figures["exam_batch_size_sum"] == 3
    assert figures["exam_sittingsheld"] == 1
    assert figures["exam_queue_length"] == figures["exam_lines"] == 0


@pytest.mark.parametrize(
    ("address", "borne", "status"),
    [("127.0.0.1", "", 200), ("192.0.2.9", "", 404), ("192.0.2.9", TOKEN, 200), ("", "x", 404)],
)
def test_only_this_machine_or_who_bears_the_token_reads_them(
    client: FlaskClient, lane: Lane, address: str, borne: str, status: int
) -> None:
    headers = {"Authorization": f"Bearer {borne}"} if borne else {}
    environ = {"REMOTE_ADDR": address}
    assert client.get("/metrics", headers=headers, environ_base=environ).status_code == status


def test_a_value_on_a_bound_counts_below_it() -> None:
    tally = Tally((1, 2))
    for value in (1, 1.5, 2, 2.5):
        tally.add(value)
    assert tally.buckets() == [("1", 1), ("2", 3), ("+Inf", 4)]
    assert tally.total == 7
