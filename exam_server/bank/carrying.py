"""Item versions as other programs get them, or which of them cannot go and why."""

from collections.abc import Collection, Sequence

from exam_server.bank.models import Item, ItemVersion
from exam_server.errors import InvalidInputError, Problem
from itembank.drawing import Asked
from itembank.interchange.export_losses import Lost, losses_of, told, whole_types
from itembank.travelling import as_carried, types_in


def carried_rows(
    rows: Sequence[tuple[Item, ItemVersion]], form: str, kinds: Collection[str], *, with_keys: bool
) -> list[tuple[Item, ItemVersion, Asked]]:
    """Return what goes into a file of a format that holds some types.

    Raises InvalidInputError: ``items_not_carried``, with every item that cannot go.
    """
    found: list[tuple[Item, ItemVersion, Asked]] = []
    problems = []
    for item, version in rows:
        asked = _asked(version, form, with_keys=with_keys)
        if why := _why_it_stays(asked, kinds):
            problems.append(Problem(item.code, *why))
        elif asked is not None:
            found.append((item, version, asked))
    if problems:
        raise InvalidInputError("items_not_carried", problems, count=len(problems))
    return found


def _asked(version: ItemVersion, form: str, *, with_keys: bool) -> Asked | None:
    whole = whole_types(form, with_keys=with_keys)
    return as_carried(version.type, version.content, version.key, whole)


def _why_it_stays(
    asked: Asked | None, kinds: Collection[str]
) -> tuple[str, dict[str, object]] | None:
    if asked is None:
        return "item_stays_here", {}
    other = [each for each in types_in(asked) if each not in kinds]
    return ("type_has_no_place", {"type": other[0]}) if other else None


def goes(version: ItemVersion, form: str, kinds: Collection[str], *, with_keys: bool) -> bool:
    """Say whether a format that holds some types has a place for an item."""
    return _why_it_stays(_asked(version, form, with_keys=with_keys), kinds) is None


def lost_rows(
    rows: Sequence[tuple[Item, ItemVersion]], form: str, *, with_keys: bool
) -> list[tuple[str, str, str]]:
    """Return what a file of a format does not hold of each item, in two languages."""
    return told(
        [
            Lost(
                item.code,
                losses_of(form, version.type, version.content, version.key, with_keys=with_keys),
            )
            for item, version in rows
        ]
    )
