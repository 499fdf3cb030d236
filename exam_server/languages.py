"""The languages people read: catalogues, the reader's choice, times in the site's zone."""

from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask, request
from flask_babel import Babel, format_datetime

from exam_server.clock import SITE_ZONE
from exam_server.web import LANGUAGES

TRANSLATIONS = Path(__file__).parent / "translations"


def install_languages(app: Flask) -> None:
    """Speak the language chosen on this computer; one catalogue per desk."""
    domains = sorted({path.stem for path in TRANSLATIONS.glob("*/LC_MESSAGES/*.po")})
    Babel(
        app,
        default_locale="zh_Hans_CN",
        default_domain=";".join(domains),
        default_translation_directories=";".join([str(TRANSLATIONS)] * len(domains)),
        default_timezone=str(SITE_ZONE),
        locale_selector=chosen_language,
        timezone_selector=lambda: str(SITE_ZONE),
    )


def chosen_language() -> str:
    """Return the reader's language: their choice, else Chinese."""
    chosen = request.cookies.get("language", "") if request else ""
    return chosen if chosen in LANGUAGES else "zh_Hans_CN"


def at_text(instant: datetime | None, pattern: str = "yyyy-MM-dd HH:mm") -> str:
    """Write an instant in the site's time zone; nothing for no instant."""
    return format_datetime(instant, pattern) if instant else ""


def with_site_zone(fields: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return posted fields in which moments typed without a zone are in the site's."""
    typed = {name: fields.get(name, "") for name in names}
    return fields | {name: _zoned(text) for name, text in typed.items() if text}


def _zoned(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return text if moment.tzinfo else moment.replace(tzinfo=SITE_ZONE).isoformat()
