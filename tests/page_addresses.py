"""An address of every page, over the sample data: a new page names here what it is shown for."""

from dataclasses import dataclass

from flask import Flask
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased
from werkzeug.routing import Rule

from exam_server.accounts.models import Person
from exam_server.adaptive.models import AdaptivePlan
from exam_server.bank.models import Area, Blueprint, Item, ItemVersion
from exam_server.batches.models import Batch, Registration
from exam_server.batches.photos import KIND as PHOTOS
from exam_server.delivery.models import LateWork
from exam_server.forms.models import AssemblyRun, Form, PaperStructure, PracticeBank
from exam_server.jobs import Job
from exam_server.marking.models import ScoringChange
from exam_server.programmes.models import Programme, RuleSet
from exam_server.results.equating.models import Equating
from exam_server.seating.models import ExamSession, Room, RoomRun, Site, Sitting
from exam_server.standards.models import StandardPanel
from exam_server.web import ANYONE, SIGNED_IN
from exam_server.written.models import WrittenAnswer, WrittenTask

# Who visits a page: the first of these whose role it needs.
VISITORS = {
    ANYONE: "",
    "exam_officer": "officer",
    SIGNED_IN: "officer",
    "item_writer": "writer",
    "reviewer": "reviewer",
    "proctor": "proctor",
    "chief_proctor": "chief",
    "examiner": "examiner",
    "panel_member": "expert",
    "quality_supervisor": "supervisor",
    "administrator": "admin",
    "auditor": "auditor",
}
# What answers a GET and is no page of its own.
NO_PAGES = {
    "static": "files",
    "forms.supply": "data",
    "health.healthz": "data",
    "health.readyz": "data",
    "metrics.metrics": "data",
    "https.root_certificate": "a file",
    "accounts.choose_language": "leads on",
    "accounts.choose_theme": "leads on",
    "adaptive.trial_page": "the sample has no trial, it takes too long: browser/test_adaptive.py",
    "forms.tests.tests_taken": "the sample has no such job: forms/test_carried_papers.py",
    "forms.sets.set_list": "the sample has no fixed sets: browser/test_sets.py",
    "forms.sets.composing.set_page": "the sample has no fixed sets: browser/test_sets.py",
    "practice.review": "data",
    "practice.state": "data",
    "analysis.item_table": "a table to take away",
    "analysis.deep.workbook": "a table to take away",
    "analysis.examiners.workbook": "a table to take away",
    "bank.item_changes": "a part of an item's page",
    "bank.item_comments": "a part of the editor's page",
    "bank.item_list": "a part of the bank's page",
    "bank.item_pane": "a part of the bank's page",
    "bank.newest_item": "data",
    "bank.task_table": "a table to take away",
    "bank.picture": "a picture",
    "batches.candidates.candidate_template": "a workbook",
    "batches.photos.photo": "a picture",
    "delivery.own_photo": "a picture",
    "delivery.sealed_form": "a file",
    "delivery.seat_worker": "a script",
    "jobs.job_card": "a part of other pages",
    "jobs.job_file": "a file",
    "jobs.open_jobs": "data",
    "proctoring.photo": "a picture",
    "proctoring.record_head": "a file",
    "results.candidate_receipts": "a file",
    "seating.safe_browser.safe_browser_file": "a file",
    "seat_checks.server_time": "data",
    "results.decision_list": "a workbook",
    "results.equating_pair": "begins from two forms: MORE",
    "results.equating_table": "a workbook",
    "results.equating_use": "by the sample's rules none: exam_server/results/test_equating.py",
    "standards.judgement_template": "a workbook",
    "written.figures_table": "a workbook",
}
DONE, PLANNED, TODAY, WRITTEN = "DEMO1", "DEMO3", "DEMO2", "DEMO5"


def _exam_session(batch: str) -> Select[tuple[str]]:
    return select(ExamSession.uid).join(Batch).where(Batch.code == batch)


def _registration(batch: str) -> Select[tuple[str]]:
    return select(Registration.uid).join(Batch).where(Batch.code == batch)


def _room(batch: str) -> Select[tuple[str]]:
    chosen = select(Room.uid).join(RoomRun, RoomRun.room_id == Room.id).join(ExamSession)
    return chosen.join(Batch).where(Batch.code == batch)


