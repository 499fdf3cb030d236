"""Login codes of admission tickets: random, shown once, kept only as an HMAC."""

import hashlib
import hmac
import secrets

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that looks like another
LENGTH = 8


def new_code() -> str:
    """Return a fresh code of eight of 31 letters and digits (about 40 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def code_hash(secret: bytes, ticket: str, code: str) -> str:
    """Return the HMAC-SHA-256 of ticket and code under the server secret, in hex.

    Examples
    --------
    >>> code_hash(b"s", "T1", "abcd2345") == code_hash(b"s", "T1", " ABCD2345 ")
    True
    """
    key = hmac.digest(secret, b"ticket codes", "sha256")
    said = f"{ticket}\0{code.strip().upper()}".encode()
    return hmac.new(key, said, hashlib.sha256).hexdigest()


def is_right_code(secret: bytes, ticket: str, code: str, stored: str) -> bool:
    """Say whether a code fits, in constant time."""
    return hmac.compare_digest(code_hash(secret, ticket, code), stored)
