"""The rail: which pages each role finds there, grouped in the order of an exam."""

from dataclasses import dataclass
from itertools import groupby

from flask import current_app, request
from flask_babel import gettext

from exam_server.actors import Actor

OFFICER = frozenset({"exam_officer"})
BANK = frozenset({"item_writer", "reviewer", "exam_officer"})
ROOM = frozenset({"proctor", "chief_proctor"})
MARKS = frozenset({"exam_officer", "examiner"})


@dataclass(frozen=True)
class Entry:
    """A link of the rail: who finds it, under which heading, with which icon."""

    endpoint: str
    needed: frozenset[str]
    group: str
    icon: str
    label: str
    hint: str

    @property
    def is_here(self) -> bool:
        """Say whether the page shown belongs to this entry."""
        shown = (request.endpoint or "").partition(".")[0]
        return shown == self.endpoint.partition(".")[0] or request.endpoint == self.endpoint


def rail_for(actor: Actor) -> list[tuple[str, list[Entry]]]:
    """Return the entries this person may open, by heading."""
    return [
        (group, list(entries))
        for group, entries in groupby(entries_for(actor), key=lambda entry: entry.group)
    ]


def entries_for(actor: Actor) -> list[Entry]:
    """Return what this person may open."""
    return [
        entry
        for entry in _all_entries()
        if not actor.roles.isdisjoint(entry.needed) and entry.endpoint in current_app.view_functions
    ]


def _all_entries() -> list[Entry]:
    prepare, run, decide = gettext("Prepare"), gettext("Hold the exam"), gettext("Mark and decide")
    return [
        Entry(
            "programmes.programme_list",
            OFFICER,
            prepare,
            "programme",
            gettext("Programmes"),
            gettext("Occupations, levels and dated rule sets"),
        ),
        Entry(
            "bank.blueprint_list",
            BANK,
            prepare,
            "bank",
            gettext("Item bank"),
            gettext("Blueprints, items, import and preview"),
        ),
        Entry(
            "forms.structure_list",
            OFFICER,
            prepare,
            "paper",
            gettext("Papers"),
            gettext("Paper structures and parallel forms"),
        ),
        Entry(
            "batches.batch_list",
            OFFICER,
            run,
            "batch",
            gettext("Batches"),
            gettext("Candidates, tickets and results of a batch"),
        ),
        Entry(
            "seating.exam_session_list",
            OFFICER,
            run,
            "seats",
            gettext("Exam sessions"),
            gettext("Rooms, seat draw and release of papers"),
        ),
        Entry(
            "proctoring.duties",
            ROOM,
            run,
            "console",
            gettext("My rooms"),
            gettext("Watch and run the exam sessions you are on duty for"),
        ),
        Entry(
            "results.result_list",
            MARKS,
            decide,
            "marks",
            gettext("Results"),
            gettext("Practical and performance marks, composites, decisions"),
        ),
    ]
