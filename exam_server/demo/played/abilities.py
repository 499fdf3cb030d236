"""How able people are and how hard items are: a three-parameter logistic model, fixed seed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from exam_server.demo.played.answers import right_answer, wrong_answer

MEAN_ABILITY, SPREAD = 0.85, 0.85
EASIEST, STEP, NOISE = -1.75, 0.55, 0.4
HARDER = {"multiple": 0.5, "ordering": 0.4, "numeric": 0.3}
GUESSING = {"single": 0.2, "true_false": 0.45}
EVERYBODY_KNOWS = -6.0
EVENNESS = 8.0  # of the distractors of a choice: the higher, the more alike they are taken


@dataclass(frozen=True)
class Traits:
    """An item as these people meet it; ``believed`` is what the able take for right."""

    kind: str
    content: Mapping[str, Any]
    key: Mapping[str, Any]
    slope: float
    difficulty: float
    guessing: float
    pull: Mapping[str, float] = field(default_factory=dict)

    def chance(self, ability: float) -> float:
        """Return the probability of a right answer."""
        logistic = 1 / (1 + math.exp(-self.slope * (ability - self.difficulty)))
        return self.guessing + (1 - self.guessing) * logistic

    def answer(self, ability: float, rng: np.random.Generator) -> Any:
        """Return what somebody answers; the parts of an item set are answered one by one."""
        if self.kind == "item_set":
            return {
                part["id"]: self._part(part).answer(ability, rng) for part in self.content["parts"]
            }
        if rng.random() < self.chance(ability):
            return right_answer(self.kind, self.content, self.key)
        return wrong_answer(self.kind, self.content, self.key, self.pull, rng)

    def _part(self, part: Mapping[str, Any]) -> "Traits":
        key = self.key["parts"][part["id"]]
        guessing = GUESSING.get(part["type"], 0.0)
        return replace(self, kind=part["type"], content=part, key=key, guessing=guessing)


def abilities(count: int, rng: np.random.Generator) -> list[float]:
    """Return the abilities of a group, in logits."""
    return [float(each) for each in rng.normal(MEAN_ABILITY, SPREAD, count)]


def traits_of(
    kind: str,
    content: Mapping[str, Any],
    key: Mapping[str, Any],
    expert_difficulty: int,
    rng: np.random.Generator,
) -> Traits:
    """Return an item's traits, drawn about what the writers expect."""
    expected = EASIEST + STEP * expert_difficulty + HARDER.get(kind, 0.0)
    letters = [option["id"] for option in content.get("options", [])]
    return Traits(
        kind=kind,
        content=content,
        key=key,
        slope=float(rng.lognormal(0.1, 0.25)),
        difficulty=float(rng.normal(expected, NOISE)),
        guessing=GUESSING.get(kind, 0.0),
        pull=dict(zip(letters, map(float, rng.dirichlet([EVENNESS] * len(letters))), strict=True))
        if letters
        else {},
    )


def known_to_all(traits: Traits) -> Traits:
    """Return an item that is far too easy."""
    return replace(traits, difficulty=EVERYBODY_KNOWS)


def with_dead_distractor(traits: Traits) -> Traits:
    """Return an item one of whose distractors nobody takes."""
    dead = next(each for each in traits.pull if each not in traits.key["correct"])
    return replace(traits, pull={**traits.pull, dead: 0.0})


def taken_for(traits: Traits, meant: str) -> Traits:
    """Return an item with a wrong key: these people know what is really right."""
    return replace(traits, key={**traits.key, "correct": [meant]})
