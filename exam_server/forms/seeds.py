"""What forms were made from: the seed of a run and the draws of own forms, in custody too.

Whoever knows them and has a copy of the bank can make the forms again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from exam_server.db import new_uid
from exam_server.forms.models import AssemblyRun
from exam_server.keyring import keyring_of, seal_facts, unseal_facts

SEEDS, DRAWING, DRAWS = "assembly seeds", "assembly numbers", "draws of own forms"


@dataclass(frozen=True)
class Seed:
    """What a run was made from; ``is_keyed``: the server secret had its part in it."""

    number: int
    is_keyed: bool = True


def seal_seed(db: Session, run: AssemblyRun, seed: Seed) -> None:
    """Put the seed of a new run into custody."""
    ring = keyring_of(db)
    run.uid, run.key_id = run.uid or new_uid(), ring.key_id
    facts, key = [str(seed.number), seed.is_keyed], ring.key(SEEDS, run.key_id)
    run.sealed_seed = seal_facts(facts, key, bound=f"assembly_run:{run.uid}")


def seed_of(db: Session, run: AssemblyRun) -> Seed | None:
    """Return the seed of a run, if it has any."""
    if run.sealed_seed is None or run.key_id is None:
        return None
    key = keyring_of(db).key(SEEDS, run.key_id)
    number, is_keyed = unseal_facts(run.sealed_seed, key, bound=f"assembly_run:{run.uid}")
    return Seed(int(number), is_keyed)


def seal_draws(db: Session, run: AssemblyRun, draws: Sequence[Mapping[str, Any]]) -> None:
    """Keep what the forms of a run were drawn from: they tell who has had which items before."""
    key = keyring_of(db).key(DRAWS, str(run.key_id))
    run.sealed_draws = seal_facts(list(draws), key, bound=f"draws:{run.uid}")


def draws_of(db: Session, run: AssemblyRun) -> list[dict[str, Any]]:
    """Return what the forms of a run were drawn from, one draw after another."""
    if run.sealed_draws is None:
        return []
    key = keyring_of(db).key(DRAWS, str(run.key_id))
    draws: list[dict[str, Any]] = unseal_facts(run.sealed_draws, key, bound=f"draws:{run.uid}")
    return draws


def number_of(db: Session, run: AssemblyRun) -> int:
    """Return the number the assembler starts from.

    The secret has its part in it: else whoever guesses a seed that somebody chose (1, 2, 3 …)
    could make the forms again from a copy of the bank.
    """
    while run.repeats is not None:  # under the secret of its day
        run = run.repeats
    seed = seed_of(db, run)
    if seed is None or run.key_id is None:
        return 0
    if not seed.is_keyed:
        return seed.number
    drawn = keyring_of(db).digest(DRAWING, str(seed.number), key_id=run.key_id)
    return int.from_bytes(drawn[:16])