def _room_with_late_work() -> Select[tuple[str]]:
    chosen = select(Room.uid).join(RoomRun, RoomRun.room_id == Room.id)
    return chosen.join(Sitting, Sitting.room_run_id == RoomRun.id).join(LateWork)


def _batch(code: str) -> Select[tuple[str]]:
    return select(Batch.uid).where(Batch.code == code)


def _plan(kind: str) -> Select[tuple[str]]:
    return select(AdaptivePlan.uid).where(AdaptivePlan.kind == kind)


def _job(kind: str) -> Select[tuple[str]]:
    return select(Job.uid).where(Job.kind == kind)


BANK = select(Blueprint.uid).where(  # one of three: the others have no such range, or are practised
    Blueprint.areas.any(Area.path == "A-A-A"),
    Blueprint.id.not_in(select(PracticeBank.blueprint_id)),
)


def _rescored_item() -> Select[tuple[str]]:
    chosen = select(Item.uid).join(ItemVersion, ItemVersion.item_id == Item.id)
    return chosen.join(ScoringChange, ScoringChange.item_version_id == ItemVersion.id)


def _pair() -> Select[tuple[str]]:
    """Return a finished batch with two forms that its exam session sat."""
    new, reference = aliased(Form), aliased(Form)
    both = ExamSession.uid + "/" + new.uid + "&reference=" + ExamSession.uid + "/" + reference.uid
    return (
        select(Batch.uid + "/equating/pair?new=" + both)
        .join(ExamSession, ExamSession.batch_id == Batch.id)
        .join(new, new.assembly_run_id == ExamSession.assembly_run_id)
        .join(reference, reference.assembly_run_id == new.assembly_run_id)
        .where(Batch.code == DONE, new.code == "B", reference.code == "A")
    )


# What stands for the arguments of the rules that begin so; the longest beginning wins.
EXAMPLES: dict[str, dict[str, Select[tuple[str]] | str]] = {
    "/adaptive/<uid>": {"uid": _plan("adaptive")},
    "/analysis/<uid>": {"uid": _exam_session(DONE), "form": "A", "position": "1"},
    "/analysis/<of>/<uid>/examiners": {"of": "batches", "uid": _batch(DONE)},
    "/bank/<uid>": {"uid": select(Blueprint.uid)},
    "/bank/<uid>/blueprint/points/<at>": {"uid": BANK, "at": "A-A-A-001"},
    "/bank/<uid>/blueprint/versions/<number>": {"number": "now"},
    "/bank/items/<uid>": {"uid": select(Item.uid).where(Item.state == "active")},
    "/batches/<uid>": {"uid": _batch(TODAY), "registration": _registration(TODAY)},
    "/batches/<uid>/photos/<job>": {"job": _job(PHOTOS)},
    "/exam-sessions/<uid>": {"uid": _exam_session(PLANNED)},
    "/exam-sessions/<uid>/papers": {"uid": _exam_session(TODAY)},
    "/exam-sessions/rooms/<uid>": {"uid": select(Room.uid)},
    "/exam-sessions/rooms/sites/<uid>": {"uid": select(Site.uid)},
    "/jobs/<uid>": {"uid": _job(PHOTOS)},
    "/marking/sessions/<uid>": {"uid": _exam_session(WRITTEN)},
    "/marking/tasks/<uid>": {"uid": select(WrittenTask.uid)},
    "/marking/answers/<uid>": {"uid": select(WrittenAnswer.uid)},
    "/papers/<uid>": {"uid": select(PaperStructure.uid)},
    "/papers/runs/<uid>": {"uid": select(AssemblyRun.uid), "code": "A"},
    "/people/<uid>": {"uid": select(Person.uid).where(Person.username == "proctor")},
    "/proctoring/<exam_session>/<room>": {
        "exam_session": _exam_session(TODAY),
        "room": _room(TODAY),
    },
    "/proctoring/<exam_session>/<room>/record": {
        "exam_session": _exam_session(DONE),
        "room": _room(DONE),
    },
    "/proctoring/<exam_session>/<room>/sittings": {
        "exam_session": _exam_session(DONE),
        "room": _room_with_late_work(),
        "sitting": select(Sitting.uid).join(LateWork),
    },
    "/proctoring/<exam_session>/<room>/answer-files": {
        "exam_session": _exam_session(DONE),
        "room": _room(DONE),
    },
    "/proctoring/<exam_session>/to-decide": {"exam_session": _exam_session(DONE)},
    "/programmes/<uid>": {"uid": select(Programme.uid)},
    "/programmes/rules/<uid>": {"uid": select(RuleSet.uid)},
    "/ready/<uid>": {"uid": _exam_session(TODAY)},
    "/standards/<uid>": {"uid": select(StandardPanel.uid), "number": "1"},
    "/results/<uid>": {"uid": _batch(DONE), "registration": _registration(DONE)},
    "/results/<uid>/sessions/<exam_session>": {"exam_session": _exam_session(DONE)},
    "/results/<uid>/equating/<equating>": {"equating": select(Equating.uid)},
    "/results/<uid>/scoring/items": {"item": _rescored_item(), "number": "1"},
    "/results/<uid>/scoring/changes": {"change": select(ScoringChange.uid)},
}

