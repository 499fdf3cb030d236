"""Sealing (封卷): a form's body encrypted once for an exam session, its key under the secret.

Body = 12-byte nonce, AES-256-GCM of the gzipped JSON, 16-byte tag. This protects papers against
seats and network, not against someone who holds both database and server secret.
"""

import gzip
import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_LENGTH = 12
KEY_LENGTH = 32


def seal(body: dict[str, Any], key: bytes) -> bytes:
    """Return the sealed bytes of a form body; exam session and form are bound to it."""
    plain = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    nonce = secrets.token_bytes(NONCE_LENGTH)
    packed = gzip.compress(plain, mtime=0)
    return nonce + AESGCM(key).encrypt(nonce, packed, bound_to(body))


def unseal(sealed: bytes, key: bytes, *, exam_session: str, form: str) -> dict[str, Any]:
    """Return the body; raises cryptography's ``InvalidTag`` for a wrong key or changed bytes."""
    bound = f"{exam_session}:{form}".encode()
    packed = AESGCM(key).decrypt(sealed[:NONCE_LENGTH], sealed[NONCE_LENGTH:], bound)
    body: dict[str, Any] = json.loads(gzip.decompress(packed))
    return body


def bound_to(body: dict[str, Any]) -> bytes:
    """Return the associated data of a body."""
    return f"{body['exam_session']}:{body['form']}".encode()


def sha256_of(sealed: bytes) -> str:
    """Return the hash by which a sealed body is known and cached."""
    return hashlib.sha256(sealed).hexdigest()


def wrap_key(key: bytes, secret: bytes, *, key_id: str) -> bytes:
    """Return a form key encrypted under the server secret."""
    nonce = secrets.token_bytes(NONCE_LENGTH)
    return nonce + AESGCM(_wrapping_key(secret)).encrypt(nonce, key, key_id.encode())


def unwrap_key(wrapped: bytes, secret: bytes, *, key_id: str) -> bytes:
    """Return the form key."""
    nonce, rest = wrapped[:NONCE_LENGTH], wrapped[NONCE_LENGTH:]
    return AESGCM(_wrapping_key(secret)).decrypt(nonce, rest, key_id.encode())


def _wrapping_key(secret: bytes) -> bytes:
    return HKDF(SHA256(), KEY_LENGTH, salt=None, info=b"form keys").derive(secret)
