"""Assembly as long work."""

from datetime import datetime, timedelta
from typing import Any

from exam_server.accounts.models import Person
from exam_server.actors import Actor
from exam_server.bank.blueprint_versions import version_said
from exam_server.bank.models import Blueprint
from exam_server.bank.uploads import read_files, unpacked
from exam_server.clock import utcnow
from exam_server.documents.typesetting import pdf
from exam_server.forms.assembling import solve, store_forms
from exam_server.forms.carried_papers import KIND, take_paper
from exam_server.forms.models import AssemblyRun, Form
from exam_server.forms.pilot_items import pilot_pool
from exam_server.forms.pooling import pool_for
from exam_server.forms.printing import Printed, key_of, paper_of
from exam_server.forms.proof_sheets import PROOF, proof_facts
from exam_server.forms.qti_papers import EDITIONS, form_package
from exam_server.forms.seeds import number_of
from exam_server.forms.service import PRINT
from exam_server.forms.word_papers import word_key, word_paper
from exam_server.job_files import Made, keep_file
from exam_server.jobs import Work

PAPERS_KEPT_FOR = timedelta(hours=1)
TEMPLATES = {"paper": "paper", "key": "paper_key"}
NAMES = {
    "zh": {"paper": "试卷", "key": "标准答案"},
    "en": {"paper": "paper", "key": "answer key"},
}
MIMES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
STEPS = 3  # the bank is read, the solver asked, the forms stored


def assemble_forms(work: Work) -> dict[str, Any]:
    """Solve outside any transaction, then store the forms or the shortages in one."""
    run_id = work.payload["run_id"]
    work.progress(0, STEPS)
    with work.reading() as db:
        run = db.get_one(AssemblyRun, run_id)
        structure, n_forms, seed = run.paper_structure, run.n_forms, number_of(db, run)
        pool = pool_for(db, structure, before=run.papers_before)
        pilots = pilot_pool(db, structure, before=run.papers_before)
        version = version_said(db, structure.blueprint)
    work.progress(1, STEPS)
    tried = [item for item, _ in pilots]
    found = solve(structure, [item for item, _ in pool.entries], n_forms, seed, pilots=tried)
    work.progress(2, STEPS)
    with work.writing() as db:
        run = db.get_one(AssemblyRun, run_id)
        store_forms(
            db,
            run,
            found,
            pool.entries,
            pilots=pilots,
            left_out=pool.left_out,
            version=version,
        )
        result = {"run": run.uid, "forms": len(run.forms), **(run.result or {})}
    work.progress(STEPS, STEPS)
    return result


def print_form(work: Work) -> dict[str, Any]:
    """Set a form or its key as a PDF or for Word, kept encrypted for an hour."""
    kind, language, now = work.payload["kind"], work.payload["language"], utcnow()
    if work.payload.get("file") in EDITIONS:
        return _packed(work, now)
    with work.reading() as db:
        form = db.get_one(Form, work.payload["form"])
        printed = (key_of if kind == "key" else paper_of)(db, form, language=language, now=now)
        words = NAMES[language][kind]
        ending = work.payload.get("file", "pdf")
        name = f"{form.run.paper_structure.title} {words} {form.code}.{ending}"
    work.progress(1, 2)
    body = _set_in_word(kind, printed) if ending == "docx" else _set(work, kind, printed)
    made = Made(name.replace("/", "-").replace("\\", "-"), MIMES[ending], body)
    with work.writing() as db:
        keep_file(
            db, work.job_id, made, secret=work.settings.secret, now=now, keep_for=PAPERS_KEPT_FOR
        )
    return {"files": 1}


def _packed(work: Work, now: datetime) -> dict[str, Any]:
    """Write a form as a QTI package, kept encrypted for an hour."""
    kind, language = work.payload["kind"], work.payload["language"]
    edition = work.payload["file"]
    with work.reading() as db:
        form = db.get_one(Form, work.payload["form"])
        body = form_package(db, form, kind=edition, with_keys=kind == "key")
        words = f"{NAMES[language][kind]} {form.code} QTI {EDITIONS[edition]}"
        name = f"{form.run.paper_structure.title} {words}.zip"
    made = Made(name.replace("/", "-").replace("\\", "-"), "application/zip", body)
    with work.writing() as db:
        secret = work.settings.secret
        keep_file(db, work.job_id, made, secret=secret, now=now, keep_for=PAPERS_KEPT_FOR)
    return {"files": 1}


def take_tests(work: Work) -> dict[str, Any]:
    """Make fixed sets of the tests of a package; what became of each is the result."""
    parsed = read_files(unpacked(work.upload or b""))
    papers = []
    for done, paper in enumerate(parsed.papers):
        work.progress(done, len(parsed.papers))
        with work.writing() as db:
            person = db.get_one(Person, work.person_id)
            actor = Actor(person.id, person.name, person.username, frozenset())
            blueprint = db.get_one(Blueprint, work.payload["blueprint_id"])
            papers.append(take_paper(db, actor, blueprint, paper, now=utcnow()))
    return {"papers": papers}


def _set(work: Work, kind: str, printed: Printed) -> bytes:
    template, fonts = TEMPLATES[kind], work.settings.fonts
    return pdf(template, printed.facts, pictures=printed.pictures, more_fonts=fonts)


def _set_in_word(kind: str, printed: Printed) -> bytes:
    return word_key(printed) if kind == "key" else word_paper(printed)


def print_proof(work: Work) -> dict[str, Any]:
    """Set the proof of a run as a PDF, kept encrypted for an hour."""
    language, words, now = work.payload["language"], work.payload["words"], utcnow()
    with work.reading() as db:
        run = db.get_one(AssemblyRun, work.payload["run"])
        facts = proof_facts(db, run, language=language, words=words, now=now)
    work.progress(1, 2)
    body = pdf("proof_sheet", facts, more_fonts=work.settings.fonts)
    name = f"{facts['paper']} {facts['title']}.pdf".replace("/", "-").replace("\\", "-")
    with work.writing() as db:
        secret = work.settings.secret
        made = Made(name, MIMES["pdf"], body)
        keep_file(db, work.job_id, made, secret=secret, now=now, keep_for=PAPERS_KEPT_FOR)
    return {"files": 1}


JOBS = {
    "forms.assemble": assemble_forms,
    PRINT: print_form,
    PROOF: print_proof,
    KIND: take_tests,
}
