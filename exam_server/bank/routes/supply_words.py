"""A simulated draw in words: how many papers, what runs out first, what is missing."""

from collections.abc import Mapping

from flask_babel import gettext, ngettext

from exam_server.wording import type_words
from itembank.draws import MOST_PAPERS, Draw, Short

AREAS_NAMED = 3

Names = Mapping[str, str]


def draw_words(draw: Draw, areas: Names) -> list[tuple[str, str]]:
    """Return a draw's sentences, each with ``ok``, ``danger`` or ``neutral``."""
    kind = "ok" if draw.carried >= draw.wanted else "danger"
    said = [(kind, carried_words(draw))]
    if draw.first is not None:
        said.append(("neutral", first_words(draw.first, areas)))
    return said


def carried_words(draw: Draw) -> str:
    """Return how many papers a bank carries, and whether that is enough."""
    facts = {
        "wanted": ngettext("%(num)s paper wanted", "%(num)s papers wanted", draw.wanted),
        "number": carried_number(draw),
    }
    if draw.at_least >= draw.wanted:
        return str(gettext("The bank carries them: %(wanted)s, %(number)s.", **facts))
    if draw.carried >= draw.wanted:
        return str(
            gettext("The counts allow it, which is no proof: %(wanted)s, %(number)s.", **facts)
        )
    return str(gettext("The bank does not carry them: %(wanted)s, %(number)s.", **facts))


def carried_number(draw: Draw) -> str:
    """Return how many papers there are, exactly or as bounds."""
    if draw.carried >= MOST_PAPERS:
        return str(gettext("%(n)s or more possible", n=MOST_PAPERS))
    if draw.is_exact:
        return str(gettext("exactly %(n)s possible", n=draw.carried))
    if draw.at_least:
        return str(
            gettext("%(least)s to %(most)s possible", least=draw.at_least, most=draw.carried)
        )
    return str(gettext("at most %(n)s possible", n=draw.carried))


def first_words(first: Short, areas: Names) -> str:
    """Return what runs out first, and at which paper."""
    facts = {
        "cell": cell_words(first, areas),
        "n": first.papers,
        "need": first.need,
        "have": first.have,
    }
    if first.cell.kind == "shared":
        return str(
            gettext(
                "First to run out: items that differ. With %(n)s papers two of them would have more"
                " items in common than allowed.",
                n=first.papers,
            )
        )
    if first.cell.is_least:
        return str(
            gettext(
                "First to run out: %(cell)s. %(n)s papers take these items %(need)s times at the"
                " least; the bank can give them %(have)s times.",
                **facts,
            )
        )
    return str(
        gettext(
            "First to run out: %(cell)s. %(n)s papers take these items %(need)s times; the bank can"
            " give them %(have)s times.",
            **facts,
        )
    )


def short_words(short: Short, areas: Names) -> str:
    """Return what is missing of a cell, in words."""
    said = cell_words(short, areas)
    if short.cell.kind == "points":
        return str(gettext("%(cell)s, on other points than now", cell=said))
    return said


def cell_words(short: Short, areas: Names) -> str:
    """Return which items a cell names."""
    cell = short.cell
    if cell.kind == "importance":
        return str(gettext("importance %(name)s", name=cell.types[0]))
    types = " + ".join(map(type_words, cell.types))
    named = [_area(path, areas) for path in cell.areas[:AREAS_NAMED]]
    if len(cell.areas) > AREAS_NAMED:
        rest = len(cell.areas) - AREAS_NAMED
        named.append(ngettext("%(num)s more range", "%(num)s more ranges", rest))
    where = " + ".join(named)
    return " × ".join(each for each in (where, types) if each)


def _area(path: str, areas: Names) -> str:
    if not path:
        return str(gettext("the other ranges"))
    name = areas.get(path, "")
    return f"{path} {name}" if name and name != path else path
