import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from tests.services import RESERVED, free_port, postgres_server, valkey_server
from tests.source import ROOT


@pytest.mark.postgresql
def test_postgresql_starts_answers_and_leaves_nothing() -> None:
    with postgres_server() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            row = connection.execute("SELECT current_setting('data_directory')").fetchone()
        assert row is not None
        data = Path(row[0])
        assert data.exists()
    assert not data.parent.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)


@pytest.mark.valkey
def test_a_redis_protocol_server_starts_and_answers() -> None:
    with valkey_server() as url, redis.Redis.from_url(url) as client:
        assert client.ping()


def test_a_port_is_given_out_once() -> None:
    choose = "from tests.services import free_port; print(*(free_port() for _ in range(200)))"
    before = len(RESERVED)
    mine = {free_port() for _ in range(200)}
    other = subprocess.run(
        [sys.executable, "-c", choose], cwd=ROOT, check=True, capture_output=True, text=True
    )
    theirs = [int(port) for port in other.stdout.split()]
    for each in RESERVED[before:]:
        os.close(each)
    del RESERVED[before:]
    assert len(mine) == len(set(theirs)) == 200
    assert not mine & set(theirs)
