"""Item versions as other programs get them, or which of them cannot go and why."""

from collections.abc import Collection, Sequence

from exam_server.bank.models import Item, ItemVersion
from exam_server.errors import InvalidInputError, Problem
from itembank.drawing import Asked
from itembank.travelling import as_carried, types_in


def carried_rows(
    rows: Sequence[tuple[Item, ItemVersion]], kinds: Collection[str]
) -> list[tuple[Item, ItemVersion, Asked]]:
    """Return what goes into a file of a format that holds some types.

    Raises InvalidInputError: ``items_not_carried``, with every item that cannot go.
    """
    found: list[tuple[Item, ItemVersion, Asked]] = []
    problems = []
    for item, version in rows:
        asked = as_carried(version.type, version.content, version.key)
        if asked is None:
            problems.append(Problem(item.code, "item_stays_here"))
        elif other := [each for each in types_in(asked) if each not in kinds]:
            problems.append(Problem(item.code, "type_has_no_place", {"type": other[0]}))
        else:
            found.append((item, version, asked))
    if problems:
        raise InvalidInputError("items_not_carried", problems, count=len(problems))
    return found
