"""All pictures of the sample items by name, with a text in both languages for each."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from exam_server.demo.pictures import (
    basics,
    electronics,
    instruments,
    ladders,
    motor_circuits,
    supply,
)
from exam_server.demo.pictures.canvas import Canvas

MIME: Final = "image/png"
TEXTS: Final = Path(__file__).parents[1] / "data" / "pictures.json"


@dataclass(frozen=True)
class Drawn:
    """A picture: its bytes and their hash, its size, named places, and what it shows in words."""

    body: bytes
    sha256: str
    width: int
    height: int
    areas: Mapping[str, tuple[int, int, int, int]]
    alt: str
    alt_en: str


ARTISTS: Final[Mapping[str, Callable[[], Canvas]]] = {
    "series_parallel": basics.series_parallel,
    "sine": basics.sine,
    "symbols": basics.graphic_symbols,
    "multimeter": instruments.multimeter,
    "range_switch": instruments.range_switch,
    "direct_start": motor_circuits.direct_start,
    "reversing": motor_circuits.reversing,
    "sequence": motor_circuits.sequence,
    "contactor_face": instruments.contactor_face,
    "terminal_box": instruments.terminal_box,
    "nameplate": instruments.nameplate,
    "distribution_board": instruments.distribution_board,
    "transformer": supply.transformer,
    "current_transformer": supply.current_transformer,
    "two_way": supply.two_way,
    "tn_s": supply.tn_s,
    "bridge": electronics.bridge,
    "logic": electronics.gate,
    "pnp": electronics.pnp_sensor,
    "ladder": ladders.start_stop,
    "timer_ladder": ladders.timer,
    "two_motor_ladder": ladders.two_motors,
}


@cache
def drawn(name: str) -> Drawn:
    """Return a picture, drawn when first asked for."""
    canvas = ARTISTS[name]()
    alt, alt_en = _texts()[name]
    body = canvas.png()
    return Drawn(
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        width=canvas.width,
        height=canvas.height,
        areas=canvas.areas,
        alt=alt,
        alt_en=alt_en,
    )


@cache
def _texts() -> dict[str, list[str]]:
    read: dict[str, list[str]] = json.loads(TEXTS.read_text(encoding="utf-8"))
    return read
