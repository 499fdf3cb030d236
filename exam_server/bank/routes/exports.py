"""Taking a bank away: as JSON, in the field's columns, as Moodle XML, for Word, as QTI."""

import json
from typing import Literal

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from sqlalchemy.orm import Session

from exam_server.bank import exporting, listing, service
from exam_server.bank.export_previews import MOST_LISTED, preview
from exam_server.bank.exporting import Wanted
from exam_server.bank.listing import ItemFilter
from exam_server.bank.qti_exports import KINDS, bank_package
from exam_server.bank.routes.desk import READERS, desk, rights_in
from exam_server.bank.routes.list_words import chips_of
from exam_server.inputs import In, parse
from exam_server.tables_out import XLSX, download
from exam_server.web import current_person, form_fields, needs, page

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class ExportIn(In):
    """What to take away, as which kind of file."""

    kind: Literal["json", "xlsx", "docx", "moodle", "qti22", "qti30"]
    which: Literal["all", "filtered"] = "all"
    with_keys: bool = False


FIELDS = ("kind", "which", "with_keys")


@desk.get("/<uid>/export")
@page
@needs(*READERS)
def export_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show what can be taken away."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid)
    wanted = listing.read_filter(request.args.to_dict(flat=False))
    return render_template(
        "bank/export.html",
        blueprint=blueprint,
        wanted=wanted,
        chips=chips_of(blueprint, wanted),
        n_filtered=listing.count_in(db, blueprint, wanted),
        n_all=listing.count_in(db, blueprint, ItemFilter()),
        **rights_in(actor, blueprint),
    )


@desk.get("/<uid>/export/preview")
@page
@needs(*READERS)
def export_preview(db: Session, uid: str) -> ResponseReturnValue:
    """Show what a file would hold and what it would lose, before it is taken."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid)
    said = {each: request.args[each] for each in FIELDS if each in request.args}
    sent = parse(ExportIn, {"kind": "xlsx", **said})
    chosen = listing.read_filter(request.args.to_dict(flat=False))
    wanted = Wanted(chosen if sent.which == "filtered" else ItemFilter(), sent.with_keys)
    exporting.check_keys(actor, blueprint, wanted)
    found = preview(db, blueprint, wanted, sent.kind)
    return render_template(
        "bank/export_preview.html",
        blueprint=blueprint,
        wanted=chosen,
        sent=sent,
        preview=found,
        listed=found.told[:MOST_LISTED],
        place=0 if str(get_locale()).startswith("zh") else 1,
        back=url_for("bank.export_page", uid=uid, **chosen.query()),
        **rights_in(actor, blueprint),
    )


@desk.post("/<uid>/export")
@page
@needs(*READERS)
def export_bank(db: Session, uid: str) -> ResponseReturnValue:
    """Send the file; that it was taken is recorded."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid)
    sent = parse(ExportIn, form_fields())
    chosen = listing.read_filter(request.args.to_dict(flat=False))
    wanted = Wanted(chosen if sent.which == "filtered" else ItemFilter(), sent.with_keys)
    exporting.check_keys(actor, blueprint, wanted)
    if sent.kind == "xlsx":
        body = exporting.bank_sheet(db, blueprint, wanted, by=actor.id)
        return download(body, XLSX, f"{blueprint.title}.xlsx")
    if sent.kind == "docx":
        body = exporting.bank_word(db, blueprint, wanted, by=actor.id)
        return download(body, DOCX, f"{blueprint.title}.docx")
    if sent.kind == "moodle":
        body = exporting.bank_moodle(db, blueprint, wanted, by=actor.id)
        return download(body, "application/xml", f"{blueprint.title}.xml")
    if sent.kind in KINDS:
        body = bank_package(db, blueprint, wanted, kind=sent.kind, by=actor.id)
        return download(body, "application/zip", f"{blueprint.title}.zip")
    made = exporting.bank_json(db, blueprint, wanted, by=actor.id)
    text = json.dumps(made, ensure_ascii=False, indent=1)
    return download(text, "application/json", f"{blueprint.title}.json")
