"""A web process put together: the app, the lines to seats and consoles, and what runs beside."""

from dataclasses import dataclass
from pathlib import Path

import structlog
from flask import Flask
from flask_socketio import SocketIO
from sqlalchemy import text

from exam_server.app import create_app
from exam_server.clock import utcnow
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery import closing
from exam_server.delivery.greeting import Greeter
from exam_server.delivery.lane import Lane
from exam_server.delivery.living import Life
from exam_server.delivery.sockets import HANDLERS, PROMPT
from exam_server.delivery.transport import Transport
from exam_server.desks import staff_messages
from exam_server.draining import drain, refuse_new_lines
from exam_server.hinting import install_hints
from exam_server.line_rooms import LineRooms
from exam_server.proctoring.feed import Feed
from exam_server.proctoring.transport import install_consoles
from exam_server.proxying import behind_proxy
from exam_server.websockets import install_websockets

log = structlog.get_logger()

PING_EVERY_S = 10
PING_LIMIT_S = 8
LARGEST_MESSAGE = 512 * 1024


@dataclass
class WebProcess:
    """Everything one web process holds."""

    app: Flask
    socketio: SocketIO
    lane: Lane
    transport: Transport
    life: Life
    feed: Feed
    is_stopped: bool = False

    def start(self) -> None:
        """Warm up what first use would make slow, then live."""
        with self.lane.database.reading() as db:
            db.execute(text("SELECT 1"))
            closing.due_sittings(db, now=utcnow())
        self.lane.settings.secret  # noqa: B018 - made now, not at the first sign-in
        self.life.start()
        self.feed.start()
        if self.lane.settings.redis_url:
            install_hints(self.lane.settings.redis_url, self.lane.database, self.life.wake.set)
        self.app.extensions["exam_server.is_warm"] = True

    def drain(self) -> None:
        """Take nothing more, send the seats elsewhere, write what is queued and end."""
        queue = self.lane.journal.queue
        lines = drain(self.app, self.socketio.server.eio, queue.empty)
        self.stop()
        log.info("a web process has ended in order", lines=lines)

    def stop(self) -> None:
        """Write what is queued and end; again is nothing."""
        if self.is_stopped:
            return
        self.is_stopped = True
        self.feed.stop()
        self.life.stop()
        self.lane.database.close()


def make_web_process(settings: Settings) -> WebProcess:
    """Build a web process over the store the settings name; nothing runs yet."""
    Path(settings.var).mkdir(parents=True, exist_ok=True)
    database = Database(settings.url, is_web=True, keyring=settings.keyring)
    app = create_app(settings, database)
    socketio = SocketIO(
        app,
        async_mode="gevent",
        ping_interval=PING_EVERY_S,
        ping_timeout=PING_LIMIT_S,
        max_http_buffer_size=LARGEST_MESSAGE,
        manage_session=False,
        client_manager=LineRooms(),
    )
    app.wsgi_app = refuse_new_lines(app, app.wsgi_app)  # type: ignore[method-assign, assignment] # Flask's way
    app.wsgi_app = behind_proxy(app.wsgi_app, settings)  # type: ignore[method-assign, assignment] # Flask's way
    lane = Lane(settings, database)
    app.extensions["exam_server.lane"] = lane
    greeter = Greeter(lane)
    transport = Transport(app, socketio.server, lane, greeter.identify, greeter.greet)
    transport.install(HANDLERS, prompt=PROMPT)
    install_websockets(socketio.server).append(transport.hear)
    life = Life(lane, transport)
    feed = Feed(lane, socketio.server)
    life.reader.listeners.append(feed.hear)
    app.extensions["exam_server.feed"] = feed
    install_consoles(socketio, staff_messages())
    return WebProcess(app, socketio, lane, transport, life, feed)
