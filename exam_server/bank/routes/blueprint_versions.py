"""Versions of a blueprint: declared, shown, compared; and its last changes, to be undone."""

from collections.abc import Callable
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext, pgettext
from sqlalchemy.orm import Session

from exam_server.bank import blueprint_undoing, blueprint_versions, service
from exam_server.bank.blueprint_models import BlueprintChange
from exam_server.bank.blueprint_versions import PRESENT, Touched
from exam_server.bank.routes.desk import READERS, desk, rights_in
from exam_server.clock import SITE_ZONE, utcnow
from exam_server.errors import RefusedError
from exam_server.inputs import In, parse
from exam_server.tables_out import XLSX, download
from exam_server.web import current_person, form_fields, needs, page, refusal, refused_page

PLANNERS = ("item_writer", "exam_officer")


class VersionIn(In):
    """A version to declare."""

    in_force_on: date
    note: str = ""


class ChangeIn(In):
    """Which change is undone, and which page asked."""

    change: str
    at: str = ""


class CompareIn(In):
    """Which two versions."""

    old: str
    new: str


@desk.get("/<uid>/blueprint/versions")
@page
@needs(*READERS)
def version_list(db: Session, uid: str) -> ResponseReturnValue:
    """Show declared versions and the last changes."""
    return _version_list(db, uid)


@desk.post("/<uid>/blueprint/versions")
@page
@needs("exam_officer")
def declare_version(db: Session, uid: str) -> ResponseReturnValue:
    """Keep the blueprint as it stands as a version."""
    actor, fields = current_person(), form_fields()
    blueprint = service.blueprint_for(db, actor, uid, "exam_officer")
    try:
        sent = parse(VersionIn, fields)
        made = blueprint_versions.declare_version(
            db, actor, blueprint, in_force_on=sent.in_force_on, note=sent.note, now=utcnow()
        )
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _version_list(db, uid, dict(fields), why))
    flash(gettext("Version %(number)s has been declared.", number=made.number), "ok")
    return redirect(url_for("bank.version_list", uid=uid))


@desk.get("/<uid>/blueprint/versions/<number>")
@page
@needs(*READERS)
def blueprint_version(db: Session, uid: str, number: str) -> ResponseReturnValue:
    """Show the blueprint as it was declared."""
    blueprint = service.blueprint_for(db, current_person(), uid)
    stood = blueprint_versions.stood_at(db, blueprint, number)
    rows: list[tuple[str, object, bool]] = [(each.path, each, False) for each in stood.areas]
    rows += [(each.code, each, True) for each in stood.points]
    versions = blueprint_versions.versions_of(db, blueprint)
    return render_template(
        "bank/blueprint_version.html",
        blueprint=blueprint,
        declared=next((each for each in versions if str(each.version.number) == number), None),
        rows=sorted(rows, key=lambda row: row[0].split("-")),
        has_kinds=any(point.levels or point.work_types for point in stood.points),
    )


@desk.get("/<uid>/blueprint/compare")
@page
@needs(*READERS)
def compare_versions(db: Session, uid: str) -> ResponseReturnValue:
    """Show what differs between two versions, or one and the table as it stands."""
    blueprint = service.blueprint_for(db, current_person(), uid)
    versions = blueprint_versions.versions_of(db, blueprint)
    newest = str(versions[0].version.number) if versions else PRESENT
    old, new = request.args.get("old", newest), request.args.get("new", PRESENT)
    touched = blueprint_versions.compare_versions(db, blueprint, old, new)
    words = difference_words()
    return render_template(
        "bank/blueprint_versions_compared.html",
        blueprint=blueprint,
        names=_names([each.version.number for each in versions]),
        old=old,
        new=new,
        touched=touched,
        words=words,
        counts=_counts(touched, words),
    )


