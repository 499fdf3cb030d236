"""Whether a result rests on a sitting already: asked by desks that come before the results.

A desk uses earlier desks only, so the results give a function, ``exam_server.desks`` names it,
and the app hands it to whoever would change what the results rest on.
"""

from collections.abc import Callable

from flask import current_app
from sqlalchemy.orm import Session

NAME = "exam_server.has_result"

HasResult = Callable[[Session, int], bool]  # by the registration's id


def has_result() -> HasResult:
    """Return how to ask whether a registration's result stands."""
    found: HasResult = current_app.extensions[NAME]
    return found
