"""The rail: which pages each role finds there, grouped in the order of an exam."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from flask import current_app, request
from flask_babel import gettext

from exam_server.actors import Actor

OFFICER = frozenset({"exam_officer"})
BANK = frozenset({"item_writer", "reviewer", "exam_officer"})
ROOM = frozenset({"proctor", "chief_proctor"})
ROOMS = frozenset({"chief_proctor", "quality_supervisor"})
PANELS = frozenset({"exam_officer", "panel_member"})
MARKS = frozenset({"exam_officer", "examiner"})
ADMINISTRATOR = frozenset({"administrator"})
AUDITOR = frozenset({"auditor"})
OVERVIEW = "proctoring.overview"
PART_OF = {"analysis": "results"}  # a desk whose pages are reached through another's entry


@dataclass(frozen=True)
class Entry:
    """A link of the rail: who finds it, with which icon, and what it leads to."""

    endpoint: str
    needed: frozenset[str]
    icon: str
    label: str
    hint: str
    group: str = ""

    @property
    def is_here(self) -> bool:
        """Say whether the page shown belongs to this entry."""
        shown = request.endpoint or ""
        if OVERVIEW in {shown, self.endpoint}:  # its desk has another entry
            return shown == self.endpoint
        desk = shown.partition(".")[0]
        return PART_OF.get(desk, desk) == self.endpoint.partition(".")[0]


def rail_for(actor: Actor) -> list[tuple[str, list[Entry]]]:
    """Return the entries this person may open, by heading."""
    return [
        (group, list(entries))
        for group, entries in groupby(entries_for(actor), key=lambda entry: entry.group)
    ]


def entries_for(actor: Actor) -> list[Entry]:
    """Return what this person may open, each with its heading."""
    return [
        Entry(*facts, group=group)
        for group, listed in _groups()
        for facts in listed
        if not actor.roles.isdisjoint(facts[1]) and facts[0] in current_app.view_functions
    ]


Facts = tuple[str, frozenset[str], str, str, str]


def _groups() -> Iterator[tuple[str, list[Facts]]]:
    yield gettext("Prepare"), _prepare()
    yield gettext("Hold the exam"), _hold()
    yield gettext("Mark and decide"), _decide()
    yield gettext("Administration"), _look_after()


def _prepare() -> list[Facts]:
    return [
        (
            "programmes.programme_list",
            OFFICER,
            "programme",
            gettext("Programmes"),
            gettext("Occupations, levels and dated rule sets"),
        ),
        (
            "bank.blueprint_list",
            BANK,
            "bank",
            gettext("Item bank"),
            gettext("Blueprints, items, import and preview"),
        ),
        (
            "forms.structure_list",
            OFFICER,
            "paper",
            gettext("Papers"),
            gettext("Paper structures and parallel forms"),
        ),
        (
            "adaptive.plan_list",
            OFFICER,
            "chart",
            gettext("Practice"),
            gettext("Adaptive or by random papers, with tickets for trainees"),
        ),
    ]


def _hold() -> list[Facts]:
    return [
        (
            "batches.batch_list",
            OFFICER,
            "batch",
            gettext("Batches"),
            gettext("Candidates, tickets and results of a batch"),
        ),
        (
            "seating.exam_session_list",
            OFFICER,
            "seats",
            gettext("Exam sessions"),
            gettext("Rooms, seat draw and release of papers"),
        ),
        (
            "proctoring.duties",
            ROOM,
            "console",
            gettext("My rooms"),
            gettext("Watch and run the exam sessions you are on duty for"),
        ),
        (
            OVERVIEW,
            ROOMS,
            "eye",
            gettext("All rooms"),
            gettext("Every room of the exam sessions you lead or supervise, live"),
        ),
    ]


def _decide() -> list[Facts]:
    return [
        (
            "written.task_list",
            MARKS,
            "edit",
            gettext("Written answers"),
            gettext("Mark short answers and essays, decide on differences"),
        ),
        (
            "results.result_list",
            MARKS,
            "marks",
            gettext("Results"),
            gettext("Practical and performance marks, composites, decisions"),
        ),
        (
            "standards.panel_list",
            PANELS,
            "standard",
            gettext("Pass marks"),
            gettext("Panels of experts recommend where the pass mark should lie"),
        ),
    ]


def _look_after() -> list[Facts]:
    return [
        (
            "people.people_list",
            ADMINISTRATOR,
            "people",
            gettext("People"),
            gettext("Accounts, roles, one-time passwords"),
        ),
        (
            "oversight.audit_page",
            AUDITOR,
            "audit",
            gettext("Audit record"),
            gettext("Who did what, when"),
        ),
    ]
