"""Questions to a server whose PostgreSQL is frozen: it stands, keeps its lines and says nothing."""

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import requests
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from tests.factories import make_person
from tests.live_server import LiveServer
from tests.services import Postgres

HTML = {"Accept": "text/html", "Accept-Language": "zh"}
PATIENCE_S = 120


@contextmanager
def frozen(store: Postgres) -> Iterator[None]:
    """Stop every process of PostgreSQL, and let them go on at the end."""
    store.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        store.signal(signal.SIGCONT)


def staff_cookie(server: LiveServer) -> dict[str, str]:
    """Return the cookie of an exam officer who has signed in."""
    database = server.database()
    with database.writing() as db:
        person = make_person(db, "exam_officer")
        kept = {"_user_id": f"{person.uid}:{person.sign_in_number}", "_fresh": True}
    database.close()
    app = Flask("cookies")
    app.secret_key = server.settings.secret
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return {"session": str(signer.dumps(kept))}


def asked_at_once(base: str, cookie: dict[str, str]) -> dict[str, tuple[requests.Response, float]]:
    """Ask for three things at once; return each answer and how long it took."""

    def timed(name: str) -> tuple[requests.Response, float]:
        began = time.monotonic()
        answer = QUESTIONS[name](base, cookie)
        return answer, time.monotonic() - began

    with ThreadPoolExecutor(len(QUESTIONS)) as pool:
        return dict(zip(QUESTIONS, pool.map(timed, QUESTIONS), strict=True))


QUESTIONS = {
    "a list": lambda base, cookie: requests.get(
        f"{base}/batches/", cookies=cookie, headers=HTML, timeout=PATIENCE_S
    ),
    "the seats' page": lambda base, _: requests.get(
        f"{base}/sitting", headers=HTML, timeout=PATIENCE_S
    ),
    "a seat's sign-in": lambda base, _: requests.post(
        f"{base}/api/sittings/login",
        json={"ticket": "1", "code": "2", "device": "3" * 16},
        timeout=PATIENCE_S,
    ),
}
