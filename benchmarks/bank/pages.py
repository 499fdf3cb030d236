"""The pages of a large bank as an officer's browser asks for them: the whole answer, rendered."""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from flask.testing import FlaskClient

from benchmarks.bank.store import timed
from exam_server.accounts import service as accounts
from exam_server.app import create_app
from exam_server.bank.models import Blueprint
from exam_server.clock import utcnow
from exam_server.config import Settings
from exam_server.db import Database

PAGES = {
    "page: list": "",
    "page: list, searched": "?text=绝缘电阻",
    "page: list, most used first": "?sort=most_used",
    "page: supply map": "/supply",
    "page: supply map, use": "/supply?lens=use",
    "page: supply map, quality": "/supply?lens=quality",
    "page: supply map, a range opened": "/supply?open=07",
}
ROLES = ("exam_officer", "item_writer")


def measure_pages(database: Database, bank_id: int) -> None:
    """Print how long each page takes."""
    with tempfile.TemporaryDirectory() as folder:
        client, address = _signed_in(database, bank_id, Path(folder))
        for name, query in PAGES.items():
            timed(name, _asked(client, address + query), limit_ms=500)


def _asked(client: FlaskClient, address: str) -> Callable[[], None]:
    return partial(_ask, client, address)


def _ask(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:  # noqa: PLR2004 - all is well
        msg = f"{address}: {answer.status_code}"
        raise RuntimeError(msg)


def _signed_in(database: Database, bank_id: int, folder: Path) -> tuple[FlaskClient, str]:
    """Return a browser of an officer of the bank, and the bank's address."""
    client = create_app(Settings(var=folder), database).test_client()
    now = utcnow()
    with database.writing() as db:
        bank = db.get_one(Blueprint, bank_id)
        name = f"officer-{now:%H%M%S%f}"
        person = accounts.add_person(db, username=name, name=name, password_hash="", by=None)
        for role in ROLES:
            accounts.grant_role(db, person, role, bank.organization_id, by=None, now=now)
        db.flush()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = f"{person.uid}:{person.sign_in_number}"
            cookie["_fresh"] = True
        return client, f"/bank/{bank.uid}"
