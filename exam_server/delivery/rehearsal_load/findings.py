"""What a rehearsal has found: its steps, what was acknowledged and lost, what it cost."""

from dataclasses import dataclass, field
from typing import Any

from exam_server.delivery.rehearsal_load.capacity import Capacity
from exam_server.delivery.rehearsal_load.seats import LoadSeat

FEW_FILES = 4096
SLOW_P99_MS = 1000.0
LITTLE_MEMORY = 500 * 1024 * 1024


@dataclass
class Step:
    """One thing that was tried. Times in milliseconds, from sending to acknowledgement."""

    name: str
    seconds: float
    seats: int = 0
    acknowledged: int = 0
    p50_ms: float | None = None
    p99_ms: float | None = None
    cpu_us_per_answer: float | None = None
    is_good: bool = True

    @property
    def is_calm(self) -> bool:
        """Say whether nothing but the server itself could make answers wait."""
        return self.name not in {"flat_out", "killed"}


@dataclass
class Findings:
    """Everything a report says."""

    seats: int
    items: int
    workers: int
    store: str
    cores: int
    is_own_server: bool
    at: str = ""
    steps: list[Step] = field(default_factory=list)
    acknowledged: int = 0
    stored: int = 0
    lost: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    reconnections: int = 0
    first_readable_s: float = 0.0
    server_memory: int | None = None
    seat_bytes: int | None = None
    free_memory: int | None = None
    files: int | None = None
    load_cpu_s: float = 0.0
    load_average: float = 0.0
    capacity: Capacity | None = None

    @property
    def is_good(self) -> bool:
        """Say whether nothing was lost and every step did what it had to."""
        return self.lost == 0 and all(step.is_good for step in self.steps)

    def warnings(self) -> list[str]:
        """Return the codes of what the operator should look at."""
        tried = {
            "answers_lost": self.lost > 0,
            "step_failed": not all(step.is_good for step in self.steps),
            "few_files": self.files is not None and self.files < FEW_FILES,
            "little_memory": self.free_memory is not None and self.free_memory < LITTLE_MEMORY,
            "slow": any((step.p99_ms or 0) > SLOW_P99_MS for step in self.steps if step.is_calm),
            "busy_machine": self.load_average > self.cores,
            "no_processor_figures": self.server_memory is None,
        }
        return [code for code, holds in tried.items() if holds]


def compare(seats: list[LoadSeat], stored: list[dict[str, Any]]) -> int:
    """Return how many acknowledged answers are not stored as they were sent."""
    held = {(row["ticket"], row["seq"]): (row["position"], row["answer"]) for row in stored}
    return sum(
        held.get((seat.ticket, seq)) != (event["position"], f'"{event["answer"]}"')
        for seat in seats
        for seq, event in seat.acked.items()
    )
