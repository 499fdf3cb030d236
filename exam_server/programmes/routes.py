"""Programmes and rule sets."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.errors import RefusedError
from exam_server.inputs import parse
from exam_server.programmes import service
from exam_server.programmes.service import ProgrammeIn, RuleSetIn
from exam_server.web import current_person, form_fields, needs, page, refusal, refused_page

desk = Blueprint("programmes", __name__, url_prefix="/programmes")


@desk.get("/")
@page
@needs("exam_officer")
def programme_list(db: Session) -> ResponseReturnValue:
    """Show programmes and rule sets."""
    actor = current_person()
    return render_template(
        "programmes/programmes.html",
        programmes=service.programmes_of(db, actor),
        rule_sets=service.rule_sets_of(db, actor),
    )


@desk.get("/new")
@page
@needs("exam_officer")
def new_programme(db: Session) -> ResponseReturnValue:
    """Show the form for a programme."""
    return _programme_form(db, {})


@desk.post("/new")
@page
@needs("exam_officer")
def create_programme(db: Session) -> ResponseReturnValue:
    """Create a programme."""
    fields = form_fields()
    try:
        service.create_programme(db, current_person(), parse(ProgrammeIn, fields))
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _programme_form(db, fields, why))
    flash(gettext("The programme has been created."), "ok")
    return redirect(url_for("programmes.programme_list"))


@desk.get("/rules/new")
@page
@needs("exam_officer")
def new_rule_set(db: Session) -> ResponseReturnValue:
    """Show the form for a rule set, filled from an earlier one when asked."""
    source = request.args.get("copy")
    earlier = [each for each in service.rule_sets_of(db, current_person()) if each.uid == source]
    fields = {
        name: "" if value is None else str(value)
        for each in earlier
        for name, value in (
            (n, getattr(each, n)) for n in RuleSetIn.model_fields if n != "organization"
        )
    }
    return _rule_set_form(db, fields)


@desk.post("/rules/new")
@page
@needs("exam_officer")
def create_rule_set(db: Session) -> ResponseReturnValue:
    """Create a dated rule set."""
    fields = form_fields()
    given = {name: value for name, value in fields.items() if value != ""}
    if "late_limit_min" not in given:
        given["late_limit_min"] = None
    try:
        service.create_rule_set(db, current_person(), parse(RuleSetIn, given))
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _rule_set_form(db, fields, why))
    flash(gettext("The rule set has been created."), "ok")
    return redirect(url_for("programmes.programme_list"))


def _programme_form(
    db: Session, fields: dict[str, Any], refused: RefusedError | None = None
) -> str:
    return _form(db, "programmes/new_programme.html", fields, refused)


def _rule_set_form(db: Session, fields: dict[str, Any], refused: RefusedError | None = None) -> str:
    return _form(db, "programmes/new_rule_set.html", fields, refused)


def _form(db: Session, template: str, fields: dict[str, Any], refused: RefusedError | None) -> str:
    return render_template(
        template,
        organizations=service.organizations_of(db, current_person(), "exam_officer"),
        fields=fields,
        refused=refusal(refused) if refused else None,
    )
