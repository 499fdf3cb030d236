"""Sign-in, sign-out, language, colours, everyone's home and own account."""

from flask import (
    Blueprint,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user, login_user, logout_user
from sqlalchemy.orm import Session

from exam_server.accounts import people, service
from exam_server.accounts.models import Person
from exam_server.accounts.passwords import NOBODY, hash_password, is_right_password
from exam_server.accounts.rules import SHORTEST_PASSWORD, password_problem
from exam_server.accounts.signed_in import SignedIn
from exam_server.actors import Actor
from exam_server.clock import utcnow
from exam_server.errors import InvalidInputError, NotAllowedError, Problem, RefusedError
from exam_server.frame import THEMES
from exam_server.inputs import In, parse
from exam_server.navigation import entries_for
from exam_server.todo import todos_of
from exam_server.web import (
    ANYONE,
    LANGUAGES,
    SIGNED_IN,
    current_person,
    database,
    form_fields,
    needs,
    open_page,
    page,
    refusal,
    refused_page,
)

desk = Blueprint("accounts", __name__)
KEPT_S = 365 * 24 * 3600


class SignInIn(In):
    """The sign-in form."""

    username: str
    password: str
    next: str = ""


class PasswordIn(In):
    """The form of a new password."""

    model_config = In.model_config | {"str_strip_whitespace": False}

    old: str
    new: str
    again: str


@desk.get("/sign-in")
@open_page
@needs(ANYONE)
def sign_in_form() -> ResponseReturnValue:
    """Show the staff sign-in."""
    return render_template("accounts/sign_in.html", next=request.args.get("next", ""))


@desk.post("/sign-in")
@open_page
@needs(ANYONE)
def sign_in() -> ResponseReturnValue:
    """Sign in by name and password; the check runs outside any transaction."""
    form = parse(SignInIn, form_fields())
    try:
        _sign_in(form)
    except RefusedError as refused:
        shown = render_template(
            "accounts/sign_in.html",
            refused=refusal(refused),
            username=form.username,
            next=form.next,
        )
        return shown, refused.status
    return redirect(inside(form.next) or url_for("accounts.home"))


def _sign_in(form: SignInIn) -> None:
    now = utcnow()
    with database().reading() as db:
        facts = service.sign_in_facts(db, form.username, now=now)
    is_right = is_right_password(facts.password_hash if facts else NOBODY, form.password)
    if facts is None or not is_right:
        if facts:
            with database().writing() as db:
                service.note_wrong_password(db, facts.person_id, now=now)
        raise NotAllowedError("wrong_sign_in")
    with database().writing() as db:
        person = service.note_sign_in(db, facts.person_id, now=now)
        login_user(SignedIn.of(db, person))


@desk.post("/sign-out")
@open_page
@needs(ANYONE)
def sign_out() -> ResponseReturnValue:
    """End the sign-in."""
    if current_user.is_authenticated:
        with database().writing() as db:
            service.note_sign_out(db, current_person())
    logout_user()
    return redirect(url_for("accounts.sign_in_form"))


@desk.get("/language/<code>")
@open_page
@needs(ANYONE)
def choose_language(code: str) -> ResponseReturnValue:
    """Remember the language on this computer and go back."""
    response = make_response(redirect(inside(request.args.get("next", "")) or "/"))
    if code in LANGUAGES:
        response.set_cookie("language", code, max_age=KEPT_S, samesite="Lax")
    return response


@desk.get("/theme/<code>")
@open_page
@needs(ANYONE)
def choose_theme(code: str) -> ResponseReturnValue:
    """Remember the colours on this computer and go back; ``system`` forgets the choice."""
    response = make_response(redirect(inside(request.args.get("next", "")) or "/"))
    if code in THEMES:
        response.set_cookie("theme", code, max_age=KEPT_S, samesite="Lax")
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


@desk.get("/")
@page
@needs(SIGNED_IN)
def home(db: Session) -> ResponseReturnValue:
    """Show what waits for this person, and the places they may go to."""
    actor, now = current_person(), utcnow()
    lists = current_app.extensions["exam_server.todo_lists"]
    return render_template(
        "accounts/home.html",
        todos=todos_of(lists, db, actor, now=now),
        now=now,
        entries=entries_for(actor),
    )


@desk.get("/account")
@page
@needs(SIGNED_IN)
def own_account(db: Session) -> ResponseReturnValue:
    """Show one's own account."""
    return _own_account(db)


def _own_account(db: Session, refused: RefusedError | None = None) -> str:
    person = db.get_one(Person, current_person().id)
    return render_template(
        "accounts/account.html",
        person=person,
        holdings=service.holdings_told(db, person),
        shortest=SHORTEST_PASSWORD,
        fields={},
        refused=refusal(refused) if refused else None,
    )


@desk.post("/account/password")
@open_page
@needs(SIGNED_IN)
def change_password() -> ResponseReturnValue:
    """Change one's own password; hashes are made outside any transaction."""
    actor = current_person()
    try:
        hashed = _new_hash(actor, parse(PasswordIn, form_fields()))
    except RefusedError as refused:
        with database().reading() as db:
            return refused_page(db, refused, lambda why: _own_account(db, why))
    with database().writing() as db:
        person = people.change_own_password(db, actor, password_hash=hashed)
        login_user(SignedIn.of(db, person))
    flash(gettext("Your password is changed. Sign-ins elsewhere have ended."), "ok")
    return redirect(url_for("accounts.own_account"))


def _new_hash(actor: Actor, sent: PasswordIn) -> str:
    """Return the hash of the new password; raises InvalidInputError: ``password_not_changed``."""
    with database().reading() as db:
        hashed = db.get_one(Person, actor.id).password_hash
    if not is_right_password(hashed, sent.old):
        raise InvalidInputError("password_not_changed", [Problem("old", "password_not_right")])
    problem = password_problem(sent.new, username=actor.username, old=sent.old)
    if problem:
        detail: dict[str, object] = {"least": SHORTEST_PASSWORD}
        raise InvalidInputError("password_not_changed", [Problem("new", problem, detail)])
    if sent.new != sent.again:
        raise InvalidInputError("password_not_changed", [Problem("again", "passwords_differ")])
    return hash_password(sent.new)


def inside(target: str) -> str:
    """Return the target if it stays on this server, else nothing."""
    is_inside = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if is_inside else ""
