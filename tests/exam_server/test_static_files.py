"""Built files: packed for whoever takes it, kept by their hashed names."""

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

SCRIPT = b"export const said = 1;"


@pytest.fixture
def built(app: Flask, tmp_path: Path) -> FlaskClient:
    """Return a browser of an app whose built folder holds one packed script and one font."""
    dist = tmp_path / "static" / "dist"
    dist.mkdir(parents=True)
    (dist / "page-ABC.js").write_bytes(SCRIPT)
    (dist / "page-ABC.js.gz").write_bytes(gzip.compress(SCRIPT))
    (dist / "slice.woff2").write_bytes(b"font")
    app.static_folder = str(tmp_path / "static")
    return app.test_client()


def test_a_packed_script_is_sent_to_who_takes_it(built: FlaskClient) -> None:
    answer = built.get(
        "/static/dist/page-ABC.js", headers={"Accept-Encoding": "gzip, br"}, buffered=True
    )
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.mimetype == "text/javascript"
    assert gzip.decompress(answer.data) == SCRIPT


def test_a_plain_script_is_sent_to_others_and_a_font_as_it_is(built: FlaskClient) -> None:
    plain = built.get("/static/dist/page-ABC.js", buffered=True)
    font = built.get("/static/dist/slice.woff2", headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert (plain.data, plain.headers.get("Content-Encoding")) == (SCRIPT, None)
    assert (font.data, font.headers.get("Content-Encoding")) == (b"font", None)


def test_built_files_are_kept_by_their_names(built: FlaskClient) -> None:
    answer = built.get("/static/dist/page-ABC.js", buffered=True)
    assert "immutable" in answer.headers["Cache-Control"]
    again = built.get(
        "/static/dist/page-ABC.js", headers={"If-None-Match": answer.headers["ETag"]}, buffered=True
    )
    assert again.status_code == 304


def test_no_file_outside_the_folder_is_sent(built: FlaskClient) -> None:
    assert built.get("/static/dist/../../exam.sqlite", buffered=True).status_code == 404
    assert built.get("/static/dist/absent.js").status_code == 404
