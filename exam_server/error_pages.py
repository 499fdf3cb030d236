"""What a person or program is shown when something could not be done."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from exam_server.errors import RefusedError
from exam_server.web import our_fault, refusal, sentence

AGAIN_AFTER_S = 10  # so long a store that is away is left alone by who reads this


def wants_json() -> bool:
    """Say whether the asker is a program: under ``/api/``, or JSON is preferred."""
    return request.path.startswith("/api/") or (
        request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    )


def _what_next(refused: RefusedError) -> dict[str, str]:
    """Return what became of the reader's work, what to do now, and the way back if there is one."""
    if refused.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return _while_away()
    kept = gettext("Nothing was changed. What you typed is kept on this computer.")
    untouched = gettext("Nothing was changed; what was stored before stands.")
    if refused.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        now = gettext("Try once more. If it happens again, tell your administrator the reference.")
    elif refused.code == "form_expired":
        now = gettext("Go back, load the page anew and send the form again.")
    elif refused.status == HTTPStatus.NOT_FOUND:
        now = gettext("Check the address, or begin at the start page.")
    elif refused.status == HTTPStatus.FORBIDDEN:
        now = gettext("Ask an administrator if you should be able to do this.")
    else:
        now = gettext("Go back, put it right and try again.")
    before = urlsplit(request.referrer or "")
    is_ours = before.netloc == request.host and before.path != request.path
    return {
        "what_became": kept if request.method == "POST" else untouched,
        "what_now": now,
        "back": f"{before.path}?{before.query}".rstrip("?") if is_ours else "",
    }


def _while_away() -> dict[str, str]:
    """Return the same while the store is away: whether it took something, nobody can say."""
    if request.method == "POST":
        became = gettext(
            "It is not certain whether it was stored. What you typed is kept on this computer."
        )
        now = gettext(
            "Wait some seconds, then look whether it is there before you send it again. If it "
            "lasts, tell your administrator."
        )
    else:
        became = gettext("Nothing was changed; what was stored before stands.")
        now = gettext(
            "Wait some seconds and load this page again. If it lasts, tell your administrator."
        )
    return {"what_became": became, "what_now": now, "back": ""}


def show_refusal(refused: RefusedError) -> Response:
    """Answer a refused page or call: JSON for programs, a page in words for people."""
    is_away = refused.status == HTTPStatus.SERVICE_UNAVAILABLE
    reply = refusal(refused)
    if is_away:
        g.is_store_away = True  # the page itself must not ask the store once more
        reply["message"] = sentence("store_away")
    shown = (
        jsonify(reply)
        if wants_json()
        else render_template("refused.html", refused=reply, **_what_next(refused))
    )
    response = make_response(shown)
    response.status_code = refused.status
    if is_away:
        response.headers["Retry-After"] = str(AGAIN_AFTER_S)
    return response


def install_error_handlers(app: Flask) -> None:
    """Give every error the one reply shape."""

    @app.errorhandler(RefusedError)
    def refused(error: RefusedError) -> ResponseReturnValue:
        if error.code == "sign_in_first" and not wants_json():
            login: ResponseReturnValue = app.login_manager.unauthorized()  # type: ignore[attr-defined] # set by flask-login
            return login
        return show_refusal(error)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        is_expired = isinstance(error, CSRFError)
        fault = RefusedError("form_expired" if is_expired else f"http_{error.code}")
        fault.status = error.code or 500
        response = show_refusal(fault)
        for name, value in error.get_headers():  # such as Allow
            if name.lower() != "content-type":
                response.headers[name] = value
        return response

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> ResponseReturnValue:
        if app.testing:
            raise error
        return show_refusal(our_fault(error))
