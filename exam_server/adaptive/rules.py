"""An adaptive plan as it is sent, as it is stored and as the rule book takes it."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import Field

from exam_server.errors import Problem
from exam_server.inputs import In
from itembank.adaptive.pool import ItemCurve
from itembank.adaptive.report import Limits
from itembank.adaptive.rules import Rules, Stop

# Types whose answers are right or wrong, as a curve of two outcomes asks.
TYPES: Final = ("single", "multiple", "true_false", "numeric")
TIMES_LENGTH = 4  # how many times its greatest length a plan needs in calibrated items
SUPPOSED_STEP = 0.8  # logits from one step of the experts' scale 1–5 to the next
MIDDLE = 3


Review = Literal["each", "end", "never"]


class RandomPlanIn(In):
    """A plan whose runs each get a paper drawn by the structure; when answers are reviewed."""

    title: str = Field(min_length=1, max_length=80)
    review: Review


class PlanIn(In):
    """What the officer fills in; shares in per cent, errors in logits."""

    title: str = Field(min_length=1, max_length=80)
    review: Review = "never"
    selection: Literal["shadow", "maximum", "randomesque"]
    n_best: int = Field(ge=1, le=20)
    exposure: float = Field(ge=1, le=100)
    stop: Literal["precision", "decision", "length"]
    least: int = Field(ge=1, le=200)
    most: int = Field(ge=5, le=200)
    standard_error: float = Field(ge=0.15, le=1)
    cut: float = Field(ge=5, le=95)
    limit_bias: float = Field(ge=0.05, le=1)
    limit_rmse: float = Field(ge=0.1, le=1.5)
    limit_accuracy: float = Field(ge=50, le=100)
    limit_blueprint: float = Field(ge=0, le=100)
    limit_unused: float = Field(ge=0, le=100)
    use: Literal["practice", "test"] = "practice"
    estimate: Literal["eap", "wle"] = "eap"
    short: Literal["proportional", "zero"] = "proportional"


USUAL_RANDOM: Final[Mapping[str, Any]] = {"review": "end"}
USUAL: Final[Mapping[str, Any]] = {
    "review": "end",
    "selection": "shadow",
    "n_best": 3,
    "exposure": 25,
    "stop": "precision",
    "least": 15,
    "most": 30,
    "standard_error": 0.35,
    "cut": 60,
    "limit_bias": 0.35,
    "limit_rmse": 0.45,
    "limit_accuracy": 85,
    "limit_blueprint": 100,
    "limit_unused": 60,
    "use": "practice",
    "estimate": "eap",
    "short": "proportional",
}


def is_for_tests(stored: Mapping[str, Any]) -> bool:
    """Say whether a stored plan is for tests at supervised seats; plans of old are for practice."""
    return bool(stored.get("use", "practice") == "test")


def plan_problems(sent: PlanIn) -> list[Problem]:
    """Return what of a plan contradicts itself."""
    return [Problem("least", "least_above_most")] if sent.least > sent.most else []


def review_in(stored: Mapping[str, Any]) -> Review:
    """Return when a plan's trainees see their answers reviewed; one that does not say: never.

    Examples
    --------
    >>> review_in({"review": "end"}), review_in({"least": 5})
    ('end', 'never')
    """
    said: Review = stored.get("review", "never")
    return said


def rules_of(stored: Mapping[str, Any], cut: float) -> Rules:
    """Return a stored plan as the rule book takes it; ``cut`` in logits."""
    stop = Stop(
        stored["stop"],
        stored["least"],
        stored["most"],
        standard_error=stored["standard_error"],
        cut=cut,
    )
    return Rules(stored["selection"], stop, stored["n_best"], stored["exposure"] / 100)


def limits_of(stored: Mapping[str, Any]) -> Limits:
    """Return what a plan must keep in its trial."""
    return Limits(
        bias=stored["limit_bias"],
        rmse=stored["limit_rmse"],
        accuracy=stored["limit_accuracy"] / 100,
        blueprint=stored["limit_blueprint"] / 100,
        unused=stored["limit_unused"] / 100,
        exposure=stored["exposure"] / 100,
    )


def supposed_curve(difficulty: float) -> ItemCurve:
    """Return the curve supposed from an expert's difficulty 1–5; a guess that nothing measured.

    Examples
    --------
    >>> supposed_curve(3.0), supposed_curve(5.0).difficulty
    (ItemCurve(slope=1.0, difficulty=0.0, guessing=0.0), 1.6)
    """
    return ItemCurve(1.0, SUPPOSED_STEP * (difficulty - MIDDLE))
