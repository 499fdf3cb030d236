"""Items that are like one another: while one is written, and over the whole bank."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.bank import duplicates, service
from exam_server.bank.diffs import pieces
from exam_server.bank.duplicates import Twin
from exam_server.bank.item_inputs import ItemIn, draft_of
from exam_server.bank.routes.desk import READERS, desk, rights_in, type_names
from exam_server.inputs import parse
from exam_server.jobs import enqueue
from exam_server.web import current_person, database, needs, open_page, page
from exam_server.wording import state_words
from itembank.likeness import KINDS, said_by
from itembank.plain_texts import plain_stem

LONGEST = 160


@desk.post("/<uid>/items/twins")
@open_page
@needs("item_writer")
def find_twins(uid: str) -> ResponseReturnValue:
    """Say which items of the bank are like what is written so far; nothing is stored."""
    sent = parse(ItemIn, request.get_json())
    draft = draft_of(sent)
    if draft.type not in type_names():
        return jsonify({"ok": True, "twins": []})
    own = request.args.get("but", "")
    with database().reading() as db:
        blueprint = service.blueprint_for(db, current_person(), uid, "item_writer")
        found = duplicates.twins_of(db, blueprint, draft.type, draft.content, but=own)
    mine = said_by(draft.type, draft.content).stem
    return jsonify({"ok": True, "twins": [_said(uid, each, mine) for each in found]})


@desk.get("/<uid>/duplicates")
@page
@needs(*READERS)
def duplicate_report(db: Session, uid: str) -> ResponseReturnValue:
    """Show which items of the bank are alike, as the newest report has it."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid)
    running, newest = duplicates.reports_of(db, blueprint, actor)
    return render_template(
        "bank/duplicates.html",
        blueprint=blueprint,
        running=running,
        newest=newest,
        kinds=[(kind, kind_words(kind)) for kind in KINDS],
        said={kind: kind_words(kind) for kind in KINDS},
        **rights_in(actor, blueprint),
    )


@desk.post("/<uid>/duplicates")
@page
@needs(*READERS)
def start_duplicate_report(db: Session, uid: str) -> ResponseReturnValue:
    """Have the whole bank compared, as a job."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid)
    running, _ = duplicates.reports_of(db, blueprint, actor)
    if running is None:
        enqueue(
            db,
            duplicates.KIND,
            title=gettext("Comparison of items: %(bank)s", bank=blueprint.title),
            payload={"blueprint_id": blueprint.id, "blueprint": blueprint.uid},
            person_id=actor.id,
            organization_id=blueprint.organization_id,
            is_heavy=True,
        )
        flash(gettext("The bank is being compared; this page shows how far it is."), "ok")
    return redirect(url_for("bank.duplicate_report", uid=uid))


def kind_words(kind: str) -> str:
    """Return in which way two items are alike, in words."""
    words: dict[str, str] = {
        "same": gettext("say the same"),
        "numbers": gettext("differ in numbers alone"),
        "near": gettext("nearly the same"),
        "stem": gettext("same question, other options"),
    }
    return words[kind]


def _said(bank: str, twin: Twin, mine: str) -> dict[str, Any]:
    theirs = said_by(twin.type, twin.content).stem
    return {
        "code": twin.code,
        "url": url_for("bank.bank_page", uid=bank, item=twin.uid),
        "state": state_words(twin.state),
        "kind": twin.likeness.kind,
        "words": kind_words(twin.likeness.kind),
        "share": round(100 * twin.likeness.share),
        "text": plain_stem(twin.content, longest=LONGEST),
        "pieces": [[piece.kind, piece.text] for piece in pieces(mine, theirs)],
    }
