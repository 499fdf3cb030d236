"""Whom the proxy's headers name."""

from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from exam_server.config import Settings
from exam_server.proxying import behind_proxy


def caller(proxy: str, tmp_path: Path) -> FlaskClient:
    app = Flask(__name__)
    app.add_url_rule("/", "who", lambda: f"{request.remote_addr} {request.scheme}")
    settings = Settings(var=tmp_path, proxy=proxy)
    app.wsgi_app = behind_proxy(app.wsgi_app, settings)  # type: ignore[method-assign] # Flask's way
    return app.test_client()


@pytest.mark.parametrize(
    ("proxy", "address", "seen"),
    [
        ("", "127.0.0.1", "127.0.0.1 http"),
        ("127.0.0.1", "127.0.0.1", "192.0.2.7 https"),
        ("127.0.0.1", "198.51.100.9", "198.51.100.9 http"),
        ("::1, 172.16.0.0/12", "172.18.0.3", "192.0.2.7 https"),
        ("127.0.0.1", "", " http"),
    ],
)
def test_only_the_proxy_is_believed(proxy: str, address: str, seen: str, tmp_path: Path) -> None:
    said = {"X-Forwarded-For": "203.0.113.1, 192.0.2.7", "X-Forwarded-Proto": "https"}
    client = caller(proxy, tmp_path)
    assert client.get("/", headers=said, environ_base={"REMOTE_ADDR": address}).text == seen
