"""How a seat comes to trust this server: the root to install, and where to go on."""

from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding
from flask import (
    Blueprint,
    Flask,
    Response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue

from exam_server.downloads import disposition
from exam_server.error_pages import wants_json
from exam_server.errors import NotAllowedError, NotFoundError
from exam_server.https.authority import fingerprint
from exam_server.https.keeping import standing_root
from exam_server.web import ANYONE, needs, open_page, settings

desk = Blueprint("https", __name__, url_prefix="/https")
# What a computer may ask for before it trusts this server.
PLAIN = ("/https", "/static/", "/healthz", "/readyz", "/metrics", "/language", "/theme")
LOOPBACK = ("127.", "::1", "::ffff:127.")


@desk.get("/")
@open_page
@needs(ANYONE)
def root_page() -> ResponseReturnValue:
    """Say how the root is installed and where seats go on."""
    root = standing_root(settings())
    if root is None:
        raise NotFoundError("https_is_off")
    return render_template(
        "https.html",
        fingerprint=fingerprint(root),
        until=root.not_valid_after_utc,
        secure_base=secure_base(),
    )


@desk.get("/root.crt")
@open_page
@needs(ANYONE)
def root_certificate() -> ResponseReturnValue:
    """Send the root."""
    root = standing_root(settings())
    if root is None:
        raise NotFoundError("https_is_off")
    sent = Response(root.public_bytes(Encoding.DER), content_type="application/x-x509-ca-cert")
    sent.headers["Content-Disposition"] = disposition("attachment", "exam-server-root.crt")
    return sent


def secure_base() -> str:
    """Return the address of this server by HTTPS, under the name the browser has used."""
    host = urlsplit(f"//{request.host}").hostname or "localhost"
    name = f"[{host}]" if ":" in host else host
    return f"https://{name}:{settings().https_port}"


class Cookies(SecureCookieSessionInterface):
    """A sign-in that began by HTTPS is never sent plainly."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Say whether the cookie may go by HTTPS only."""
        del app
        return request.is_secure


def install_https(app: Flask) -> None:
    """Lead other computers from plain HTTP to HTTPS, once it is on."""
    app.session_interface = Cookies()
    app.before_request(lead_to_https)


def lead_to_https() -> ResponseReturnValue | None:
    """Refuse a plain request of another computer; a page says how to go on."""
    is_on = settings().https_port
    is_here = (request.remote_addr or "").startswith(LOOPBACK)
    if not is_on or request.is_secure or is_here or request.path.startswith(PLAIN):
        return None
    if wants_json():
        raise NotAllowedError("https_needed")
    return redirect(url_for("https.root_page"))
