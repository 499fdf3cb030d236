"""Keys made of the server secret: the present one seals, it and older ones open."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session

from exam_server.errors import ConflictError

KEY_LENGTH = 32
ID_LENGTH = 12
NONCE_LENGTH = 12
STEP = 512  # bytes: what is sealed in the store is as long as many others
NAME = "keyring"


class Keyring:
    """The present server secret and those before it; they are read when first needed."""

    def __init__(self, read: Callable[[], Sequence[bytes]]) -> None:
        self._read = read

    @cached_property
    def secrets(self) -> tuple[bytes, ...]:
        """Return the secrets, the present one first."""
        return tuple(self._read())

    @property
    def key_id(self) -> str:
        """Return by which name the present secret is known beside what it sealed."""
        return key_id_of(self.secrets[0])

    def key(self, purpose: str, key_id: str) -> bytes:
        """Return the key for a purpose; raises ConflictError: ``server_secret_missing``."""
        for secret in self.secrets:
            if key_id_of(secret) == key_id:
                return derived(secret, purpose)
        raise ConflictError("server_secret_missing", key_id=key_id)

    def knows(self, key_id: str) -> bool:
        """Say whether the secret of that name is here."""
        return any(key_id_of(secret) == key_id for secret in self.secrets)

    def digest(self, purpose: str, text: str, *, key_id: str) -> bytes:
        """Return a keyed hash: whoever lacks the secret can try nothing out against it."""
        return hmac.digest(self.key(purpose, key_id), text.encode(), "sha256")


def seal_facts(facts: Any, key: bytes, *, bound: str) -> bytes:
    """Return plain data sealed as it stands in the store; its length tells next to nothing."""
    plain = json.dumps(facts, separators=(",", ":")).encode()
    padded = plain.ljust(-(-len(plain) // STEP) * STEP)
    nonce = secrets.token_bytes(NONCE_LENGTH)
    return nonce + AESGCM(key).encrypt(nonce, padded, bound.encode())


def unseal_facts(sealed: bytes, key: bytes, *, bound: str) -> Any:
    """Return the data; raises cryptography's ``InvalidTag`` for a wrong key or changed bytes."""
    nonce, rest = sealed[:NONCE_LENGTH], sealed[NONCE_LENGTH:]
    return json.loads(AESGCM(key).decrypt(nonce, rest, bound.encode()))


@cache
def derived(secret: bytes, purpose: str) -> bytes:
    """Return the key of a secret for one purpose."""
    return HKDF(SHA256(), KEY_LENGTH, salt=None, info=purpose.encode()).derive(secret)


@cache
def key_id_of(secret: bytes) -> str:
    """Return the name of a secret, which tells nothing of it."""
    return hashlib.sha256(derived(secret, "key id")).hexdigest()[:ID_LENGTH]


def keyring_of(db: Session) -> Keyring:
    """Return the keys of an open store."""
    found: Keyring | None = db.info.get(NAME)
    if found is None:
        msg = "this store was opened without the server's keys"
        raise ValueError(msg)
    return found
