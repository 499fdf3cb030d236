"""The methods by which forms can be equated, and from how many candidates each is sound.

The numbers are rules of thumb of Kolen & Brennan (2014), *Test equating, scaling, and linking*,
chapter 8: 400 candidates on each form for a straight line, 1,500 for equipercentile methods. With
normal marks in random groups that is a standard error of the equating, in standard deviations of
the marks, of 0.07 in the middle and 0.12 two deviations away for the line, of 0.05 and 0.10 for the
curve (simulated in the tests: the numbers rest on that, whatever a book says);
below 100 Livingston & Kim (2009), *Journal of Educational Measurement* 46, and Skaggs (2005),
*Journal of Educational Measurement* 42, find not equating, or an arc, to be nearer the truth.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

RANDOM: Final = "random_groups"
COMMON: Final = "common_items"
IRT: Final = "irt"
DESIGNS: Final = (RANDOM, COMMON, IRT)
LINE_FROM: Final = 400
CURVE_FROM: Final = 1500
FEW: Final = 400  # below, a curve is said to be too uncertain
TINY: Final = 100  # below, leaving marks as they are is nearer the truth
FEWEST: Final = 10  # below, nothing is computed
ANCHOR_SHARE: Final = 0.2  # Kolen & Brennan (2014), chapter 8: 20 % of the test, or 20 items
ANCHOR_ITEMS: Final = 20
FEWEST_ANCHORS: Final = 5


@dataclass(frozen=True)
class Method:
    """A method: the design it asks for, and its shape (``none``, ``line``, ``arc``, ``curve``)."""

    design: str
    shape: str


METHODS: Final[Mapping[str, Method]] = MappingProxyType(
    {
        "identity": Method(RANDOM, "none"),
        "mean": Method(RANDOM, "line"),
        "linear": Method(RANDOM, "line"),
        "circle_arc": Method(RANDOM, "arc"),
        "equipercentile": Method(RANDOM, "curve"),
        "loglinear": Method(RANDOM, "curve"),
        "nominal": Method(COMMON, "line"),
        "tucker": Method(COMMON, "line"),
        "levine": Method(COMMON, "line"),
        "braun_holland": Method(COMMON, "line"),
        "chained_linear": Method(COMMON, "line"),
        "chained_equipercentile": Method(COMMON, "curve"),
        "frequency_estimation": Method(COMMON, "curve"),
        "true_score": Method(IRT, "curve"),
        "observed_score": Method(IRT, "curve"),
    }
)
USUAL: Final = frozenset(
    {"linear", "circle_arc", "loglinear", "tucker", "chained_linear", "chained_equipercentile"}
)


def methods_of(design: str) -> list[str]:
    """Return the methods of a design."""
    return [name for name, each in METHODS.items() if each.design == design]


def usual_for(design: str, n_fewest: int) -> list[str]:
    """Return what is ticked at first: methods that so many candidates on each form carry.

    Examples
    --------
    >>> usual_for("random_groups", 60), usual_for("random_groups", 500)
    (['circle_arc'], ['linear', 'circle_arc', 'loglinear'])
    """
    shapes = {"none", "arc"} if n_fewest < TINY else {"none", "arc", "line", "curve"}
    return [each for each in methods_of(design) if each in USUAL and METHODS[each].shape in shapes]
