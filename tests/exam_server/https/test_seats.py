"""A seat by HTTPS: everything is checked against the site's root alone."""

import csv
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from flask import Flask

from exam_server.app import use_store
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.https.keeping import FOLDER, NameNotAllowedError, prepared_site
from tests.live_server import LiveServer
from tests.made_once import STORE
from tests.seats import LIMIT_S, SeatClient
from tests.services import free_port

SEAT_ADDRESS = {"REMOTE_ADDR": "192.168.1.77"}


@pytest.fixture
def secure_server(
    tmp_path: Path, sqlite_template: bytes, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LiveServer]:
    more = {"EXAM_SERVER_HTTPS_HOST": "127.0.0.1", "EXAM_SERVER_HTTPS_PORT": str(free_port())}
    server = LiveServer(tmp_path / "live", more)
    server.var.mkdir()
    (server.var / STORE).write_bytes(sqlite_template)
    try:
        server.start()
        for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
            monkeypatch.setenv(name, str(server.var / FOLDER / "root.crt"))
        yield server
    finally:
        server.kill()


def test_a_seat_works_by_https_from_sign_in_to_receipt(
    secure_server: LiveServer, tmp_path: Path
) -> None:
    port = int(secure_server.more["EXAM_SERVER_HTTPS_PORT"])
    tickets = tmp_path / "tickets.csv"
    options = ("--seats", "1", "--items", "2", "--minutes", "30", "--out", str(tickets))
    rehearsal = secure_server.command("rehearsal", "create", *options).splitlines()[-1]
    with tickets.open(encoding="utf-8") as file:
        row = next(csv.DictReader(file))
    seat = SeatClient(f"https://localhost:{port}", row["ticket"], row["code"])
    assert seat.sign_in()["ok"]
    seat.connect()
    secure_server.command("rehearsal", "start", rehearsal)
    seat.gets_key()
    assert seat.answer(1, "A")["acked_seq"] == 1
    assert seat.hand_in()["receipt"]["count"] == 1
    seat.cut()

    assert requests.get(f"{secure_server.base}/healthz", timeout=LIMIT_S).ok, (
        "plainly, on this machine"
    )
    for base, is_secure in ((seat.base, True), (secure_server.base, False)):
        cookie = requests.get(f"{base}/sign-in", timeout=LIMIT_S).headers["Set-Cookie"]
        assert ("Secure" in cookie) is is_secure, base
    with socket.create_connection(("127.0.0.1", port)) as plain, suppress(ConnectionResetError):
        plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert plain.recv(64) == b"", "no plain words on the secure port"
    untrusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with socket.create_connection(("127.0.0.1", port)) as raw, pytest.raises(ssl.SSLError):
        untrusting.wrap_socket(raw, server_hostname="localhost")


def test_the_keys_are_readable_by_their_owner_alone_and_stay(tmp_path: Path) -> None:
    settings = Settings(var=tmp_path, https_port=1, https_names="exam.school.example")
    first = prepared_site(settings)
    assert first.names[0] == "exam.school.example"
    kept = {path.name: path.read_bytes() for path in (tmp_path / FOLDER).iterdir()}
    assert set(kept) == {"root.crt", "root.key", "server.crt", "server.key"}
    assert {
        (tmp_path / FOLDER / name).stat().st_mode & 0o077 for name in kept if "key" in name
    } == {0}
    prepared_site(settings)
    assert {path.name: path.read_bytes() for path in (tmp_path / FOLDER).iterdir()} == kept
    other = Settings(var=tmp_path, https_port=1, https_names="exam.other.example")
    with pytest.raises(NameNotAllowedError, match=r"exam\.other\.example"):
        prepared_site(other)


def test_another_computer_is_led_from_plain_http_to_the_page_that_says_how(
    office: Flask, sqlite_database: Database, tmp_path: Path
) -> None:
    settings = Settings(var=tmp_path / "var", testing=True, https_port=8443)
    use_store(office, settings, sqlite_database)
    client = office.test_client()
    led = client.get("/sitting", environ_base=SEAT_ADDRESS)
    assert (led.status_code, led.location) == (302, "/https/")
    sent = client.post("/api/sittings/login", json={}, environ_base=SEAT_ADDRESS)
    assert (sent.status_code, sent.json["code"]) == (403, "https_needed")  # type: ignore[index]
    assert client.get("/sitting").status_code == 200, "on the server itself"
    secure = client.get("/sitting", environ_base=SEAT_ADDRESS, base_url="https://10.0.0.9:8443")
    assert secure.status_code == 200

    missing = client.get("/https/", environ_base=SEAT_ADDRESS)
    assert missing.status_code == 404
    prepared_site(settings)
    page = client.get("/https/", environ_base=SEAT_ADDRESS, base_url="http://10.0.0.9:8000")
    assert "https://10.0.0.9:8443/sitting" in page.text
    root = client.get("/https/root.crt", environ_base=SEAT_ADDRESS)
    assert root.data[:1] == b"\x30", "DER, which every system takes by a double click"


def test_without_https_nothing_changes(
    office: Flask, sqlite_database: Database, settings: Settings
) -> None:
    use_store(office, settings, sqlite_database)
    client = office.test_client()
    assert client.get("/sitting", environ_base=SEAT_ADDRESS).status_code == 200