# Addresses that show a page in another state: who looks, the address, what stands for its {}.
MORE: list[tuple[str, str, Select[tuple[str]]]] = [
    ("officer", "/analysis/sessions/{}/examiners", _exam_session(WRITTEN)),
    ("officer", "/analysis/sessions/{}/examiners", _exam_session(DONE)),
    ("expert", "/standards/", select(StandardPanel.uid)),
    ("supervisor", "/analysis/{}/patterns", _exam_session(DONE)),
    ("officer", "/analysis/{}/patterns", _exam_session(WRITTEN)),
    ("officer", "/adaptive/{}", _plan("random")),
    ("officer", "/exam-sessions/{}", _exam_session(DONE)),
    ("officer", "/exam-sessions/{}", _exam_session(TODAY)),
    ("officer", "/batches/{}", _batch(DONE)),
    ("officer", "/results/{}", _pair()),
    ("writer", "/bank/{}?review=sent_back", select(Blueprint.uid)),
    ("officer", "/bank/{}/review", select(Blueprint.uid)),
    ("writer", "/bank/{}/blueprint/points/A-A-A-001/merge?into=A-A-A-002", BANK),
    ("officer", "/bank/{}/blueprint/versions/1", BANK),
    ("writer", "/bank/{}?q=电&figures=none", select(Blueprint.uid)),
    ("writer", "/bank/{}/export/preview?kind=moodle&with_keys=1", BANK),
]


@dataclass(frozen=True)
class Visit:
    """A page to be looked at and who looks."""

    username: str
    address: str


def visits(app: Flask, db: Session) -> tuple[list[Visit], list[str]]:
    """Return every page of the app at an address of the sample data, and what is missing here."""
    found: list[Visit] = []
    missing: list[str] = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" not in (rule.methods or ()) or rule.endpoint in NO_PAGES:
            continue
        needed = app.view_functions[rule.endpoint].needed_roles  # type: ignore[attr-defined]
        username = next((VISITORS[role] for role in VISITORS if role in needed), None)
        values, gaps = _values(rule, db)
        missing += gaps
        if username is None:
            missing.append(f"{rule.rule} needs {needed}: name in VISITORS who visits it")
        elif not gaps:
            found.append(Visit(username, str(rule.build(values, append_unknown=False)[1])))
    found += [Visit(who, address.format(db.scalar(what.limit(1)))) for who, address, what in MORE]
    return found, missing


def without_example(app: Flask) -> list[str]:
    """Return the pages whose arguments stand in no example, whatever the sample data has."""
    return [
        f"{rule.rule}: add an example to EXAMPLES, or to NO_PAGES what it is instead of a page"
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGES
        if rule.arguments - _examples(rule).keys()
    ]


def _examples(rule: Rule) -> dict[str, Select[tuple[str]] | str]:
    known: dict[str, Select[tuple[str]] | str] = {}
    for beginning in sorted(EXAMPLES, key=len):
        if f"{rule.rule}/".startswith(f"{beginning}/"):
            known |= EXAMPLES[beginning]
    return known


def _values(rule: Rule, db: Session) -> tuple[dict[str, str], list[str]]:
    known = _examples(rule)
    values: dict[str, str] = {}
    gaps = []
    for name in sorted(rule.arguments):
        example = known.get(name, "")
        value = example if isinstance(example, str) else db.scalar(example.limit(1))
        if value:
            values[name] = value
        else:
            why = "has no example of the sample data in EXAMPLES; no page at all? then NO_PAGES"
            gaps.append(f"{rule.rule}: <{name}> {why}")
    return values, gaps
