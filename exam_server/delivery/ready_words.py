"""The words for what the ready check looks at, in the reader's language."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import format_datetime, pgettext

from exam_server.delivery.machine_checks import Ready

MORE = ("papers_some",)  # well as far as it was looked at
MACHINE = ("clock", "clock_back", "server", "jobs", "disk", "files", "store", "redis")
LINKS = {
    "papers": "seating.releases.release_page",
    "pool": "seating.releases.release_page",
    "exam_pool": "seating.own_forms.own_form_page",
    "exam_sets": "seating.exam_session_page",
    "exam_seats": "seating.exam_session_page",
    "exam_unseated": "seating.exam_session_page",
    "exam_broken": "seating.exam_session_page",
    "exam_own_forms": "seating.own_forms.own_form_page",
    "exam_own_forms_unmet": "seating.own_forms.own_form_page",
    "exam_too_alike": "seating.own_forms.own_form_page",
    "exam_codes": "seating.papers.paper_page",
    "exam_staff": "seating.staff.staff_page",
    "watched": "seating.staff.staff_page",
}
# What of an exam may be found in which state.
FOUND: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(MACHINE, ("ok", "danger")),
    "https": ("ok", "attention", "danger"),
    "papers": ("ok", "danger"),
    "papers_some": ("ok",),
    "pool": ("ok", "danger"),
    "exam_pool": ("ok", "danger"),
    "exam_sets": ("ok", "danger"),
    "exam_seats": ("ok", "danger"),
    "exam_unseated": ("ok", "danger"),
    "exam_broken": ("ok", "danger"),
    "exam_own_forms": ("ok", "danger"),
    "exam_own_forms_unmet": ("ok", "attention"),
    "exam_too_alike": ("ok", "attention"),
    "exam_codes": ("ok", "attention"),
    "exam_staff": ("ok", "attention"),
    "exam_photos": ("ok", "attention"),
    "exam_hard_end": ("ok", "attention"),
    "watched": ("ok", "danger"),
    "seats": ("ok", "attention", "danger"),
    "printer": ("ok", "attention", "danger"),
    "version": ("ok", "attention"),
}


def title(ready: Ready) -> str:
    """Return what was looked at."""
    return str(pgettext("ready", ready.code))


def found(ready: Ready) -> str:
    """Return what was found."""
    facts = {
        name: format_datetime(value, "yyyy-MM-dd HH:mm") if isinstance(value, datetime) else value
        for name, value in ready.detail.items()
    }
    return str(pgettext("ready_found", f"{ready.code}_{ready.state}") % facts)


def to_do(ready: Ready) -> str:
    """Return what is to be done; nothing where it is well, unless more can be looked at."""
    is_done = ready.state == "ok" and ready.code not in MORE
    return "" if is_done else str(pgettext("ready_do", ready.code))
