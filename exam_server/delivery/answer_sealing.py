"""The answer file (答案文件) as bytes: how it is sealed, read and checked. Pure.

A seat whose line does not return saves what has not arrived into a file, to be carried to the
server. It is one JSON document::

    {"head": {"count", "format", "lease_number", "saved_at", "sitting", "ticket"},
     "sealed": base64(nonce || AES-256-GCM({"events": [...]}) || tag),
     "sha256": hex of SHA-256(RFC 8785 JSON of the head || the sealed bytes)}

The head can be read by anybody and is bound to the sealed part as its associated data. The key
belongs to one lease of one sitting: the server derives it and the seat gets it with its state.
The hash is no protection; it tells a file that was damaged on its way from one of another server.
"""

import base64
import binascii
import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from exam_server.clock import parse_rfc3339

FORMAT = 1
NONCE_LENGTH = 12
KEY_LENGTH = 32
LARGEST_FILE = 16 * 1024 * 1024
MOST_EVENTS = 20_000
LARGEST_NUMBER = 2**31 - 1
LONGEST_TEXT = 64
BEGINNING = b'{"head":'


@dataclass(frozen=True)
class Head:
    """What stands open in an answer file."""

    sitting: str
    ticket: str
    lease_number: int
    saved_at: str
    count: int
    format: int = FORMAT

    def canonical(self) -> bytes:
        """Return the bytes that the sealed part is bound to."""
        return rfc8785.dumps(asdict(self))


@dataclass(frozen=True)
class Document:
    """An answer file that is whole; what is sealed has not been opened yet."""

    head: Head
    sealed: bytes


def answer_file_key(secret: bytes, sitting_uid: str, lease_number: int) -> bytes:
    """Return the key of a lease's answer files."""
    info = f"answer file:{sitting_uid}:{lease_number}".encode()
    return HKDF(SHA256(), KEY_LENGTH, salt=None, info=info).derive(secret)


def key_text(key: bytes) -> str:
    """Return a key as a seat gets it: base64url without padding."""
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def seal_answers(head: Head, events: Sequence[dict[str, Any]], key: bytes) -> bytes:
    """Return an answer file as a seat writes it."""
    nonce, bound = secrets.token_bytes(NONCE_LENGTH), head.canonical()
    plain = json.dumps({"events": list(events)}, ensure_ascii=False).encode()
    sealed = nonce + AESGCM(key).encrypt(nonce, plain, bound)
    document = {
        "head": asdict(head),
        "sealed": base64.b64encode(sealed).decode(),
        "sha256": hashlib.sha256(bound + sealed).hexdigest(),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def read_document(file: bytes) -> Document | str:
    """Read a file without opening what is sealed; return a code when it cannot be taken.

    Codes: ``not_an_answer_file``, ``answer_file_too_new``, ``answer_file_damaged``.
    """
    if len(file) > LARGEST_FILE:
        return "not_an_answer_file"
    looks_like_one = file.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(BEGINNING)
    broken = "answer_file_damaged" if looks_like_one else "not_an_answer_file"
    try:
        read = json.loads(file.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return broken
    raw = read.get("head") if isinstance(read, dict) else None
    if not isinstance(raw, dict) or not isinstance(raw.get("format"), int):
        return broken
    if raw["format"] > FORMAT:
        return "answer_file_too_new"
    head, sealed = _head_of(raw), _bytes_of(read.get("sealed"))
    if head is None or sealed is None:
        return "answer_file_damaged"
    if read.get("sha256") != hashlib.sha256(head.canonical() + sealed).hexdigest():
        return "answer_file_damaged"
    return Document(head, sealed)


def open_document(document: Document, key: bytes) -> list[Any] | str:
    """Return the events as the seat wrote them, or a code.

    Codes: ``answer_file_of_other_server`` (another key sealed it), ``answer_file_damaged``.
    """
    nonce, rest = document.sealed[:NONCE_LENGTH], document.sealed[NONCE_LENGTH:]
    try:
        plain = AESGCM(key).decrypt(nonce, rest, document.head.canonical())
    except (InvalidTag, ValueError):
        return "answer_file_of_other_server"
    try:
        read = json.loads(plain)
    except (ValueError, RecursionError):
        return "answer_file_damaged"
    events = read.get("events") if isinstance(read, dict) else None
    if not isinstance(events, list) or len(events) != document.head.count:
        return "answer_file_damaged"
    return events


def _head_of(raw: dict[str, Any]) -> Head | None:
    """Read a head whose every field is what it should be."""
    texts = [raw.get(name) for name in ("sitting", "ticket", "saved_at")]
    numbers = [raw.get(name) for name in ("format", "lease_number", "count")]
    names = {"format", "sitting", "ticket", "lease_number", "saved_at", "count"}
    is_whole = (
        set(raw) == names
        and all(isinstance(text, str) and _is_plain(text) for text in texts)
        and all(type(number) is int and 0 < number <= LARGEST_NUMBER for number in numbers)
        and raw["count"] <= MOST_EVENTS
    )
    return Head(**raw) if is_whole and _is_instant(raw["saved_at"]) else None


def _is_plain(text: str) -> bool:
    return len(text) <= LONGEST_TEXT and text.isprintable()


def _is_instant(text: str) -> bool:
    try:
        return isinstance(parse_rfc3339(text), datetime)
    except (ValueError, OverflowError):
        return False


def _bytes_of(text: Any) -> bytes | None:
    if not isinstance(text, str):
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
