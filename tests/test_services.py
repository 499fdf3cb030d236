from pathlib import Path

import psycopg
import pytest
import redis

from tests.services import postgres_server, valkey_server


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
