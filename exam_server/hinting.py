"""Redis as a hint: other web processes look for announcements at once. It may be away."""

from collections.abc import Callable

import gevent
import structlog
from redis import Redis, RedisError

from exam_server.db import Database

log = structlog.get_logger()

CHANNEL = "exam_server.announced"
RETRY_S = 2.0


def install_hints(redis_url: str, database: Database, wake: Callable[[], None]) -> None:
    """Publish after each announcing commit of this process; wake on those of others."""
    client = Redis.from_url(redis_url, socket_timeout=1, socket_connect_timeout=1)

    def hint() -> None:
        gevent.spawn(publish, client)

    database.after_announcing.append(hint)
    gevent.spawn(listen, redis_url, wake)


def publish(client: Redis) -> None:
    """Give the hint; without Redis the others find the announcement by themselves."""
    try:
        client.publish(CHANNEL, "")
    except RedisError:
        log.warning("no hint given: Redis does not answer")


def listen(redis_url: str, wake: Callable[[], None]) -> None:
    """Wake for every hint; try again for ever when Redis is away."""
    while True:
        try:
            with Redis.from_url(redis_url).pubsub() as subscription:  # type: ignore[no-untyped-call] # its own
                subscription.subscribe(CHANNEL)
                for _ in subscription.listen():
                    wake()
        except RedisError:
            gevent.sleep(RETRY_S)
