"""Words of what makes an equating less than sure, each with its source."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext

from exam_server.results.equating.wording import method_words

Facts = Mapping[str, Any]
Said = dict[str, Callable[[], str]]


def warning_words(warning: Facts) -> str:
    """Return a warning as a sentence."""
    facts = {name: value for name, value in warning.items() if name != "code"}
    if "methods" in facts:
        facts["methods"] = "; ".join(method_words(name) for name in facts["methods"])
    said = _of_numbers(facts) | _of_anchor(facts) | _of_methods(facts)
    return said[warning["code"]]()


def _of_numbers(facts: Facts) -> Said:
    return {
        "tiny": lambda: gettext(
            "Only %(n)s candidates on a form: with fewer than 100 leaving marks as they are, or a "
            "circle-arc, is usually nearer the truth (Livingston & Kim 2009; Skaggs 2005).",
            **facts,
        ),
        "few": lambda: gettext(
            "Only %(n)s candidates on a form: straight lines want about %(line)s, equipercentile "
            "methods about %(curve)s on each (Kolen & Brennan 2014, chapter 8).",
            **facts,
        ),
        "few_for_curve": lambda: gettext(
            "%(n)s candidates on a form carry a straight line; equipercentile methods want about "
            "%(curve)s (Kolen & Brennan 2014, chapter 8).",
            **facts,
        ),
    }


def _of_anchor(facts: Facts) -> Said:
    return {
        "anchor_short": lambda: gettext(
            "The anchor is short: %(n)s items, %(share)s %% of the test. Advised are 20 %%, or "
            "%(items)s items of a long test (Kolen & Brennan 2014, chapter 8).",
            **facts,
        ),
        "anchor_uneven": lambda: gettext(
            "The anchor does not mirror the blueprint: ranges %(areas)s have over 10 points more "
            "or less of its marks than of the form's.",
            **facts,
        ),
        "anchor_drifted": lambda: gettext(
            "Left out of the anchor because they became easier or harder than the others: "
            "%(n)s items. Look whether they were known beforehand.",
            **facts,
        ),
        "groups_differ": lambda: gettext(
            "The groups differ by %(sd)s standard deviations on the common items; beyond 0.3 the "
            "methods rest more on their assumptions (Kolen & Brennan 2014, chapter 8).",
            **facts,
        ),
    }


def _of_methods(facts: Facts) -> Said:
    return {
        "methods_differ": lambda: gettext(
            "The methods differ by up to %(range)s marks at the line, which is more than half a "
            "mark. Choose by design and numbers, not by the outcome.",
            **facts,
        ),
        "within_error": lambda: gettext(
            "%(methods)s: the difference at the line is smaller than its standard error; leaving "
            "marks as they are is as well supported.",
            **facts,
        ),
        "no_error_known": lambda: gettext(
            "For IRT methods the error is not known: parameters are taken as exact."
        ),
        "other_most": lambda: gettext(
            "The forms have different most marks (%(new)s and %(reference)s); all comparisons are "
            "made as shares of 100.",
            **facts,
        ),
    }
