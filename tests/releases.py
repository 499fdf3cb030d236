"""Papers released as people do it: one asks, another looks and releases."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

REQUEST = re.compile(r'name="request" value="([0-9a-f-]{36})"')


def request_on(page: str) -> str:
    """Return the request a release page shows; nothing when none waits."""
    found = REQUEST.search(page)
    return found[1] if found else ""


def decide(client: FlaskClient, page: str, act: str = "", **fields: str) -> TestResponse:
    """Release, ``/refuse`` or ``/withdraw`` the request that this person's page shows."""
    shown = request_on(client.get(f"{page}/release").text)
    return client.post(f"{page}/release{act}", data={"request": shown, **fields})
