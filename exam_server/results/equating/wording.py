"""Words of equating: methods, designs, why one is not possible, warnings, the first sentences."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext, ngettext

from exam_server.results.equating.designs import Design
from exam_server.wording import figure

Facts = Mapping[str, Any]
NEARLY_NONE = 0.05


def method_words(name: str) -> str:
    """Return the words of a method."""
    words: dict[str, str] = {
        "identity": gettext("identity (no equating)"),
        "mean": gettext("mean"),
        "linear": gettext("linear"),
        "circle_arc": gettext("circle-arc"),
        "equipercentile": gettext("equipercentile"),
        "loglinear": gettext("equipercentile after log-linear smoothing"),
        "nominal": gettext("nominal weights mean"),
        "tucker": gettext("Tucker linear"),
        "levine": gettext("Levine linear, observed scores"),
        "braun_holland": gettext("Braun–Holland linear"),
        "chained_linear": gettext("chained linear"),
        "chained_equipercentile": gettext("chained equipercentile"),
        "frequency_estimation": gettext("frequency estimation"),
        "true_score": gettext("IRT true scores"),
        "observed_score": gettext("IRT observed scores"),
        "raw": gettext("raw marks again"),
    }
    return words.get(name, name)


def design_words(name: str) -> str:
    """Return the words of a design."""
    words: dict[str, str] = {
        "random_groups": gettext("Random groups"),
        "common_items": gettext("Common items (internal anchor)"),
        "irt": gettext("Item parameters (IRT)"),
    }
    return words[name]


def design_facts(design: Design) -> str:
    """Return why a design is possible, or why not."""
    facts = design.facts
    said: dict[str | None, Callable[[], str]] = {
        "too_few_papers": lambda: gettext(
            "Not possible: a form has %(n)s marked papers; at least %(least)s are needed.", **facts
        ),
        "other_exam_session": lambda: gettext(
            "Not possible: the two forms were sat in different exam sessions, so nothing says that "
            "the groups are alike. Forms dealt by lot within one exam session make random groups."
        ),
        "too_few_common_items": lambda: gettext(
            "Not possible: the forms share %(n)s items asked and marked alike; at least %(least)s "
            "are needed.",
            **facts,
        ),
        "same_items": lambda: gettext(
            "Not needed: both forms hold the same items, so their marks mean the same."
        ),
        "parameters_lacking": lambda: gettext(
            "Not possible: %(n)s of %(items)s items have no accepted parameters. Parameters are "
            "accepted on the item analysis.",
            **facts,
        ),
        "scored_otherwise": lambda: gettext(
            "Not possible: an item is marked otherwise than when its parameters were found."
        ),
        "several_scales": lambda: gettext(
            "Not possible: the parameters stand on %(n)s scales, which cannot be compared.", **facts
        ),
        "marks_differ": lambda: gettext(
            "Not possible: items of one form have different marks; the number of right answers "
            "does not give the mark."
        ),
    }
    if design.refused:
        return said[design.refused]()
    possible: dict[str, Callable[[], str]] = {
        "random_groups": lambda: gettext(
            "Possible: both forms were dealt within one exam session; %(new)s and %(reference)s "
            "marked papers.",
            **facts,
        ),
        "common_items": lambda: gettext(
            "Possible: %(n)s of %(items)s items are common. Items that became easier or harder "
            "than the others are left out when it is computed.",
            **facts,
        ),
        "irt": lambda: gettext(
            "Possible: all %(items)s items have accepted parameters on one scale.", **facts
        ),
    }
    return possible[design.name]()


def left_out_words(reason: str) -> str:
    """Return why an item that both forms held is not in the anchor."""
    words: dict[str, str] = {
        "other_version": gettext("asked in another version"),
        "scored_otherwise": gettext("marked otherwise"),
        "other_mark": gettext("has another mark"),
        "drifted": gettext("became easier or harder than the other common items"),
    }
    return words[reason]


def refused_words(code: str) -> str:
    """Return why a method, or the whole, has no table."""
    words: dict[str, str] = {
        "design_not_possible": gettext("its design is not possible"),
        "marks_off_grid": gettext(
            "part marks lie on no common grid of at most 500 steps; nothing was computed"
        ),
        "too_few_persons": gettext("too few candidates"),
        "no_variation": gettext("all candidates of a form have the same mark"),
        "smoothing_failed": gettext("too few different marks to smooth"),
        "mean_outside_arc": gettext("the mean lies at an end of the scale"),
        "anchor_unrelated": gettext("the common items do not go with the whole mark"),
        "no_synthetic_variance": gettext("the groups differ too much"),
    }
    return words.get(code, code)


def lead(equating: Any, figures: Facts) -> list[tuple[str, str]]:
    """Return the first sentences with their kinds: how much harder, who passes, who agrees."""
    row = main_row(figures)
    if row is None:
        return [("attention", gettext("No method gave a table. The reasons stand below."))]
    return [
        ("neutral", _harder(equating, figures, row)),
        ("neutral", _passing(figures, row)),
        *_agreement(figures),
    ]


def main_row(figures: Facts) -> dict[str, Any] | None:
    """Return the method the first sentences speak of: the first that changes anything."""
    rows = [row for row in figures["methods"] if row["refused"] is None]
    others = [row for row in rows if row["method"] != "identity"]
    return next(iter(others or rows), None)


def _harder(equating: Any, figures: Facts, row: Facts) -> str:
    at = row["at_line"]
    facts = {
        "form": equating.form.code,
        "reference": equating.reference_name,
        "marks": f"{abs(at['difference']):.1f}",
        "line": figures["line"]["mark"],
        "method": method_words(row["method"]),
        "error": "" if at["error"] is None else f"{at['error']:.1f}",
    }
    if abs(at["difference"]) < NEARLY_NONE:
        said = gettext(
            "Form %(form)s was as hard as %(reference)s around the pass line of %(line)s "
            "(%(method)s).",
            **facts,
        )
    elif at["difference"] > 0:
        said = gettext(
            "Form %(form)s was harder than %(reference)s by %(marks)s marks of 100 around the pass "
            "line of %(line)s (%(method)s).",
            **facts,
        )
    else:
        said = gettext(
            "Form %(form)s was easier than %(reference)s by %(marks)s marks of 100 around the pass "
            "line of %(line)s (%(method)s).",
            **facts,
        )
    if at["error"] is None:
        return f"{said} {gettext('Its error is not known.')}"
    return f"{said} {gettext('Standard error ± %(error)s.', **facts)}"


def _passing(figures: Facts, row: Facts) -> str:
    now, then = row["passing"]["now"], row["passing"]["equated"]
    facts = {"now": now, "then": then, "n": figures["n"]["new"]}
    said: str
    if then == now:
        said = gettext(
            "With equating as many candidates reach the line of theory: %(now)s of %(n)s.", **facts
        )
    elif then > now:
        said = ngettext(
            "With equating %(num)s more candidate reaches the line of theory: %(then)s instead of "
            "%(now)s of %(n)s.",
            "With equating %(num)s more candidates reach the line of theory: %(then)s instead of "
            "%(now)s of %(n)s.",
            then - now,
            **facts,
        )
    else:
        said = ngettext(
            "With equating %(num)s candidate fewer reaches the line of theory: %(then)s instead of "
            "%(now)s of %(n)s.",
            "With equating %(num)s candidates fewer reach the line of theory: %(then)s instead of "
            "%(now)s of %(n)s.",
            now - then,
            **facts,
        )
    return said


def _agreement(figures: Facts) -> list[tuple[str, str]]:
    found = figures["agreement"]
    if not found:
        return []
    apart = f"{found['range']:.1f}"
    if any(each["code"] == "methods_differ" for each in figures["warnings"]):
        return []  # the warning says it
    return [
        (
            "ok",
            gettext(
                "The %(n)s methods agree at the line to within %(range)s marks.",
                n=found["n"],
                range=apart,
            ),
        )
    ]


def error_words(value: float | None) -> str:
    """Return a standard error with its sign; a dash where none is known."""
    return "—" if value is None else f"± {figure(value, 2)}"


def equated_words(raw: Any, mark: Any, decimals: int) -> str:
    """Return how a theory mark came from the raw one; nothing where it was not equated."""
    if raw is None or mark is None:
        return ""
    shown = {"raw": f"{raw:.{decimals}f}", "mark": f"{mark:.{decimals}f}"}
    words: str = gettext("equated: raw %(raw)s → %(mark)s", **shown)
    return words
