"""The Flask app put together: settings, store, sign-in, languages, headers, desks."""

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect

from exam_server.accounts.signed_in import install_sign_in
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.desks import (
    batch_steps,
    cookieless,
    has_result,
    item_facts,
    page_notices,
    pages,
    programme_facts,
    set_uses,
    sitting_facts,
    supply_facts,
    todo_lists,
)
from exam_server.error_pages import install_error_handlers
from exam_server.frame import NOTICES, install_page_facts
from exam_server.https.pages import install_https
from exam_server.item_facts import NAME as ITEM_FACTS
from exam_server.languages import install_languages
from exam_server.programme_facts import NAME as PROGRAMME_FACTS
from exam_server.result_facts import NAME as HAS_RESULT
from exam_server.set_facts import NAME as SET_USES
from exam_server.sitting_facts import NAME as SITTING_FACTS
from exam_server.static_files import Office, built, built_chunks
from exam_server.supply_facts import NAME as SUPPLY_FACTS
from exam_server.wording import install_wording

LARGEST_UPLOAD = 64 * 1024 * 1024
LARGEST_FORM = 8 * 1024 * 1024  # text fields: a list of 20,000 candidates sent back as text
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def create_app(settings: Settings, database: Database) -> Flask:
    """Return the app over a store; nothing is opened or started yet."""
    app = Office(__name__)
    use_store(app, settings, database)
    app.config.update(
        TESTING=settings.testing,
        MAX_CONTENT_LENGTH=LARGEST_UPLOAD,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.extensions["exam_server.todo_lists"] = todo_lists()
    app.extensions["exam_server.batch_steps"] = batch_steps()
    app.extensions[NOTICES] = page_notices()
    app.extensions[ITEM_FACTS] = item_facts()
    app.extensions[SITTING_FACTS] = sitting_facts()
    app.extensions[PROGRAMME_FACTS] = programme_facts()
    app.extensions[SUPPLY_FACTS] = supply_facts()
    app.extensions[HAS_RESULT] = has_result()
    app.extensions[SET_USES] = set_uses()
    csrf = CSRFProtect(app)
    install_https(app)
    install_sign_in(app)
    install_languages(app)
    install_error_handlers(app)
    install_page_facts(app)
    install_wording(app)
    app.jinja_env.globals["built"] = built
    app.jinja_env.globals["built_chunks"] = built_chunks
    app.after_request(add_headers)
    for desk in pages():
        app.register_blueprint(desk)
    for desk in cookieless():
        csrf.exempt(desk)
    return app


def use_store(app: Flask, settings: Settings, database: Database) -> None:
    """Let the app work with this store and its secret from now on."""
    app.config["SECRET_KEY"] = settings.secret
    app.extensions["exam_server.database"] = database
    app.extensions["exam_server.settings"] = settings


def add_headers(response: Response) -> Response:
    """Set the security headers."""
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
