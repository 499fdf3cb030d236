"""A bare echo on the same stack: the same gunicorn and Socket.IO server, no store behind it."""

from typing import Any

from flask import Flask, jsonify
from flask_socketio import SocketIO

app = Flask(__name__)
socketio = SocketIO(app, async_mode="gevent", manage_session=False)


@app.get("/readyz")
def readyz() -> Any:
    """Say that it answers."""
    return jsonify(ok=True)


@app.post("/api/sittings/login")
def login() -> Any:
    """Let anybody in."""
    return jsonify(ok=True, token="any", live_url="")  # noqa: S106 - nothing is behind it


def connect(sid: str, _environ: dict[str, Any], _auth: Any = None) -> None:
    """Greet a line with the least a seat waits for."""
    state = {"clock_number": 1, "status": "running", "acked_seq": 0}
    socketio.server.emit("sitting_state", state, to=sid, namespace="/sitting")


def save_answers(_sid: str, data: dict[str, Any]) -> dict[str, Any]:
    """Acknowledge what came, as the server's reply would read."""
    return {"ok": True, "acked_seq": data["events"][-1]["seq"], "refused": []}


socketio.server.on("connect", connect, namespace="/sitting")
socketio.server.on("save_answers", save_answers, namespace="/sitting")
