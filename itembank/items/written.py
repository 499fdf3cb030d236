"""What answers in words share: limits told to the candidate, lines on paper, a person's mark."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from itembank.items.choices import stem_problems
from itembank.items.rubrics import rubric_of, rubric_problems, rubric_words
from itembank.items.shapes import text
from itembank.problems import Problem

LIMITS: Final = ("fewest_characters", "most_characters")
CONTENT: Final = ("stem", *LIMITS, "lines")
KEY: Final = ("model_answer", "rubric")
MOST_CHARACTERS: Final = 6000
MOST_LINES: Final = 100
LONGEST_MODEL: Final = 20_000


def written_problems(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with stem, limits, model answer and rubric."""
    problems = stem_problems(content)
    for name, most in (
        ("fewest_characters", MOST_CHARACTERS),
        ("most_characters", MOST_CHARACTERS),
        ("lines", MOST_LINES),
    ):
        if whole(content, name, most) is None:
            problems.append(Problem(name, "not_a_whole_number", {"most": most}))
    fewest = whole(content, "fewest_characters", MOST_CHARACTERS)
    most_said = whole(content, "most_characters", MOST_CHARACTERS)
    if fewest and most_said and fewest > most_said:
        problems.append(Problem("fewest_characters", "limits_upside_down"))
    model = key.get("model_answer", "")
    if not isinstance(model, str) or len(model) > LONGEST_MODEL:
        problems.append(Problem("key.model_answer", "text_too_long", {"most": LONGEST_MODEL}))
    return [*problems, *rubric_problems(content, key)]


def whole(content: Mapping[str, Any], name: str, most: int) -> int | None:
    """Return a whole number, 0 where nothing is said; ``None`` for anything else."""
    said = content.get(name)
    if said is None:
        return 0
    is_whole = isinstance(said, int) and not isinstance(said, bool)
    return said if is_whole and 0 <= said <= most else None


def written_answer_problem(answer: Any) -> str | None:
    """Return ``answer_not_a_text`` unless the answer is a text, of whatever length."""
    return None if isinstance(answer, str) else "answer_not_a_text"


def written_score(answer: Any) -> Decimal | None:
    """Return nothing for an empty answer; ``None`` for any other: only a person can tell.

    Examples
    --------
    >>> written_score(None), written_score("   "), written_score("Open the switch") is None
    (Decimal('0'), Decimal('0'), True)
    """
    is_text = written_answer_problem(answer) is None
    return None if is_text and answer.strip() else Decimal(0)


def seat_written(content: Mapping[str, Any], usual_lines: int) -> dict[str, Any]:
    """Return what a seat gets: stem and limits."""
    limits = {
        name: whole(content, name, MOST_CHARACTERS) or 0
        for name in ("fewest_characters", "most_characters")
    }
    lines = whole(content, "lines", MOST_LINES) or usual_lines
    return {"stem": content["stem"], **limits, "lines": lines}


def written_words(key: Mapping[str, Any]) -> str:
    """Return the model answer and the rubric."""
    return "\n".join(filter(None, [text(key, "model_answer"), rubric_words(rubric_of(key))]))
