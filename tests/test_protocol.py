"""The protocol's document names what the code says, and nothing else."""

import ast
import re

from exam_server.delivery.messages import KINDS
from exam_server.delivery.sockets import HANDLERS
from exam_server.desks import staff_messages
from itembank.items.registry import TYPES, seat_view
from proctor.needs import URGENCIES
from proctor.signals import GROUPS, kinds_gathered
from proctor.sitting_states import STATES
from tests.items import RIGHT
from tests.source import ROOT, python_files, tree_of

DOCUMENT = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
SEATS, CONSOLES = DOCUMENT.split("## Namespace `/proctoring`")
FROM_SERVER, FROM_SEAT = SEATS.split("### From the seat")
SEALED = SEATS.split("## Namespace `/sitting`")[0]
ANSWERS = FROM_SEAT.split("**Answers.**")[1]
# Announcements that only processes hear.
INTERNAL = {
    "line_opened",
    "item_chosen",
    "rooms_watched",
    "seats_touched",
    "time_looked_at",
    "room_started",
    "room_closed",
    "room_noted",
    "seat_noted",
    "code_refused",
    "signed_out",
    "duty_ended",
}

# What a seat may report itself; the rest of a line is seen by the server.
REPORTED = kinds_gathered(GROUPS) - GROUPS["line"]


def first_cells(text: str) -> set[str]:
    return {
        name
        for cell in re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", text, re.MULTILINE)
        for name in re.findall(r"\w+", cell)
    }


def announced() -> set[str]:
    """Return the names of all live messages the office announces or emits."""
    names = set()
    for path in python_files("exam_server"):
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            place = {"announce": 1, "_tell": 1, "tell_line": 1}.get(called)
            if place is not None and isinstance(node.args[place], ast.Constant):
                names.add(str(node.args[place].value))
    return names


def test_every_seat_message_is_documented() -> None:
    assert first_cells(FROM_SEAT.split("**Events.**")[0]) == set(HANDLERS)


def test_the_answer_and_the_content_of_every_item_type_are_documented() -> None:
    assert first_cells(ANSWERS.split("**Acknowledged**")[0]) == set(TYPES)
    of_content = SEALED.split("What an item holds by its type")[1]
    assert first_cells(of_content) == set(TYPES)
    for name, (content, _, _) in RIGHT.items():
        row = next(line for line in of_content.splitlines() if f"`{name}`" in line)
        shown = seat_view(name, content)
        assert [field for field in shown if f"`{field}`" not in row and field != "stem"] == [], name


def test_every_console_message_is_documented() -> None:
    live_names = {message.live_name for message in staff_messages()}  # type: ignore[attr-defined]
    assert first_cells(CONSOLES) == live_names


def test_everything_the_server_tells_is_documented() -> None:
    told = first_cells(FROM_SERVER.split("### From the server")[1])
    consoles = {"seats_changed", "room_changed"}  # and wall_changed, which is emitted as it is
    first = {"sitting_state", "form_key"}
    assert announced() - INTERNAL == (told - first) | consoles
    assert all(f"`{name}`" in CONSOLES for name in {*consoles, "wall_changed"})


def test_states_kinds_signals_and_needs_are_documented() -> None:
    for name in {*STATES, *KINDS, *REPORTED, *URGENCIES}:
        assert re.search(rf"\b{name}\b", DOCUMENT), name


def test_every_code_of_the_line_is_documented() -> None:
    codes = set()
    for path in python_files("exam_server"):
        if path.parent.name == "delivery" and path.stem in {"messages", "judging", "entries"}:
            found = re.findall(r'"([a-z]+_[a-z_]+)"', path.read_text(encoding="utf-8"))
            codes |= {each for each in found if each.split("_")[0] in {"malformed", "too", "bad"}}
    assert codes
    assert {code for code in codes if f"`{code}`" not in DOCUMENT} == set()
