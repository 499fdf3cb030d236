"""Functions and results of `scoring` are called what `docs/scoring.md` says."""

import importlib
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType

import scoring

DOCUMENT = Path(__file__).parent.parent / "docs" / "scoring.md"
HEADING = "## Every function and field"
# What other modules of scoring are made of, what marks answers, and what one desk alone asks.
INNER = {
    *("adaptive_session", "blanks", "facets_model", "figures", "item_response", "marks", "moments"),
    *("one_factor", "ordinal_logistic", "quantities", "refusals"),
    *("equating.curves", "equating.groups", "equating.smoothing", "equating.spreads"),
    "equating.step_items",
}
OUTER = {"calibration", "conditional", "fit", "functions", "moments", "person_fit"}


def is_told(module: str) -> bool:
    package, _, name = module.rpartition(".")
    return module not in INNER and (package != "irt" or name in OUTER)


MODULES = sorted(
    name
    for each in walk_packages(scoring.__path__, "scoring.")
    if not each.ispkg and is_told(name := each.name.removeprefix("scoring."))
)


def own(module: ModuleType) -> Iterator[tuple[str, object]]:
    """Give what is public and made in a module, in the order of its lines."""
    for name, each in vars(module).items():
        if not name.startswith("_") and getattr(each, "__module__", "") == module.__name__:
            yield name, each


def called(function: object) -> str:
    """Return a signature without its types: those are the docstring's to tell."""
    assert callable(function)
    found, is_keyword = [], False
    for name, each in inspect.signature(function).parameters.items():
        if each.kind is each.KEYWORD_ONLY and not is_keyword:
            found.append("*")
            is_keyword = True
        default = dict(each.default) if isinstance(each.default, Mapping) else each.default
        found.append(name if each.default is each.empty else f"{name}={default!r}")
    return f"({', '.join(found)})"


def lines() -> Iterator[str]:
    for place in MODULES:
        module = importlib.import_module(f"scoring.{place}")
        functions = [
            f"`{name}{called(each)}`" for name, each in own(module) if inspect.isfunction(each)
        ]
        if functions:
            yield f"- `scoring.{place}`: {', '.join(functions)}"
        for name, each in own(module):
            if isinstance(each, type) and is_dataclass(each):
                named = [f"`{field.name}`" for field in fields(each) if field.name[0] != "_"]
                yield f"  - `{name}`: {', '.join(named)}"


def test_every_function_and_field_is_named_as_it_is() -> None:
    _, _, section = DOCUMENT.read_text(encoding="utf-8").partition(HEADING)
    told = [line for line in section.splitlines() if line.lstrip().startswith("- `")]
    wanted = list(lines())
    lacking = [line for line in wanted if line not in told]
    gone = [line for line in told if line not in wanted]
    assert not lacking, "write into docs/scoring.md:\n" + "\n".join(lacking)
    assert not gone, "is no more as docs/scoring.md says:\n" + "\n".join(gone)
    assert told == wanted
