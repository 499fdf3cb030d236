"""Sign-in, sign-out, language and everyone's home."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user
from sqlalchemy.orm import Session

from exam_server.accounts import service
from exam_server.accounts.passwords import NOBODY, is_right_password
from exam_server.accounts.signed_in import SignedIn
from exam_server.clock import utcnow
from exam_server.errors import NotAllowedError, RefusedError
from exam_server.frame import THEMES
from exam_server.inputs import In, parse
from exam_server.navigation import entries_for
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
)

desk = Blueprint("accounts", __name__)
KEPT_S = 365 * 24 * 3600


class SignInIn(In):
    """The sign-in form."""

    username: str
    password: str
    next: str = ""


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
        person = service.note_sign_in(db, facts.person_id)
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
    """Show what this person may do."""
    del db
    return render_template("accounts/home.html", entries=entries_for(current_person()))


def inside(target: str) -> str:
    """Return the target if it stays on this server, else nothing."""
    is_inside = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if is_inside else ""
