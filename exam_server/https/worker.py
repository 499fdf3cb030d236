"""Gunicorn's gevent worker that also speaks TLS on one of its ports, in the same process.

The office opens plainly on its own machine (browsers count localhost as secure) and seats come
by HTTPS, and all meet in one process.
"""

import ssl
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import gevent
import structlog
from gunicorn.workers.ggevent import GeventWorker

from exam_server.config import Settings
from exam_server.https.keeping import FOLDER, SERVER

log = structlog.get_logger()

HANDSHAKE_LIMIT_S = 10
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Worker(GeventWorker):  # type: ignore[misc] # the package ships no types
    """A worker whose HTTPS port, if the settings name one, wraps each connection in TLS."""

    https_port = 0
    tls: ssl.SSLContext | None = None

    def patch(self) -> None:
        """Make what TLS needs only now: before, its sockets would block the whole process."""
        super().patch()
        settings = Settings()
        self.https_port = settings.https_port
        self.tls = tls_context(settings.var / FOLDER) if self.https_port else None

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        """Serve a connection."""
        if self.tls is not None and listener.getsockname()[1] == self.https_port:
            client = self._in_tls(client, addr)
            if client is None:
                return
        super().handle(listener, client, addr)

    def _in_tls(self, client: Any, addr: Any) -> Any:
        """Return the connection after the handshake; ``None`` when it fails, as probes' do."""
        assert self.tls is not None  # noqa: S101 - for the type checker
        try:
            with gevent.Timeout(HANDSHAKE_LIMIT_S):
                return self.tls.wrap_socket(client, server_side=True)
        except (OSError, gevent.Timeout) as error:
            log.info("no TLS with a computer: is the root installed?", who=addr[0], why=str(error))
            client.close()
            return None


def tls_context(folder: Path) -> ssl.SSLContext:
    """Return how the server proves itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(folder / f"{SERVER}.crt", folder / f"{SERVER}.key")
    return context


def with_scheme(app: WsgiApp) -> WsgiApp:
    """Let the app know which requests came by TLS: gunicorn thinks all or none did."""

    def told(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if isinstance(environ.get("gunicorn.socket"), ssl.SSLSocket):
            environ["wsgi.url_scheme"] = "https"
        return app(environ, start_response)

    return told
