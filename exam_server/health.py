"""Whether the server is alive and whether it is ready for seats."""

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from exam_server.migrating import is_current
from exam_server.web import ANYONE, database, needs, open_page

desk = Blueprint("health", __name__)


@desk.get("/healthz")
@open_page
@needs(ANYONE)
def healthz() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(ok=True)


@desk.get("/readyz")
@open_page
@needs(ANYONE)
def readyz() -> ResponseReturnValue:
    """Say yes once the store has this version's schema and everything is warm."""
    checks = {
        "schema": is_current(database()),
        "warm": bool(current_app.extensions.get("exam_server.is_warm")),
    }
    is_ready = all(checks.values())
    return jsonify(ok=is_ready, checks=checks), 200 if is_ready else 503
