"""Websocket frames (RFC 6455) read and written, without sockets: for seats' lines and for load."""

import struct
from collections.abc import Iterator

CONTINUED, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
FINAL, RESERVED, MASKED = 0x80, 0x70, 0x80
SHORT, MEDIUM = 126, 127
SHORTEST_HEAD, MEDIUM_HEAD, LONG_HEAD, MASK_LENGTH = 2, 4, 10, 4
LONGEST_CONTROL = 125
LARGEST_MEDIUM = 0xFFFF
PROTOCOL_ERROR, BAD_TEXT, TOO_BIG = 1002, 1007, 1009
# All zeros leaves the bytes as they are. Masks keep scripts from shaping bytes on the wire; a
# program that writes the bytes itself gains nothing from one.
NO_MASK = bytes(MASK_LENGTH)


class FrameError(ValueError):
    """What came is no websocket traffic, or more than allowed; the code closes the line."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def frame(body: bytes, kind: int = TEXT, *, is_client: bool = False) -> bytes:
    """Return one whole frame.

    Examples
    --------
    >>> frame(b"3").hex(), frame(b"3", is_client=True).hex()
    ('810133', '81810000000033')
    """
    length = len(body)
    mask = NO_MASK if is_client else b""
    masked = MASKED if is_client else 0
    if length < SHORT:
        return bytes((FINAL | kind, masked | length)) + mask + body
    if length <= LARGEST_MEDIUM:
        return struct.pack("!BBH", FINAL | kind, masked | SHORT, length) + mask + body
    return struct.pack("!BBQ", FINAL | kind, masked | MEDIUM, length) + mask + body


class FrameReader:
    """Cuts a stream into messages and control frames; what is not whole waits for the rest."""

    def __init__(self, largest: int, *, from_client: bool) -> None:
        self._largest = largest
        self._is_masked = from_client
        self._waiting = b""
        self._parts: list[bytes] = []
        self._kind = CONTINUED

    def read(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield the kind and the body of each whole message; raises FrameError."""
        self._waiting = self._waiting + data if self._waiting else data
        while (found := self._next()) is not None:
            first, body = found
            kind = first & 0x0F
            if first & RESERVED:
                raise FrameError(PROTOCOL_ERROR)
            if kind in (TEXT, BINARY) and first & FINAL and not self._parts:
                yield kind, body
            elif kind >= CLOSE:
                yield kind, self._control(first, body)
            else:
                joined = self._join(first, kind, body)
                if joined is not None:
                    yield self._kind, joined

    def _next(self) -> tuple[int, bytes] | None:
        waiting = self._waiting
        if len(waiting) < SHORTEST_HEAD:
            return None
        second, head = waiting[1], SHORTEST_HEAD
        length = second & 0x7F
        if length >= SHORT:
            head = MEDIUM_HEAD if length == SHORT else LONG_HEAD
            if len(waiting) < head:
                return None
            length = int.from_bytes(waiting[SHORTEST_HEAD:head], "big")
        if bool(second & MASKED) is not self._is_masked:
            raise FrameError(PROTOCOL_ERROR)
        if length > self._largest:
            raise FrameError(TOO_BIG)
        start = head + MASK_LENGTH if self._is_masked else head
        end = start + length
        if len(waiting) < end:
            return None
        body = waiting[start:end]
        self._waiting = waiting[end:]
        if self._is_masked:
            body = unmasked(body, waiting[head:start])
        return waiting[0], body

    def _control(self, first: int, body: bytes) -> bytes:
        if len(body) > LONGEST_CONTROL or not first & FINAL:
            raise FrameError(PROTOCOL_ERROR)
        return body

    def _join(self, first: int, kind: int, body: bytes) -> bytes | None:
        """Add a part of a message sent in several frames; return the whole after the last."""
        if (kind == CONTINUED) is not bool(self._parts) or kind > BINARY:
            raise FrameError(PROTOCOL_ERROR)
        if kind != CONTINUED:
            self._kind = kind
        self._parts.append(body)
        if sum(map(len, self._parts)) > self._largest:
            raise FrameError(TOO_BIG)
        if not first & FINAL:
            return None
        whole, self._parts = b"".join(self._parts), []
        return whole


def unmasked(body: bytes, mask: bytes) -> bytes:
    """Return the bytes under a mask: one exclusive-or of two long numbers.

    Examples
    --------
    >>> unmasked(bytes((0x48 ^ 1, 0x69 ^ 2)), bytes((1, 2, 3, 4)))
    b'Hi'
    """
    if mask == NO_MASK:
        return body
    length = len(body)
    key = (mask * (length // MASK_LENGTH + 1))[:length]
    both = int.from_bytes(body, "little") ^ int.from_bytes(key, "little")
    return both.to_bytes(length, "little")
