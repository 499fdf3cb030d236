"""What the page says, section by section: for the workbook and for the printed report."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext

from exam_server.analysis import deep_wording as d
from exam_server.analysis.printed_plots import model_plots, overview_plots
from exam_server.analysis.summary import lead
from exam_server.analysis.wording import Told, details, flag_advice, flagged, per_cent
from exam_server.wording import figure, flag_words
from scoring.item_flags import FEWEST

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Section:
    """A heading, sentences, a table that may be empty, and plots for paper."""

    title: str
    told: list[str]
    headings: list[str]
    rows: list[list[str]]
    plots: list[dict[str, Any]] = field(default_factory=list)

    @property
    def printed(self) -> dict[str, Any]:
        """What the printed report is handed."""
        return {
            "title": self.title,
            "told": self.told,
            "plots": self.plots,
            "headings": self.headings,
            "rows": self.rows,
        }


def sections_of(figures: Facts, deep: Facts | None) -> list[Section]:
    """Return the sections, the summary first."""
    told = [*lead(figures, deep), *details(figures)]
    short = gettext("In short")
    first = Section(short, _texts(told), [short], [], overview_plots(figures))
    if not figures["n"]:
        return [first]
    found = [first, _keys(figures), _trust(figures), _items(figures)]
    return [*found, *(_deep_sections(deep) if deep else [])]


def _texts(told: Sequence[Told]) -> list[str]:
    return [each.text for each in told]


def _keys(figures: Facts) -> Section:
    rows = [
        [
            item["code"],
            form,
            str(item["position"]),
            flag_words(flag["code"]),
            flag_advice(flag, item),
        ]
        for form, item in flagged(figures, *d.KEY_CHECK)
        for flag in item["flags"]
        if flag["code"] in d.KEY_CHECK
    ]
    told = [] if rows else [gettext("No item looks wrongly keyed.")]
    headings = [gettext("Item"), gettext("Form"), gettext("No.")]
    return Section(
        gettext("Key check"), told, [*headings, gettext("Findings"), gettext("Advice")], rows
    )


def _trust(figures: Facts) -> Section:
    return Section(
        gettext("Reliability and decisions"),
        [],
        [
            gettext("Form"),
            gettext("Candidates"),
            gettext("Reliability (alpha)"),
            gettext("95 %% interval") % (),
            gettext("Standard error, of 100"),
            gettext("Right decisions"),
            gettext("The same again"),
            gettext("Time"),
        ],
        [_trust_row(form) for form in figures["forms"]],
    )


def _trust_row(form: Facts) -> list[str]:
    thin, decision, speed = form["n"] < FEWEST, form["decision"], form["speed"]
    return [
        form["form"],
        str(form["n"]),
        "—" if thin else figure(form["alpha"]),
        "—" if thin else f"{figure(form['alpha_low'])} – {figure(form['alpha_high'])}",
        "—" if thin else figure(form["sem_theory"], 1),
        "—" if "refused" in decision else per_cent(decision["accuracy"]),
        "—" if "refused" in decision else per_cent(decision["consistency"]),
        "—" if "refused" in speed else d.speed_words(speed),
    ]


def _items(figures: Facts) -> Section:
    rows = [
        [
            item["code"],
            form["form"],
            str(item["position"]),
            str(item["n"]),
            figure(item["p"]),
            "—" if item["n"] < FEWEST else figure(item["r"]),
            "; ".join(flag_words(flag["code"]) for flag in item["flags"]),
        ]
        for form in figures["forms"]
        for item in form["items"]
    ]
    headings = [gettext("Item"), gettext("Form"), gettext("No."), "n", "p", "r"]
    return Section(gettext("Item table"), [], [*headings, gettext("Findings")], rows)


def _deep_sections(deep: Facts) -> Iterator[Section]:
    yield _model(deep)
    drift = deep["drift"]
    yield Section(
        gettext("Against earlier exam sessions"),
        [d.drift_told(drift).text],
        [gettext("Item"), gettext("p then"), "n", gettext("p now"), "n", gettext("moved, logits")],
        [
            [
                each["code"],
                figure(each["then"]),
                str(each["n_then"]),
                figure(each["now"]),
                str(each["n"]),
                figure(each["shift"]),
            ]
            for each in drift.get("items", [])
        ],
    )
    groups = [(name, each) for name, told in deep["fairness"].items() for each in told]
    yield Section(
        gettext("Equal chances of groups"),
        _texts(d.groups_told(deep["fairness"])),
        [gettext("Group"), gettext("Form"), gettext("Item"), gettext("class"), "Δ"],
        [
            [
                d.group_words(name, each["group"]),
                each["form"],
                item["code"],
                item["class"],
                figure(item["delta"]),
            ]
            for name, each in groups
            for item in each.get("items", [])
        ],
    )
    # Who the pairs are stands on the seat map alone.
    yield Section(
        gettext("Answers much alike"), [d.alike_told(deep["alike"]).text], [gettext("In short")], []
    )


def _model(deep: Facts) -> Section:
    model = deep["model"]
    told = [*d.model_told(deep)]
    if "items" in model:
        told.append(d.linking_told(deep["linking"]))
    return Section(
        gettext("Models of items"),
        [*_texts(told), *(d.information_told(each) for each in deep["information"])],
        [
            gettext("Item"),
            "n",
            gettext("slope"),
            gettext("difficulty, logits"),
            gettext("standard error"),
            gettext("infit"),
        ],
        [
            [
                each["code"],
                str(each["n"]),
                figure(each["slope"]),
                figure(each["difficulty"]),
                figure(each["difficulty_error"]),
                figure(each["infit"]),
            ]
            for each in model.get("items", [])
        ],
        model_plots(deep),
    )
