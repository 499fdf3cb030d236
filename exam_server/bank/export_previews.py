"""What an export would leave behind, told before the file is taken."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import Session

from exam_server.bank.carrying import goes
from exam_server.bank.exporting import Wanted, points_of, sheet_items
from exam_server.bank.listing import chosen_items
from exam_server.bank.models import Blueprint, Item, ItemVersion
from exam_server.bank.qti_exports import KINDS as QTI_KINDS
from exam_server.bank.sheet_losses import UNREADABLE, in_english, losses_of, read_back
from exam_server.bank.sheet_rows import sheet_row, why_not
from itembank.interchange import export_losses
from itembank.interchange.moodle.answer_writing import KINDS as MOODLE_TYPES
from itembank.interchange.qti.item_writing import WRITERS as QTI_TYPES

MOST_LISTED: Final = 500
NO_COLUMNS: Final = ("该版式的列容纳不下", "the columns cannot hold it")
NO_PLACE: Final = ("该格式没有对应的形式", "the format has no form for it")
Both = tuple[str, str]  # in Chinese and in English


@dataclass(frozen=True)
class Told:
    """An item that does not go whole: what it loses, or why it does not go at all."""

    code: str
    uid: str
    type: str
    losses: tuple[Both, ...]
    stays: Both | None = None


@dataclass(frozen=True)
class Preview:
    """What would become of the items of an export."""

    count: int
    told: Sequence[Told]
    stops: bool  # an item that does not go stops the whole file

    @property
    def losing(self) -> list[Told]:
        """The items that go with a loss."""
        return [each for each in self.told if each.stays is None]

    @property
    def staying(self) -> list[Told]:
        """The items that do not go."""
        return [each for each in self.told if each.stays is not None]

    @property
    def n_whole(self) -> int:
        """How many items go as they are."""
        return self.count - len(self.told)

    @property
    def by_loss(self) -> list[tuple[Both, int]]:
        """What is lost, with how many items lose it, most first."""
        return Counter(loss for each in self.losing for loss in each.losses).most_common()


def preview(db: Session, blueprint: Blueprint, wanted: Wanted, kind: str) -> Preview:
    """Return what a file of a kind would hold of the items, without making it."""
    rows = chosen_items(db, blueprint, wanted.items)
    if kind == "xlsx":
        told = _of_sheet(blueprint, rows)
    elif kind == "json":
        told = []
    else:
        told = list(_of_format(rows, _form(kind), with_keys=wanted.with_keys))
    told.sort(key=lambda each: each.stays is None)  # what does not go at all stands first
    return Preview(len(rows), told, stops=kind != "xlsx")


def _form(kind: str) -> str:
    if kind in QTI_KINDS:
        return export_losses.QTI
    return export_losses.WORD if kind == "docx" else export_losses.MOODLE


def _of_format(
    rows: Sequence[tuple[Item, ItemVersion]], form: str, *, with_keys: bool
) -> Iterable[Told]:
    kinds = {export_losses.QTI: QTI_TYPES, export_losses.MOODLE: MOODLE_TYPES}.get(form)
    for item, version in rows:
        told = Told(item.code, item.uid, version.type, ())
        if kinds is not None and not goes(version, form, kinds, with_keys=with_keys):
            yield replace(told, stays=NO_PLACE)
            continue
        found = export_losses.losses_of(
            form, version.type, version.content, version.key, with_keys=with_keys
        )
        if found:
            yield replace(told, losses=tuple(export_losses.WORDS[each] for each in found))


def _of_sheet(blueprint: Blueprint, rows: Sequence[tuple[Item, ItemVersion]]) -> list[Told]:
    facts = sheet_items(blueprint, rows, points_of(blueprint))
    fitting = [each for each in facts if not why_not(each)]
    read = read_back([sheet_row(number, each) for number, each in enumerate(fitting, start=1)])
    found = []
    for (item, _), each in zip(rows, facts, strict=True):
        told = Told(item.code, item.uid, each.type, ())
        if why := why_not(each) or ("" if each.code in read else UNREADABLE):
            found.append(replace(told, stays=(why, NO_COLUMNS[1])))
        elif losses := losses_of(each, read[each.code]):
            found.append(replace(told, losses=tuple((one, in_english(one)) for one in losses)))
    return found
