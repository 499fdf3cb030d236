"""Roles and who may hold them together, passwords, and how wrong ones slow an account."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

ROLES = (
    "proctor",
    "chief_proctor",
    "item_writer",
    "reviewer",
    "exam_officer",
    "examiner",
    "panel_member",
    "quality_supervisor",
    "administrator",
    "auditor",
)
# Roles that touch papers or marks: a second administrator confirms them.
PAPERS_AND_MARKS = frozenset(
    {"item_writer", "reviewer", "exam_officer", "examiner", "panel_member"}
)
ADMINISTRATOR = "administrator"
FREE_TRIES = 3
SHORTEST_PASSWORD = 10
DIFFERENT_LETTERS = 5
LONGEST_WAIT = timedelta(minutes=2)
# Letters and digits that nobody mistakes for another when reading them off paper.
EASY = "abcdefghjkmnpqrstuvwxyz23456789"
ONE_TIME_GROUPS = 4


def wait_after(failed_count: int) -> timedelta:
    """Return how long an account must wait after so many wrong passwords in a row.

    Three tries are free; then the wait doubles from two seconds to two minutes. An address is
    never slowed: thirty identical PCs of one room share one.

    Examples
    --------
    >>> [int(wait_after(n).total_seconds()) for n in (1, 3, 4, 5, 6, 20)]
    [0, 0, 2, 4, 8, 120]
    """
    excess = min(failed_count - FREE_TRIES, 12)
    return min(timedelta(seconds=2**excess), LONGEST_WAIT) if excess > 0 else timedelta()


def one_time_password() -> str:
    """Return a password to be told once: four groups of four, about 79 bits."""
    groups = ("".join(secrets.choice(EASY) for _ in range(4)) for _ in range(ONE_TIME_GROUPS))
    return "-".join(groups)


def password_problem(password: str, *, username: str, old: str) -> str | None:
    """Return why a new password cannot be taken: a code, or nothing.

    Examples
    --------
    >>> password_problem("short", username="chen", old="old password")
    'password_too_short'
    >>> password_problem("hello chen hello", username="chen", old="old password")
    'password_has_name'
    """
    if len(password) < SHORTEST_PASSWORD:
        return "password_too_short"
    if username.lower() in password.lower():
        return "password_has_name"
    if len(set(password)) < DIFFERENT_LETTERS:
        return "password_too_plain"
    return "password_is_old" if password == old else None


def role_problem(role: str, held: Iterable[str]) -> str | None:
    """Return why a role does not go with those held at the same organization: a code, or nothing.

    Administrators look after accounts; they see neither papers nor marks.

    Examples
    --------
    >>> role_problem("examiner", {"administrator"})
    'role_not_with_administrator'
    >>> role_problem("examiner", {"proctor"}) is None
    True
    """
    together = {role, *held}
    if ADMINISTRATOR in together and together & PAPERS_AND_MARKS:
        return "role_not_with_administrator"
    return None
