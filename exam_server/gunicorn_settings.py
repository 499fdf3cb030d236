"""Gunicorn's settings: one gevent worker a process, stopped only after the journal is empty."""

from typing import Any

from exam_server.parents import die_with_parent

worker_class = "exam_server.https.worker.Worker"
workers = 1
worker_connections = 20_000
keepalive = 30
timeout = 60
# Lines to seats never end by themselves: a stop waits for them no longer than this.
graceful_timeout = 3
control_socket_disable = True
accesslog = None
loglevel = "warning"


def on_starting(_server: Any) -> None:
    """End with the supervisor, even when it is killed."""
    die_with_parent()


def post_fork(_server: Any, _worker: Any) -> None:
    """End with gunicorn's own parent process."""
    die_with_parent()


def worker_exit(_server: Any, worker: Any) -> None:
    """Write what is queued before the process ends."""
    import wsgi  # noqa: PLC0415 - exists only inside a worker that has loaded it

    del worker
    wsgi.web_process.stop()
