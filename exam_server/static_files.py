"""The built front end as browsers get it: packed beforehand, kept by its hashed names."""

from pathlib import Path

from flask import Flask, Response, request, send_from_directory

BUILT = "dist/"
KEPT = "public, max-age=31536000, immutable"
MIME = {".css": "text/css", ".js": "text/javascript"}


class Office(Flask):
    """A Flask app that sends the packed form of a built file to whoever takes it."""

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
