"""What the figures of an adaptive exam session say, in sentences and sections."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext, ngettext

from exam_server.analysis.adaptive.reading import STOPPED
from exam_server.analysis.sections import Section
from exam_server.analysis.wording import MOST_NAMED, Told, per_cent
from exam_server.wording import figure, type_words

Figures = Mapping[str, Any]
HUNDRED: Final = 100
SURE: Final = 0.9  # the same decision again
ENOUGH: Final = 0.8  # of the tests as exact, or decided, as the plan asks
MANY: Final = 0.1  # of the tests ended from outside
REACHED: Final = {"precision": "precise", "decision": "decided"}


def told_of(figures: Figures) -> list[Told]:
    """Return the sentences, what matters most first."""
    found = figures["adaptive"]
    if found is None:
        nobody = gettext("Nobody's paper has been marked: there is nothing to say.")
        return [Told("attention", nobody)]
    told = [
        _items(found),
        _exact(figures),
        _sure(figures),
        _seen(figures),
        _balanced(found),
        _stopped(figures),
    ]
    return [each for each in told if each]


def finding_words(item: Figures) -> str:
    """Return what a finding means and what to do about it."""
    words: dict[str, str] = {
        "easier": gettext(
            "Easier than its parameters say. It may have become known: see who had it, and let it "
            "rest; otherwise calibrate it anew."
        ),
        "harder": gettext(
            "Harder than its parameters say. Check the key first, then the wording; if both are "
            "right, calibrate it anew."
        ),
    }
    return words.get(item["found"] or "", "")


def ending_words(code: str) -> str:
    """Return why a test ended."""
    words: dict[str, str] = {
        "precise": gettext("exact enough"),
        "decided": gettext("decided at the pass mark"),
        "most": gettext("at the greatest length"),
        "no_item_left": gettext("no item was left"),
        STOPPED: gettext("handed in or out of time before its end"),
    }
    return words[code]


def sections_of(figures: Figures) -> list[Section]:
    """Return the sections of the workbook and of the printed report, the summary first."""
    short = gettext("In short")
    first = Section(short, [each.text for each in told_of(figures)], [short], [])
    if figures["adaptive"] is None:
        return [first]
    return [first, _tests(figures), _ranges(figures), item_section(figures)]


def item_headings() -> list[str]:
    """Return the headings of the item table."""
    return [
        gettext("Item"),
        gettext("Version"),
        gettext("Type"),
        gettext("Range"),
        gettext("In tests"),
        gettext("Exposure, %%") % (),
        gettext("Answers"),
        gettext("Answered right"),
        gettext("Expected right"),
        gettext("Easier by, logits"),
        gettext("Standard error (logits)"),
        gettext("Finding"),
    ]


def item_rows(figures: Figures) -> list[tuple[object, ...]]:
    """Return a row for each item that came; nothing is judged on too few answers."""
    items: Sequence[Figures] = (figures["adaptive"] or {"fit": {"items": []}})["fit"]["items"]
    return [
        (
            item["code"],
            item["version"],
            type_words(item["type"]),
            item["area"],
            item["times"],
            round(item["exposure"] * HUNDRED, 1),
            item["n"],
            item["observed"],
            round(item["expected"], 1),
            None if item["shift"] is None else round(item["shift"], 2),
            None if item["error"] is None else round(item["error"], 2),
            finding_words(item),
        )
        for item in items
    ]


def item_section(figures: Figures) -> Section:
    """Return the items as a section."""
    rows = [["" if cell is None else str(cell) for cell in row] for row in item_rows(figures)]
    return Section(gettext("Items against their parameters"), [], item_headings(), rows)


def _items(found: Figures) -> Told:
    fit = found["fit"]
    moved = [item["code"] for item in fit["items"] if item["found"]]
    if moved:
        comma = gettext(", ")
        names = comma.join(moved[:MOST_NAMED]) + (" …" if len(moved) > MOST_NAMED else "")
        text = ngettext(
            "%(num)s item was answered otherwise than its parameters say: %(names)s. Look at it "
            "before marks are published.",
            "%(num)s items were answered otherwise than their parameters say: %(names)s. Look at "
            "them before marks are published.",
            len(moved),
            names=names,
        )
        return Told("danger", text)
    facts = {"judged": fit["judged"], "all": len(fit["items"]), "fewest": fit["fewest"]}
    if not fit["judged"]:
        text = gettext(
            "Whether items have become easier or harder cannot be told: none of the %(all)s that "
            "came has the %(fewest)s answers it takes.",
            **facts,
        )
        return Told("neutral", text)
    text = gettext(
        "No item was answered otherwise than its parameters say; %(judged)s of the %(all)s that "
        "came have the %(fewest)s answers it takes to say so.",
        **facts,
    )
    return Told("ok", text)


def _exact(figures: Figures) -> Told:
    found, n = figures["adaptive"], figures["n"]
    text: str = gettext(
        "A test took %(length)s items on average and tells the ability to within ±%(error)s "
        "logits.",
        length=figure(found["length"]["mean"], 1),
        error=figure(found["error"]["mean"]),
    )
    reached = REACHED.get(found["rules"]["stop"])
    if reached is None:
        return Told("ok", text)
    share = found["ended"].get(reached, 0) / n
    more = {
        "precise": gettext(
            "%(share)s of the tests became as exact as the plan asks (±%(aim)s).",
            share=per_cent(share),
            aim=figure(found["rules"]["standard_error"]),
        ),
        "decided": gettext(
            "%(share)s of the tests were decided before their greatest length.",
            share=per_cent(share),
        ),
    }
    return Told("ok" if share >= ENOUGH else "attention", f"{text} {more[reached]}")


def _sure(figures: Figures) -> Told:
    found, n = figures["adaptive"], figures["n"]
    text = gettext(
        "Of 100 candidates about %(again)s would be on the same side of %(cut)s by another such "
        "test; %(near)s of %(n)s lie within their own standard error of it.",
        again=round(found["again"] * HUNDRED),
        cut=f"{figures['cut']:g}",
        near=found["ability"]["near"],
        n=n,
    )
    return Told("ok" if found["again"] >= SURE else "attention", text)


def _seen(figures: Figures) -> Told:
    found, n = figures["adaptive"], figures["n"]
    exposure, common = found["exposure"], found["overlap"]
    text: str = gettext(
        "%(used)s of the pool's %(pool)s items came; the most used one in %(highest)s of the "
        "tests (limit %(limit)s).",
        used=exposure["used"],
        pool=found["in_pool"],
        highest=per_cent(exposure["highest"]),
        limit=f"{found['rules']['exposure']:g} %",
    )
    if common["mean"] is not None:
        text += " " + gettext(
            "Two tests have %(mean)s of their items in common on average, %(greatest)s at most.",
            mean=per_cent(common["mean"]),
            greatest=per_cent(common["greatest"]),
        )
    is_over = exposure["highest"] > found["rules"]["exposure"] / HUNDRED + 1 / n
    return Told("attention" if is_over else "ok", text)


def _balanced(found: Figures) -> Told:
    if found["kept"] == 1:
        return Told("ok", gettext("Every test keeps the blueprint."))
    text = gettext(
        "%(share)s of the tests keep the blueprint; in the others a range ran ahead or fell "
        "behind by more than an item.",
        share=per_cent(found["kept"]),
    )
    return Told("attention", text)


def _stopped(figures: Figures) -> Told | None:
    n_stopped = figures["adaptive"]["ended"].get(STOPPED, 0)
    if not n_stopped:
        return None
    text = ngettext(
        "%(num)s test was handed in or ran out of time before its end.",
        "%(num)s tests were handed in or ran out of time before their end.",
        n_stopped,
    )
    return Told("attention" if n_stopped > MANY * figures["n"] else "neutral", text)


def _tests(figures: Figures) -> Section:
    found, n = figures["adaptive"], figures["n"]
    rows = [
        *(
            [gettext("Ended: %(why)s", why=ending_words(code)), str(count)]
            for code, count in found["ended"].items()
        ),
        *(
            [gettext("Items taken: %(items)s", items=length), str(count)]
            for length, count in found["length"]["counts"]
        ),
        [gettext("Reliability of the abilities"), figure(found["reliability"])],
        [gettext("Candidates"), str(n)],
    ]
    return Section(gettext("The tests"), [], [gettext("What"), gettext("Figure")], rows)


def _ranges(figures: Figures) -> Section:
    rows = [
        [
            f"{each['code']} {each['name']}".strip(),
            per_cent(each["asked"]),
            per_cent(each["given"]),
            str(each["used"]),
            str(each["in_pool"]),
        ]
        for each in figures["adaptive"]["ranges"]
    ]
    return Section(gettext("Content"), [], range_headings(), rows)


def range_headings() -> list[str]:
    """Return the headings of the ranges."""
    return [
        gettext("Range"),
        gettext("Asked by the blueprint"),
        gettext("Given"),
        gettext("Items that came"),
        gettext("Items in the pool"),
    ]