@desk.post("/<uid>/blueprint/compare/sheet")
@page
@needs(*READERS)
def export_comparison(db: Session, uid: str) -> ResponseReturnValue:
    """Send a comparison as a sheet; that it was taken is recorded."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid)
    sent = parse(CompareIn, form_fields())
    touched = blueprint_versions.compare_versions(db, blueprint, sent.old, sent.new)
    words = difference_words()
    body = blueprint_versions.comparison_sheet(db, actor, blueprint, touched, words)
    return download(body, XLSX, f"{blueprint.title}-细目表-{sent.old}-{sent.new}.xlsx")


@desk.post("/<uid>/blueprint/undo")
@page
@needs(*PLANNERS)
def undo_change(db: Session, uid: str) -> ResponseReturnValue:
    """Undo the last change of the blueprint that stands."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid, *PLANNERS)
    sent = parse(ChangeIn, form_fields())
    done = blueprint_undoing.undo_change(db, actor, blueprint, sent.change, now=utcnow())
    flash(gettext("Undone: %(what)s.", what=change_words(done.change)), "ok")
    if done.n_left:
        words = ngettext(
            "%(num)s item stays where it is: somebody has changed it since.",
            "%(num)s items stay where they are: somebody has changed them since.",
            done.n_left,
        )
        flash(words, "attention")
    if sent.at == "versions":
        return redirect(url_for("bank.version_list", uid=uid))
    return redirect(url_for("bank.blueprint_page", uid=uid))


def change_words(change: BlueprintChange) -> str:
    """Return what a change of the blueprint's rows did, in words."""
    said = change.detail
    words: dict[str, Callable[[], str]] = {
        "edit": lambda: gettext("rows edited"),
        "sheet": lambda: gettext("a sheet taken"),
        "move": lambda: gettext("%(a)s moved to %(b)s", a=said["from"], b=said["to"]),
        "retire": lambda: gettext("%(code)s retired", code=said["point"]),
        "take_up": lambda: gettext("%(code)s taken up again", code=said["point"]),
        "delete": lambda: gettext("%(code)s deleted", code=said["code"]),
        "merge": lambda: gettext(
            "%(points)s merged into %(into)s", points="、".join(said["points"]), into=said["into"]
        ),
        "split": lambda: gettext(
            "%(point)s split, new: %(into)s", point=said["point"], into="、".join(said["into"])
        ),
    }
    return words[change.kind]()


def difference_words() -> dict[str, str]:
    """Return what each kind of difference is called."""
    return {
        "point_added": pgettext("difference", "new point"),
        "point_dropped": pgettext("difference", "point dropped"),
        "point_moved": pgettext("difference", "point moved"),
        "point_renamed": pgettext("difference", "point renamed"),
        "importance_changed": pgettext("difference", "importance"),
        "levels_changed": pgettext("difference", "skill levels"),
        "work_types_changed": pgettext("difference", "work types"),
        "point_retired": pgettext("difference", "point retired"),
        "point_taken_up": pgettext("difference", "point taken up again"),
        "area_added": pgettext("difference", "new range"),
        "area_dropped": pgettext("difference", "range dropped"),
        "area_renamed": pgettext("difference", "range renamed"),
        "weight_changed": pgettext("difference", "weight"),
    }


def _version_list(
    db: Session,
    uid: str,
    fields: dict[str, object] | None = None,
    refused: RefusedError | None = None,
) -> str:
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid)
    changes = blueprint_undoing.last_changes(db, blueprint)
    standing = (each.change.uid for each in changes if each.change.undone_at is None)
    versions = blueprint_versions.versions_of(db, blueprint)
    return render_template(
        "bank/blueprint_versions.html",
        blueprint=blueprint,
        versions=versions,
        names=_names([each.version.number for each in versions]),
        said=blueprint_versions.version_said(db, blueprint),
        changes=[(each, change_words(each.change)) for each in changes],
        undoes=next(standing, ""),
        fields=fields or {"in_force_on": utcnow().astimezone(SITE_ZONE).date().isoformat()},
        refused=refusal(refused) if refused else None,
        **rights_in(actor, blueprint),
    )


def _names(numbers: list[int]) -> dict[str, str]:
    """Return what versions can be compared under which names."""
    named = {str(number): gettext("Version %(number)s", number=number) for number in numbers}
    return {PRESENT: gettext("As it stands now"), **named}


def _counts(touched: list[Touched], words: dict[str, str]) -> list[tuple[str, str, int]]:
    kinds = [each.difference.kind for each in touched]
    return [(kind, words[kind], kinds.count(kind)) for kind in words if kind in kinds]
