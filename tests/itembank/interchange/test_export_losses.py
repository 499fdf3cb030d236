"""What an export loses is told item by item in the file itself, and the file still comes back."""

import io
import zipfile

from itembank.interchange.detect import read_pool
from itembank.interchange.export_losses import MOODLE, QTI, WORD, Lost, losses_of, told
from itembank.interchange.moodle.question_writing import OutItem
from itembank.interchange.moodle.writing import moodle_xml
from itembank.interchange.qti.reading import read_qti
from itembank.interchange.qti.writing import LOST_FILE, BankFacts, BankItem, written_package

UNITS = [{"unit": "kV", "factor": "1000"}]
RANGE = {"tolerance_mode": "range", "least": "1", "most": "3", "open": "both", "units": UNITS}
BLANKS = {"blanks": {"1": ["a"], "2": ["b"]}, "groups": [["1", "2"]], "whole": True}
PATH = (("A", "Range"), ("001", "Point"))
NUMBER = {"stem": "<p>How much?</p>", "unit": "V", "options": [], "blanks": []}


def lost(form: str, name: str, key: dict[str, object], *, with_keys: bool = True) -> list[str]:
    return list(losses_of(form, name, {"decimals": 2}, key, with_keys=with_keys))


def test_each_format_names_what_it_does_not_hold() -> None:
    expected = ["decimals_asked", "range_as_tolerance", "open_ends"]
    assert lost(MOODLE, "numeric", RANGE) == expected
    assert lost(QTI, "numeric", RANGE) == [expected[0], "other_units"]
    assert lost(WORD, "numeric", RANGE) == [expected[0], "other_units", *expected[1:]]
    assert lost(WORD, "text_entry", BLANKS) == ["free_order", "all_or_nothing"]
    assert lost(QTI, "text_entry", BLANKS) == ["free_order"]
    assert lost(WORD, "calculation", {}) == ["one_set_of_values", "decimals_asked"]
    assert lost(QTI, "single", {"correct": ["A"]}) == []
    parts = {"parts": [{"id": "p", "type": "text_entry"}]}
    assert losses_of(MOODLE, "item_set", parts, {"parts": {"p": BLANKS}}, with_keys=True) == (
        "free_order",
        "all_or_nothing",
    )


def test_values_travel_with_keys_only() -> None:
    content = {"stem": "<p>{U} V, {R} Ω?</p>", "decimals": 1}
    few = {"parameters": {"U": ["10"], "R": ["2", "4"]}, "formula": "U / R"}
    many = {**few, "parameters": {"U": ["10"], "R": {"from": "1", "to": "101", "step": "1"}}}
    some = {**few, "conditions": ["R > 3"]}

    def values_lost(form: str, key: dict[str, object], *, with_keys: bool = True) -> list[str]:
        found = losses_of(form, "calculation", content, key, with_keys=with_keys)
        return [each for each in found if each != "decimals_asked"]

    assert [values_lost(form, few) for form in (MOODLE, QTI)] == [[], []]
    assert values_lost(MOODLE, many) == ["some_sets_of_values"]
    assert values_lost(MOODLE, some) == ["draw_conditions"]
    assert values_lost(QTI, some) == values_lost(QTI, many) == []
    assert values_lost(QTI, few, with_keys=False) == ["one_set_of_values"]
    part = {"parts": [{"id": "p", "type": "calculation", **content}]}
    found = losses_of(MOODLE, "item_set", part, {"parts": {"p": few}}, with_keys=True)
    assert found == ("one_set_of_values", "decimals_asked")


def test_without_keys_nothing_is_told_of_them() -> None:
    assert lost(QTI, "numeric", RANGE, with_keys=False) == ["decimals_asked"]
    assert lost(QTI, "text_entry", BLANKS, with_keys=False) == []


def test_files_tell_their_losses_and_come_back() -> None:
    rows = told([Lost("Q--1", ("other_units", "open_ends")), Lost("Q2", ())])
    assert [row[0] for row in rows] == ["Q--1"]
    key = {"value": "5", "tolerance": "1", "tolerance_mode": "absolute", "units": UNITS}
    items = [OutItem("Q--1", PATH, "numeric", NUMBER, key)]
    body = moodle_xml(items, {}, rows)
    assert "可填的其他单位" in body.decode().partition("<question")[0]
    (back,) = read_pool(body, {}, "bank.xml").items
    assert (back.code, back.key["units"]) == ("Q--1", UNITS)
    bank = BankFacts("Bank", "en")
    package = written_package(bank, [BankItem("Q--1", PATH, "numeric", NUMBER, key)], {}, lost=rows)
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert "other units" in archive.read(LOST_FILE).decode()
        assert LOST_FILE.encode() in archive.read("imsmanifest.xml")
    assert [each.code for each in read_qti(package, {}, "bank.zip").items] == ["Q--1"]
    assert LOST_FILE not in zipfile.ZipFile(io.BytesIO(written_package(bank, [], {}))).namelist()
