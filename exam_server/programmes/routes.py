"""Programmes and rule sets."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.errors import RefusedError
from exam_server.inputs import parse
from exam_server.programme_facts import AskedProgramme, facts_of
from exam_server.programmes import service
from exam_server.programmes.models import RELEASE_NOT_BEFORE_HOURS, RuleSet
from exam_server.programmes.service import COMPONENTS, ProgrammeIn, RuleSetIn
from exam_server.web import current_person, form_fields, needs, page, refusal, refused_page
from proctor.signals import GROUPS

desk = Blueprint("programmes", __name__, url_prefix="/programmes")
# What most rule sets say; the rest is left to be typed.
USUAL_RULES: Mapping[str, Any] = {
    "pass_mark": "60",
    "rounding": "half_up",
    "decimals": "1",
    "dropped_items": "rescale",
    "equating": "off",
    "entry_opens_min": "30",
    "late_limit_min": "30",
    "hand_in_after_min": "30",
    "grace_s": "3",
    "release_not_before_hours": str(RELEASE_NOT_BEFORE_HOURS),
    "most_out": "1",
    "slopes_from": "500",
    "signals": list(GROUPS),
}


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
        components=COMPONENTS,
    )


@desk.get("/<uid>")
@page
@needs("exam_officer")
def programme_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show a programme with its banks, papers and batches."""
    actor = current_person()
    programme = service.programme_for(db, actor, uid)
    asked = AskedProgramme(programme.organization_id, programme_id=programme.id)
    return render_template(
        "programmes/programme.html", programme=programme, facts=facts_of(db, actor, asked)
    )


@desk.get("/rules/<uid>")
@page
@needs("exam_officer")
def rule_set_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show a rule set and where it is used."""
    actor = current_person()
    rules = service.rule_set_for(db, actor, uid)
    asked = AskedProgramme(rules.organization_id, rule_set_id=rules.id)
    return render_template(
        "programmes/rule_set.html",
        rules=rules,
        facts=facts_of(db, actor, asked),
        components=COMPONENTS,
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
        programme = service.create_programme(db, current_person(), parse(ProgrammeIn, fields))
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _programme_form(db, fields, why))
    flash(gettext("The programme has been created."), "ok")
    return redirect(url_for("programmes.programme_page", uid=programme.uid))


@desk.get("/rules/new")
@page
@needs("exam_officer")
def new_rule_set(db: Session) -> ResponseReturnValue:
    """Show the form for a rule set, filled from an earlier one when asked."""
    source = request.args.get("copy")
    earlier = [each for each in service.rule_sets_of(db, current_person()) if each.uid == source]
    return _rule_set_form(db, _copied(earlier[0]) if earlier else dict(USUAL_RULES))


def _copied(rules: RuleSet) -> dict[str, Any]:
    """Return the fields as a rule set fills them in."""
    values = {
        name: getattr(rules, name) for name in RuleSetIn.model_fields if name != "organization"
    }
    fields = {name: "" if value is None else str(value) for name, value in values.items()}
    fields["may_set_cut"] = "1" if rules.may_set_cut else ""
    return {**fields, "signals": rules.signals, "organization": str(rules.organization_id)}


@desk.post("/rules/new")
@page
@needs("exam_officer")
def create_rule_set(db: Session) -> ResponseReturnValue:
    """Create a dated rule set."""
    fields = form_fields("signals")
    given = {name: value for name, value in fields.items() if value != ""}
    if "late_limit_min" not in given:
        given["late_limit_min"] = None
    try:
        rules = service.create_rule_set(db, current_person(), parse(RuleSetIn, given))
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _rule_set_form(db, fields, why))
    flash(gettext("The rule set has been created."), "ok")
    return redirect(url_for("programmes.rule_set_page", uid=rules.uid))


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
        components=COMPONENTS,
        refused=refusal(refused) if refused else None,
    )
