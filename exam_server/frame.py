"""What the frame of every page needs: language, theme, the rail, the way back, open jobs."""

import re
from importlib.metadata import version
from typing import Any

from flask import Flask, current_app, g, request
from flask_babel import get_locale, gettext
from flask_login import current_user
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from exam_server.clock import parse_rfc3339
from exam_server.jobs import count_open
from exam_server.languages import at_text
from exam_server.navigation import rail_for
from exam_server.web import LANGUAGES, database

NOTICES = "exam_server.page_notices"  # functions (db) -> sentences shown on every staff page
THEMES = ("light", "dark", "contrast")
LINK = re.compile(r"<a\b.*?</a>", re.DOTALL)


def chosen_theme() -> str:
    """Return the theme chosen on this computer; nothing: as the system has it."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in THEMES else ""


def theme_choices() -> list[tuple[str, str]]:
    """Return the themes to choose from, with their words."""
    return [
        ("", gettext("As the system")),
        ("light", gettext("Light")),
        ("dark", gettext("Dark")),
        ("contrast", gettext("High contrast")),
    ]


def here() -> str:
    """Return an address that shows this page again; a page that only takes posts has none."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    try:
        current_app.url_map.bind("").match(request.path, method="GET")
    except HTTPException:
        return "/"
    return request.path


def crumb_items(html: str) -> Markup:
    """Return the links of a breadcrumb as the items of a list."""
    links = LINK.findall(html)
    return Markup("").join(Markup(f"<li>{link}</li>") for link in links)  # noqa: S704 - our own block


def install_page_facts(app: Flask) -> None:
    """Give every template what the frame shows."""
    number = version("exam-server")

    @app.context_processor
    def facts() -> dict[str, Any]:
        locale = str(get_locale())
        return {
            "language": locale,
            "html_language": "zh-Hans-CN" if locale.startswith("zh") else "en",
            "languages": LANGUAGES,
            "theme": chosen_theme(),
            "theme_choices": theme_choices(),
            "here": here(),
            "server_version": number,
            "ui": app.jinja_env.get_template("ui.html").module,
            **_own_facts(),
        }

    app.jinja_env.filters["at"] = at_text
    app.jinja_env.filters["instant"] = parse_rfc3339
    app.jinja_env.filters["crumbs"] = crumb_items


def _own_facts() -> dict[str, Any]:
    if not current_user.is_authenticated:
        return {"rail": [], "jobs_open": 0, "page_notices": []}
    if g.get("is_store_away"):
        return {"rail": rail_for(current_user.actor), "jobs_open": 0, "page_notices": []}
    with database().reading() as db:
        open_jobs = count_open(db, current_user.actor.id)
        notices = [each for tell in current_app.extensions[NOTICES] for each in tell(db)]
    return {
        "rail": rail_for(current_user.actor),
        "jobs_open": open_jobs,
        "page_notices": notices,
    }
