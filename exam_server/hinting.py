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
    is_away = False
    while True:
        try:
            client = Redis.from_url(redis_url, socket_keepalive=True)
            with client.pubsub() as subscription:  # type: ignore[no-untyped-call] # its own
                subscription.subscribe(CHANNEL)
                for _ in subscription.listen():  # the first says that the line stands
                    if is_away:
                        log.warning("Redis is back")
                        is_away = False
                    wake()
        except RedisError:
            if not is_away:
                log.warning("Redis is away: what others announce is read every 0.2 s, unhinted")
            is_away = True
            gevent.sleep(RETRY_S)
