"""Words of marks and decisions that several pages of results share."""

from decimal import Decimal

from flask_babel import gettext

from exam_server.results.rules import COMPONENTS
from exam_server.wording import component_words


def entry_words(standing: str, mark: Decimal | None) -> str:
    """Return what was entered for a component as it is typed: a mark, absent or void."""
    if standing == "marked" and mark is not None:
        return f"{mark:f}"
    words: dict[str, str] = {
        "absent": gettext("absent"),
        "void": gettext("void"),
        "withdrawn": gettext("withdrawn"),
    }
    return words.get(standing, standing)


def component_names() -> dict[str, str]:
    """Return the words of every component."""
    return {name: component_words(name) for name in COMPONENTS}
