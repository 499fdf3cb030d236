"""The words for what a plan may say, where pages let choose and show it."""

from flask_babel import gettext


def selections() -> list[tuple[str, str]]:
    """Return how items are chosen."""
    return [
        ("shadow", gettext("Shadow test: the best item that keeps the blueprint")),
        (
            "randomesque",
            gettext("Randomesque: one of the most informative items, blueprint not kept"),
        ),
        ("maximum", gettext("Maximum information, blueprint not kept")),
    ]


def stops() -> list[tuple[str, str]]:
    """Return when a test ends."""
    return [
        ("precision", gettext("when the standard error is small enough")),
        (
            "decision",
            gettext("when it is decided on which side of the cut the ability lies (SPRT)"),
        ),
        ("length", gettext("at the greatest length only")),
    ]


def uses() -> list[tuple[str, str]]:
    """Return what a plan is for."""
    return [
        ("practice", gettext("practice by ticket, without supervision")),
        ("test", gettext("tests at supervised seats, on an examination bank")),
    ]


def estimates() -> list[tuple[str, str]]:
    """Return how an ability is estimated at the end."""
    return [
        ("eap", gettext("EAP: the mean of what is possible, towards the average")),
        ("wle", gettext("WLE: weighted likelihood, without the average")),
    ]


def shorts() -> list[tuple[str, str]]:
    """Return what becomes of the mark of a test that was too short."""
    return [
        ("proportional", gettext("the mark falls in proportion")),
        ("zero", gettext("the mark is 0")),
    ]
