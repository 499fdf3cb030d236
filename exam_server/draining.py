"""A web process that is asked to end: no new lines, the journal emptied, seats sent elsewhere."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import gevent
import structlog
from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger()

DRAINING = "exam_server.is_draining"
LIVE_PATH = "/socket.io/"
# Who asks /readyz once a second has seen the "no" by then.
NOTICE_S = 1.0
STEP = 50
STEP_S = 0.02
IDLE_LIMIT_S = 1.0
LONGEST_S = 6.0


def refuse_new_lines(app: Flask, inner: "WSGIApplication") -> "WSGIApplication":
    """Return the app, which refuses new lines once it drains: a proxy then asks another process."""

    def take(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        is_new = environ.get("PATH_INFO", "").startswith(LIVE_PATH) and (
            "sid" not in parse_qs(environ.get("QUERY_STRING", ""))
        )
        if not (is_new and app.extensions.get(DRAINING)):
            return inner(environ, start_response)
        status = HTTPStatus.SERVICE_UNAVAILABLE
        start_response(f"{status.value} {status.phrase}", [("Content-Type", "text/plain")])
        return [b"This process is about to stop."]

    return take


def drain(app: Flask, engine: Any, is_idle: Callable[[], bool]) -> int:
    """Say that this process takes nothing more, then close its lines in steps; return how many.

    Closed at the transport, a line is opened again by the seat itself, at another process or at
    the next start. What it had sent and no acknowledgement has answered, it sends again.
    """
    app.extensions[DRAINING] = True
    gevent.sleep(NOTICE_S)
    lines = list(engine.sockets.values())
    gevent.with_timeout(LONGEST_S, _close_all, lines, is_idle, timeout_value=None)
    return len(lines)


def _close_all(lines: list[Any], is_idle: Callable[[], bool]) -> None:
    for first in range(0, len(lines), STEP):
        gevent.with_timeout(IDLE_LIMIT_S, _wait_until, is_idle, timeout_value=None)
        closing = [gevent.spawn(_close, line) for line in lines[first : first + STEP]]
        gevent.joinall(closing, timeout=IDLE_LIMIT_S)
        gevent.sleep(STEP_S)


def _wait_until(is_idle: Callable[[], bool]) -> None:
    while not is_idle():
        gevent.sleep(STEP_S)


def _close(line: Any) -> None:
    try:
        line.close(wait=False, reason="server disconnect")
    except Exception:  # noqa: BLE001 - it has gone meanwhile
        log.info("a line was gone before it was closed")
