"""Password hashes: argon2id, computed in a native thread so that no other request waits."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from gevent import get_hub

# A hash that no password fits: an unknown name costs the same time as a wrong password.
NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$ZXhhbS1zZXJ2ZXItbm9ib2R5$"
    "dHZBgpNSdNwBhmXWk1Hx1u0P3VZ3cVXJ0Qm2pO3cBvA"
)


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password."""
    hashed: str = get_hub().threadpool.apply(PasswordHasher().hash, (password,))
    return hashed


def is_right_password(hashed: str, password: str) -> bool:
    """Say whether the password fits the hash."""
    return bool(get_hub().threadpool.apply(_verify, (hashed, password)))


def _verify(hashed: str, password: str) -> bool:
    try:
        return PasswordHasher().verify(hashed, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
