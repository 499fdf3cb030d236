"""Pages of the accounts an administrator keeps."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.accounts import people, roles
from exam_server.accounts.models import Person
from exam_server.accounts.passwords import hash_password
from exam_server.accounts.people import PAGE_SIZE, PersonIn, ReasonIn, Sought
from exam_server.accounts.roles import RoleIn
from exam_server.accounts.rules import ROLES, one_time_password
from exam_server.accounts.words import role_words
from exam_server.clock import utcnow
from exam_server.errors import RefusedError
from exam_server.inputs import parse
from exam_server.languages import at_text
from exam_server.tables_out import table_response
from exam_server.web import (
    current_person,
    database,
    form_fields,
    needs,
    open_page,
    page,
    refusal,
    refused_page,
)

desk = Blueprint("people", __name__, url_prefix="/people")
ADMINISTRATOR = "administrator"


@desk.get("/")
@page
@needs(ADMINISTRATOR)
def people_list(db: Session) -> ResponseReturnValue:
    """Show the people of one's organizations, and the grants that wait."""
    actor = current_person()
    sought = Sought(
        request.args.get("q", "").strip(),
        request.args.get("role", ""),
        request.args.get("state", ""),
    )
    if "format" in request.args:
        return _people_table(db, sought)
    number = max(1, request.args.get("page", 1, int))
    found, total = people.people_for(db, actor, sought, page=number)
    return render_template(
        "people/people.html",
        people=found,
        total=total,
        number=number,
        n_pages=-(-total // PAGE_SIZE),
        sought=sought,
        waiting=roles.requests_for(db, actor),
        organizations=dict(people.organizations_kept(db, actor)),
        all_roles=ROLES,
    )


def _people_table(db: Session, sought: Sought) -> ResponseReturnValue:
    actor = current_person()
    names = dict(people.organizations_kept(db, actor))
    found, _ = people.people_for(db, actor, sought)
    headings = [
        gettext("User name"),
        gettext("Name"),
        gettext("Roles"),
        gettext("State"),
        gettext("Last sign-in"),
    ]
    rows = [
        (
            person.username,
            person.name,
            "; ".join(role_words(h.role) for h in person.holdings if h.organization_id in names),
            gettext("account open") if person.is_active else gettext("account closed"),
            at_text(person.last_sign_in_at),
        )
        for person in found
    ]
    return table_response(db, actor, "people", headings, rows, request.args["format"])


@desk.get("/new")
@page
@needs(ADMINISTRATOR)
def new_person(db: Session) -> ResponseReturnValue:
    """Show the form for an account."""
    return _person_form(db, {})


def _person_form(db: Session, fields: dict[str, Any], refused: RefusedError | None = None) -> str:
    return render_template(
        "people/new_person.html",
        organizations=people.organizations_kept(db, current_person()),
        all_roles=ROLES,
        fields=fields,
        refused=refusal(refused) if refused else None,
    )


@desk.post("/new")
@open_page
@needs(ADMINISTRATOR)
def create_person() -> ResponseReturnValue:
    """Add an account and show its one-time password; the hash is made outside the transaction."""
    fields = form_fields()
    password = one_time_password()
    hashed = hash_password(password)
    with database().writing() as db:
        try:
            sent = parse(PersonIn, fields)
            person = people.add_person(
                db, current_person(), sent, password_hash=hashed, now=utcnow()
            )
        except RefusedError as refused:
            return refused_page(db, refused, lambda why: _person_form(db, fields, why))
    return render_template("people/one_time.html", person=person, password=password, is_new=True)


@desk.post("/roles")
@page
@needs(ADMINISTRATOR)
def give_role_by_name(db: Session) -> ResponseReturnValue:
    """Give a role here to somebody whose account another organization keeps."""
    fields = form_fields()
    username = fields.pop("known_username", "")
    try:
        person = people.known_person(db, username)
        sent = parse(RoleIn, {"organization": fields["organization"], "role": fields["role"]})
        asked = roles.ask_for_role(db, current_person(), person, sent, now=utcnow())
    except RefusedError as refused:
        typed = {**fields, "known_username": username}
        return refused_page(db, refused, lambda why: _person_form(db, typed, why))
    _tell_given(person, sent, is_waiting=asked is not None)
    return redirect(url_for("people.people_list"))


@desk.get("/<uid>")
@page
@needs(ADMINISTRATOR)
def person_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show an account: roles, state, what can be done."""
    return _person_page(db, people.person_for(db, current_person(), uid))


def _person_page(db: Session, person: Person, refused: RefusedError | None = None) -> str:
    actor = current_person()
    return render_template(
        "people/person.html",
        person=person,
        organizations=people.organizations_kept(db, actor),
        waiting=[each for each in roles.requests_for(db, actor) if each.person_id == person.id],
        may_keep=people.may_keep(actor, person),
        is_self=person.id == actor.id,
        all_roles=ROLES,
        fields=form_fields(),
        refused=refusal(refused) if refused else None,
    )


@desk.post("/<uid>/roles")
@page
@needs(ADMINISTRATOR)
def give_role(db: Session, uid: str) -> ResponseReturnValue:
    """Give a role, or ask a second administrator to confirm it."""
    actor = current_person()
    person = people.person_for(db, actor, uid)
    try:
        sent = parse(RoleIn, form_fields())
        asked = roles.ask_for_role(db, actor, person, sent, now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _person_page(db, person, why))
    _tell_given(person, sent, is_waiting=asked is not None)
    return redirect(url_for("people.person_page", uid=uid))


def _tell_given(person: Person, sent: RoleIn, *, is_waiting: bool) -> None:
    words = {"role": role_words(sent.role), "name": person.name}
    if is_waiting:
        told = gettext("“%(role)s” for %(name)s waits for a second administrator.", **words)
        flash(told, "attention")
    else:
        flash(gettext("%(name)s now holds the role “%(role)s”.", **words), "ok")


@desk.post("/<uid>/roles/withdraw")
@page
@needs(ADMINISTRATOR)
def withdraw_role(db: Session, uid: str) -> ResponseReturnValue:
    """Take a role away."""
    actor = current_person()
    person = people.person_for(db, actor, uid)
    try:
        sent = parse(RoleIn, form_fields())
        roles.withdraw_role(db, actor, person, sent)
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _person_page(db, person, why))
    words = {"role": role_words(sent.role), "name": person.name}
    flash(gettext("%(name)s no longer holds the role “%(role)s”.", **words), "ok")
    return _back_to(db, person)


def _back_to(db: Session, person: Person) -> ResponseReturnValue:
    """Lead to the account, or to the list when it is no longer one of ours."""
    db.flush()
    seen, _ = people.people_for(db, current_person(), Sought(person.username))
    if person in seen:
        return redirect(url_for("people.person_page", uid=person.uid))
    return redirect(url_for("people.people_list"))


@desk.post("/requests/<uid>")
@page
@needs(ADMINISTRATOR)
def settle_request(db: Session, uid: str) -> ResponseReturnValue:
    """Confirm or refuse a grant that waits."""
    actor = current_person()
    if request.form.get("answer") == "confirm":
        person = roles.confirm_role(db, actor, uid, now=utcnow())
        flash(gettext("Confirmed: %(name)s holds the role from now on.", name=person.name), "ok")
    else:
        person = roles.refuse_role(db, actor, uid)
        flash(gettext("Refused: %(name)s does not get the role.", name=person.name), "ok")
    return redirect(url_for("people.people_list"))


@desk.post("/<uid>/password")
@open_page
@needs(ADMINISTRATOR)
def reset_password(uid: str) -> ResponseReturnValue:
    """Make a one-time password and show it this once."""
    password = one_time_password()
    hashed = hash_password(password)
    with database().writing() as db:
        actor = current_person()
        person = people.person_for(db, actor, uid)
        try:
            people.reset_password(db, actor, person, password_hash=hashed)
        except RefusedError as refused:
            return refused_page(db, refused, lambda why: _person_page(db, person, why))
    return render_template("people/one_time.html", person=person, password=password, is_new=False)


@desk.post("/<uid>/state")
@page
@needs(ADMINISTRATOR)
def change_state(db: Session, uid: str) -> ResponseReturnValue:
    """Close or reopen an account."""
    actor = current_person()
    person = people.person_for(db, actor, uid)
    fields = form_fields()
    wanted = fields.pop("state", "")
    act = people.reopen_account if wanted == "open" else people.close_account
    try:
        act(db, actor, person, reason=parse(ReasonIn, fields).reason)
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _person_page(db, person, why))
    words = (
        gettext("The account is open again.")
        if person.is_active
        else gettext("The account is closed; its open sign-ins have ended.")
    )
    flash(words, "ok")
    return redirect(url_for("people.person_page", uid=uid))
