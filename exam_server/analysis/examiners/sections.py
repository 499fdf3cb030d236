"""What the page of examiners says, section by section: for the workbook and the printed report."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext

from exam_server.analysis.examiners import wording as w
from exam_server.analysis.sections import Section
from exam_server.analysis.wording import per_cent
from exam_server.batches.models import Registration
from exam_server.wording import figure

Facts = Mapping[str, Any]


def sections_of(figures: Facts, tickets: Mapping[int, Registration]) -> list[Section]:
    """Return the sections of every component that has marks."""
    found = [
        section
        for told in figures["components"]
        if told["n_marks"]
        for section in _component(told, tickets)
    ]
    return found or [Section(gettext("In short"), _texts(figures), [gettext("In short")], [])]


def _texts(figures: Facts) -> list[str]:
    return [each.text for told in figures["components"] for each in w.lead(told)]


def _component(told: Facts, tickets: Mapping[int, Registration]) -> Iterator[Section]:
    name = w.component_words(told["component"])
    yield _examiners(name, told)
    yield _changed(name, told, tickets)
    yield _panels(name, told["agreement"])
    if "refused" not in told["numbers"]:
        yield from _numbers(name, told["numbers"])


def _examiners(name: str, told: Facts) -> Section:
    return Section(
        f"{name} – {gettext('Examiners')}",
        [each.text for each in w.lead(told)],
        [
            gettext("Examiner"),
            gettext("Marks"),
            gettext("Mean of 100"),
            gettext("Severity, points"),
            gettext("95 %% interval") % (),
            gettext("Severity, logits"),
            "infit",
            "outfit",
            gettext("Within 5 points"),
            gettext("Linked group"),
        ],
        [
            [
                each["name"],
                str(each["n"]),
                figure(each["mean"], 1),
                figure(each["severity"], 1),
                f"{figure(each['low'], 1)} – {figure(each['high'], 1)}",
                figure(each["logit"]),
                figure(each["infit"]),
                figure(each["outfit"]),
                per_cent(each["close"]),
                "—" if each["group"] is None else str(each["group"] + 1),
            ]
            for each in told["examiners"]
        ],
    )


def _changed(name: str, told: Facts, tickets: Mapping[int, Registration]) -> Section:
    return Section(
        f"{name} – {gettext('Near the line')}",
        [],
        [gettext("Ticket"), gettext("Mark that stands"), gettext("Corrected for severity")],
        [
            [
                tickets[each["registration"]].ticket,
                figure(each["mark"]),
                figure(each["corrected"]),
            ]
            for each in told["changed"]
            if each["registration"] in tickets
        ],
    )


def _panels(name: str, agreement: Facts) -> Section:
    comma = gettext(", ")
    return Section(
        f"{name} – {gettext('Agreement')}",
        [w.agreement_words(agreement)],
        [
            gettext("Panel"),
            gettext("Pieces of work"),
            gettext("ICC, absolute"),
            gettext("ICC, consistency"),
            gettext("Kendall's W"),
            gettext("Kappa, weighted"),
            gettext("Kappa, pass or fail"),
        ],
        [
            [
                comma.join(each["examiners"]),
                str(each["n"]),
                _estimate(each["icc_agreement"]),
                figure(each["icc_consistency"]),
                figure(each["kendall_w"]),
                _estimate(each["kappa_weighted"]),
                figure(each["kappa_passed"]),
            ]
            for each in agreement.get("panels", [])
        ],
    )


def _estimate(found: Facts | None) -> str:
    if found is None or found["value"] is None:
        return "—"
    return f"{figure(found['value'])} ({figure(found['low'])} – {figure(found['high'])})"


def _numbers(name: str, numbers: Facts) -> Iterator[Section]:
    yield Section(
        f"{name} – {gettext('Where differences come from')}",
        [],
        [
            gettext("Source"),
            gettext("Variance"),
            gettext("95 %% interval") % (),
            gettext("Share"),
        ],
        [
            [
                w.effect_words_in(numbers, each["effect"]),
                figure(each["variance"]),
                w.limits(each),
                per_cent(each["share"]),
            ]
            for each in numbers["components"]
        ],
    )
    count = len(numbers["curve"][0]["dependability"])
    yield Section(
        f"{name} – {gettext('How many examiners?')}",
        [],
        [gettext("Number of tasks"), *(str(n) for n in range(1, count + 1))],
        [
            [str(row["tasks"]), *(figure(each) for each in row["dependability"])]
            for row in numbers["curve"]
        ],
    )
