"""The built front end as browsers get it: packed beforehand, kept by its hashed names."""

import json
from functools import cache
from pathlib import Path

from flask import Flask, Response, g, request, send_from_directory, url_for

from exam_server.page_templates import PageEnvironment

DIST = Path(__file__).parent / "static" / "dist"
BUILT = "dist/"
KEPT = "public, max-age=31536000, immutable"
MIME = {".css": "text/css", ".js": "text/javascript"}


class Office(Flask):
    """A Flask app that sends the packed form of a built file to whoever takes it."""

    jinja_environment = PageEnvironment

    def send_static_file(self, filename: str) -> Response:
        """Send a file of the static folder; a built one never changes under its name."""
        if not filename.startswith(BUILT):
            return super().send_static_file(filename)
        folder = Path(self.static_folder or "")
        is_packed = request.accept_encodings["gzip"] > 0 and (folder / f"{filename}.gz").is_file()
        sent = send_from_directory(folder, f"{filename}.gz" if is_packed else filename)
        sent.headers["Cache-Control"] = KEPT
        if is_packed:
            sent.headers["Content-Encoding"] = "gzip"
            sent.mimetype = MIME[Path(filename).suffix]
        return sent

    def process_response(self, response: Response) -> Response:
        """Let a file be kept whoever is signed in, in whatever language."""
        response = super().process_response(response)
        if request.path.startswith("/static/"):
            response.headers["Vary"] = "Accept-Encoding"
        return response


@cache
def manifest(path: Path) -> dict[str, str]:
    """Return the front end's list of built files; empty when it has not been built."""
    if not path.exists():
        return {}
    names: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return names


def built(name: str) -> str:
    """Return the address of a built front-end file, such as ``sitting.js``."""
    return url_for("static", filename=f"dist/{built_name(name)}")


def built_name(name: str) -> str:
    """Return the name under which a front-end file was built."""
    return built_names().get(name, name)


def built_chunks(page: str) -> list[str]:
    """Return the addresses of what a page's script imports before it can begin."""
    chunks = built_names().get(f"{page}.chunks", "").split()
    return [url_for("static", filename=f"dist/{chunk}") for chunk in chunks]


def built_names() -> dict[str, str]:
    """Return the names of the built files, looked up once a request."""
    if "built_names" not in g:
        g.built_names = manifest(DIST / "manifest.json")
    found: dict[str, str] = g.built_names
    return found
