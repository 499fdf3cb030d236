"""The signed-in person as flask-login sees it."""

from dataclasses import dataclass

from flask import Flask, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy.orm import Session

from exam_server.accounts.models import Person
from exam_server.accounts.service import actor_of
from exam_server.actors import Actor
from exam_server.web import database

# What somebody with a one-time password may open.
OPEN_BEFORE = {
    "static",
    "accounts.own_account",
    "accounts.change_password",
    "accounts.choose_language",
    "accounts.choose_theme",
    "accounts.sign_in_form",
    "accounts.sign_in",
    "accounts.sign_out",
    "health.healthz",
    "health.readyz",
    "https.root_page",
    "https.root_certificate",
    "jobs.open_jobs",
}


@dataclass
class SignedIn(UserMixin):  # type: ignore[misc] # the package ships no types
    """Holds the facts of one request; its id ends when passwords or roles change."""

    id: str
    actor: Actor

    @classmethod
    def of(cls, db: Session, person: Person) -> "SignedIn":
        """Return the holder for a person who has just proved who they are."""
        actor = actor_of(db, person.uid, person.sign_in_number)
        if actor is None:
            msg = f"not an active account: {person.username!r}"
            raise ValueError(msg)
        return cls(f"{person.uid}:{person.sign_in_number}", actor)


def load(signed_in_id: str) -> SignedIn | None:
    """Return who the cookie names, with today's roles."""
    uid, _, number = signed_in_id.partition(":")
    if g.get("is_store_away"):
        return None
    if not number.isdecimal():
        return None
    with database().reading() as db:
        actor = actor_of(db, uid, int(number))
    return SignedIn(signed_in_id, actor) if actor else None


def new_password_first() -> ResponseReturnValue | None:
    """Lead whoever holds a one-time password to choosing their own; nothing else is open."""
    if not current_user.is_authenticated or not current_user.actor.must_change_password:
        return None
    if request.endpoint in OPEN_BEFORE or request.endpoint is None:
        return None
    return redirect(url_for("accounts.own_account"))


def install_sign_in(app: Flask) -> None:
    """Set up flask-login."""
    app.before_request(new_password_first)
    manager = LoginManager(app)
    manager.login_view = "accounts.sign_in_form"
    manager.login_message = None
    manager.user_loader(load)
