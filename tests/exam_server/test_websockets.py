"""Websockets of the server: any cut of the stream reads the same, and what is sent goes whole."""

from typing import ClassVar

import gevent
import gevent.event
import pytest
from gevent import socket
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_server import websockets
from exam_server.websocket_frames import (
    BINARY,
    CONTINUED,
    FINAL,
    MASKED,
    PING,
    TEXT,
    FrameError,
    FrameReader,
    frame,
    unmasked,
)
from exam_server.websockets import Websocket

LARGEST = 200_000
SIZES = st.one_of(st.integers(0, 300), st.sampled_from([125, 126, 65_535, 65_536, 70_000]))


def masked(body: bytes, mask: bytes, *, first: int) -> bytes:
    """Return a short frame as a browser sends it."""
    return bytes((first, MASKED | len(body))) + mask + unmasked(body, mask)


@settings(deadline=None, max_examples=60)
@given(
    sizes=st.lists(st.tuples(SIZES, st.sampled_from([TEXT, BINARY])), max_size=4),
    step=st.integers(1, 5000),
    is_client=st.booleans(),
)
def test_however_a_stream_is_cut_the_same_messages_come_out(
    sizes: list[tuple[int, int]], *, step: int, is_client: bool
) -> None:
    messages = [(bytes(n % 251 for n in range(size)), kind) for size, kind in sizes]
    stream = b"".join(frame(body, kind, is_client=is_client) for body, kind in messages)
    reader = FrameReader(LARGEST, from_client=is_client)
    cuts = [stream[at : at + step] for at in range(0, len(stream), step)]
    read = [found for cut in cuts for found in reader.read(cut)]
    assert read == [(kind, body) for body, kind in messages]


@settings(deadline=None)
@given(body=st.binary(max_size=125), mask=st.binary(min_size=4, max_size=4))
def test_a_mask_is_taken_off(body: bytes, mask: bytes) -> None:
    reader = FrameReader(LARGEST, from_client=True)
    assert list(reader.read(masked(body, mask, first=FINAL | TEXT))) == [(TEXT, body)]


def test_a_message_in_parts_is_joined_and_a_ping_may_come_between() -> None:
    mask = bytes((1, 2, 3, 4))
    stream = masked(b"to", mask, first=TEXT) + masked(b"!", mask, first=FINAL | PING)
    stream += masked(b"gether", mask, first=FINAL | CONTINUED)
    found = list(FrameReader(LARGEST, from_client=True).read(stream))
    assert found == [(PING, b"!"), (TEXT, b"together")]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (frame(b"unmasked"), 1002),
        (masked(b"", b"mask", first=0x40 | FINAL | TEXT), 1002),
        (masked(b"never begun", b"mask", first=FINAL | CONTINUED), 1002),
        (masked(b"a", b"mask", first=TEXT) + masked(b"b", b"mask", first=FINAL | TEXT), 1002),
        (masked(b"in parts", b"mask", first=PING), 1002),
        (frame(b"x" * (LARGEST + 1), is_client=True), 1009),
        (masked(b"x" * 100, b"mask", first=TEXT) + frame(b"y" * LARGEST, 0, is_client=True), 1009),
    ],
)
def test_what_is_no_proper_traffic_closes_the_line_with_its_code(sent: bytes, code: int) -> None:
    with pytest.raises(FrameError) as refused:
        list(FrameReader(LARGEST, from_client=True).read(sent))
    assert refused.value.code == code


def test_a_slow_reader_gets_everything_whole_and_in_order() -> None:
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    line = Websocket(ours, LARGEST)
    sent = [f"{n}:".encode() + b"z" * (60_000 if n % 3 else 10) for n in range(45)]
    writers = [gevent.spawn(lambda body=body: line.write(frame(body))) for body in sent]
    gevent.joinall(writers)
    reader = FrameReader(LARGEST, from_client=False)
    read: list[bytes] = []
    while len(read) < len(sent):
        read += [body for _, body in reader.read(theirs.recv(3000))]
        gevent.sleep(0)
    assert read == sent
    ours.close()
    theirs.close()


def test_a_line_that_takes_nothing_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websockets, "LARGEST_BACKLOG", 300_000)
    ours, theirs = socket.socketpair()
    line = Websocket(ours, LARGEST)
    for _ in range(20):
        line.write(frame(b"x" * 60_000))
    assert list(line.messages()) == []  # it has ended for its reader too
    ours.close()
    theirs.close()


def test_a_closing_line_sends_what_waits_before_it_says_goodbye() -> None:
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    line = Websocket(ours, LARGEST)
    line.write(frame(b"a" * 150_000))
    line.close()
    reader = FrameReader(LARGEST, from_client=False)
    read: list[tuple[int, int]] = []
    while data := theirs.recv(65_536):
        read += [(kind, len(body)) for kind, body in reader.read(data)]
    assert read == [(TEXT, 150_000), (0x8, 2)]
    ours.close()
    theirs.close()


class Line:
    """A line as the search for silent ones sees it."""

    closing = False

    def __init__(self, *, closed: bool = False, fails: bool = False) -> None:
        self.closed, self.fails, self.looks = closed, fails, 0

    def check_ping_timeout(self) -> None:
        self.looks += 1
        if self.fails:
            raise OSError


def test_every_line_is_looked_at_and_a_closed_one_is_forgotten() -> None:
    class Engine:
        ping_timeout = 0.01
        create_event = staticmethod(gevent.event.Event)
        service_task_event: gevent.event.Event
        sockets: ClassVar[dict[str, Line]] = {
            "closed": Line(closed=True),
            "failing": Line(fails=True),
            "standing": Line(),
        }

    watch = gevent.spawn(websockets.watch_lines, Engine)
    with gevent.Timeout(10):
        while Engine.sockets["standing"].looks < 2:
            gevent.sleep(0.005)
    Engine.service_task_event.set()
    watch.get(timeout=120)
    assert list(Engine.sockets) == ["failing", "standing"]
