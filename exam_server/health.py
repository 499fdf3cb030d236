"""Whether the server is alive and whether it is ready for seats."""

import gevent
from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from exam_server.draining import DRAINING
from exam_server.migrating import is_current
from exam_server.web import ANYONE, database, needs, open_page

desk = Blueprint("health", __name__)

STORE_LIMIT_S = 2.0


@desk.get("/healthz")
@open_page
@needs(ANYONE)
def healthz() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(ok=True)


def has_schema() -> bool:
    """Say whether the store answers soon and has this version's schema."""
    try:
        with gevent.Timeout(STORE_LIMIT_S):
            return is_current(database())
    except (gevent.Timeout, SQLAlchemyError):
        return False


@desk.get("/readyz")
@open_page
@needs(ANYONE)
def readyz() -> ResponseReturnValue:
    """Say yes once the store has this version's schema and everything is warm, until a stop."""
    checks = {
        "schema": has_schema(),
        "warm": bool(current_app.extensions.get("exam_server.is_warm")),
        "stays": not current_app.extensions.get(DRAINING),
    }
    is_ready = all(checks.values())
    return jsonify(ok=is_ready, checks=checks), 200 if is_ready else 503
