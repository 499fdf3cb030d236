"""The line to the consoles: namespace ``/proctoring``, for signed-in staff of this host."""

from collections.abc import Callable, Sequence

from flask import request
from flask_login import current_user
from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import SocketIO

from exam_server.delivery.transport import is_same_origin
from exam_server.proctoring.feed import NAMESPACE
from exam_server.web import Reply


def install_consoles(socketio: SocketIO, messages: Sequence[Callable[..., Reply]]) -> None:
    """Register the connection check and every staff message."""

    def connect(_auth: object = None) -> None:
        if not is_same_origin(request.environ):
            raise Refused("foreign_origin")
        if not current_user.is_authenticated:
            raise Refused("sign_in_first")

    socketio.on_event("connect", connect, namespace=NAMESPACE)
    for message in messages:
        name: str = message.live_name  # type: ignore[attr-defined] # set by live
        socketio.on_event(name, message, namespace=NAMESPACE)
