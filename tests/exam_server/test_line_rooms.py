"""Lines and their rooms: thousands leaving at once cost what they are in, not what there is."""

import time

import pytest
from socketio import Manager, Server

from exam_server.line_rooms import LineRooms

NAMESPACE = "/sitting"


def filled(rooms: Manager, lines: int) -> list[str]:
    """Let lines connect, each with a room of its own sitting and one for all."""
    Server(client_manager=rooms, async_mode="threading")
    sids = []
    for number in range(lines):
        sid = rooms.connect(f"eio{number}", NAMESPACE)
        rooms.enter_room(sid, NAMESPACE, f"sitting:{number}")
        rooms.enter_room(sid, NAMESPACE, "all")
        sids.append(sid)
    return sids


def leave(rooms: Manager, sids: list[str]) -> float:
    """Let all leave; return the CPU seconds it took."""
    began = time.process_time()
    for sid in sids:
        rooms.pre_disconnect(sid, NAMESPACE)
        rooms.disconnect(sid, NAMESPACE)
    return time.process_time() - began


def test_a_line_is_found_in_its_rooms_and_nowhere_after_it_has_left() -> None:
    rooms = LineRooms()
    first, second = filled(rooms, 2)
    assert set(rooms.get_rooms(first, NAMESPACE)) == {first, "sitting:0", "all"}
    rooms.leave_room(first, NAMESPACE, "all")
    rooms.leave_room(first, NAMESPACE, "all")
    assert set(rooms.get_rooms(first, NAMESPACE)) == {first, "sitting:0"}
    leave(rooms, [first])
    rooms.disconnect(first, NAMESPACE)  # again is nothing
    assert rooms.get_rooms(first, NAMESPACE) == []
    assert [sid for sid, _ in rooms.get_participants(NAMESPACE, "all")] == [second]
    assert list(rooms.get_participants(NAMESPACE, "sitting:0")) == []
    assert not rooms.is_connected(first, NAMESPACE)
    leave(rooms, [second])
    assert list(rooms.get_namespaces()) == []


@pytest.mark.parametrize("lines", [1000])
def test_a_hall_that_leaves_at_once_costs_little(lines: int) -> None:
    ours, stock = LineRooms(), Manager()
    own, librarys = leave(ours, filled(ours, lines)), leave(stock, filled(stock, lines))
    print(f"{lines} lines left: {own * 1e3:.0f} ms, the library's own {librarys * 1e3:.0f} ms")  # noqa: T201
    assert own < librarys / 3
