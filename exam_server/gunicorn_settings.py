"""Gunicorn's settings: one gevent worker a process, stopped only after the journal is empty."""

import gc
import signal
from typing import Any

from exam_server.parents import die_with_parent

worker_class = "exam_server.https.worker.Worker"
workers = 1
worker_connections = 20_000
keepalive = 30
timeout = 60
# Longer than draining takes (exam_server.draining), shorter than the supervisor waits.
graceful_timeout = 15
AFTER_DRAINING_S = 1
control_socket_disable = True
accesslog = None
loglevel = "warning"


def on_starting(_server: Any) -> None:
    """End with the supervisor, even when it is killed."""
    die_with_parent()


def post_fork(_server: Any, _worker: Any) -> None:
    """End with gunicorn's own parent process; nothing of what is loaded now is garbage."""
    die_with_parent()
    gc.disable()  # until Collecting starts


def post_worker_init(worker: Any) -> None:
    """Drain on SIGTERM; only then let gunicorn end what is left. Clear memory in small steps."""
    import gevent  # noqa: PLC0415 - the worker has patched by now, not before

    import wsgi  # noqa: PLC0415 - exists only inside a worker that has loaded it
    from exam_server.collecting import Collecting  # noqa: PLC0415 - it makes a greenlet

    Collecting(lambda: not wsgi.web_process.transport.seats).start()
    asked: list[int] = []

    def stop() -> None:
        if asked:
            return
        asked.append(signal.SIGTERM)
        try:
            wsgi.web_process.drain()
        finally:
            worker.cfg.set("graceful_timeout", AFTER_DRAINING_S)
            worker.alive = False

    gevent.signal_handler(signal.SIGTERM, stop)


def worker_exit(_server: Any, worker: Any) -> None:
    """Write what is queued before the process ends."""
    import wsgi  # noqa: PLC0415 - exists only inside a worker that has loaded it

    del worker
    wsgi.web_process.stop()
