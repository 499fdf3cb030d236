"""The rail: which pages each role finds there, in the order of an exam."""

from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext

from exam_server.actors import Actor


@dataclass(frozen=True)
class Entry:
    """A link of the rail."""

    endpoint: str
    label: str
    hint: str


def entries_for(actor: Actor) -> list[Entry]:
    """Return what this person may open."""
    roles = actor.roles
    return [
        Entry(endpoint, label, hint)
        for endpoint, needed, label, hint in _all_entries()
        if not roles.isdisjoint(needed) and endpoint in current_app.view_functions
    ]


def _all_entries() -> list[tuple[str, frozenset[str], str, str]]:
    officer = frozenset({"exam_officer"})
    bank = frozenset({"item_writer", "reviewer", "exam_officer"})
    room = frozenset({"proctor", "chief_proctor"})
    marks = frozenset({"exam_officer", "examiner"})
    return [
        (
            "proctoring.duties",
            room,
            gettext("My rooms"),
            gettext("Watch and run the exam sessions you are on duty for"),
        ),
        (
            "programmes.programme_list",
            officer,
            gettext("Programmes"),
            gettext("Occupations, levels and dated rule sets"),
        ),
        (
            "bank.blueprint_list",
            bank,
            gettext("Item bank"),
            gettext("Blueprints, items, import and preview"),
        ),
        (
            "batches.batch_list",
            officer,
            gettext("Batches"),
            gettext("Candidates, tickets and results of a batch"),
        ),
        (
            "forms.structure_list",
            officer,
            gettext("Papers"),
            gettext("Paper structures and parallel forms"),
        ),
        (
            "seating.exam_session_list",
            officer,
            gettext("Exam sessions"),
            gettext("Rooms, seat draw and release of papers"),
        ),
        (
            "results.result_list",
            marks,
            gettext("Results"),
            gettext("Practical and performance marks, composites, decisions"),
        ),
    ]
